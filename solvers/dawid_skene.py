import numpy as np

from benchmark_utils.aggregation import restricted
from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.spammers import spammer_score
from benchmark_utils.checks import integer, number
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """Dawid and Skene: a confusion matrix for each worker, by EM.

    A worker's score is the distance of the matrix to rank one. Workers with a
    score below ``spammer_threshold`` (.5 in the WAUM paper) are dropped and DS
    runs on the rest; tasks left without votes keep their first posterior.
    ``smoothing`` adds pseudo-votes to every matrix. ``max_iter`` = 10 is often
    more accurate, since the matrices then overfit less. Known truths are used.
    With many classes, posteriors are on the labels voted on a task.
    """
    name = "DS"
    title = "Dawid and Skene"
    votes_only = many_classes = True
    with_many_classes = {"spammer_threshold": 0}
    parameters = {
        "spammer_threshold": [0.0], "smoothing": [0.0], "max_iter": [100]}
    accepts = {"spammer_threshold": number(0, 1), "smoothing": number(0),
               "max_iter": integer(1)}
    defaults_from = {
        "spammer_threshold": "0: the paper; .5 in the WAUM paper",
        "smoothing": "the paper: none",
        "max_iter": "until it converges"}
    references = papers("dawid1979", "raykar2012")

    def run(self, _):
        if self.votes.many_classes:
            self.soft_labels, own = restricted.dawid_skene(
                self.votes, self.max_iter, smoothing=self.smoothing,
                known_truth=self.known_truth)
            self.worker_score = self.votes.worker_mean(own)
            return
        votes, options = self.votes, dict(
            max_iter=self.max_iter, smoothing=self.smoothing,
            known_truth=self.known_truth)
        fit = dawid_skene(votes, **options)
        self.soft_labels = fit.T
        self.worker_score = spammer_score(votes, fit.pi)
        # A worker with an unknown score (NaN) is kept.
        keep = ~(self.worker_score < self.spammer_threshold)[votes.worker]
        if keep.all() or not keep.any():
            return
        del fit  # frees pi, the largest array of the method
        T = dawid_skene(votes.select(keep), **options).T
        self.soft_labels = np.where(np.isnan(T), self.soft_labels, T)
