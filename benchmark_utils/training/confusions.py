"""Losses that learn the workers' confusion matrices with the network."""
import numpy as np
import torch
from torch import nn

from benchmark_utils.training.vote_loss import VoteLoss

# P(vote = truth) of every worker before training. On average over Digits,
# LabelMe and Music, CoNAL, CrowdLayer and UnionNet predict held-out votes
# better from .5 than from .9 (3 repetitions; Sentiment was not tried).
START = .5


class ConfusionMatrices(nn.Module):
    """Row-stochastic matrices: P(l | k) is a softmax over l of theta.

    They start with ``diagonal`` on the diagonal and uniform errors. theta is
    stored as (K labels, n_matrices, K truths): a softmax over the first axis
    is fast, and the column that a vote needs is contiguous.
    """
    def __init__(self, n_matrices, n_classes, diagonal):
        super().__init__()
        self.theta = nn.Parameter(
            scale_of(diagonal, n_classes) * eyes(n_matrices, n_classes))

    def forward(self):
        """(n_matrices, K truths, K labels)"""
        return self.theta.softmax(0).permute(1, 2, 0)

    def log_columns(self, matrix, label):
        """log W[matrix, :, label], (n, K over truths)."""
        return columns(self.theta.log_softmax(0), matrix, label)


def scale_of(diagonal, n_classes):
    """The multiple of the identity whose softmax has this diagonal."""
    return float(np.log(diagonal * max(n_classes - 1, 1) / (1 - diagonal)))


def eyes(n_matrices, n_classes):
    """Identity matrices, stored as (K labels, n_matrices, K truths)."""
    return torch.eye(n_classes).repeat(n_matrices, 1, 1).transpose(
        0, 1).contiguous()


def columns(stored, matrix, label):
    """The rows (n, K over truths) of (K labels, n_matrices, K truths)."""
    return stored.flatten(0, 1).index_select(
        0, label * stored.shape[1] + matrix)


class WorkerConfusions(VoteLoss):
    """P(l | k, j) = W_j[k, l] with a row-stochastic matrix for each worker."""
    def __init__(self, votes, lr):
        super().__init__(votes, lr)
        self.matrices = ConfusionMatrices(
            votes.n_workers, votes.n_classes, START)

    def log_likelihood(self, task, worker, label):
        return self.matrices.log_columns(worker, label)

    @torch.no_grad()
    def confusions(self):
        """W, (n_workers, K, K), rows = truth."""
        return self.matrices().double().cpu().numpy()

    def worker_score(self, votes):
        """Mean accuracy over the classes; NaN for a worker without votes."""
        score = self.confusions().diagonal(axis1=1, axis2=2).mean(axis=1)
        return np.where(votes.per_worker > 0, score, np.nan)


class TraceConfusions(WorkerConfusions):
    """Adds ``weight`` times the mean trace of the matrices, which moves them
    away from the identity (Tanno et al., CVPR 2019, eq. 4)."""
    def __init__(self, votes, lr, weight):
        super().__init__(votes, lr)
        self.weight = weight

    def penalty(self, logits):
        trace = self.matrices().diagonal(dim1=1, dim2=2).sum(-1)
        return self.weight * trace.mean()


class VolumeConfusions(WorkerConfusions):
    """Adds ``weight`` times -log det of a Gram matrix, whose determinant is a
    squared volume (Ibrahim et al., ICLR 2023, eq. 8 and 9).

    volume : ``F``: Z'Z, Z (batch, K) the network's probabilities; ``W``: W'W,
        W (n_workers K, K) the workers' matrices, columns = truths.
    """
    LARGEST = 100.0  # a larger term is left out, as in the authors' code

    def __init__(self, votes, lr, weight, volume):
        super().__init__(votes, lr)
        self.weight, self.volume = weight, volume

    def penalty(self, logits):
        if self.volume == "F":
            rows = logits.softmax(-1)
        else:
            rows = self.matrices.theta.softmax(0).flatten(0, 1)
        K = rows.shape[1]
        # With fewer rows than classes the determinant is 0.
        if not self.weight or len(rows) < K:
            return 0.0
        gram = rows.T @ rows
        # The gradient is the inverse of the Gram matrix: where that is almost
        # singular, the identity takes its place and adds nothing.
        sound = -torch.logdet(gram.detach()) <= self.LARGEST  # False for NaN
        identity = torch.eye(K, dtype=gram.dtype, device=gram.device)
        return -self.weight * torch.logdet(torch.where(sound, gram, identity))


class UnionConfusions(VoteLoss):
    """UnionNet: P((j, l) | k) = T[k, (j, l)], a softmax over all pairs of a
    worker j and a label l. Given the worker, the true label has probability
    ``start`` at first; ``published``: T starts from stacked identities.
    ``optimizer`` : of the network. Under ``sgd`` the loss is the mean over
    votes: a sum over a task's votes would lengthen the steps.
    """
    def __init__(self, votes, lr, start, optimizer="adam"):
        super().__init__(votes, lr)
        self.per_task = optimizer != "sgd"
        scale = 1.0 if start == "published" else scale_of(
            start, votes.n_classes)
        self.theta = nn.Parameter(
            scale * eyes(votes.n_workers, votes.n_classes))

    def log_T(self):
        """(K labels, n_workers, K truths)"""
        return self.theta.flatten(0, 1).log_softmax(0).view_as(self.theta)

    def log_likelihood(self, task, worker, label):
        return columns(self.log_T(), worker, label)

    @torch.no_grad()
    def worker_score(self, votes):
        """P(vote = truth | truth, worker) averaged over truths. T includes
        how often a worker votes, which is divided out."""
        within = self.theta.softmax(0)
        score = within.diagonal(dim1=0, dim2=2).mean(-1).double().cpu().numpy()
        return np.where(votes.per_worker > 0, score, np.nan)
