"""The table of each dataset: means over repetitions, best methods marked."""
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from benchmark_utils.report.comparison.tests import (
    is_significant,
    pairwise_p_values,
)
from benchmark_utils.report.results.runs import (
    CLOCKS,
    censored_median,
    shown_metrics,
)
from benchmark_utils.report.results.settings import settings_of


@dataclass(frozen=True)
class Cell:
    """mean : over n repetitions; for censored scores the median, infinite if
    most runs never reached the goal. missing : number of runs that did not
    reach it. sd : standard deviation over repetitions, NaN for one. top : not
    significantly different from the best mean, while others are."""
    mean: float
    sd: float
    n: int
    missing: int = 0
    top: bool = False

    def text(self, metric, spread=False):
        if not self.n:
            return "-"
        if self.missing:
            never = f"never in {self.missing} of {self.n}"
            return never if not np.isfinite(self.mean) else (
                f"{metric.text(self.mean)}, {never}")
        text = metric.text(self.mean)
        spread = spread and metric.better and metric.text(self.sd)
        if spread and spread != metric.text(0) and self.n > 1:
            text += f" ± {spread}"
        return text


def cells(runs, metric, entries=None):
    """{(dataset, solver): `Cell`} of one metric. ``entries``: `settings_of`
    the runs, computed once for several metrics."""
    table = {}
    entries = settings_of(runs) if entries is None else entries
    # Ten times faster than with the hundred columns that are not read.
    own = runs[[name for name in _columns(metric) if name in runs]]
    for dataset, rows in own.groupby("dataset", sort=False):
        own = {solver: _cell(part, metric)
               for solver, part in rows.groupby("solver", sort=False)}
        entry = entries.get(dataset)
        for solver in may_be_best(rows, metric, entry) if entry else ():
            own[solver] = replace(own[solver], top=True)
        table.update({(dataset, solver): cell for solver, cell in own.items()})
    return table


def tables(runs):
    """[(metric, its `cells`)] of all metrics that have a value."""
    entries = settings_of(runs)
    return [(metric, cells(runs, metric, entries))
            for metric in shown_metrics(runs)]


def _columns(metric):
    outcomes = metric.headline and metric.headline.outcomes
    return ["dataset", "solver", "idx_rep", "bought", metric.column,
            *([outcomes.column] if outcomes else [])]


def _cell(rows, metric):
    values = rows[metric.column]
    known = values.dropna()
    if metric.censored and _applies(rows):
        return Cell(censored_median(values), float(known.std()), len(values),
                    int(values.isna().sum()))
    return Cell(float(known.mean()), float(known.std()), len(known))


def _applies(rows):
    """Only methods that query votes step by step have a curve, and with it
    scores that may be censored."""
    return rows["bought"].any()


def may_be_best(rows, metric, entry):
    """The solvers that do not differ significantly from the best mean on a
    dataset. Empty if no solver differs, or if methods paid different costs.

    The test is `pairwise_p_values`, over tasks if all repetitions have the
    same tasks, else over repetitions. ``entry``: of the dataset, from
    `settings_of`.
    """
    if (not metric.better or metric in CLOCKS or metric.censored
            or entry["buy"] and metric.curve is None):
        return []
    table, counts = (_by_unit(rows, metric) if entry["same"]
                     else _by_repetition(rows, metric))
    if table is None or table.shape[1] < 2:
        return []
    values = table.to_numpy() * metric.better
    p = pairwise_p_values(values, counts)
    best = np.average(values, axis=0, weights=counts).argmax()
    worse = is_significant(p[best])
    return table.columns[~worse].tolist() if worse.any() else []


def _by_repetition(rows, metric):
    table = rows.pivot_table(index="idx_rep", columns="solver", sort=False,
                             values=metric.column, aggfunc="mean")
    return table.dropna(axis=1), None


def _by_unit(rows, metric):
    """Outcomes of each task or test example, averaged over repetitions: the
    distinct rows, and how often each occurs."""
    outcomes = metric.headline and metric.headline.outcomes
    if not outcomes or metric.curve or outcomes.column not in rows:
        return None, None
    own = {}
    for solver, part in rows.groupby("solver", sort=False):
        texts = [text for text in part[outcomes.column]
                 if isinstance(text, str)]
        read = [outcomes.read(text)[0] for text in texts]
        if read and read[0].shape[1] == 1:
            own[solver] = np.mean(read, axis=0)[:, 0]
    if len({len(column) for column in own.values()}) != 1:
        return None, None
    alike, counts = np.unique(np.array([*own.values()]).T, axis=0,
                              return_counts=True)
    return pd.DataFrame(alike, columns=[*own]), counts
