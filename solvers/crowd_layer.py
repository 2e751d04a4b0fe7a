import torch
from torch import nn

from benchmark_utils.checks import check_choice
from benchmark_utils.training.losses import VoteLoss, WorkerConfusions
from benchmark_utils.training.solver import NetworkSolver

VARIANTS = ["MW", "VW", "VB", "VWB"]


class Solver(NetworkSolver):
    """CrowdLayer: a network whose output passes through each worker's layer.

    ``MW``: P(vote l) = sum_k z_k W_j[k, l], W_j row-stochastic. ``VW``,
    ``VB``, ``VWB``: P(vote) = softmax(w_j * logits), softmax(logits + b_j),
    softmax(w_j * logits + b_j). All are learnt together from the votes by
    maximum likelihood (one softmax before the loss; the original has two);
    the prediction is z.
    """
    name = "CrowdLayer"
    parameters = {"variant": ["MW"], "lr": [.02]}
    references = [
        "F. Rodrigues, F. Pereira. Deep learning from crowds. AAAI 2018. "
        "https://arxiv.org/abs/1709.01779"]

    def run(self, _):
        check_choice(self.name, "variant", self.variant, VARIANTS)
        if self.variant == "MW":
            loss = WorkerConfusions(self.train_votes, self.lr)
        else:
            loss = WorkerScales(self.train_votes, self.lr,
                                self.variant)
        self.fit_votes(loss)


class WorkerScales(VoteLoss):
    """P(vote) = softmax(w_j * logits + b_j)."""
    def __init__(self, votes, lr, variant):
        super().__init__(votes, lr)
        shape = votes.n_workers, votes.n_classes
        self.w = nn.Parameter(torch.ones(shape), "W" in variant)
        self.b = nn.Parameter(torch.zeros(shape), "B" in variant)

    def log_probability(self, logits, place, task, worker, label):
        scores = self.w[worker] * logits[place] + self.b[worker]
        return -nn.functional.cross_entropy(scores, label, reduction="none")

    def posterior(self, log_z, votes):
        """There is no likelihood of votes given a truth: the network's own.
        """
        return log_z.double().softmax(-1).cpu().numpy()
