"""Losses that model workers: their base, and scores made by each worker."""
import numpy as np
import torch
from torch import nn

from benchmark_utils.training.losses import long_tensor


class VoteLoss(nn.Module):
    """Mean over a batch's votes of -log P(vote); examples are tasks.

    P(vote l of worker j on task i) = sum_k z_ik P(l | truth k, j, i), z the
    network's softmax. A child gives ``log_likelihood(task, worker, label)``,
    log P(l | k, j, i), (n_votes, K over truths), and may add a ``penalty``.
    Training starts with `warm_up`, see `engine.WARM_UP`.

    Attributes
    ----------
    lr : float or None
        Adam's learning rate for the loss's own parameters. None: the network's
        optimiser and rate.
    per_task : bool
        Sum over the votes of a task, then take the mean over tasks.
    """
    per_task = False

    def __init__(self, votes, lr):
        super().__init__()
        self.lr = lr
        order = np.argsort(votes.task, kind="stable")
        self.register_buffer("worker", long_tensor(votes.worker[order]))
        self.register_buffer("label", long_tensor(votes.label[order]))
        number = long_tensor(votes.per_task)
        self.register_buffer("number", number)
        self.register_buffer("first", number.cumsum(0) - number)

    def votes_of(self, tasks):
        """Positions of the votes on the tasks, and the index in ``tasks`` of
        each vote's task."""
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
        mean = log_p.sum() / len(examples if self.per_task else vote)
        return self.penalty(logits) - mean

    def warm_up(self, logits, examples):
        """Cross-entropy with the shares of a task's votes, weighted by their
        number: the loss if every vote were right, without the penalty."""
        vote, place = self.votes_of(examples)
        if not len(vote):
            return logits.sum() * 0
        return nn.functional.cross_entropy(logits[place], self.label[vote])

    def log_probability(self, logits, place, task, worker, label):
        """log P(vote) of each vote, (n_votes,); logits[place] are those of
        its task."""
        log_z = logits.log_softmax(-1).index_select(0, place)
        return (log_z + self.log_likelihood(task, worker, label)
                ).logsumexp(-1)

    def penalty(self, logits):
        """A term added to the loss of a batch."""
        return 0.0

    @torch.no_grad()
    def posterior(self, log_z, votes, chunk=1 << 17):
        """P(truth | input and votes of the task), (n_tasks, K): z_ik times
        the likelihood of the votes."""
        log_posterior = log_z.to(torch.float64, copy=True)
        device = log_z.device
        for start in range(0, len(votes), chunk):
            task, worker, label = (
                long_tensor(ids[start:start + chunk]).to(device)
                for ids in (votes.task, votes.worker, votes.label))
            log_posterior.index_add_(
                0, task, self.log_likelihood(task, worker, label).double())
        return log_posterior.softmax(-1).cpu().numpy()

    def worker_score(self, votes):
        """Higher = more reliable, (n_workers,). None: the solver uses
        agreement."""
        return None


class WorkerScores(VoteLoss):
    """Base class: P(vote) = softmax(scores). A child gives ``scores(logits,
    place, task, worker)``, (n_votes, K); logits[place] are those of the votes'
    tasks.

    The model has no likelihood of votes given a truth, so the posterior is the
    network's prediction. Training starts with the scores, as published.
    """
    warm_up = None

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
