"""From result files to runs: one row for each dataset, solver and repetition.

Result files can be combined if they do not contradict each other. The store
checks more, see `store.values`.
"""
from pathlib import Path

import numpy as np
import pandas as pd
from benchopt.results import read_results

from benchmark_utils.report.results.curves import add_curve_scores
from benchmark_utils.report.results.names import short_names
from benchmark_utils.scoring import METRICS
from benchmark_utils.scoring.metric import Metric

# Two times: the solver's, and the training of a network on its labels.
CLOCKS = (
    Metric("seconds", "Aggregate (s)", -1, ".2g",
           "time of the solver until it returns labels, including networks "
           "that it trains"),
    Metric("train_seconds", "Train (s)", -1, ".2g",
           "time of the objective to train a network on these labels"),
)
COLUMNS = (*METRICS, *CLOCKS)
RUN = ["dataset_name", "solver_name", "idx_rep"]
# Columns that identify a machine: times of different machines differ.
MACHINE = ("system-processor", "system-cpus", "objective_device",
           "env-OMP_NUM_THREADS")


class Contradiction(ValueError):
    """Result files that disagree on a run."""


def load_results(paths):
    """The rows of one or several result files; ``run`` names the file.

    Raises
    ------
    Contradiction
        If two files contain the same run or the same dataset with different
        seeds or data, or if a file contains a point twice.
    """
    parts = [read_results(path).assign(run=Path(path).stem) for path in paths]
    rows = pd.concat(parts, ignore_index=True)
    refuse_contradictions(rows)
    return rows


def refuse_contradictions(rows):
    """Raise a Contradiction if there is one; ``run`` names the file of a row.
    """
    twice = rows.duplicated([*RUN, "stop_val", "run"])
    if twice.any():
        first = rows[twice].iloc[0]
        raise Contradiction(
            f"{first['run']} contains {_run(first)} twice ({twice.sum()} such "
            "rows)")
    runs = rows.drop_duplicates([*RUN, "run"])
    twice = runs.duplicated(RUN, keep=False)
    if twice.any():
        one, other = runs[twice].sort_values(RUN, kind="stable").iloc[:2].iloc
        raise Contradiction(
            f"{one['run']} and {other['run']} both contain {_run(one)}. Pass "
            "only one of the files, or merge them with benchopt merge")
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
                f"{other['run']} ({other['solver_name']}). These runs cannot "
                "be compared")


def _run(row):
    return (f"{row['solver_name']} on {row['dataset_name']}, repetition "
            f"{row['idx_rep']}")


def points_of(rows):
    """All points of all runs with the columns ``dataset`` and ``solver``
    (short names), ``objective_seconds`` and ``machine``."""
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
    """The scores and times with at least one value; ``main``: only the main
    ones and the times."""
    return [metric for metric in COLUMNS if metric.column in runs
            and runs[metric.column].notna().any()
            and (not main or metric.main or metric in CLOCKS)]


def censored_median(values):
    """The median if NaN means that the goal was never reached: infinite if
    half of the runs did not reach it."""
    values = np.asarray(values, float)
    return float(np.median(np.where(np.isnan(values), np.inf, values)))
