"""What an online method believes: labels, workers, and the EM between them."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Belief:
    """label_posterior (n_tasks, K): posterior of the labels. dirichlet (n_workers, K, K):
    Dirichlet parameters of the workers' confusion rows, rows = truth.
    log_votes (n_tasks, K): log-likelihood of each task's votes.
    """
    label_posterior: np.ndarray
    dirichlet: np.ndarray
    log_votes: np.ndarray

    @property
    def mean_confusion(self):
        """Mean confusion matrices, (n_workers, K, K)."""
        return self.dirichlet / self.dirichlet.sum(axis=2, keepdims=True)


def identity_prior(n_workers, K, strength=10.0, diagonal=.7):
    """Dirichlet parameters of a worker better than chance, (n_workers, K, K):
    ``strength`` pseudo-votes a row, a share ``diagonal`` of them right."""
    off = strength * (1 - diagonal) / max(K - 1, 1)
    row = np.full((K, K), off)
    np.fill_diagonal(row, strength * diagonal)
    return np.tile(row, (n_workers, 1, 1))


def gold_prior(kind, gold, strength=10.0):
    """Dirichlet parameters from what gold questions say of the workers.

    Parameters
    ----------
    kind : ``class``, ``worker`` or ``both``
        ``class``: one matrix for all workers, a row per class. ``worker``:
        one accuracy for each worker, the same in all classes, errors uniform.
        ``both``: each worker's own matrix, from the own answers and, as prior,
        those of the others. Liao, Kar, Fidler, CVPR 2021, compare these.
    gold : (n_workers, K, K)
        Answers counted, rows = truth.
    strength : float
        Pseudo-votes in each row, to which ``both`` adds the own answers; a
        worker right in 70% weighs as much among the answers.
    """
    n_workers, K, _ = gold.shape
    start = identity_prior(n_workers, K, strength)
    if kind != "worker":
        rows = start + gold.sum(axis=0)
        if kind == "both":
            rows = rows - gold  # what the others say
        rows = rows * (strength / rows.sum(axis=2, keepdims=True))
        return rows + gold if kind == "both" else rows
    right = gold.trace(axis1=1, axis2=2) + start[0, 0, 0]
    accuracy = right / (gold.sum(axis=(1, 2)) + strength)
    return np.stack([identity_prior(1, K, strength, a)[0] for a in accuracy])


def online_em(votes, prior, log_prior, start=None, leave_out=True,
              max_iter=50, tol=1e-4):
    """Posterior of labels and workers given the votes bought so far.

    M: alpha_j = prior_j + sum_i ybar_i 1[y_ij = l]; E: log ybar_i =
    log_prior_i + sum_j log wbar_j[:, y_ij]. Liao, Kar, Fidler, CVPR 2021.

    With ``leave_out`` a vote is judged by what the worker's other votes say
    of the worker: its own share is taken out of alpha_j (the zeroth-order
    collapsed approximation of Asuncion et al., UAI 2009). Else, while workers
    have few votes, each vote vouches for itself: a row of 10 pseudo-votes
    gives a first error in ten classes probability .12 instead of .03, and
    what is believed already is believed the more.

    Parameters
    ----------
    votes : Votes
    prior : (n_workers, K, K) Dirichlet parameters, > 0
    log_prior : (n_tasks, K)
        Log-probabilities of the labels before any vote.
    start : (n_tasks, K), optional
        Posterior to start from; default, from the prior's workers.
    """
    K, n_tasks = votes.n_classes, votes.n_tasks
    cell = (votes.task[:, None] * K + np.arange(K)).ravel()
    row = votes.worker * K + votes.label

    def e_step(dirichlet, own):
        hits = dirichlet.transpose(0, 2, 1)[votes.worker, votes.label]
        total = dirichlet.sum(axis=2)[votes.worker]
        if own is not None:
            hits, total = hits - own, total - own
        log_votes = np.bincount(
            cell, np.log(hits / total).ravel(),
            minlength=n_tasks * K).reshape(n_tasks, K)
        log_joint = log_prior + log_votes
        log_joint -= log_joint.max(axis=1, keepdims=True)
        label_posterior = np.exp(log_joint)
        return label_posterior / label_posterior.sum(axis=1, keepdims=True), log_votes

    label_posterior = e_step(prior, None)[0] if start is None else start
    for _ in range(max_iter):
        own = label_posterior[votes.task]
        counts = np.zeros((votes.n_workers * K, K))
        np.add.at(counts, row, own)
        dirichlet = prior + counts.reshape(votes.n_workers, K, K).transpose(
            0, 2, 1)
        before = label_posterior
        label_posterior, log_votes = e_step(dirichlet, own if leave_out else None)
        if np.abs(label_posterior - before).max() < tol:
            break
    return Belief(label_posterior, dirichlet, log_votes)
