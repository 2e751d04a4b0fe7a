"""The base of all solvers: the data that they get, the result they return."""
import time

import numpy as np
from benchopt import BaseSolver

from benchmark_utils.aggregation.held_out import hidden_folds, hold_out
from benchmark_utils.checks import plain
from benchmark_utils.harness.isolation import Isolated
from benchmark_utils.harness.parameters import ChecksParameters
from benchmark_utils.label_rows import entropy, value_at
from benchmark_utils.oracles.design import random_design

# The score of held-out votes takes further runs: larger datasets have none.
MOST_VOTES_HELD_OUT = 1_000_000


class CrowdSolver(Isolated, ChecksParameters, BaseSolver):
    """Base of the methods that get all votes at once.

    A child writes ``run(self, _)``, reads ``self.votes`` and sets
    ``self.soft_labels`` (n_tasks, K), rows summing to one; a NaN row abstains.
    It may also set ``worker_score`` (n_workers,), higher = more trustworthy,
    and ``task_score`` (n_tasks,), higher = cleaner. By default a worker's
    score is the mean of the soft labels over the worker's votes (agreement),
    and a task's score is minus the entropy of its soft label. ``train_mask``
    (n_tasks,) bool may select the tasks to train on.

    All data of a dataset are attributes, None where it has none;
    `contract.problem.Problem` lists them. Class attributes declare:

    needs_gold : the solver needs the validation set, ``X_gold``, ``y_gold``
    needs_kinds : the solver needs votes of people and of models, by
        ``worker_kind``, and skips other datasets
    votes_only : the labels depend on the votes alone. After the timed run the
        solver runs again on parts of the votes, and the score "Vote NLL (held
        out)" measures how well it predicts the other votes.
    many_classes : the solver returns sparse rows where `Votes.many_classes`;
        ``with_many_classes``, {parameter: the only value supported then}
    """
    needs_gold = needs_kinds = votes_only = many_classes = False
    with_many_classes = {}
    hide_votes = True
    setting = "aggregation"  # or inputs, active, label_sets
    _given = ()
    votes = X = X_test = recipe = oracle = label_set_oracle = None
    worker_skills = X_gold = y_gold = known_truth = trainable = None
    author = worker_kind = None

    def skip(self, votes=None, worker_kind=None, **_):
        if self.needs_kinds and (worker_kind is None
                                 or len(np.unique(worker_kind)) < 2):
            return True, f"{self.name} needs votes of people and of models"
        if votes is None or not votes.many_classes:
            return False, None
        size = f"{votes.n_tasks} tasks x {votes.n_classes} classes"
        if not self.many_classes:
            return True, f"{size} are too many for {self.name}"
        for name, value in self.with_many_classes.items():
            if getattr(self, name) != value:
                return True, f"{size}: {name} must be {value}"
        return False, None

    def set_objective(self, seed=0, gold=None, **given):
        if gold is not None and self.needs_gold:
            given.update(gold(self))
        self._given = tuple(given)
        for name, value in given.items():
            setattr(self, name, value)
        self.seed = seed
        if self.votes is None and self.oracle is not None:
            self.votes = self.first_votes()
        self.soft_labels = self.train_mask = self.test_probabilities = None
        self.worker_score = self.task_score = self.label_sets = None

    def first_votes(self):
        """The votes of a dataset with an oracle: its whole budget, spent on
        random votes."""
        start = time.perf_counter()
        votes = random_design(self.oracle, self.seed)
        self._seconds -= time.perf_counter() - start  # not the method's time
        return votes

    def get_result(self):
        votes, soft_labels = self.votes, self.soft_labels
        plain("soft_labels", soft_labels)  # before anything is made of them
        if self.worker_score is None:
            self.worker_score = votes.worker_mean(
                value_at(soft_labels, votes.task, votes.label))
        if self.task_score is None:
            self.task_score = -entropy(soft_labels)
        result = dict(
            soft_labels=soft_labels, train_mask=self.train_mask,
            test_probabilities=self.test_probabilities,
            worker_score=self.worker_score, task_score=self.task_score,
            label_sets=self.label_sets,
            held_out_labels=self.held_out_labels())
        self.release_inputs()
        return result

    def release_inputs(self):
        """benchopt keeps all instances until the run ends. The inputs of each
        would fill the memory."""
        for name in ("X", "X_test", "X_gold"):
            if name in self._given:
                setattr(self, name, None)

    def held_out_labels(self):
        """Soft labels without each hidden fold of votes in turn, (n_folds,
        n_tasks, K), see `aggregation.held_out`. None for other methods, very
        many votes, datasets with ``hide_votes`` off, and where no task has
        votes of two workers."""
        if (not self.votes_only or not self.hide_votes
                or self.votes.many_classes
                or len(self.votes) > MOST_VOTES_HELD_OUT):
            return None
        fold = hold_out(self.votes)
        labels = [self._labels_of(self.votes.select(fold != hidden))
                  for hidden in hidden_folds(fold)]
        return np.array([plain("held_out_labels", rows) for rows in labels]
                        ) if labels else None

    def _labels_of(self, votes):
        """Soft labels of this method for other votes; self is unchanged."""
        twin = object.__new__(type(self))
        vars(twin).update(vars(self))
        twin.forget()  # of the votes that are hidden
        twin._inside = True
        given = {name: getattr(self, name) for name in self._given}
        twin.set_objective(self.seed, **dict(given, votes=votes, oracle=None))
        twin.run(None)
        return twin.soft_labels
