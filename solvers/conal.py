import torch
from torch import nn

from benchmark_utils.training.losses import ConfusionMatrices, VoteLoss
from benchmark_utils.training.solver import NetworkSolver


class Solver(NetworkSolver):
    """CoNAL: confusions common to all workers, and each worker's own.

    P(vote l) = w_ij (z W_g)_l + (1 - w_ij) (z W_j)_l with w_ij =
    sigmoid(u_j . v(x_i)), u_j a worker's and v(x_i) a task's unit vector; the
    loss is the votes' negative log-likelihood minus ``distance_weight`` times
    the sum of the ||W_j - W_g||_F, bounded because the rows are stochastic.
    """
    name = "CoNAL"
    parameters = {"distance_weight": [1e-5], "lr": [.02]}
    references = [
        "Z. Chu, J. Ma, H. Wang. Learning from crowds by modeling common "
        "confusions. AAAI 2021. https://arxiv.org/abs/2012.13052"]

    def run(self, _):
        training = self.training()
        self.fit_votes(
            CommonConfusions(self.train_votes, self.lr,
                             self.distance_weight, training, self.X),
            training)


class CommonConfusions(VoteLoss):
    """P(l | k, j, i) = w_ij W_g[k, l] + (1 - w_ij) W_j[k, l]."""
    WIDTH = 20  # of the unit vectors, as in the paper

    def __init__(self, votes, lr, distance_weight, training, X):
        super().__init__(votes, lr)
        K = votes.n_classes
        # 2 I before the softmax, as in the paper.
        diagonal = float(torch.eye(K)[0].mul(2).softmax(0)[0])
        self.common = ConfusionMatrices(1, K, diagonal)
        self.own = ConfusionMatrices(votes.n_workers, K, diagonal)
        self.distance_weight = distance_weight
        with training.reproducible(1):
            self.task_net = nn.Sequential(
                nn.Flatten(), nn.LazyLinear(128), nn.ReLU(),
                nn.Linear(128, self.WIDTH))
            self.worker_vector = nn.Parameter(
                torch.randn(votes.n_workers, self.WIDTH))
            self.inputs = training.as_inputs(X)
            self.task_net.to(training.device)(self.inputs(slice(0, 1)))

    def log_likelihood(self, task, worker, label):
        tasks, place = torch.unique(task, return_inverse=True)
        v = nn.functional.normalize(self.task_net(self.inputs(tasks)), dim=-1)
        u = nn.functional.normalize(self.worker_vector, dim=-1)
        score = (u[worker] * v[place]).sum(-1, keepdim=True)
        zeros = torch.zeros_like(worker)
        return torch.logaddexp(
            nn.functional.logsigmoid(score)
            + self.common.log_columns(zeros, label),
            nn.functional.logsigmoid(-score)
            + self.own.log_columns(worker, label))

    def penalty(self):
        difference = self.own() - self.common()
        distance = (difference ** 2).sum((1, 2)).add(1e-12).sqrt()
        return -self.distance_weight * distance.sum()

    @torch.no_grad()
    def worker_score(self, votes):
        score = self.own().diagonal(dim1=1, dim2=2).mean(-1).cpu().numpy()
        score = score.astype(float)
        score[votes.per_worker == 0] = float("nan")
        return score
