"""Annot-Mix with confusions that see the input."""
import torch
from torch import nn

from benchmark_utils.training.annot_mix import MixedVotes
from benchmark_utils.training.engine import full_precision
from benchmark_utils.training.losses import long_tensor
from benchmark_utils.training.networks import last_linear


class MixedVotesOfInputs(MixedVotes):
    """The same with confusions that see the input: theta is what a network
    makes of the mixed workers and the last hidden layer, as published."""
    WIDTH, DROPOUT, CHUNK = 128, .5, 1 << 12
    fewest = 2  # for batch normalisation

    def __init__(self, votes, lr, alpha, training, X):
        super().__init__(votes, lr, alpha)
        start = self.matrices.theta.detach()[:, 0]  # (K labels, K truths)
        del self.matrices
        self.shape = start.shape
        self.predict_all = lambda: training.log_probabilities(X)
        last = last_linear(training.network)
        last.register_forward_pre_hook(self._see)
        self.seen = []
        width = self.WIDTH
        with training.reproducible(1):
            self.worker_vector = nn.Embedding(votes.n_workers, width)
            self.task_vector = nn.Linear(last.in_features, width)
            self.hidden = nn.Sequential(
                nn.Dropout(self.DROPOUT), nn.Linear(2 * width, width),
                nn.BatchNorm1d(width), nn.ReLU(),
                nn.Linear(width, start.numel()))
        self.hidden[-1].bias.data.copy_(start.flatten())

    def _see(self, layer, inputs):
        if layer.training:
            self.seen.clear()
        self.seen.append(full_precision(inputs[0].detach()))

    def mixed_theta(self):
        share = self.share[:, None]
        return self.theta(
            share * self.worker_vector(self.worker[self.vote])
            + (1 - share) * self.worker_vector(self.worker[self.partner]),
            self.seen[-1])

    def theta(self, worker_vector, features):
        """(K labels, n, K truths)"""
        both = torch.cat([worker_vector, self.task_vector(features)], -1)
        return self.hidden(both).view(-1, *self.shape).transpose(0, 1)

    def log_C(self, task, worker):
        return self.theta(self.worker_vector(worker),
                          self.features[task]).log_softmax(0)

    def log_likelihood(self, task, worker, label):
        return self.log_C(task, worker)[label, torch.arange(
            len(label), device=label.device)]

    def posterior(self, log_z, votes):
        self.eval()
        self.seen.clear()
        self.predict_all()
        self.features = torch.cat(self.seen)
        return super().posterior(log_z, votes, self.CHUNK)

    @torch.no_grad()
    def worker_score(self, votes):
        """Mean accuracy over the classes, on the tasks a worker saw."""
        pairs = zip(*(long_tensor(ids).to(self.features.device).split(
            self.CHUNK) for ids in (votes.task, votes.worker)))
        accuracy = [self.log_C(task, worker).exp().diagonal(
            dim1=0, dim2=2).mean(-1) for task, worker in pairs]
        return votes.worker_mean(torch.cat(accuracy).double().cpu().numpy())
