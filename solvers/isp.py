import numpy as np

from benchmark_utils.aggregation.panel_votes import other_vote
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver
from benchmark_utils.votes import TIE


class Solver(CrowdSolver):
    """Inverse surprising popularity: the class with most votes above what the
    other votes predict; of tied ones those with most votes, shared.

    score_i = n_i (I - Q), n_ik the votes for k on task i, Q_lk = P(another
    vote is k | a vote is l) over all pairs of votes on a task. One pass. It
    presumes that all classes are equally common: where they are not, it
    prefers the rare ones. Written after the paper's summary, with Q pooled
    over workers. A task's score is the lead of its class.
    """
    name = "ISP"
    title = "Inverse surprising popularity"
    votes_only = True
    references = papers("ai2025")

    def run(self, _):
        votes = self.votes
        counts = votes.counts().astype(float)
        counts[votes.per_task == 0] = np.nan
        score = counts - counts @ other_vote(votes)  # (n_tasks, K)
        first = score.max(axis=1, keepdims=True)
        best = np.where(score >= first - TIE, counts, 0 * counts)
        best = np.where(best < best.max(axis=1, keepdims=True), 0., best)
        self.soft_labels = best / best.sum(axis=1, keepdims=True)
        if votes.n_classes > 1:
            second, first = np.partition(score, -2, axis=1).T[-2:]
            self.task_score = first - second
