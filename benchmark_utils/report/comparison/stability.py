"""Would a claim survive other data? What stands beside each p-value.
page/js/stability.js computes the same.

Tables are (n_sources, S): one row for each source of datasets, one column
for each method, improvements over the baseline in percentage points.
"""
from dataclasses import dataclass

import numpy as np
from scipy import stats

from benchmark_utils.report.comparison.tests import (
    LEVEL,
    SEED,
    is_significant,
    p_values_vs_baseline,
    student,
    words,
)

ROBUST = .9  # share of the cases "one source left out" in which it holds
SPLITS = 1000
POWER = .8


@dataclass(frozen=True)
class Stability:
    """A comparison with the baseline, and the same without each source.

    p : of all sources, adjusted for the number of methods. low, high : the
    smallest and the largest p when one source is left out. held : share of
    these cases with p <= .05.
    """
    p: float
    low: float
    high: float
    held: float

    @property
    def significant(self):
        return bool(is_significant(self.p))

    @property
    def robust(self):
        """Significant, and in nine of ten cases with one source left out."""
        return self.significant and self.held >= ROBUST - 1e-9

    @property
    def text(self):
        """``p = .040 (.018 to .310 with one source left out)``"""
        return (f"p = {p_text(self.p)} ({p_text(self.low)} to "
                f"{p_text(self.high)} with one source left out)")


def p_text(p):
    """``.040``, ``1.000``; halves are rounded up, as on the page."""
    return f"{p + 1e-9:.3f}".removeprefix("0")


def stability(table, base):
    """`Stability` of each column against the column ``base``, a list; None
    for the baseline, and for all below three sources."""
    table = np.asarray(table, float)
    n, n_methods = table.shape
    if n < 3:
        return [None] * n_methods
    p = p_values_vs_baseline(table, base)
    without = np.array([p_values_vs_baseline(np.delete(table, i, axis=0), base)
                        for i in range(n)])
    return [None if j == base else Stability(
        float(p[j]), float(without[:, j].min()), float(without[:, j].max()),
        float(is_significant(without[:, j]).mean())) for j in range(n_methods)]


def letters(p, order):
    """Compact letter display: methods that share a letter do not differ
    significantly, and any two that share none do.

    p : (S, S), adjusted p-values of all pairs. order : methods, best first;
    the letter ``a`` goes to a set that holds the first. Returns a list of
    strings in that order.

    H.-P. Piepho. An algorithm for a letter-based representation of
    all-pairwise comparisons. J. Comput. Graph. Stat. 13, 2004.
    """
    order = list(order)
    place = {method: i for i, method in enumerate(order)}
    sets = [frozenset(order)]
    for i, first in enumerate(order):
        for second in order[i + 1:]:
            if not is_significant(p[first, second]):
                continue
            split = []
            for own in sets:  # no set may hold both
                split += [own - {first}, own - {second}] if {
                    first, second} <= own else [own]
            # A set within another one says nothing that the other does not.
            split = list(dict.fromkeys(split))
            sets = [own for own in split
                    if not any(own < other for other in split)]
    sets.sort(key=lambda own: sorted(place[method] for method in own))
    return ["".join(_letter(k) for k, own in enumerate(sets) if method in own)
            for method in order]


def _letter(k):
    """a, b, ..., z, A, ..., Z, then with a number."""
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    turn, place = divmod(k, len(alphabet))
    return alphabet[place] + (str(turn) if turn else "")


def winners_curse(table, n_splits=SPLITS, seed=SEED):
    """What picking the best of many methods costs: the method with the
    largest mean on a random half of the sources is scored on the other half.

    Returns (mean on the half that chose it, mean on the other half), averages
    over ``n_splits``; NaN below four sources. page/js/stability.js draws the
    same halves.
    """
    table = np.asarray(table, float)
    n = len(table)
    if n < 4 or not table.shape[1]:
        return np.nan, np.nan
    found = np.empty((n_splits, 2))
    for i in range(n_splits):
        chosen = np.zeros(n, bool)
        chosen[words(i * n, n, seed).argsort(kind="stable")[:n // 2]] = True
        best = table[chosen].mean(axis=0).argmax()
        found[i] = table[chosen, best].mean(), table[~chosen, best].mean()
    return tuple(found.mean(axis=0).tolist())


def detectable(values, power=POWER):
    """The smallest improvement that as many sources would show to be
    significant in 80% of cases, by Student's t with the spread of ``values``,
    one per source; NaN below three."""
    values = np.asarray(values, float)
    n = len(values)
    if n < 3:
        return np.nan
    spread = values.std(ddof=1)
    if spread < 1e-9:
        return 0.0
    bar = stats.t.ppf((1 + LEVEL) / 2, n - 1)
    # P(T > bar) rises with the noncentrality: bisection.
    low, high = 0.0, 2 * bar + 10
    for _ in range(60):
        middle = (low + high) / 2
        if stats.nct.sf(bar, n - 1, middle) < power:
            low = middle
        else:
            high = middle
    return float(high * spread / np.sqrt(n))


def by_source(improvement, groups):
    """Datasets of one source count once: the mean of each source's.

    improvement : (n_datasets, S). groups : their sources, (n_datasets,).
    Returns (sources in the order of appearance, (n_sources, S))."""
    improvement, groups = np.asarray(improvement, float), np.asarray(groups)
    sources = list(dict.fromkeys(groups.tolist()))
    return sources, np.array([improvement[groups == source].mean(axis=0)
                              for source in sources]).reshape(
        len(sources), -1)


def columns(improvement, groups, seen):
    """Improvements of one method on the datasets that were at hand when
    defaults were chosen, on the others, and on all.

    improvement, groups, seen : (n_datasets,) each. Returns {"seen": (mean,
    low, high, n_sources), "unseen": ..., "all": ..., "shared": sources of
    unseen datasets that seen datasets belong to as well}.
    """
    improvement, groups, seen = map(np.asarray, (improvement, groups, seen))
    seen = seen.astype(bool)
    found = {}
    for name, chosen in dict(seen=seen, unseen=~seen, all=np.full(
            len(seen), True)).items():
        sources, table = by_source(improvement[chosen][:, None],
                                   groups[chosen])
        found[name] = (np.nan, np.nan, np.nan, 0) if not sources else (
            *student(table[:, 0]), len(sources))
    found["shared"] = [source for source in dict.fromkeys(
        groups[~seen].tolist()) if source in set(groups[seen].tolist())]
    return found


# --- language models: tasks and models are both a sample ---------------------

def models_variance(halves, n_models, n_half):
    """Variance that another panel of as many models would give a mean.

    halves : the mean over tasks, refitted on random halves of the models
    without replacement, (n_draws,). Halves of a panel of M vary by
    S^2 (1/m - 1/M), panels of M models by S^2 / M.
    """
    return float(np.var(halves, ddof=1) * n_half / (n_models - n_half))


def with_models(values, variance, n_models, level=LEVEL):
    """Mean of ``values``, one per task, and its interval for other tasks and
    other models: the variances add up, the degrees of freedom by
    Satterthwaite (1946)."""
    values = np.asarray(values, float)
    mean, n = float(values.mean()), len(values)
    if n < 3 or not np.isfinite(variance):
        return mean, np.nan, np.nan
    tasks = values.var(ddof=1) / n
    total = tasks + variance
    if total < 1e-18:
        return mean, mean, mean
    freedom = total ** 2 / (tasks ** 2 / (n - 1)
                            + variance ** 2 / (n_models - 1))
    half = stats.t.ppf((1 + level) / 2, freedom) * np.sqrt(total)
    return mean, float(mean - half), float(mean + half)
