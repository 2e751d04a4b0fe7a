"""Confidence intervals of 95% and tests at the 5% level.

The page draws the same signs (page/js/stats.js).
"""
import numpy as np
from scipy import stats

LEVEL = .95
DRAWS = 2000  # bootstrap samples of an interval
SIGNS = 1999  # random sign patterns, where there are too many to try them all
SEED = 0
MOST_EXACT = 12  # up to so many units all sign patterns are tried
# Weight of the median variance of all comparisons in the variance of each, as
# a number of units. Of 0 to 8 this gave the highest power on 6 to 15 datasets
# with equal and with unequal variances.
MODERATION = 2
SAME = 1e-9


def student(values):
    """Mean of values, one per unit, and its interval by Student's t. The
    interval is NaN for fewer than three units."""
    values = np.asarray(values, float)
    mean, n = float(values.mean()), len(values)
    if n < 3:
        return mean, np.nan, np.nan
    if np.ptp(values) < SAME:
        return mean, mean, mean
    low, high = stats.ttest_1samp(values, 0).confidence_interval(LEVEL)
    return mean, float(low), float(high)


def median_interval(values):
    """Median of values, one per unit, and its distribution-free interval from
    order statistics. The interval is NaN for fewer than six units."""
    ordered = np.sort(np.asarray(values, float))
    n = len(ordered)
    # P(fewer than k of n on one side) is at most half of 1 - LEVEL.
    k = int(stats.binom.ppf((1 - LEVEL) / 2, n, .5)) - 1
    if n < 6:
        return float(np.median(ordered)), np.nan, np.nan
    return float(np.median(ordered)), ordered[k], ordered[n - 1 - k]


def redraws(n, n_draws=DRAWS, seed=SEED, chunk=250):
    """Bootstrap counts: how often each of n units occurs in n draws with
    replacement. Yields float32 arrays of at most ``chunk`` rows and n columns,
    ``n_draws`` rows in all."""
    rng = np.random.default_rng(seed)
    for start in range(0, n_draws, chunk):
        rows = min(chunk, n_draws - start)
        drawn = rng.integers(n, size=(rows, n)) + n * np.arange(rows)[:, None]
        yield np.bincount(drawn.ravel(), minlength=rows * n).reshape(
            rows, n).astype(np.float32)


def interval(estimate, draws, per_repetition, share_kept=1.0):
    """Bootstrap interval of a difference on fixed votes. Units are resampled,
    and repetitions as well, because training and querying vary between them.

    estimate : the difference. draws : the difference in each bootstrap sample
    of the units, (n_draws,). per_repetition : the difference in each
    repetition. share_kept : share of all units that ``draws`` is based on; the
    interval is narrowed accordingly.
    """
    deviation = (draws - draws.mean()) * np.sqrt(share_kept)
    residual = np.asarray(per_repetition, float)
    residual = residual - residual.mean()
    n = len(residual)
    if n > 1 and np.ptp(residual) > SAME:
        rng = np.random.default_rng(SEED)
        chosen = rng.integers(n, size=(len(draws), n))
        # Residuals from the mean of n values have too small a variance.
        deviation = deviation + residual[chosen].mean(axis=1) * np.sqrt(
            n / (n - 1))
    low, high = np.quantile(deviation, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(estimate + low), float(estimate + high)


# --- multiple comparisons ----------------------------------------------------

def pairwise_p_values(table, counts=None):
    """p-values of all pairs of columns, adjusted for multiple testing, (S, S).

    table : (n, S), one value for each unit (a dataset, a task, a repetition)
    and method. counts : (n,) multiplicity of each row, if rows are distinct.
    """
    table = np.asarray(table, float)
    first, second = np.triu_indices(table.shape[1], 1)
    p = np.ones((table.shape[1],) * 2)
    p[first, second] = p[second, first] = adjusted(
        table[:, first] - table[:, second], counts)
    return p


def p_values_vs_baseline(table, base):
    """p-values of all columns against the column ``base``, (S,), 1 for
    itself. They are adjusted for S - 1 comparisons, not for S (S - 1) / 2.
    """
    table = np.asarray(table, float)
    others = np.arange(table.shape[1]) != base
    p = np.ones(len(others))
    p[others] = adjusted(table[:, others] - table[:, [base]])
    return p


def adjusted(difference, counts=None):
    """p-values of m comparisons, adjusted by the step-down maxT method, (m,).
    Column c of ``difference`` (n, m) holds two methods' difference on n units.

    If two methods are equal, each difference is as likely to have the opposite
    sign. Signs of the units are therefore drawn, the same for all columns. The
    statistic |mean_c| / s_c is compared with the largest statistic, under the
    drawn signs, of column c and of the columns with a smaller statistic. Drawn
    signs do not change s_c, so every choice of s_c keeps the level. Here
    s_c^2 = (n q_c + d q) / (n + d): q_c is the mean square of column c, q the
    median of all q_c and d = `MODERATION`. Without d, a column whose values
    are similar by chance would raise the threshold of all others.

    P. Westfall, S. Young. Resampling-based multiple testing. 1993.
    G. Smyth. Linear models and empirical Bayes methods for assessing
    differential expression in microarray experiments. 2004.
    """
    if counts is not None and sum(counts) <= MOST_EXACT:
        difference, counts = np.repeat(difference, counts, axis=0), None
    weight = np.ones(len(difference)) if counts is None else np.asarray(counts)
    n, p = weight.sum(), np.ones(difference.shape[1])
    if not len(p) or not n:
        return p
    square = weight @ difference ** 2 / n
    alike = square < 1e-12
    if alike.all():
        return p
    square = (n * square + MODERATION * np.median(square[~alike])) / (
        n + MODERATION)
    difference = difference / np.where(alike, np.inf, np.sqrt(square))
    seen = np.abs(weight @ difference) / n
    order = np.argsort(seen)
    reached, n_patterns = 0, 0
    for signs in _patterns(len(difference), counts):  # the identity is first
        largest = np.maximum.accumulate(
            np.abs(signs @ difference[:, order]) / n, axis=1)
        reached = reached + (largest >= seen[order] - SAME).sum(axis=0)
        n_patterns += len(signs)
    p[order] = np.maximum.accumulate(reached[::-1])[::-1] / n_patterns
    p[alike] = 1
    return p


def is_significant(p):
    return p <= 1 - LEVEL + SAME


def words(start, n, seed=SEED):
    """Numbers start, start + 1, ... of a stream of uint32, (n,): mulberry32
    as a counter, which JavaScript reproduces exactly."""
    with np.errstate(over="ignore"):
        a = np.uint32(seed) + (np.arange(
            start + 1, start + n + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5))
        t = (a ^ (a >> 15)) * (a | np.uint32(1))
        t ^= t + (t ^ (t >> 7)) * (t | np.uint32(61))
        return t ^ (t >> 14)


def _patterns(n, counts):
    """Signs of the units, in chunks of rows. With ``counts`` they are sums of
    the signs of several units. The first pattern has no negative sign."""
    if counts is not None:
        rng = np.random.default_rng(SEED)
        yield np.asarray(counts, float)[None]
        for start in range(0, SIGNS, 100):
            rows = min(100, SIGNS - start)
            yield 2. * rng.binomial(counts, .5, size=(rows, n)) - counts
        return
    if n <= MOST_EXACT:
        # Unit 0 stays +: a pattern and its negative give the same statistic.
        bits = np.arange(2 ** (n - 1))[:, None] >> np.arange(n - 1) & 1
        yield np.concatenate([np.ones((len(bits), 1)), 1. - 2 * bits], axis=1)
        return
    yield np.ones((1, n))
    drawn = words(0, SIGNS * n).reshape(SIGNS, n)
    for start in range(0, SIGNS, 500):
        yield 1. - 2 * (drawn[start:start + 500] >> 31)
