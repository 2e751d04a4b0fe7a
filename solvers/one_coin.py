from benchmark_utils.aggregation import restricted
from benchmark_utils.aggregation.one_coin import ERRORS, one_coin
from benchmark_utils.checks import integer, one_of
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """One coin: one accuracy for each worker, by EM.

    P(y_ij = z_i) = p_j, errors are uniform over the other classes, and classes
    are equally likely. ``errors`` = ``pooled`` (OneCoin+, ours): the
    distribution of errors is estimated from all votes, the prevalence too.
    """
    name = "OneCoin"
    title = "One coin"
    votes_only = many_classes = True
    with_many_classes = {"errors": "uniform"}
    parameters = {"errors": ["uniform"], "max_iter": [100]}
    accepts = {"errors": one_of(*ERRORS), "max_iter": integer(1)}
    defaults_from = {
        "errors": "the paper",
        "max_iter": "until it converges"}
    references = papers("demartini2012", "zhang2016")

    def run(self, _):
        if self.votes.many_classes:
            self.soft_labels, self.worker_score = restricted.one_coin(
                self.votes, self.max_iter, known_truth=self.known_truth)
            return
        fit = one_coin(self.votes, self.max_iter, errors=self.errors,
                       known_truth=self.known_truth)
        self.soft_labels, self.worker_score = fit.T, fit.worker_score
