import numpy as np

from benchmark_utils.aggregation.ebcc import best_ebcc
from benchmark_utils.checks import integer, number
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """EBCC: IBCC with subtypes of the classes, by variational inference.

    Given class k and subtype r of a task, y_ij ~ pi^j_kr, so workers are
    correlated given the class alone. ``subtypes``: a number, 10 in the paper,
    or ``auto``, that of 1, 2 and 3 with the highest bound. Each number has
    ``restarts`` random starts, of which the highest bound is kept. Task score:
    minus the entropy of class and subtype; worker score: distance of the
    expected confusion matrix to rank one.
    """
    name = "EBCC"
    votes_only = True
    parameters = {"subtypes": ["auto"], "restarts": [3], "a_v": [4.0],
                  "b_v": [1.0], "max_iter": [500]}
    accepts = {"subtypes": integer(1, 100, or_word="auto"),
               "restarts": integer(1), "a_v": number(1e-9),
               "b_v": number(1e-9), "max_iter": integer(1)}
    defaults_from = {
        "subtypes": "ours, by the bound among 1, 2 and 3; the paper takes 10",
        "restarts": "our choice",
        "a_v": "the authors' code",
        "b_v": "the authors' code",
        "max_iter": "the authors' code"}
    references = papers("li2019")
    # Label accuracy, by the id of a dataset.
    published_in = "Li et al. 2019, outputs of the authors' code, ten subtypes"
    published = {
        "ti-rte": .9313, "ti-web": .7686, "ti-trec": .7037, "ti-dog": .8401,
        "ti-cf": .8833, "ti-cf-amt": .8567, "ti-ms": .7871, "ti-sp": .9152,
        "ti-zencrowd-us": .9123, "ti-product": .9349, "ti-tweet": .961,
        "ti-face": .6353,
    }

    def run(self, _):
        fit = best_ebcc(
            self.votes, (1, 2, 3) if self.subtypes == "auto"
            else (self.subtypes,), self.restarts,
            np.random.default_rng(self.seed), a_v=self.a_v, b_v=self.b_v,
            max_iter=self.max_iter, known_truth=self.known_truth)
        self.soft_labels, self.task_score = fit.T, fit.task_score
        self.worker_score = fit.worker_score
