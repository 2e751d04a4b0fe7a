"""UnionNet: the votes on a task as draws from one distribution."""
import numpy as np
import torch
from torch import nn

from benchmark_utils.training.confusions import columns, eyes
from benchmark_utils.training.vote_loss import VoteLoss


class UnionConfusions(VoteLoss):
    """P((j, l) | k) = T[k, (j, l)], a softmax over ALL pairs of a worker j
    and a label l, from ``scale`` times stacked identities."""
    per_task = True

    def __init__(self, votes, lr, scale):
        super().__init__(votes, lr)
        self.theta = nn.Parameter(
            scale * eyes(votes.n_workers, votes.n_classes))

    def log_T(self):
        """(K labels, n_workers, K truths)"""
        return self.theta.flatten(0, 1).log_softmax(0).view_as(self.theta)

    def log_likelihood(self, task, worker, label):
        return columns(self.log_T(), worker, label)

    @torch.no_grad()
    def worker_score(self, votes):
        """P(vote = truth | truth, worker), mean over truths: T holds how
        often a worker votes at all too, which is divided out."""
        within = self.theta.softmax(0)
        score = within.diagonal(dim1=0, dim2=2).mean(-1).double().cpu().numpy()
        return np.where(votes.per_worker > 0, score, np.nan)
