"""Compares two results: a submitted one with a run of ours, or two runs that
should be equal."""
import re

import yaml

from benchmark_utils.catalogue import catalogue
from benchmark_utils.scoring import METRICS

CELL = ["dataset_name", "solver_name"]
# Means may differ because sums in another order change ties; training
# differs a little from one kind of processor to another.
EXACT, TRAINED = .005, .03
# Columns of the objective in which two equal runs may differ.
CHANGING = {"objective_name", "objective_commit", "objective_train_seconds"}


def differences(submitted, again, exact=EXACT, trained=TRAINED):
    """One line for each difference: repetitions of a cell that ``again``
    lacks, and scores whose means over the repetitions differ by more than
    ``exact``, or ``trained`` where a network was trained or votes were
    queried. Seconds depend on the machine and are not compared."""
    again = again[again["idx_rep"].isin(submitted["idx_rep"].unique())]
    metrics = [metric for metric in METRICS if metric.better
               and metric.curve is None and metric.column in submitted]
    columns = [metric.column for metric in metrics]
    theirs, ours = _means(submitted, columns), _means(again, columns)
    there, wanted = (rows.groupby(CELL)["idx_rep"].nunique()
                     for rows in (again, submitted))
    solvers = catalogue("solvers")
    lines = []
    for cell, said in theirs.iterrows():
        dataset, solver = cell
        place = f"{solver} on {dataset}"
        if there.get(cell, 0) < wanted[cell]:
            lines.append(f"{place}: {there.get(cell, 0)} of {wanted[cell]} "
                         "repetitions run again")
            continue
        entry = solvers.get(solver.partition("[")[0])
        aggregates = entry and entry.says.get(
            "setting", "aggregation") == "aggregation"
        for metric in metrics:
            lead = metric.headline
            allowed = exact if aggregates and not (
                lead and lead.trained or metric.name.startswith("test_")
            ) else trained
            one, other = said[metric.column], ours.at[cell, metric.column]
            if (one == one) != (other == other) or abs(one - other) > allowed:
                lines.append(f"{place}: {metric.title} is {metric.text(one)} "
                             f"as submitted, {metric.text(other)} here")
    return lines


def unequal(rows, again):
    """One line for each score that differs in two runs of one configuration,
    to the last bit, and for each row that only one of them has. All columns
    of the objective are compared but the clocks and the commit."""
    key = [*CELL, "idx_rep", "stop_val"]
    left, right = rows.set_index(key), again.set_index(key)
    lines = [f"only in the {which}: {' '.join(map(str, place))}"
             for which, one, other in (("first", left, right),
                                       ("second", right, left))
             for place in one.index.difference(other.index)]
    both = left.index.intersection(right.index)
    for column in sorted({*left, *right}):
        if not column.startswith("objective_") or column in CHANGING:
            continue
        one, other = (side.reindex(columns=[column]).loc[both, column]
                      for side in (left, right))
        differs = (one != other) & ~(one.isna() & other.isna())
        lines += [f"{column}: {' '.join(map(str, place))}: {one[place]}, "
                  f"{other[place]}" for place in both[differs]]
    return lines


def rerun_config(rows):
    """A configuration for ``benchopt run --config`` of these cells. If the
    numbers of repetitions differ, each dataset uses its own default."""
    seed, = rows["base_seed"].unique()
    config = dict(
        dataset=[quoted(name) for name in sorted(
            rows["dataset_name"].unique())],
        solver=sorted(rows["solver_name"].unique()), seed=int(seed))
    repetitions = rows.groupby("dataset_name")["idx_rep"].nunique().unique()
    if len(repetitions) == 1:
        config["n-repetitions"] = int(repetitions[0])
    return yaml.safe_dump(config, width=1000)


def _means(rows, columns):
    """Means over repetitions of the last point of each run."""
    last = rows.sort_values("stop_val", kind="stable").groupby(
        [*CELL, "idx_rep"], sort=False).tail(1)
    return last.reindex(columns=[*CELL, *columns]).groupby(CELL).mean()


def quoted(name):
    """benchopt reads ``1to20`` in a name as a number and a word, unless it is
    in quotes."""
    return re.sub(r"=([0-9.]+[A-Za-z_][\w.]*)(?=[,\]])", r"='\1'", name)
