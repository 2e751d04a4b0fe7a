"""Annot-Mix: mixup of inputs, workers and votes."""
import torch
from torch import nn

from benchmark_utils.training.confusions import WorkerConfusions
from benchmark_utils.training.engine import full_precision
from benchmark_utils.training.losses import long_tensor
from benchmark_utils.training.networks import last_linear


class MixedVotes(WorkerConfusions):
    """Every vote (x_i, j, y_ij) of a batch is mixed with another of the batch.

    With s ~ Beta(alpha, alpha) for each vote, the network sees s x_i +
    (1 - s) x_i', and log C, C the confusion matrix, is the log-softmax of
    s theta_j + (1 - s) theta_j'. The loss of a vote is -s log P(y_ij) -
    (1 - s) log P(y_i'j'). With ``alpha`` = 0, s = 1 and nothing is mixed.
    """
    fewest = 1  # a batch with fewer votes has loss 0

    def __init__(self, votes, lr, alpha):
        super().__init__(votes, lr)
        self.alpha = alpha

    def rows(self, examples):
        self.vote, place = self.votes_of(examples)
        # The network needs an input, even if the batch has no vote.
        return examples[place] if len(place) else examples

    def mix(self, x, examples, network):
        n = len(self.vote)
        if not n:
            return x
        self.share = torch.ones(n, device=x.device)
        if self.alpha:
            self.share = torch.distributions.Beta(
                self.alpha, self.alpha).sample((n,)).to(x.device)
        order = torch.randperm(n, device=x.device)
        self.partner = self.vote[order]
        share = self.share.reshape(-1, *[1] * (x.ndim - 1))
        return share * x + (1 - share) * x[order]

    def forward(self, logits, examples):
        def log_p(log_z, label, place):
            return (log_z + log_C[label, place]).logsumexp(-1)

        if len(self.vote) >= self.fewest:  # (K labels, n, K truths)
            log_C = self.mixed_theta().log_softmax(0)
        return self.mixed(logits, log_p)

    def warm_up(self, logits, examples):
        return self.mixed(
            logits, lambda log_z, label, place: log_z[place, label])

    def mixed(self, logits, log_p):
        """Minus the mean of s log P(y_ij) + (1 - s) log P(y_i'j')."""
        if len(self.vote) < self.fewest:
            return logits.sum() * 0
        log_z = logits.log_softmax(-1)
        place = torch.arange(len(log_z), device=log_z.device)
        log_own, log_other = (log_p(log_z, self.label[vote], place)
                              for vote in (self.vote, self.partner))
        return -(self.share * log_own + (1 - self.share) * log_other).mean()

    def mixed_theta(self):
        share = self.share[:, None]
        return (share * self.matrices.theta[:, self.worker[self.vote]]
                + (1 - share) * self.matrices.theta[
                    :, self.worker[self.partner]])


class MixedVotesOfInputs(MixedVotes):
    """Annot-Mix as published: theta is the output of a network whose inputs
    are the mixed workers' vectors and the classifier's last hidden layer."""
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
        with training.reproducible(1000):
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
        """Accuracy averaged over the classes and the worker's tasks."""
        pairs = zip(*(long_tensor(ids).to(self.features.device).split(
            self.CHUNK) for ids in (votes.task, votes.worker)))
        accuracy = [self.log_C(task, worker).exp().diagonal(
            dim1=0, dim2=2).mean(-1) for task, worker in pairs]
        return votes.worker_mean(torch.cat(accuracy).double().cpu().numpy())
