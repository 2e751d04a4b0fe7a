"""Improvement over the baseline on one dataset, with its 95% interval.

If all repetitions have the same tasks, tasks or test examples are resampled:
repetitions on the same votes vary only by training and querying. If each
repetition draws its own tasks and workers, the interval is Student's t over
repetitions.
"""
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from benchmark_utils.report.comparison.tests import (
    LEVEL,
    interval,
    redraws,
    student,
)
from benchmark_utils.report.results.curves import run_curves
from benchmark_utils.scoring.curves import RECOVERY
from benchmark_utils.scoring.outcomes import unpack_credits

REPETITIONS, NOTHING = "r", "n"


@dataclass(frozen=True)
class Gain:
    """score : mean over repetitions. gain : mean improvement over the baseline
    on the same repetitions, positive if better, with its 95% interval; NaN if
    unknown. how : resampling unit, t = tasks, e = test examples, r =
    repetitions, n = none."""
    score: float
    gain: float = np.nan
    low: float = np.nan
    high: float = np.nan
    how: str = NOTHING


def gains(metric, runs, points, fixed):
    """{solver: `Gain`} of a metric with a headline, on one dataset, and the
    `margins` of all pairs of solvers, None without the baseline.

    runs : the last points of all solvers. points : all points. fixed : do all
    repetitions have the same tasks?
    """
    known = runs[["solver", "idx_rep", metric.column]].dropna()
    values = {solver: own.set_index("idx_rep")[metric.column]
              for solver, own in known.groupby("solver", sort=False)}
    base = metric.headline.baseline
    if base not in values:
        return {solver: Gain(own.mean())
                for solver, own in values.items()}, None
    if metric.curve is None:
        values = _at_equal_cost(metric, values, points, base)
    drawn = _drawn(metric, runs, points, values) if fixed else {}
    return {solver: _gain(metric, own, values[base], drawn.get(solver),
                          drawn.get(base), fixed, solver == base)
            for solver, own in values.items()}, margins(values, drawn, fixed)


def margins(values, drawn, fixed):
    """(S, S), half the width of the 95% interval of the difference of two
    solvers, in the order of ``values``; NaN if unknown. It is that of their
    improvements, with a normal distribution instead of the percentiles of the
    bootstrap."""
    table = pd.DataFrame(values).to_numpy()  # (n_repetitions, S)
    n, size = table.shape
    spread = (_of_differences(table) / n if n > 1
              else np.zeros((size, size)))
    if not fixed:
        return (stats.t.ppf((1 + LEVEL) / 2, n - 1) * np.sqrt(spread)
                if n > 2 else np.full((size, size), np.nan))
    if not drawn:
        return np.full((size, size), np.nan)
    nothing = np.full_like(next(iter(drawn.values())).draws, np.nan)
    draws = np.stack([drawn[solver].draws if solver in drawn else nothing
                      for solver in values], axis=1)
    share = next(iter(drawn.values())).share_kept
    return stats.norm.ppf((1 + LEVEL) / 2) * np.sqrt(
        share * _of_differences(draws) + spread)


def _of_differences(table):
    """Variances of the differences of all pairs of columns."""
    covariance = np.atleast_2d(np.cov(table, rowvar=False))
    own = np.diag(covariance)
    return np.maximum(own[:, None] + own - 2 * covariance, 0)


def _gain(metric, own, base, drawn, drawn_base, fixed, is_base):
    difference = (own - base).dropna().to_numpy() * metric.better
    if not len(difference):
        return Gain(own.mean())
    gain = difference.mean()
    if fixed and drawn is not None and drawn_base is not None:
        low, high = interval(
            gain, metric.better * (drawn.draws - drawn_base.draws),
            difference, drawn.share_kept)
        return Gain(own.mean(), gain, low, high, metric.headline.outcomes.unit)
    if not fixed and len(difference) > 2:
        return Gain(own.mean(), *student(difference), REPETITIONS)
    if is_base:
        return Gain(own.mean(), 0., 0., 0.)
    return Gain(own.mean(), gain)


def _at_equal_cost(metric, values, points, base):
    """The values, with label accuracies after queries read off the learning
    curve at the baseline's final cost, so that costs are equal."""
    if metric.column != RECOVERY:
        return values
    curves = {key[1:]: curve for key, curve in run_curves(points).items()}
    if not curves:
        return values
    return {solver: pd.Series({
        repetition: curves[solver, repetition].at(
            curves[base, repetition].cost[-1])
        for repetition in own.index.intersection(values[base].index)},
        dtype=float).dropna() for solver, own in values.items()}


@dataclass(frozen=True)
class Drawn:
    """draws : scores of the bootstrap samples, (n_draws,), means over
    repetitions. share_kept : share of all units that a result contains."""
    draws: np.ndarray
    share_kept: float


def _drawn(metric, runs, points, values):
    """{solver: `Drawn`} of the solvers with outcomes of each unit in all
    repetitions. All solvers share the bootstrap samples."""
    outcomes, base = metric.headline.outcomes, metric.headline.baseline
    if outcomes.column not in runs:
        return {}
    tables = _of_curves(metric, points) if metric.curve else {
        (row.solver, row.idx_rep): outcomes.read(getattr(row, outcomes.column))
        for row in runs.itertuples()
        if isinstance(getattr(row, outcomes.column), str)}
    kept = {}  # {solver: its tables}
    for solver, own in values.items():
        keys = [(solver, repetition) for repetition in own.index.intersection(
            values[base].index)]
        if keys and all(key in tables for key in keys):
            kept[solver] = [tables[key] for key in keys]
    sizes = {(len(table), n) for own in kept.values() for table, n in own}
    if len(sizes) != 1:  # repetitions differ in their units
        return {}
    (size, n), = sizes
    stack = np.stack([table for own in kept.values() for table, _ in own],
                     axis=1).astype(np.float32)
    # (n_units, n_runs, p) -> (n_draws, n_runs)
    draws = np.concatenate([outcomes.score(
        (times @ stack.reshape(size, -1)).reshape(
            len(times), *stack.shape[1:]) / size) for times in redraws(size)])
    ends = np.cumsum([len(own) for own in kept.values()])
    return {solver: Drawn(part.mean(axis=1), size / n) for solver, part
            in zip(kept, np.split(draws, ends[:-1], axis=1))}


def _of_curves(metric, points):
    """{(solver, idx_rep): (scores of the curve of each task (n_tasks, 1), n)}
    """
    column = metric.headline.outcomes.column
    known = points[points[column].notna()]
    if not len(known):
        return {}
    n = unpack_credits(known[column].iloc[0])[1]
    curves = run_curves(known, lambda own: np.array(
        [unpack_credits(text)[0] for text in own[column]]))
    return {key[1:]: (metric.curve(curve)[:, None], n)
            for key, curve in curves.items()}
