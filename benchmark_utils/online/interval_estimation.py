"""Which workers may be among the best: the upper ends of intervals."""
import numpy as np
from scipy.stats import t


def upper_limits(votes, level=.975):
    """Upper limit of the mean reward of each worker, (n_workers,).

    A vote is rewarded by 1 if it agrees with the majority of its task's
    votes, an equal share of it where several classes tie, else by 0. UI_j =
    m_j + t_{level, n_j - 1} s_j / sqrt(n_j), of these n_j rewards and of one 0
    and one 1 that every worker starts with, so that all have a variance.
    Donmez, Carbonell, Schneider, KDD 2009.
    """
    reward = votes.majority()[votes.task, votes.label]
    n, total, squares = (
        start + np.bincount(votes.worker, value, minlength=votes.n_workers)
        for start, value in ((2, np.ones(len(votes))), (1, reward),
                             (1, reward ** 2)))
    mean = total / n
    variance = np.maximum(squares - n * mean ** 2, 0) / (n - 1)
    return mean + t.ppf(level, n - 1) * np.sqrt(variance / n)
