"""What an online method believes: labels, workers, and the EM between them."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Belief:
    """ybar (n_tasks, K): posterior of the labels. alpha (n_workers, K, K):
    Dirichlet parameters of the workers' confusion rows, rows = truth.
    log_votes (n_tasks, K): log-likelihood of each task's votes.
    """
    ybar: np.ndarray
    alpha: np.ndarray
    log_votes: np.ndarray

    @property
    def wbar(self):
        """Mean confusion matrices, (n_workers, K, K)."""
        return self.alpha / self.alpha.sum(axis=2, keepdims=True)


def identity_prior(n_workers, K, strength=10.0, diagonal=.7):
    """Dirichlet parameters of a worker better than chance, (n_workers, K, K):
    ``strength`` pseudo-votes a row, a share ``diagonal`` of them right."""
    off = strength * (1 - diagonal) / max(K - 1, 1)
    row = np.full((K, K), off)
    np.fill_diagonal(row, strength * diagonal)
    return np.tile(row, (n_workers, 1, 1))


def online_em(votes, prior, log_prior, start=None, max_iter=50, tol=1e-4):
    """Posterior of labels and workers given the votes bought so far.

    M: alpha_j = prior_j + sum_i ybar_i 1[y_ij = l]; E: log ybar_i =
    log_prior_i + sum_j log wbar_j[:, y_ij]. Liao, Kar, Fidler, CVPR 2021.

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
    cell = votes.task * K

    def e_step(alpha):
        log_w = np.log(alpha / alpha.sum(axis=2, keepdims=True))
        each = log_w.transpose(0, 2, 1)[votes.worker, votes.label]
        log_votes = np.bincount(
            (cell[:, None] + np.arange(K)).ravel(), each.ravel(),
            minlength=n_tasks * K).reshape(n_tasks, K)
        log_joint = log_prior + log_votes
        log_joint -= log_joint.max(axis=1, keepdims=True)
        ybar = np.exp(log_joint)
        return ybar / ybar.sum(axis=1, keepdims=True), log_votes

    ybar = e_step(prior)[0] if start is None else start
    row = votes.worker * K + votes.label
    for _ in range(max_iter):
        counts = np.zeros((votes.n_workers * K, K))
        np.add.at(counts, row, ybar[votes.task])
        alpha = prior + counts.reshape(votes.n_workers, K, K).transpose(
            0, 2, 1)
        before = ybar
        ybar, log_votes = e_step(alpha)
        if np.abs(ybar - before).max() < tol:
            break
    return Belief(ybar, alpha, log_votes)
