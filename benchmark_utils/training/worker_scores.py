"""Losses in which each worker transforms the network's output into scores."""
import torch
from torch import nn

from benchmark_utils.training.vote_loss import VoteLoss


class WorkerScores(VoteLoss):
    """Base class: P(vote) = softmax(scores). A child gives ``scores(logits,
    place, task, worker)``, (n_votes, K); logits[place] are those of the votes'
    tasks.

    The model has no likelihood of votes given a truth, so the posterior is the
    network's prediction.
    """
    def log_probability(self, logits, place, task, worker, label):
        return -nn.functional.cross_entropy(
            self.scores(logits, place, task, worker), label, reduction="none")

    def posterior(self, log_z, votes):
        return log_z.double().softmax(-1).cpu().numpy()


class ScaledScores(WorkerScores):
    """w_j * logits + b_j; ``VW`` learns w, ``VB`` learns b, ``VWB`` both."""
    def __init__(self, votes, lr, variant):
        super().__init__(votes, lr)
        shape = votes.n_workers, votes.n_classes
        self.w = nn.Parameter(torch.ones(shape), "W" in variant)
        self.b = nn.Parameter(torch.zeros(shape), "B" in variant)

    def scores(self, logits, place, task, worker):
        return self.w[worker] * logits[place] + self.b[worker]


class FreeMatrices(nn.Module):
    """z W_j with free weights W_j, which start from ``scale`` times the
    identity; stored as (n_matrices, K labels, K truths)."""
    def __init__(self, n_matrices, n_classes, scale=1.0):
        super().__init__()
        self.weight = nn.Parameter(
            scale * torch.eye(n_classes).repeat(n_matrices, 1, 1))

    def scores(self, z, matrix):
        """z (n, K), matrix (n,) -> (n, K)"""
        W = self.weight.index_select(0, matrix)
        return torch.bmm(W, z[:, :, None])[:, :, 0]


class MatrixScores(WorkerScores):
    """z W_j from W_j = I with z the network's softmax, so the softmax of the
    scores is a second one (Rodrigues and Pereira, AAAI 2018, variant MW)."""
    def __init__(self, votes, lr):
        super().__init__(votes, lr)
        self.matrices = FreeMatrices(votes.n_workers, votes.n_classes)

    def scores(self, logits, place, task, worker):
        return self.matrices.scores(logits.softmax(-1)[place], worker)
