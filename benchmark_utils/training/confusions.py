"""Confusion matrices of workers, learnt with the network."""
import numpy as np
import torch
from torch import nn

from benchmark_utils.training.vote_loss import VoteLoss


class ConfusionMatrices(nn.Module):
    """Row-stochastic matrices: P(l | k) is a softmax over l of theta.

    At the start each has ``diagonal`` on its diagonal, the rest uniform.
    theta is stored as (K labels, n_matrices, K truths): the softmax runs over
    the first axis, where it is fast, and a column, all that a vote needs, is
    one row of memory.
    """
    def __init__(self, n_matrices, n_classes, diagonal):
        super().__init__()
        others = max(n_classes - 1, 1)
        scale = float(np.log(diagonal * others / (1 - diagonal)))
        self.theta = nn.Parameter(scale * eyes(n_matrices, n_classes))

    def forward(self):
        """(n_matrices, K truths, K labels)"""
        return self.theta.softmax(0).permute(1, 2, 0)

    def log_columns(self, matrix, label):
        """log W[matrix, :, label], (n, K over truths)."""
        return columns(self.theta.log_softmax(0), matrix, label)


def eyes(n_matrices, n_classes):
    """Identities, stored as (K labels, n_matrices, K truths)."""
    return torch.eye(n_classes).repeat(n_matrices, 1, 1).transpose(
        0, 1).contiguous()


def columns(stored, matrix, label):
    """The rows (n, K over truths) of (K labels, n_matrices, K truths)."""
    return stored.flatten(0, 1).index_select(
        0, label * stored.shape[1] + matrix)


class WorkerConfusions(VoteLoss):
    """P(l | k, j) = W_j[k, l], a row-stochastic matrix per worker."""
    def __init__(self, votes, lr, diagonal=.9):
        super().__init__(votes, lr)
        self.matrices = ConfusionMatrices(
            votes.n_workers, votes.n_classes, diagonal)

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
    """``weight`` times the mean trace of the matrices is added: it pulls them
    away from the identity, as far as the votes allow. Tanno et al., eq. 4."""
    def __init__(self, votes, lr, weight):
        super().__init__(votes, lr)
        self.weight = weight

    def penalty(self, logits):
        trace = self.matrices().diagonal(dim1=1, dim2=2).sum(-1)
        return self.weight * trace.mean()


class VolumeConfusions(WorkerConfusions):
    """``weight`` times -log det of a Gram matrix is added, whose determinant
    is a squared volume. Ibrahim et al., eq. 8 and 9.

    volume : ``F``: Z'Z, Z (batch, K) the network's probabilities; ``W``: W'W,
        W (n_workers K, K) the workers' matrices, columns = truths.
    """
    LARGEST = 100.0  # as in the authors' code: beyond it the term is left out

    def __init__(self, votes, lr, weight, volume):
        super().__init__(votes, lr)
        self.weight, self.volume = weight, volume

    def penalty(self, logits):
        if self.volume == "F":
            rows = logits.softmax(-1)
        else:
            rows = self.matrices.theta.softmax(0).flatten(0, 1)
        K = rows.shape[1]
        # Fewer rows than classes span no volume.
        if not self.weight or len(rows) < K:
            return 0.0
        gram = rows.T @ rows
        # The identity in place of a Gram matrix that is next to singular:
        # no term, and no gradient, which would be the inverse.
        sound = -torch.logdet(gram.detach()) <= self.LARGEST  # False for NaN
        identity = torch.eye(K, dtype=gram.dtype, device=gram.device)
        return -self.weight * torch.logdet(torch.where(sound, gram, identity))
