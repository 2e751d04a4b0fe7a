"""CoNAL: a confusion matrix common to all workers, and one for each worker."""
import torch
from torch import nn

from benchmark_utils.training.confusions import (
    START,
    ConfusionMatrices,
    WorkerConfusions,
)
from benchmark_utils.training.vote_loss import FreeMatrices, WorkerScores

SCALE = 2.0  # times the identity, as in the authors' code


class Gate(nn.Module):
    """u_j . v(x_i), the log odds that worker j's vote on task i follows the
    common confusion matrix.

    u_j is the worker's unit vector. v(x_i) is the task's, from two linear
    layers without a nonlinearity between them, as in the authors' code.
    """
    WIDTH, HIDDEN = 20, 128

    def __init__(self, n_workers, training):
        super().__init__()
        self.inputs = training.as_inputs()
        size = self.inputs(slice(0, 1)).numel()
        with training.reproducible(1000):
            self.task_vector = nn.Sequential(
                nn.Flatten(), nn.Linear(size, self.HIDDEN),
                nn.Linear(self.HIDDEN, self.WIDTH))
            self.worker_vector = nn.Parameter(
                torch.randn(n_workers, self.WIDTH))

    def forward(self, task, worker):
        """(n_votes,)"""
        tasks, place = torch.unique(task, return_inverse=True)
        v = nn.functional.normalize(
            self.task_vector(self.inputs(tasks)), dim=-1)
        u = nn.functional.normalize(self.worker_vector, dim=-1)
        return (u[worker] * v[place]).sum(-1)


class CommonConfusions(WorkerConfusions):
    """P(l | k, j, i) = w_ij W_g[k, l] + (1 - w_ij) W_j[k, l] with w_ij the
    sigmoid of the `Gate`; all matrices are row-stochastic."""
    def __init__(self, votes, lr, distance_weight, training, X):
        super().__init__(votes, lr)
        self.common = ConfusionMatrices(1, votes.n_classes, START)
        self.gate = Gate(votes.n_workers, training)
        self.distance_weight = distance_weight
        # The posterior includes tasks that are not trained on.
        self.inputs_of_all = lambda: training.as_inputs(X)

    def posterior(self, log_z, votes):
        self.gate.inputs = self.inputs_of_all()
        return super().posterior(log_z, votes)

    def log_likelihood(self, task, worker, label):
        score = self.gate(task, worker)[:, None]
        everyone = torch.zeros_like(worker)
        return torch.logaddexp(
            nn.functional.logsigmoid(score)
            + self.common.log_columns(everyone, label),
            nn.functional.logsigmoid(-score)
            + self.matrices.log_columns(worker, label))

    def penalty(self, logits):
        return -self.distance_weight * distances(
            self.matrices() - self.common())


class CommonScores(WorkerScores):
    """CoNAL with free weights, as in the authors' code:
    softmax(w_ij z W_g + (1 - w_ij) z W_j)."""
    def __init__(self, votes, lr, distance_weight, training):
        super().__init__(votes, lr)
        K = votes.n_classes
        self.common = FreeMatrices(1, K, SCALE)
        self.own = FreeMatrices(votes.n_workers, K, SCALE)
        self.gate = Gate(votes.n_workers, training)
        self.distance_weight = distance_weight

    def scores(self, logits, place, task, worker):
        z = logits.softmax(-1)[place]
        w = self.gate(task, worker).sigmoid()[:, None]
        return (w * self.common.scores(z, torch.zeros_like(worker))
                + (1 - w) * self.own.scores(z, worker))

    def penalty(self, logits):
        return -self.distance_weight * distances(
            self.own.weight - self.common.weight)


def distances(differences):
    """Sum of the Frobenius norms of (n, K, K) matrices."""
    # All matrices start equal, and the root has no gradient at 0.
    return (differences ** 2).sum((1, 2)).add(1e-12).sqrt().sum()
