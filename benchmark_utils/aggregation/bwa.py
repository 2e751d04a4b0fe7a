"""Bayesian weighted average (BWA): each class is a continuous quantity."""
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from benchmark_utils.aggregation.em import fit_em, posterior_settles
from benchmark_utils.aggregation.truths import Truths

REPEATED = ("all", "once")


@dataclass(frozen=True, eq=False)
class BwaFit:
    """x (n_tasks, K): estimates in 0..1. T (n_tasks, K): x with rows divided
    by their sum; these are not probabilities. Rows are NaN without votes.
    precision (n_workers,): harmonic mean of v_jk over the classes; NaN without
    votes. log_posteriors {class: (n_iter,)}: up to a constant, of each class
    that has votes.
    """
    x: np.ndarray
    T: np.ndarray
    precision: np.ndarray
    log_posteriors: dict


def bwa(votes, max_iter=500, a_v=15.0, strength=1.0, repeated="all",
        known_truth=None):
    """Bayesian weighted average (Li et al., WWW 2019), by coordinate ascent.

    For each class k, y_ijk in {0, 1} ~ N(x_ik, 1 / v_jk), x_ik ~ N(mean_k,
    1 / strength), v_jk ~ Gamma(a_v / 2, b_k / 2):
    mean_k = mean_i x_ik; v_jk = (a_v + N_j) / (b_k + sum_i (x_ik -
    y_ijk)^2); x_ik = (strength mean_k + sum_j v_jk y_ijk) / (strength + sum_j
    v_jk). It starts from the vote shares, whose variance sets b_k. Classes do
    not interact, so each is fitted alone.

    Parameters
    ----------
    votes : Votes
    max_iter : int
    a_v, strength : float
        15 and 1 in the paper.
    repeated : one of REPEATED
        Repeated votes of a worker on a task: ``all`` count, as in the other
        methods; ``once``, as in the authors' code: equal votes count once,
        different votes share one v_jk.
    known_truth : see `Truths`
    """
    if repeated == "once":
        vote = (votes.task * votes.n_workers + votes.worker
                ) * votes.n_classes + votes.label
        votes = votes.select(np.unique(vote, return_index=True)[1])
    truths, K = Truths(votes, known_truth), votes.n_classes
    W = sparse.csr_array((np.ones(len(votes)), (votes.task, votes.worker)),
                         shape=(votes.n_tasks, votes.n_workers))
    if repeated == "once":
        W.data[:] = 1
    start = truths.start()
    n_votes = W.sum(axis=0)  # N_j
    spread = W.sum(axis=1) @ (start * (1 - start)) / max(n_votes.sum(), 1)
    # Unanimous votes have no variance; any small number serves.
    b = np.maximum(4 * a_v * (1 - 1 / K) * spread, 1e-9)
    x, variance = np.zeros_like(start), np.zeros(votes.n_workers)
    log_posteriors = {}
    for k in np.flatnonzero(start.any(axis=0)):
        step = OneClass(W, truths, k, a_v, b[k], strength)
        (_, v, _), x[:, k], log_posteriors[int(k)] = fit_em(
            step.m_step, step.e_step, start[:, k], max_iter,
            posterior_settles(1e-8, relative=1e-3))
        variance += 1 / v
    precision = np.divide(K, variance, where=n_votes > 0,
                          out=np.full(votes.n_workers, np.nan))
    x = truths.finish(x)
    return BwaFit(x, x / x.sum(axis=1, keepdims=True), precision,
                  log_posteriors)


class OneClass:
    """The updates for class k; W (n_tasks, n_workers) counts the votes."""

    def __init__(self, W, truths, k, a_v, b, strength):
        votes, self.W, self.truths, self.k = truths.votes, W, truths, k
        of_class = votes.label == k
        self.task, self.worker = votes.task[of_class], votes.worker[of_class]
        self.given = np.bincount(self.worker, minlength=votes.n_workers)
        self.a, self.b, self.strength = a_v + W.sum(axis=0), b, strength

    def m_step(self, x):
        """mean_k, v (n_workers,) and their joint log-posterior with x."""
        agreed = np.bincount(self.worker, x[self.task],
                             minlength=len(self.given))
        # Rounding may bring a difference of large sums below 0.
        squares = np.maximum(self.W.T @ x ** 2 - 2 * agreed + self.given, 0)
        v = self.a / (self.b + squares)
        x = x[self.truths.informed]
        return x.mean(), v, float(
            (self.a * (np.log(v) - 1)).sum()
            - self.strength * ((x - x.mean()) ** 2).sum()) / 2

    def e_step(self, parameters):
        mean, v, value = parameters
        x = (self.strength * mean + np.bincount(
            self.task, v[self.worker], minlength=len(self.truths.informed))
             ) / (self.strength + self.W @ v)
        x[~self.truths.informed] = 0
        if len(self.truths.known):
            x[self.truths.known] = self.truths.classes == self.k
        return x, value
