"""From the rows of a result file to means, spreads, bests and ranks."""
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from benchopt.results import read_results
from scipy import stats

from benchmark_utils.report.curves import add_efficiency


@dataclass(frozen=True)
class Metric:
    """A column of the result file as a reader sees it.

    better : +1 = high is good, -1 = low is good, 0 = a fact, not a merit.
    main : shown with its spread even where room is short.
    """
    column: str
    title: str
    better: int
    format: str
    help: str
    main: bool = False

    def text(self, value):
        return "-" if pd.isna(value) else format(value, self.format)

    def spread(self, cell):
        """Standard deviation over repetitions, empty where there is none."""
        if pd.isna(cell.sd) or cell.sd == 0 or not self.better:
            return ""
        return self.text(cell.sd)


METRICS = (
    Metric("objective_label_recovery", "Recovery", 1, ".3f",
           "share of tasks whose best label is the truth; ties in "
           "expectation", main=True),
    Metric("objective_macro_f1", "Macro F1", 1, ".3f",
           "F1 averaged over the classes"),
    Metric("objective_recovery_top2", "Top 2", 1, ".3f",
           "share of tasks whose truth is among the two best labels"),
    Metric("objective_test_accuracy", "Test accuracy", 1, ".3f",
           "accuracy of the network trained from these labels", main=True),
    Metric("objective_test_ece", "Test ECE", -1, ".3f",
           "calibration error of that network: 15 bins, whole test set",
           main=True),
    Metric("objective_test_nll", "Test NLL", -1, ".3f",
           "its negative log-likelihood, nats"),
    Metric("objective_test_brier", "Test Brier", -1, ".3f",
           "its squared error summed over classes, 0 to 2"),
    Metric("objective_budget_auc", "Budget AUC", 1, ".3f",
           "area under recovery against votes bought, over the budget",
           main=True),
    Metric("objective_votes_to_95", "Votes to 95%", -1, ".2f",
           "cost per task, in votes, at which recovery reaches .95"),
    Metric("label_efficiency_mv", "MV pays", 1, ".2f",
           "times the votes that this curve needs for MV's recovery; 0 = "
           "never got there"),
    Metric("label_efficiency_linear", "LinearLearner pays", 1, ".2f",
           "times the votes that this curve needs for the recovery of random "
           "assignment with the learner lean"),
    Metric("objective_finished_share", "Finished", 0, ".3f",
           "share of the tasks that need no more votes"),
    Metric("objective_finished_precision", "Finished right", 1, ".3f",
           "recovery among the finished tasks"),
    Metric("objective_worker_auc", "Worker AUC", 1, ".3f",
           "does the worker score tell spammers from the rest"),
    Metric("objective_task_auc", "Task AUC", 1, ".3f",
           "does the task score tell wrong or ambiguous tasks"),
    Metric("objective_importance_corr", "Right workers", 1, ".3f",
           "rank correlation of the votes that a policy bought of a worker "
           "with what the worker knows of the classes that the network gets "
           "wrong"),
    Metric("objective_votes_per_task", "Votes/task", 0, ".3g",
           "votes bought per task"),
    Metric("objective_cost_per_task", "Cost/task", 0, ".3g",
           "what they cost, experts included; a vote of mean price is 1"),
    Metric("objective_relabelled_accuracy", "ReaL accuracy", 1, ".3f",
           "share of test images whose prediction is one of their labels"),
    Metric("objective_relabelled_top5", "ReaL top 5", 1, ".3f",
           "share whose main label is among the five best predictions"),
    Metric("objective_set_quality", "Label sets", 1, ".3f",
           "mean Jaccard index of the tasks' label sets with the true ones"),
    Metric("objective_manual_quality", "Manual sets", 0, ".3f",
           "the same for an expert alone on every task"),
    Metric("objective_multi_label_share", "Multi-label", 0, ".3f",
           "share of the tasks with more than one label"),
    Metric("objective_labels_saved", "Expert saved", 0, ".3f",
           "1 - tasks that the expert answered / tasks"),
    Metric("objective_sets_per_task", "Sets bought", 0, ".3g",
           "label sets that annotators gave, per task"),
    Metric("objective_leave_one_out_corr", "Worth corr.", 1, ".3f",
           "Spearman's correlation of the worker score with how much the test "
           "loss rises when the worker is left out"),
    Metric("objective_alpha", "Alpha", 0, ".3f",
           "Krippendorff's alpha of the votes: 1 = all agree, 0 = by chance"),
    Metric("total_time", "Time (s)", -1, ".2g",
           "the solver and, where a network is trained, the training"),
)
BY_TITLE = {metric.title: metric for metric in METRICS}
# A mean this close to the best one is the best too: rounding, not merit.
TIE = 1e-9


def load_results(paths):
    """The rows of one or several result files; ``run`` names the file."""
    return pd.concat([read_results(path).assign(run=Path(path).stem)
                      for path in paths], ignore_index=True)


def load_runs(paths):
    """`prepare_runs` of result files."""
    return prepare_runs(load_results(paths))


def prepare_runs(df, every_point=False):
    """The last point of each run, or all points of its curve.

    Adds ``dataset`` and ``solver``, names short enough to read,
    ``total_time`` in seconds, ``machine``, what they were taken on, and to
    last points what `efficiency` says.
    """
    keys = ["dataset_name", "solver_name", "idx_rep"]
    points = df.sort_index().reset_index(drop=True)
    points["dataset"] = _short_names(points, "dataset")
    points["solver"] = _short_names(points, "solver")
    points["total_time"] = points["time"]
    if "objective_train_seconds" in points:
        points["total_time"] += points["objective_train_seconds"].fillna(0)
    points["machine"] = _machines(points)
    if every_point:
        return points
    runs = points.sort_values("stop_val", kind="stable").groupby(
        keys, sort=False).tail(1).sort_index().reset_index(drop=True)
    return add_efficiency(runs, points)


# Seconds compare on one machine only: which columns tell them apart.
MACHINE = ("system-processor", "system-cpus", "objective_device",
           "env-OMP_NUM_THREADS")


def _machines(runs):
    columns = [column for column in MACHINE if column in runs]
    return runs[columns].fillna("").astype(str).agg(", ".join, axis=1) if (
        columns) else ""


def _short_names(runs, kind):
    """``DS[max_iter=100,smoothing=0.0]`` -> ``DS``, with as few parameters as
    tell the variants in these results apart: one if that does, else those
    in which a variant differs from most."""
    full = runs[f"{kind}_name"]
    base = full.str.partition("[")[0]
    short = base.copy()
    prefix = f"p_{kind}_"
    for name, rows in runs.groupby(base):
        variants = rows.drop_duplicates(f"{kind}_name")
        columns = [column for column in runs if column.startswith(prefix)
                   and variants[column].astype(str).nunique() > 1]
        if not columns:
            continue
        alone = [column for column in columns
                 if variants[column].astype(str).nunique() == len(variants)]
        # One parameter if that is enough, the one with the shortest names.
        choices = [_variant_names(name, prefix, variants, some)
                   for some in ([column] for column in alone)
                   ] or [_differences(name, prefix, variants, columns)]
        names = dict(zip(variants[f"{kind}_name"], min(
            choices, key=lambda names: sum(map(len, names)))))
        short[rows.index] = full[rows.index].map(names)
    return short


def _differences(name, prefix, variants, columns):
    """Each variant by the parameters in which it is not as most are."""
    usual = {column: variants[column].map(_plain).mode()[0]
             for column in columns}
    names = []
    for _, variant in variants.iterrows():
        own = [f"{column.removeprefix(prefix)}={_plain(variant[column])}"
               for column in columns
               if _plain(variant[column]) != usual[column]]
        names.append(f"{name} ({', '.join(own)})" if own else name)
    return names


def _variant_names(name, prefix, variants, columns):
    return [f"{name} (" + ", ".join(
        f"{column.removeprefix(prefix)}={_plain(variant[column])}"
        for column in columns) + ")" for _, variant in variants.iterrows()]


def _plain(value):
    """Integers turn into floats in a column with gaps."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def shown_metrics(runs):
    """The metrics that these results have at least one value of."""
    return [metric for metric in METRICS if metric.column in runs
            and runs[metric.column].notna().any()]


@dataclass(frozen=True)
class Cell:
    """One metric of one solver on one dataset over its repetitions.

    sd : standard deviation between repetitions, NaN for one repetition.
    best : nobody has a better mean. close : the 95% interval of the paired
    difference to the best mean holds 0, so these repetitions do not tell
    the two apart. Seconds of several machines have no best.
    """
    mean: float
    sd: float
    n: int
    best: bool = False
    close: bool = False


def cells(runs, metric):
    """{(dataset, solver): Cell} of one metric."""
    table = {}
    for dataset, rows in runs.groupby("dataset", sort=False):
        by_rep = rows.pivot_table(index="idx_rep", columns="solver",
                                  values=metric.column, dropna=False,
                                  aggfunc="mean", sort=False)
        means = by_rep.mean()
        merit = means * metric.better
        comparable = (metric.column != "total_time"
                      or rows["machine"].nunique() == 1)
        top = merit.max() if metric.better and comparable else np.nan
        best = merit.idxmax() if top == top else None
        for solver in by_rep:
            values = by_rep[solver].dropna()
            is_best = bool(merit[solver] >= top - TIE)
            table[dataset, solver] = Cell(
                mean=float(means[solver]), sd=float(values.std()),
                n=len(values), best=is_best,
                close=best is not None and not is_best and zero_in_interval(
                    by_rep[best] - by_rep[solver]))
    return table


def paired_interval(difference, level=.95):
    """Student interval of the mean of paired differences, NaN left out."""
    difference = np.asarray(difference, float)
    difference = difference[~np.isnan(difference)]
    n = len(difference)
    if n < 2:
        return np.nan, np.nan
    half = (stats.t.ppf((1 + level) / 2, n - 1)
            * difference.std(ddof=1) / np.sqrt(n))
    return difference.mean() - half, difference.mean() + half


def zero_in_interval(difference):
    low, high = paired_interval(difference)
    return bool(low <= 0 <= high)


def mean_points(runs, x, y):
    """Per dataset and solver, the means of two columns and the standard
    deviations of both; where either is empty, the solver is left out."""
    both = runs.groupby(["dataset", "solver"], sort=False)[[x, y]]
    mean, sd = both.mean(), both.std().fillna(0)
    return pd.DataFrame(dict(x=mean[x], y=mean[y], x_sd=sd[x], y_sd=sd[y])
                        ).dropna(subset=["x", "y"])


def budget_curves(points, column):
    """Means of a column against what was paid per task, in votes.

    ``points``: `prepare_runs` with every point. Returns {(dataset, solver):
    (cost per task, mean, sd)}; a run that ended early keeps its last value.
    A method that buys everything at once has a single point.
    """
    curves, x = {}, "objective_cost_per_task"
    if column not in points or x not in points:
        return curves
    sold = points[points[x].notna() & points[column].notna()]
    for dataset, rows in sold.groupby("dataset", sort=False):
        grid = np.linspace(0, rows[x].max(), 41)
        for solver, own in rows.groupby("solver", sort=False):
            runs = [run.sort_values(x) for _, run in own.groupby("idx_rep")]
            if all(len(run) == 1 for run in runs):
                curves[dataset, solver] = tuple(
                    np.array([value]) for value in (
                        own[x].mean(), own[column].mean(),
                        np.nan_to_num(own[column].std())))
                continue
            values = np.array([np.interp(grid, run[x], run[column])
                               for run in runs])
            sd = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros(
                len(grid))
            curves[dataset, solver] = grid, values.mean(axis=0), sd
    return curves


def reliability_curves(runs):
    """{(dataset, solver): (confidence, accuracy, n)} over the bins that hold
    test predictions, all repetitions together."""
    curves = {}
    if "objective_test_reliability" not in runs:
        return curves
    known = runs[runs["objective_test_reliability"].fillna("") != ""]
    for key, tables in known.groupby(["dataset", "solver"], sort=False)[
            "objective_test_reliability"]:
        tables = [json.loads(table) for table in tables]
        n, confidence, right = (
            np.sum([table[name] for table in tables], axis=0)
            for name in ("n", "confidence", "right"))
        held = n > 0
        curves[key] = (confidence[held] / n[held], right[held] / n[held],
                       n[held])
    return curves


def worker_values(runs):
    """{(dataset, solver): [{score, worth, n_votes, spammer} of each
    repetition]}, lists over the workers, where the worth of workers is known.
    """
    return {key: [json.loads(text) for text in texts]
            for key, texts in _filled(runs, "objective_contributions")}


def worst_tasks(runs):
    """{(dataset, solver): JSON of `task_view.worst_tasks`}, from the first
    repetition that has images."""
    return {key: texts.iloc[0]
            for key, texts in _filled(runs, "objective_worst_tasks")}


def _filled(runs, column):
    """(dataset, solver) and the texts of its repetitions that have any."""
    if column not in runs:
        return []
    filled = runs[~runs[column].fillna("").isin(["", "[]"])]
    filled = filled.sort_values("idx_rep", kind="stable")
    return filled.groupby(["dataset", "solver"], sort=False)[column]


def mean_ranks(runs, metric):
    """Rank of each solver's mean, averaged over the datasets it ran on.

    Ties share their ranks. Returns the ranks (a Series, best first) and the
    means, solvers x datasets.
    """
    means = runs.pivot_table(index="solver", columns="dataset", sort=False,
                             values=metric.column, aggfunc="mean")
    ranks = (means * -(metric.better or 1)).round(9).rank(axis=0)
    return ranks.mean(axis=1).sort_values(kind="stable"), means
