from benchmark_utils.aggregation import restricted
from benchmark_utils.aggregation.one_coin import ERRORS, one_coin
from benchmark_utils.checks import integer, one_of
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
    references = [
        "G. Demartini, D. E. Difallah, P. Cudre-Mauroux. ZenCrowd: "
        "leveraging probabilistic reasoning and crowdsourcing techniques for "
        "large-scale entity linking. WWW 2012. "
        "https://doi.org/10.1145/2187836.2187900",
        "Y. Zhang, X. Chen, D. Zhou, M. I. Jordan. Spectral methods meet EM: "
        "a provably optimal algorithm for crowdsourcing. JMLR 17, 2016. "
        "https://arxiv.org/abs/1406.3824"]

    def run(self, _):
        if self.votes.many_classes:
            self.soft_labels, self.worker_score = restricted.one_coin(
                self.votes, self.max_iter, known_truth=self.known_truth)
            return
        fit = one_coin(self.votes, self.max_iter, errors=self.errors,
                       known_truth=self.known_truth)
        self.soft_labels, self.worker_score = fit.T, fit.worker_score
