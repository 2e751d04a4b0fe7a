"""Correlation of the errors of voters, and what it leaves of their number."""
from dataclasses import dataclass

import numpy as np

# A worker with fewer votes on the tasks of a class has no usable error rate.
LEAST_VOTES = 3


@dataclass(frozen=True, eq=False)
class ErrorCorrelation:
    """Sums over all pairs of different voters who met on a task, by their
    kinds: products of residuals and of their standard deviations.

    covariance, variance : (n_tasks, G, G)
    """
    covariance: np.ndarray
    variance: np.ndarray

    def rho(self, weight=None):
        """Correlation of errors between each two kinds, (G, G); NaN where no
        pair met. weight : (n_tasks,), default 1."""
        if weight is None:
            weight = np.ones(len(self.variance))
        over, under = (np.tensordot(weight, part, 1)
                       for part in (self.covariance, self.variance))
        return np.divide(over, under, where=under > 0,
                         out=np.full(under.shape, np.nan))

    def draws(self, n_draws=300, seed=0):
        """`rho` of bootstrap samples of the tasks, (n_draws, G, G)."""
        met = self.variance.any(axis=(1, 2))
        part = ErrorCorrelation(self.covariance[met], self.variance[met])
        n, rng = int(met.sum()), np.random.default_rng(seed)
        return np.array([part.rho(np.bincount(
            rng.integers(n, size=n), minlength=n)) for _ in range(n_draws)]
            ) if n else np.full((n_draws, *self.variance.shape[1:]), np.nan)


def error_correlation(votes, T, kind=None, by_class=True,
                      least_votes=LEAST_VOTES):
    """`ErrorCorrelation` of the voters' errors, given the truth.

    With e_ij = 1[y_ij != z_i] and p_jk the error rate of voter j on its n_jk
    votes on tasks of class k, the residual is r_ij = (e_ij - p_jk)
    sqrt(n / (n - 1)) and its standard deviation s_ij = sqrt(p (1 - p) n /
    (n - 1)), since p is estimated from the same votes. Pairs of voters of
    kinds g and h: sum_i R_ig R_ih - 1[g = h] sum_j r_ij^2, R_ig = sum_{j in
    g} r_ij; the same with s. Linear in the number of votes.

    Parameters
    ----------
    votes : Votes
    T : (n_tasks, K)
        True labels as rows with a 1, or a posterior, whose classes then count
        by their weight; NaN or 0 rows are left out.
    kind : (n_workers,) ints in 0..G-1, default all 0
    by_class : bool
        Error rates by class, which removes what confusion matrices explain,
        or one for each voter.
    least_votes : int
        Voters with fewer votes on the tasks of a class are left out there.
    """
    kind = np.zeros(votes.n_workers, int) if kind is None else kind
    T, K = np.nan_to_num(T), votes.n_classes
    G = int(kind.max(initial=0)) + 1
    parts = []  # votes on tasks that may be of class k, for each k
    n, errors = np.zeros((2, votes.n_workers, K))
    for k in range(K):
        at = np.flatnonzero(T[votes.task, k])
        weight, wrong = T[votes.task[at], k], votes.label[at] != k
        n[:, k], errors[:, k] = (
            np.bincount(votes.worker[at], part, minlength=votes.n_workers)
            for part in (weight, weight * wrong))
        parts.append((at, wrong))
    if not by_class:
        n[:], errors[:] = (part.sum(axis=1, keepdims=True)
                           for part in (n, errors))
    enough = n >= least_votes
    p = np.divide(errors, n, where=enough, out=np.zeros(n.shape))
    scale = np.sqrt(np.divide(n, n - 1, where=enough, out=np.zeros(n.shape)))
    s = np.sqrt(p * (1 - p)) * scale
    covariance, variance = np.zeros((2, votes.n_tasks, G, G))
    for k, (at, wrong) in enumerate(parts):
        worker = votes.worker[at]
        pair, first, of_vote = np.unique(
            votes.task[at] * votes.n_workers + worker, return_index=True,
            return_inverse=True)
        task, group = votes.task[at][first], kind[worker[first]]
        for total, value in ((covariance,
                              (wrong - p[worker, k]) * scale[worker, k]),
                             (variance, s[worker, k])):
            value = np.bincount(of_vote, value, minlength=len(pair))
            sums = np.bincount(task * G + group, value, votes.n_tasks * G
                               ).reshape(-1, G)
            products = sums[:, :, None] * sums[:, None]
            products[:, range(G), range(G)] -= np.bincount(
                task * G + group, value ** 2, votes.n_tasks * G
            ).reshape(-1, G)
            total += T[:, k, None, None] * products
    return ErrorCorrelation(covariance, variance)


def effective_votes(n, rho):
    """Number of independent votes whose mean errs as little as that of the
    votes on a task, with equal and with the best weights: two numbers.

    A_gg = rho_gg + (1 - rho_gg) / n_g and A_gh = rho_gh, clipped to [0, 1]:
    (sum n)^2 / (n' A n) and 1' A^-1 1; for one kind n / (1 + (n - 1) rho)
    (Kish, Survey Sampling, 1965, 8.2). It is about the variance of a mean, not
    about the accuracy of labels.

    Parameters
    ----------
    n : (G,)
        Mean number of votes per task of each kind.
    rho : (..., G, G)
        Correlation of errors; NaN, unknown, gives NaN.
    """
    n, rho = np.asarray(n, float), np.clip(rho, 0, 1)
    there = n > 0
    n, A = n[there], rho[..., there, :][..., there].copy()
    own = np.arange(len(n))
    # One vote has no other of its kind: its correlation does not matter.
    diagonal = np.where(n <= 1, 0, A[..., own, own])
    A[..., own, own] = diagonal + (1 - diagonal) / n
    equal = n.sum() ** 2 / np.einsum("g,...gh,h->...", n, A, n)
    one = np.ones((*A.shape[:-1], 1))
    best = np.linalg.solve(A, one).sum(axis=(-2, -1))
    return equal, best


def one_hot(truth, n_classes):
    """Rows with a 1 at the true class, (n_tasks, K); 0 rows where ``truth``
    (n_tasks,) is negative."""
    return (np.asarray(truth)[:, None] == np.arange(n_classes)).astype(float)
