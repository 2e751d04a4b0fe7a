from benchmark_utils.checks import number, one_of
from benchmark_utils.papers import papers
from benchmark_utils.training.conal import CommonConfusions, CommonScores
from benchmark_utils.training.solver import VoteSolver


class Solver(VoteSolver):
    """CoNAL: a confusion matrix common to all workers, and each worker's own.

    P(vote l) = w_ij (z W_g)_l + (1 - w_ij) (z W_j)_l with w_ij =
    sigmoid(u_j . v(x_i)); u_j is a worker's unit vector, v(x_i) a task's, from
    two linear layers. The loss is the votes' negative log-likelihood minus
    ``distance_weight`` times the sum of the ||W_j - W_g||_F. ``stochastic``,
    ours as in CrowdLayer: row-stochastic matrices with .5 on the diagonal at
    first, trained by Adam at ``lr``. ``classic``, as in the authors' code:
    free weights with a second softmax, trained by the network's optimiser
    (``lr`` = ``network``) from twice the identity, without the other methods'
    start on the shares of the votes (`engine.WARM_UP`).
    """
    name = "CoNAL"
    parameters = {"variant, lr": [("stochastic", .02)],
                  "distance_weight": [1e-5]}
    accepts = {"variant": one_of("stochastic", "classic"),
               "lr": number(0, or_word=("network", "auto")),
               "distance_weight": number(0)}
    defaults_from = {
        "variant, lr": "rate: by test accuracy, one for all datasets; auto: "
                       "held-out votes",
        "distance_weight": "the paper"}
    references = papers("chu2021")

    def loss(self, votes, training, X, lr):
        if self.variant == "classic":
            return CommonScores(votes, lr, self.distance_weight, training)
        return CommonConfusions(votes, lr, self.distance_weight, training, X)
