"""Rankings of a complete table: Elo, mean rank, share of wins.

None of them says by how much a method is better; they stand beside the gains.
Tables are (n_crowds, n_methods), higher = better, without gaps.
"""
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import expit

TIE = 1e-9
MIN_CROWDS = 3  # fewer say little of a method, nothing of its spread
ANCHOR = 1000.


@dataclass(frozen=True)
class Ranking:
    """elo : `ANCHOR` for the baseline. rank : 1 = best, ties share theirs.
    won : share of the comparisons won, a tie counts half. Arrays over the
    methods.

    distance : mean ranks that are further apart differ by Nemenyi's test at
    5%, all pairs at once; p_value : Friedman's test that all methods are
    alike. J. Demsar, JMLR 2006.
    """
    elo: np.ndarray
    rank: np.ndarray
    won: np.ndarray
    distance: float
    p_value: float


def ranking(table, baseline):
    """The `Ranking` of a table; ``baseline`` is the column that Elo is
    anchored at. None below `MIN_CROWDS` crowds or two methods."""
    table = np.asarray(table, float)
    n, n_methods = table.shape
    if n < MIN_CROWDS or n_methods < 2:
        return None
    W = wins(table)
    rounded = np.round(table / TIE) * TIE
    ranks = stats.rankdata(-rounded, axis=1).mean(axis=0)
    differ = n_methods > 2 and np.ptp(rounded, axis=1).any()
    return Ranking(
        elo(W, baseline), ranks, W.sum(axis=1) / (n * (n_methods - 1)),
        nemenyi_distance(n_methods, n),
        float(stats.friedmanchisquare(*rounded.T).pvalue) if differ else 1.)


def wins(table):
    """W[i, j]: on how many crowds i beats j, a tie counts half."""
    gap = table[:, :, None] - table[:, None, :]
    W = np.where(np.abs(gap) <= TIE, .5, gap > 0).sum(axis=0)
    np.fill_diagonal(W, 0)
    return W


def elo(W, baseline, n_steps=100):
    """Ratings of a matrix of wins W[i, j], a match per crowd, (S,).

    P(i beats j) = 1 / (1 + 10^((elo_j - elo_i) / 400)), the baseline at
    `ANCHOR`. Every other method has one more match with the baseline, a tie,
    which keeps those finite that always win or always lose. Newton's method
    on the concave likelihood.
    """
    W = np.array(W, float)
    others = np.arange(len(W)) != baseline
    W[others, baseline] += .5
    W[baseline, others] += .5
    played, scored = W + W.T, W.sum(axis=1)
    theta = np.zeros(len(W))
    for _ in range(n_steps):
        p = expit(theta[:, None] - theta)
        gradient = (scored - (played * p).sum(axis=1))[others]
        curvature = -played * p * (1 - p)
        np.fill_diagonal(curvature, -curvature.sum(axis=1))
        step = np.linalg.solve(curvature[np.ix_(others, others)], gradient)
        theta[others] += np.clip(step, -1, 1)  # far away it leaps
        if np.abs(gradient).max() < 1e-9:
            break
    return ANCHOR + 400 / np.log(10) * theta


def nemenyi_distance(n_methods, n_crowds, level=.05):
    q = stats.studentized_range.ppf(
        1 - level, n_methods, np.inf) / np.sqrt(2)
    return float(q * np.sqrt(n_methods * (n_methods + 1) / (6 * n_crowds)))
