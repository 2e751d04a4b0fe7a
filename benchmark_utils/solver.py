"""What every offline solver shares."""
from benchopt import BaseSolver
from scipy.special import entr

from benchmark_utils.oracles.vote_oracle import random_design


class CrowdSolver(BaseSolver):
    """Base of the methods that are given all votes at once.

    A child writes ``run(self, _)``, reads ``self.votes`` and sets
    ``self.soft_labels`` (n_tasks, K), rows summing to one, NaN row = no
    opinion. It may also set ``worker_score`` (n_workers,), higher = more
    trustworthy, and ``task_score`` (n_tasks,), higher = cleaner. Where it
    does not, a worker scores the mean of the method's own soft labels over
    the votes cast (agreement), a task minus the entropy of its soft label.
    ``kept`` (n_tasks,) bool may mark the tasks worth training on.
    """
    def set_objective(self, votes, X=None, X_test=None, recipe=None, seed=0,
                      oracle=None, skills=None, X_gold=None, y_gold=None,
                      panel=None):
        if votes is None and oracle is not None:
            votes = random_design(oracle, seed)
        self.votes, self.seed = votes, seed
        self.X, self.X_test, self.recipe = X, X_test, recipe
        self.X_gold, self.y_gold, self.panel = X_gold, y_gold, panel
        # One instance serves all datasets and repetitions of a run.
        self.soft_labels = self.kept = self.test_probabilities = None
        self.worker_score = self.task_score = None

    def get_result(self):
        votes, soft_labels = self.votes, self.soft_labels
        if self.worker_score is None:
            self.worker_score = votes.worker_mean(
                soft_labels[votes.task, votes.label])
        if self.task_score is None:
            self.task_score = -entr(soft_labels).sum(axis=1)
        return dict(soft_labels=soft_labels, kept=self.kept,
                    test_probabilities=self.test_probabilities,
                    worker_score=self.worker_score,
                    task_score=self.task_score)
