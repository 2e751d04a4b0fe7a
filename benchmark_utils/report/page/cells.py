"""The cells of the page: a method on a dataset; and pairs of methods."""
from string import ascii_lowercase, ascii_uppercase, digits

import numpy as np

from benchmark_utils.report.comparison.gains import gains
from benchmark_utils.report.results.runs import CLOCKS, censored_median
from benchmark_utils.scoring import METRICS
from benchmark_utils.scoring.curves import COST

DIGITS = ascii_uppercase + ascii_lowercase + digits + "+/"


def compared(runs, points, crowds, methods, sources, columns):
    """``cells`` and ``pairs`` of the page's data."""
    place = {source["file"]: i for i, source in enumerate(sources)}
    cells, pairs, means = [], {}, _means(runs, columns)
    clocks = [columns.index(clock) for clock in CLOCKS]
    for name, own in runs.groupby("dataset", sort=False):
        crowd, its_points = crowds[name], points[points["dataset"] == name]
        gained = {metric.headline.id: gains(
            metric, own, its_points, crowd["same"]) for metric in METRICS
            if metric.headline and metric.column in own and (
                metric.headline.trained or not crowd["exchangeable"])}
        for solver, rows in own.groupby("solver", sort=False):
            every = means[name, solver]
            cell = dict(d=crowd["id"], m=methods[solver]["id"], n=len(rows),
                        s=[every[i] for i in clocks], all=_cut(every),
                        by=place[rows["run"].iloc[0]])
            for measure, (found, _) in gained.items():
                if solver in found:
                    cell[measure] = _gain(found[solver])
            if crowd["buy"]:
                cell.update(_bought(rows))
            cells.append(cell)
        pairs[crowd["id"]] = {measure: [
            [methods[solver]["id"] for solver in found], "".join(map(
                _two_digits, between[np.tril_indices(len(found), -1)]))]
            for measure, (found, between) in gained.items()
            if between is not None and len(found) > 1}
    return dict(cells=cells, pairs=pairs)


def _two_digits(half):
    if np.isnan(half):
        return "  "
    return "".join(DIGITS[i] for i in divmod(
        min(round(float(half) * 5000), 4095), 64))


def _gain(gain):
    numbers = [gain.score, gain.gain, gain.low, gain.high]
    return [rounded(100 * number, 2) for number in numbers] + [gain.how]


def _bought(rows):
    """Cost per task, and the votes needed for the goal of a learning curve."""
    found = dict(cost=rounded(rows[COST].mean(), 4))
    for metric in METRICS:
        if metric.curve and metric.censored and metric.column in rows:
            values = rows[metric.column][rows["bought"]]
            if len(values):
                found["to95"] = [rounded(censored_median(values), 3),
                                 int(values.notna().sum()), len(values)]
    return found


def _means(runs, columns):
    """{(dataset, solver): mean of each column}, medians for censored scores;
    None for missing values."""
    by = runs.reindex(columns=["dataset", "solver", *(
        metric.column for metric in columns)]).groupby(
            ["dataset", "solver"], sort=False)
    table = by.mean()
    for metric in columns:
        if metric.censored:
            median = by[metric.column].agg(censored_median)
            table[metric.column] = median.where(table[metric.column].notna())
    return {key: [None if not np.isfinite(mean) else float(f"{mean:.4g}")
                  for mean in row]
            for key, row in zip(table.index, table.to_numpy(float))}


def _cut(values):
    """The list without missing values at its end."""
    known = [i for i, value in enumerate(values) if value is not None]
    return values[:max(known, default=-1) + 1]


def rounded(value, digits):
    """A number for JSON, whole ones without a point; None if not finite."""
    value = float(value)
    if not np.isfinite(value):
        return None
    value = round(value, digits)
    return int(value) if value == int(value) else value
