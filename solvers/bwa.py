import numpy as np

from benchmark_utils.aggregation.bwa import REPEATED, bwa
from benchmark_utils.checks import integer, number, one_of
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """BWA: votes are measurements whose precision depends on the worker.

    y_ijk in {0, 1} ~ N(x_ik, 1 / v_jk), separately for each class; soft labels
    are the rows of x divided by their sum. ``repeated``: ``all`` votes of a
    worker on a task count, or ``once``, the authors' rule. Worker score:
    precision over all classes; task score: margin of the best class.
    """
    name = "BWA"
    votes_only = True
    parameters = {"repeated": ["all"], "a_v": [15.0], "max_iter": [500]}
    accepts = {"repeated": one_of(*REPEATED), "a_v": number(1e-9),
               "max_iter": integer(1)}
    defaults_from = {
        "repeated": "our choice: every vote counts, as in all methods",
        "a_v": "the authors' code",
        "max_iter": "the authors' code"}
    references = papers("li2019b")
    # Label accuracy, by the id of a dataset.
    published_in = "Li et al. 2019, outputs of the authors' code"
    published = {
        "ti-rte": .9275, "ti-web": .8225, "ti-trec": .6044, "ti-dog": .8315,
        "ti-cf": .8933, "ti-cf-amt": .86, "ti-ms": .7857, "ti-sp": .917,
        "ti-zencrowd-us": .9108, "ti-product": .9194, "ti-tweet": .956,
        "ti-face": .6182,
    }

    def run(self, _):
        fit = bwa(self.votes, self.max_iter, self.a_v,
                  repeated=self.repeated, known_truth=self.known_truth)
        self.soft_labels, self.worker_score = fit.T, fit.precision
        if self.votes.n_classes > 1:
            best = np.partition(fit.x, -2, axis=1)
            self.task_score = best[:, -1] - best[:, -2]
