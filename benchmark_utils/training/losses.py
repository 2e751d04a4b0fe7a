"""Losses given soft labels, likelihoods of labels, or votes as examples.

All take logits (n, K) and the examples' indices and return a scalar, a
negative log-likelihood of normalised probabilities; softmax is applied once.
`vote_loss` has the losses that model workers.
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
    """-log sum_k z_ik P(observations of task i | truth k), mean over the
    batch.

    log_likelihood : (n, K), up to a constant for each row.
    """
    def __init__(self, log_likelihood):
        super().__init__()
        self.register_buffer("log_likelihood", float_tensor(log_likelihood))

    def forward(self, logits, examples):
        joint = logits.log_softmax(-1) + self.log_likelihood[examples]
        return -joint.logsumexp(-1).mean()


class StackedVotes(nn.Module):
    """Cross-entropy with each vote as one example (x_i, y_ij)."""
    def __init__(self, votes):
        super().__init__()
        self.register_buffer("task", long_tensor(votes.task))
        self.register_buffer("label", long_tensor(votes.label))

    def rows(self, examples):
        return self.task[examples]

    def forward(self, logits, examples):
        return nn.functional.cross_entropy(logits, self.label[examples])


def float_tensor(array):
    return torch.tensor(np.asarray(array), dtype=torch.get_default_dtype())


def long_tensor(array):
    return torch.tensor(np.asarray(array), dtype=torch.int64)
