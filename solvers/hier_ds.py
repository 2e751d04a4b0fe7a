import numpy as np

from benchmark_utils.aggregation.confusion import ConfusionModel
from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.spammers import spammer_score
from benchmark_utils.checks import integer, number
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """HierDS: Dawid-Skene with each matrix shrunk towards that of all votes.

    pi^j_kl = (n^j_kl + c G_kl) / (n^j_k. + c), G the confusion matrix of all
    votes, c = ``pooled`` pseudo-votes in each row. A worker's score is the
    distance of pi^j to rank one.
    """
    name = "HierDS"
    votes_only = True
    parameters = {"pooled": [3.0], "max_iter": [100]}
    accepts = {"pooled": number(0), "max_iter": integer(1)}
    defaults_from = {
        "pooled": "ours, on some datasets: 0 to 3 differ little",
        "max_iter": "until it converges"}
    references = papers("paun2018")

    def run(self, _):
        votes = self.votes
        self.soft_labels = dawid_skene(
            votes, self.max_iter, pooled=self.pooled,
            known_truth=self.known_truth).T
        model = ConfusionModel(votes)
        counts, _ = model.count(np.nan_to_num(self.soft_labels))
        self.worker_score = spammer_score(
            votes, counts, self.pooled * model.crowd(counts).T)
