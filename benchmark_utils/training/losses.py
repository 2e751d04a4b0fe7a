"""Losses: soft labels, and the votes themselves seen through confusions.

All take logits (n, K) and the examples' indices and return a scalar. The
network's softmax is taken once; every loss is a true negative log-likelihood
of normalised probabilities.
"""
import numpy as np
import torch
from torch import nn


class SoftLabels(nn.Module):
    """Cross-entropy with soft labels, mean over the batch.

    targets : (n, K); weight : (n,), mean one, default ones.
    """
    def __init__(self, targets, weight=None):
        super().__init__()
        self.register_buffer("targets", float_tensor(targets))
        self.register_buffer(
            "weight", None if weight is None else float_tensor(weight))

    def forward(self, logits, examples):
        loss = -(self.targets[examples] * logits.log_softmax(-1)).sum(-1)
        if self.weight is not None:
            loss = loss * self.weight[examples]
        return loss.mean()


class LabelLikelihood(nn.Module):
    """-log sum_k z_ik P(what is seen of task i | truth k), mean over the
    batch: z is told what the votes say, not what label to take.

    log_likelihood : (n, K), up to a constant per row.
    """
    def __init__(self, log_likelihood):
        super().__init__()
        self.register_buffer("log_likelihood", float_tensor(log_likelihood))

    def forward(self, logits, examples):
        joint = logits.log_softmax(-1) + self.log_likelihood[examples]
        return -joint.logsumexp(-1).mean()


class StackedVotes(nn.Module):
    """Cross-entropy with each vote as an example of its own: (x_i, y_ij)."""
    def __init__(self, votes):
        super().__init__()
        self.register_buffer("task", _long(votes.task))
        self.register_buffer("label", _long(votes.label))

    def rows(self, examples):
        return self.task[examples]

    def forward(self, logits, examples):
        return nn.functional.cross_entropy(logits, self.label[examples])


class VoteLoss(nn.Module):
    """Base: mean over a batch's votes of -log P(vote), examples = tasks.

    P(vote l of worker j on task i) = sum_k z_ik P(l | truth k, j, i), z the
    network's softmax. A child gives ``log_likelihood(task, worker, label)``,
    log P(l | k, j, i), (n_votes, K over truths). ``lr``: Adam's learning rate
    for its parameters.
    """
    def __init__(self, votes, lr):
        super().__init__()
        self.lr = lr
        order = np.argsort(votes.task, kind="stable")
        self.register_buffer("worker", _long(votes.worker[order]))
        self.register_buffer("label", _long(votes.label[order]))
        number = _long(votes.per_task)
        self.register_buffer("number", number)
        self.register_buffer("first", number.cumsum(0) - number)

    def votes_of(self, tasks):
        """Positions of the tasks' votes, and for each its place in tasks."""
        number = self.number[tasks]
        place = torch.repeat_interleave(
            torch.arange(len(tasks), device=tasks.device), number)
        start = (self.first[tasks] - number.cumsum(0) + number)[place]
        return start + torch.arange(len(place), device=tasks.device), place

    def forward(self, logits, examples):
        vote, place = self.votes_of(examples)
        if not len(vote):
            return logits.sum() * 0
        log_p = self.log_probability(
            logits, place, examples[place], self.worker[vote],
            self.label[vote])
        return -log_p.mean() + self.penalty()

    def log_probability(self, logits, place, task, worker, label):
        """log P(vote) of each vote, (n_votes,); logits[place] are its
        task's."""
        log_z = logits.log_softmax(-1)[place]
        return (log_z + self.log_likelihood(task, worker, label)
                ).logsumexp(-1)

    def penalty(self):
        return 0.0

    @torch.no_grad()
    def posterior(self, log_z, votes, chunk=1 << 17):
        """P(truth | input and votes of the task), (n_tasks, K): z_ik times
        the likelihood of the votes."""
        log_posterior = log_z.double()
        device = log_z.device
        for start in range(0, len(votes), chunk):
            task, worker, label = (
                _long(ids[start:start + chunk]).to(device)
                for ids in (votes.task, votes.worker, votes.label))
            log_posterior.index_add_(
                0, task, self.log_likelihood(task, worker, label).double())
        return log_posterior.softmax(-1).cpu().numpy()

    def worker_score(self, votes):
        """Higher = more trustworthy, (n_workers,); None = agreement."""
        return None


class ConfusionMatrices(nn.Module):
    """Row-stochastic matrices, a softmax of their parameters by row.

    At the start each has ``diagonal`` on its diagonal, the rest uniform.
    """
    def __init__(self, n_matrices, n_classes, diagonal):
        super().__init__()
        others = max(n_classes - 1, 1)
        scale = float(np.log(diagonal * others / (1 - diagonal)))
        self.theta = nn.Parameter(
            scale * torch.eye(n_classes).repeat(n_matrices, 1, 1))

    def forward(self):
        return self.theta.softmax(-1)  # (n_matrices, K, K)

    def log_columns(self, matrix, label):
        """log W[matrix, :, label], (n, K over truths)."""
        return self.theta.log_softmax(-1).transpose(1, 2)[matrix, label]


class WorkerConfusions(VoteLoss):
    """P(l | k, j) = W_j[k, l], a row-stochastic matrix per worker.

    ``trace_weight`` times the mean trace of the matrices is added to the
    loss: it pulls them away from the identity, as far as the votes allow.
    """
    def __init__(self, votes, lr, diagonal=.9, trace_weight=0.0):
        super().__init__(votes, lr)
        self.matrices = ConfusionMatrices(
            votes.n_workers, votes.n_classes, diagonal)
        self.trace_weight = trace_weight

    def log_likelihood(self, task, worker, label):
        return self.matrices.log_columns(worker, label)

    def penalty(self):
        if not self.trace_weight:
            return 0.0
        trace = self.matrices().diagonal(dim1=1, dim2=2).sum(-1)
        return self.trace_weight * trace.mean()

    @torch.no_grad()
    def confusions(self):
        """W, (n_workers, K, K), rows = truth."""
        return self.matrices().double().cpu().numpy()

    def worker_score(self, votes):
        """Mean accuracy over the classes; NaN for a worker without votes."""
        score = self.confusions().diagonal(axis1=1, axis2=2).mean(axis=1)
        return np.where(votes.per_worker > 0, score, np.nan)


def float_tensor(array):
    return torch.tensor(np.asarray(array), dtype=torch.get_default_dtype())


def _long(array):
    return torch.tensor(np.asarray(array), dtype=torch.int64)
