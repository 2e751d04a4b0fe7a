"""Expectation-maximisation on sparse votes: the loop and Dawid-Skene."""
from dataclasses import dataclass

import numpy as np

from benchmark_utils.aggregation.em import fit_em

# Rows handled at once where a temporary of the size of pi would double the
# memory.
CHUNK = 1 << 16


@dataclass(frozen=True, eq=False)
class DawidSkeneFit:
    """T (n_tasks, K): posterior of the truth, NaN row = no vote.

    pi (n_answers, K): pi[p, k] = probability that the worker of pair p votes
    its label when the truth is k; one row per (worker, label) that occurs.
    rho (K,): prevalence. log_likelihoods (n_iter,): of the votes.
    """
    T: np.ndarray
    pi: np.ndarray
    rho: np.ndarray
    log_likelihoods: np.ndarray


class ConfusionModel:
    """The two steps of every EM with a confusion matrix per worker.

    M: pi^j_kl proportional to sum_i T_ik 1[y_ij = l] + smoothing + pooled
    times the confusion matrix of the whole crowd. E: T_ik proportional to
    prior_ik prod_j pi^j_{k, y_ij}, in logs, where a product of 500 votes
    would underflow. Both are products with the sparse indicator V (n_tasks,
    n_answers): V^T T and V log pi.

    Parameters
    ----------
    votes : Votes
    smoothing : float
        Pseudo-votes in every cell of every worker's confusion matrix.
    pooled : float
        Pseudo-votes in every row of it, spread like the crowd's votes.
    """

    def __init__(self, votes, smoothing=0.0, pooled=0.0):
        self.votes, self.smoothing, self.pooled = votes, smoothing, pooled
        self.V = votes.answer_matrix
        self.voted = votes.per_task > 0
        new = np.diff(votes.answer_worker, prepend=-1) > 0
        self.start = np.flatnonzero(new)  # first pair of each voter
        self.voter = np.cumsum(new) - 1  # (n_answers,)

    def m_step(self, T):
        """log pi (n_answers, K) from the posterior T (n_tasks, K), 0 or NaN in
        the rows without votes."""
        K = self.votes.n_classes
        log_pi = self.V.T @ T  # counts until the log below
        if not len(log_pi):
            return log_pi
        totals = np.add.reduceat(log_pi, self.start, axis=0)
        if self.pooled:
            log_pi += self.pooled * self._crowd(log_pi)[self.votes.answer_label]
            totals += self.pooled
        if self.smoothing:
            log_pi += self.smoothing
            totals += K * self.smoothing
        totals[totals == 0] = 1  # a class this worker never met: 0 / 1
        log_totals = np.log(totals)
        with np.errstate(divide="ignore"):  # log 0 = -inf is meant
            np.log(log_pi, out=log_pi)
        for start in range(0, len(log_pi), CHUNK):
            rows = slice(start, start + CHUNK)
            log_pi[rows] -= log_totals[self.voter[rows]]
        return log_pi

    def _crowd(self, counts):
        """Confusion matrix of all votes together, (K labels, K truths)."""
        K = self.votes.n_classes
        pooled = np.zeros((K, K))
        np.add.at(pooled, self.votes.answer_label, counts)
        return pooled / np.maximum(pooled.sum(axis=0), np.finfo(float).tiny)

    def e_step(self, log_pi, log_prior):
        """Posterior T (n_tasks, K), rows without votes 0, and the
        log-likelihood; log_prior is (K,) or (n_tasks, K)."""
        T = self.V @ log_pi  # logs until the exp below
        T += log_prior
        top = T.max(axis=1, keepdims=True)
        T -= top
        np.exp(T, out=T)
        norm = T.sum(axis=1, keepdims=True)
        T /= norm
        if not self.voted.all():
            T[~self.voted] = 0
        log_norm = np.log(norm) + top
        return T, float(log_norm[self.voted].sum())

    def prevalence(self, T):
        """Share of each class among the tasks with votes, (K,)."""
        n_voted = self.voted.sum()
        if not n_voted:
            return np.full(self.votes.n_classes, 1 / self.votes.n_classes)
        return T.sum(axis=0) / n_voted


def dawid_skene(votes, max_iter=100, tol=1e-6, smoothing=0.0):
    """Dawid and Skene (1979) by EM, from the vote shares.

    See `ConfusionModel` for the steps; the prior of a class is its
    prevalence rho, the mean of T. The log-likelihood is the true one,
    sum_i log sum_k rho_k prod_j pi^j_{k, y_ij}.

    Parameters
    ----------
    votes : Votes
    max_iter, tol : see `fit_em`
    smoothing : see `ConfusionModel`
    """
    model = ConfusionModel(votes, smoothing)

    def m_step(T):
        with np.errstate(divide="ignore"):
            return model.m_step(T), np.log(model.prevalence(T))

    start = votes.shares()
    start[~model.voted] = 0
    (log_pi, log_rho), T, log_likelihoods = fit_em(
        m_step, lambda parameters: model.e_step(*parameters), start,
        max_iter, tol)
    T[~model.voted] = np.nan
    return DawidSkeneFit(T, np.exp(log_pi, out=log_pi), np.exp(log_rho),
                         log_likelihoods)


def accuracies(votes, fit):
    """pi^j_kk of every worker and class, 0 for a label that the worker never
    gave. (n_workers, K)
    """
    diagonal = np.zeros((votes.n_workers, votes.n_classes))
    pair = np.arange(len(votes.answer_worker))
    diagonal[votes.answer_worker, votes.answer_label] = fit.pi[
        pair, votes.answer_label]
    return diagonal


def spammer_score(votes, fit):
    """Distance of each worker's confusion matrix to rank one, (n_workers,).

    s_j = 1 / (R (R - 1)) sum_{k < k'} ||pi^j_k - pi^j_k'||^2 over the R
    classes that the worker met (all K in the paper: with few votes per
    worker the other rows are unknown, not equal). 0 = the vote does not
    depend on the truth, a spammer; 1 = always right. NaN when fewer than two
    classes were met. Raykar and Yu, JMLR 2012, eq. 8.
    """
    K, n_workers = votes.n_classes, votes.n_workers
    met = np.zeros((n_workers, K))
    squares = np.zeros(n_workers)
    starts = np.flatnonzero(np.diff(votes.answer_worker, prepend=-1))
    if len(starts):
        voter = votes.answer_worker[starts]
        # Rows of pi that a class reaches sum to one over the labels.
        met[voter] = np.add.reduceat(fit.pi, starts, axis=0) > .5
        # sum_{k<k'} (a_k - a_k')^2 = R sum_k a_k^2 - (sum_k a_k)^2
        R = met.sum(axis=1)[votes.answer_worker]
        spread = (R * np.einsum("pk,pk->p", fit.pi, fit.pi)
                  - fit.pi.sum(axis=1) ** 2)
        squares[voter] = np.add.reduceat(spread, starts)
    R = met.sum(axis=1)
    return np.divide(squares, R * (R - 1), where=R > 1,
                     out=np.full(n_workers, np.nan))
