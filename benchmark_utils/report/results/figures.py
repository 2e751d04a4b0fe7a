"""The numbers of the plots of benchopt's page (``plots/``) and of ours. Each
function returns {(dataset, solver): ...}."""
import json

import numpy as np

from benchmark_utils.report.results.curves import artefacts, run_curves
from benchmark_utils.scoring.curves import RECOVERY

GRID = 41  # points of a mean curve


def mean_points(runs, x, y):
    """Means over repetitions of two columns: (x, y). Solvers without one of
    them are left out."""
    if x not in runs or y not in runs:
        return {}
    means = runs.groupby(["dataset", "solver"], sort=False)[[x, y]].mean()
    return {key: (float(row[x]), float(row[y]))
            for key, row in means.dropna().iterrows()}


def mean_curves(points, column=RECOVERY):
    """Mean of a column by cost per task: (cost, mean, sd), arrays. A run keeps
    its last value until the end of the budget. A method that gets all votes at
    once has a single point."""
    if column not in points:
        return {}
    runs = {}
    for key, curve in run_curves(points[points[column].notna()],
                                 column).items():
        runs.setdefault(key[:2], []).append(curve)
    end = {}
    for (dataset, _), own in runs.items():
        end[dataset] = max(end.get(dataset, 0),
                           *(curve.cost[-1] for curve in own))
    curves = {}
    for (dataset, solver), own in runs.items():
        if all(len(curve.cost) == 1 for curve in own):
            grid = np.array([np.mean([curve.cost[0] for curve in own])])
            values = np.array([curve.recovery for curve in own])
        else:
            grid = np.linspace(0, end[dataset], GRID)
            values = np.array([np.interp(grid, curve.cost, curve.recovery)
                               for curve in own])
        curves[dataset, solver] = grid, values.mean(axis=0), _sd(values)
    return curves


def _sd(values):
    """Standard deviation over rows, 0 for a single row."""
    return (values.std(axis=0, ddof=1) if len(values) > 1
            else np.zeros(values.shape[1]))


def subsampled_curves(runs, levels, column=RECOVERY):
    """Mean of a column by votes per task of subsampled datasets: (votes per
    task, mean, sd). ``levels``: {dataset: dataset with all votes}, see
    `settings.levels`."""
    curves = {}
    part = runs[runs["dataset"].isin(levels) & runs[column].notna()]
    for (crowd, solver), own in part.groupby(
            [part["dataset"].map(levels), "solver"], sort=False):
        table = own.groupby("dataset")[
            ["objective_votes_per_task", column]].agg(["mean", "std"])
        table = table.sort_values([("objective_votes_per_task", "mean")])
        if len(table) > 1:
            curves[crowd, solver] = (
                table["objective_votes_per_task", "mean"].to_numpy(),
                table[column, "mean"].to_numpy(),
                table[column, "std"].fillna(0).to_numpy())
    return curves


def reliability_curves(runs, column="objective_test_reliability"):
    """Accuracy by confidence in the bins with predictions, all repetitions
    together: (confidence, accuracy, n)."""
    if column not in runs:
        return {}
    known = runs[runs[column].notna() & (runs[column] != "")]
    curves = {}
    for key, texts in known.groupby(["dataset", "solver"], sort=False)[
            column]:
        tables = [json.loads(text) for text in texts]
        n, confidence, right = (
            np.sum([table[name] for table in tables], axis=0)
            for name in ("n", "confidence", "right"))
        held = n > 0
        curves[key] = (confidence[held] / n[held], right[held] / n[held],
                       n[held])
    return curves


def worker_values(runs):
    """For each repetition ``score``, ``n_votes`` and, if known,
    ``leave_one_out`` and ``spammer``, lists over the workers."""
    return _artefacts(runs, "worker_values")


def worst_tasks(runs):
    """The lowest-scored tasks in the first repetition that has any, see
    `scoring.examples`."""
    return {key: shown[0]
            for key, shown in _artefacts(runs, "worst_tasks").items()}


def _artefacts(runs, name):
    found = {}
    for row in runs.sort_values("idx_rep", kind="stable").itertuples():
        shown = artefacts(row).get(name)
        if shown:
            found.setdefault((row.dataset, row.solver), []).append(shown)
    return found
