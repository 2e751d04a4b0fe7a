"""How sure is a difference? Intervals of 95%, tests at 5%.

The browser draws the same signs (page/stats.js), so that its groups are these.
"""
import numpy as np
from scipy import stats

LEVEL = .95
DRAWS = 2000  # of tasks, for an interval
SIGNS = 1999  # patterns of signs, where there are too many to try them all
SEED = 0
MOST_EXACT = 12  # units of which all patterns are tried
# Units that the usual spread of all comparisons counts for, in that of each:
# of 0 to 8, what tells most on 6 to 15 crowds of equal and unequal spreads.
MODERATION = 2
SAME = 1e-9


def student(values):
    """Mean of values, one per unit, and its interval by Student's t; NaN for
    the ends below three units."""
    values = np.asarray(values, float)
    mean, n = float(values.mean()), len(values)
    if n < 3:
        return mean, np.nan, np.nan
    if np.ptp(values) < SAME:
        return mean, mean, mean
    low, high = stats.ttest_1samp(values, 0).confidence_interval(LEVEL)
    return mean, float(low), float(high)


def median_interval(values):
    """Median of values, one per unit, and the order statistics that hold that
    of all units with `LEVEL`; NaN for the ends below six units."""
    ordered = np.sort(np.asarray(values, float))
    n = len(ordered)
    # P(fewer than k of n on one side) is at most half of what is left.
    k = int(stats.binom.ppf((1 - LEVEL) / 2, n, .5)) - 1
    if n < 6:
        return float(np.median(ordered)), np.nan, np.nan
    return float(np.median(ordered)), ordered[k], ordered[n - 1 - k]


def redraws(n, n_draws=DRAWS, seed=SEED, chunk=250):
    """How often each of n units is drawn when n are drawn with replacement:
    (at most chunk, n) float32 arrays, ``n_draws`` rows in all."""
    rng = np.random.default_rng(seed)
    for start in range(0, n_draws, chunk):
        rows = min(chunk, n_draws - start)
        drawn = rng.integers(n, size=(rows, n)) + n * np.arange(rows)[:, None]
        yield np.bincount(drawn.ravel(), minlength=rows * n).reshape(
            rows, n).astype(np.float32)


def interval(estimate, draws, per_repetition, share_kept=1.0):
    """Interval of a difference on fixed votes: its units are drawn anew, and
    so are the repetitions, which show what training or buying adds.

    estimate : the difference. draws : the same with the units drawn anew,
    (n_draws,). per_repetition : the difference in each repetition.
    share_kept : of the units that there are, those that ``draws`` saw: more
    of them vary less.
    """
    deviation = (draws - draws.mean()) * np.sqrt(share_kept)
    residual = np.asarray(per_repetition, float)
    residual = residual - residual.mean()
    n = len(residual)
    if n > 1 and np.ptp(residual) > SAME:
        rng = np.random.default_rng(SEED)
        chosen = rng.integers(n, size=(len(draws), n))
        # Residuals of n vary less than what they are residuals of.
        deviation = deviation + residual[chosen].mean(axis=1) * np.sqrt(
            n / (n - 1))
    low, high = np.quantile(deviation, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(estimate + low), float(estimate + high)


# --- comparisons of many, all at once ---------------------------------------

def told_apart(table, counts=None):
    """Which columns differ, all pairs at once: adjusted p values, (S, S).

    ``table`` (n, S): one value for each unit (a crowd, a task, a repetition)
    and method. counts : (n,) how often each row stands in the table, where
    rows repeat.
    """
    table = np.asarray(table, float)
    first, second = np.triu_indices(table.shape[1], 1)
    p = np.ones((table.shape[1],) * 2)
    p[first, second] = p[second, first] = adjusted(
        table[:, first] - table[:, second], counts)
    return p


def told_from(table, base):
    """Which columns differ from the column ``base``: adjusted p values, (S,),
    1 for itself. A family of their own: S - 1 questions, not S (S - 1) / 2.
    """
    table = np.asarray(table, float)
    others = np.arange(table.shape[1]) != base
    p = np.ones(len(others))
    p[others] = adjusted(table[:, others] - table[:, [base]])
    return p


def adjusted(difference, counts=None):
    """p value of each column of ``difference`` (n, m), a comparison of two
    methods over n units, adjusted for there being m of them.

    If two methods are alike, the difference of each unit might as well have
    the other sign. Signs are drawn for the units, the same for all columns,
    and |mean_c| / s_c is compared with the largest one under drawn signs of
    this column and of those that look smaller (step-down maxT): in 5% of the
    tables without a difference anything is told, whatever s_c is, if signs do
    not change it. s_c^2 = (n q_c + d q) / (n + d), q_c the mean square of
    column c, q the columns' median, d = `MODERATION`: with few units a column
    whose values are alike by chance would set the bar for all others.

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


def groups(p, order):
    """Group of each of the methods ``order``, best first, by the p values of
    `told_apart`: the first opens group 1, the next one that is told from it
    opens group 2, and so on. Inside a group the order means nothing."""
    places, leader, group = [], None, 0
    for method in order:
        if leader is None or is_told(p[leader, method]):
            leader, group = method, group + 1
        places.append(group)
    return places


def is_told(p):
    return p <= 1 - LEVEL + SAME


def words(start, n, seed=SEED):
    """Numbers start, start + 1, ... of a stream of uint32, (n,): mulberry32
    as a counter, which a browser can follow exactly."""
    with np.errstate(over="ignore"):
        a = np.uint32(seed) + (np.arange(
            start + 1, start + n + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5))
        t = (a ^ (a >> 15)) * (a | np.uint32(1))
        t ^= t + (t ^ (t >> 7)) * (t | np.uint32(61))
        return t ^ (t >> 14)


def _patterns(n, counts):
    """Signs of the units, in chunks of rows; sums of signs where a row of the
    table stands for several units. The first pattern is all +."""
    if counts is not None:
        rng = np.random.default_rng(SEED)
        yield np.asarray(counts, float)[None]
        for start in range(0, SIGNS, 100):
            rows = min(100, SIGNS - start)
            yield 2. * rng.binomial(counts, .5, size=(rows, n)) - counts
        return
    if n <= MOST_EXACT:
        # Unit 0 is +: the other half of the patterns are these, negated.
        bits = np.arange(2 ** (n - 1))[:, None] >> np.arange(n - 1) & 1
        yield np.concatenate([np.ones((len(bits), 1)), 1. - 2 * bits], axis=1)
        return
    yield np.ones((1, n))
    drawn = words(0, SIGNS * n).reshape(SIGNS, n)
    for start in range(0, SIGNS, 500):
        yield 1. - 2 * (drawn[start:start + 500] >> 31)
