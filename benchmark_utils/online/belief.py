"""The belief of an online method about labels and workers, updated by EM."""
from dataclasses import dataclass

import numpy as np
from scipy.special import softmax


@dataclass(frozen=True, eq=False)
class Belief:
    """label_posterior (n_tasks, K): posterior of the labels. dirichlet
    (n_workers, K, K): Dirichlet parameters of the workers' confusion rows,
    rows = truth. log_votes (n_tasks, K): log-likelihood of each task's votes.
    """
    label_posterior: np.ndarray
    dirichlet: np.ndarray
    log_votes: np.ndarray

    @property
    def mean_confusion(self):
        """Mean confusion matrices, (n_workers, K, K)."""
        return self.dirichlet / self.dirichlet.sum(axis=2, keepdims=True)

    @property
    def risk(self):
        """Probability that the most probable label is wrong, (n_tasks,)."""
        return 1 - self.label_posterior.max(axis=1)


def online_em(votes, prior, log_prior, start=None, leave_out=True,
              max_iter=50, tol=1e-4):
    """Posterior of labels and workers given the votes so far.

    M: alpha_j = prior_j + sum_i ybar_i 1[y_ij = l]; E: log ybar_i =
    log_prior_i + sum_j log wbar_j[:, y_ij]. Liao, Kar, Fidler, CVPR 2021.

    With ``leave_out`` the likelihood of a vote uses the worker's other votes
    only: its own share is subtracted from alpha_j (the zeroth-order collapsed
    approximation of Asuncion et al., UAI 2009). Otherwise each vote raises
    its own likelihood while workers have few votes: with 10 pseudo-votes per
    row and ten classes, a first error has probability .12 instead of .03,
    which reinforces the current belief.

    Parameters
    ----------
    votes : Votes
    prior : (n_workers, K, K) Dirichlet parameters, > 0
    log_prior : (n_tasks, K)
        Log-probabilities of the labels before any vote.
    start : (n_tasks, K), optional
        Initial posterior; default: of workers with the prior confusion.

    Returns
    -------
    Belief
    """
    K, n_tasks = votes.n_classes, votes.n_tasks
    cell = (votes.task[:, None] * K + np.arange(K)).ravel()
    row = votes.worker * K + votes.label

    def e_step(dirichlet, own):
        # (n_votes, K): the vote's entry and row sum under every truth.
        hits = dirichlet.transpose(0, 2, 1)[votes.worker, votes.label]
        total = dirichlet.sum(axis=2)[votes.worker]
        if own is not None:
            hits, total = hits - own, total - own
        log_votes = np.bincount(
            cell, np.log(hits / total).ravel(),
            minlength=n_tasks * K).reshape(n_tasks, K)
        return softmax(log_prior + log_votes, axis=1), log_votes

    posterior = e_step(prior, None)[0] if start is None else start
    for _ in range(max_iter):
        own = posterior[votes.task]
        counts = np.zeros((votes.n_workers * K, K))  # by worker, label; truth
        np.add.at(counts, row, own)
        dirichlet = prior + counts.reshape(votes.n_workers, K, K).transpose(
            0, 2, 1)
        before = posterior
        posterior, log_votes = e_step(dirichlet, own if leave_out else None)
        if np.abs(posterior - before).max() < tol:
            break
    return Belief(posterior, dirichlet, log_votes)
