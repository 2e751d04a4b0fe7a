"""From result files to runs: one row for each dataset, solver and repetition.

Files stand side by side only if they do not contradict each other; what may
be published is checked further, see `checks`.
"""
from pathlib import Path

import numpy as np
import pandas as pd
from benchopt.results import read_results

from benchmark_utils.report.results.curves import add_curve_scores
from benchmark_utils.report.results.names import short_names
from benchmark_utils.scoring import METRICS
from benchmark_utils.scoring.metric import Metric

# Two clocks: labels are there after the first.
CLOCKS = (
    Metric("seconds", "Aggregate (s)", -1, ".2g",
           "the solver, until the labels are there; a network that it trains "
           "itself is part of it"),
    Metric("train_seconds", "Train (s)", -1, ".2g",
           "the objective's training of a network on these labels"),
)
COLUMNS = (*METRICS, *CLOCKS)
RUN = ["dataset_name", "solver_name", "idx_rep"]
# Seconds compare on one machine only: which columns tell them apart.
MACHINE = ("system-processor", "system-cpus", "objective_device",
           "env-OMP_NUM_THREADS")


class Contradiction(ValueError):
    """Result files that say two things of one run."""


def load_results(paths):
    """The rows of one or several result files; ``run`` names the file.

    Raises
    ------
    Contradiction
        If two files hold the same run, or the same dataset with another seed
        or other data, or one file holds a point twice.
    """
    parts = [read_results(path).assign(run=Path(path).stem) for path in paths]
    rows = pd.concat(parts, ignore_index=True)
    refuse_contradictions(rows)
    return rows


def refuse_contradictions(rows):
    """Raise a Contradiction in words; ``rows`` have the column ``run``."""
    twice = rows.duplicated([*RUN, "stop_val", "run"])
    if twice.any():
        first = rows[twice].iloc[0]
        raise Contradiction(
            f"{first['run']} holds {_run(first)} twice ({twice.sum()} such "
            "rows)")
    runs = rows.drop_duplicates([*RUN, "run"])
    twice = runs.duplicated(RUN, keep=False)
    if twice.any():
        one, other = runs[twice].sort_values(RUN, kind="stable").iloc[:2].iloc
        raise Contradiction(
            f"{one['run']} and {other['run']} both hold {_run(one)}: name one "
            "of the files, or merge them with benchopt merge")
    for column, keys, what in (
            ("base_seed", ["dataset_name"], "the seed"),
            ("objective_data_version", ["dataset_name", "idx_rep"],
             "the data version")):
        if column not in runs:
            continue
        known = runs[runs[column].notna()].drop_duplicates([*keys, column])
        twice = known.duplicated(keys, keep=False)
        if twice.any():
            one, other = known[twice].sort_values(keys, kind="stable").iloc[
                :2].iloc
            raise Contradiction(
                f"{one['dataset_name']}: {what} is {one[column]} in "
                f"{one['run']} ({one['solver_name']}), {other[column]} in "
                f"{other['run']} ({other['solver_name']}); such runs cannot "
                "be compared")


def _run(row):
    return (f"{row['solver_name']} on {row['dataset_name']}, repetition "
            f"{row['idx_rep']}")


def points_of(rows):
    """All points of all runs, with ``dataset`` and ``solver``, names short
    enough to read; ``objective_seconds``; and ``machine``, what they were
    taken on."""
    points = rows.reset_index(drop=True)
    for kind in ("dataset", "solver"):
        names = short_names(f"{kind}s", points[f"{kind}_name"])
        points[kind] = points[f"{kind}_name"].map(names)
    points["objective_seconds"] = points["time"]
    columns = [column for column in MACHINE if column in points]
    points["machine"] = points[columns].fillna("").astype(str).agg(
        ", ".join, axis=1) if columns else ""
    return points


def runs_of(points):
    """The last point of each run, with the scores of its curve."""
    runs = points.sort_values("stop_val", kind="stable").groupby(
        RUN, sort=False, dropna=False).tail(1).sort_index()
    return add_curve_scores(runs.reset_index(drop=True), points)


def shown_metrics(runs, main=False):
    """The scores and clocks that these runs have at least one value of, or
    the main ones of them."""
    return [metric for metric in COLUMNS if metric.column in runs
            and runs[metric.column].notna().any()
            and (not main or metric.main or metric in CLOCKS)]


def means(runs, metric):
    """Mean over the repetitions, datasets x solvers, in order of appearance.
    Where a censored score is missing from most repetitions it is infinite;
    else their median, a missing one being worse than any."""
    table = runs.pivot_table(
        index="dataset", columns="solver", values=metric.column, sort=False,
        dropna=False, aggfunc=censored_median if metric.censored else "mean")
    return table.reindex(index=runs["dataset"].drop_duplicates(),
                         columns=runs["solver"].drop_duplicates())


def censored_median(values):
    """The median where a NaN stands for never: infinite if half of them
    never got there."""
    values = np.asarray(values, float)
    return float(np.median(np.where(np.isnan(values), np.inf, values)))
