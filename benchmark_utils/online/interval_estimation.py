"""Upper confidence limits of the workers' agreement with the majority."""
import numpy as np
from scipy.stats import t


def upper_limits(votes, level=.975):
    """Upper limit of the mean reward of each worker, (n_workers,).

    The reward of a vote is 1 if it agrees with the majority of its task's
    votes, 1/m if m classes tie for it, and 0 otherwise. UI_j = m_j +
    t_{level, n_j - 1} s_j / sqrt(n_j), over the n_j rewards of worker j and
    two more, 0 and 1, so that every worker has a variance. Donmez, Carbonell,
    Schneider, KDD 2009.
    """
    reward = votes.majority()[votes.task, votes.label]
    n, total, squares = (
        start + np.bincount(votes.worker, value, minlength=votes.n_workers)
        for start, value in ((2, np.ones(len(votes))), (1, reward),
                             (1, reward ** 2)))
    mean = total / n
    variance = np.maximum(squares - n * mean ** 2, 0) / (n - 1)
    return mean + t.ppf(level, n - 1) * np.sqrt(variance / n)
