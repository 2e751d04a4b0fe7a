"""Is a submitted result what its code gives? Compared with a run of ours."""
import re

import yaml

from benchmark_utils.catalogue import catalogue
from benchmark_utils.scoring import METRICS

CELL = ["dataset_name", "solver_name"]
# Sums in another order move a tie; a network learns a little differently on
# every kind of processor.
EXACT, TRAINED = .005, .03
# Columns of the objective that two runs need not have in common.
CHANGING = {"objective_name", "objective_commit", "objective_train_seconds"}


def differences(submitted, again, exact=EXACT, trained=TRAINED):
    """What does not agree, one line each: repetitions of a cell that were not
    run again, and scores whose means over the repetitions are further apart
    than ``exact``, or ``trained`` where a network was trained or votes were
    bought.

    Seconds are not compared, they are the machine's.
    """
    again = again[again["idx_rep"].isin(submitted["idx_rep"].unique())]
    merits = [metric for metric in METRICS if metric.better
              and metric.curve is None and metric.column in submitted]
    columns = [metric.column for metric in merits]
    ours = _means(again, columns)
    settings = {name: entry.says.get("setting", "aggregation")
             for name, entry in catalogue("solvers").items()}
    lines = []
    there = again.groupby(CELL)["idx_rep"].nunique()
    wanted = submitted.groupby(CELL)["idx_rep"].nunique()
    for (dataset, solver), said in _means(submitted, columns).iterrows():
        cell = dataset, solver
        if there.get(cell, 0) < wanted[cell]:
            lines.append(f"{solver} on {dataset}: {there.get(cell, 0)} of "
                         f"{wanted[cell]} repetitions run again")
            continue
        plain = settings.get(solver.partition("[")[0]) == "aggregation"
        for metric in merits:
            theirs, found = said[metric.column], ours.at[cell, metric.column]
            lead = metric.headline
            allowed = exact if plain and not (
                lead and lead.trained or metric.name.startswith("test_")
            ) else trained
            if (theirs == theirs) != (found == found) or abs(
                    theirs - found) > allowed:
                lines.append(f"{solver} on {dataset}: {metric.title} is "
                             f"{metric.text(theirs)} as submitted, "
                             f"{metric.text(found)} here")
    return lines


def unequal(rows, again):
    """Which scores of two runs of one configuration are not the same to the
    last bit, a line each; all columns of the objective but the clocks and the
    commit. What only one of them holds is a line too."""
    key = [*CELL, "idx_rep", "stop_val"]
    left, right = rows.set_index(key), again.set_index(key)
    lines = [f"{where}: {' '.join(map(str, place))}"
             for where, only in (
                 ("only in the first", left.index.difference(right.index)),
                 ("only in the second", right.index.difference(left.index)))
             for place in only]
    both = left.index.intersection(right.index)
    for column in sorted({*left, *right}):
        if not column.startswith("objective_") or column in CHANGING:
            continue
        one, other = (side.reindex(columns=[column]).loc[both, column]
                      for side in (left, right))
        other_value = (one != other) & ~(one.isna() & other.isna())
        lines += [f"{column}: {' '.join(map(str, place))}: {one[place]}, "
                  f"{other[place]}" for place in both[other_value]]
    return lines


def rerun_config(rows):
    """A configuration for ``benchopt run --config`` of these cells. Where
    datasets were not repeated equally often, each says how often itself."""
    seed, = rows["base_seed"].unique()
    config = dict(
        dataset=[_quoted(name) for name in sorted(
            rows["dataset_name"].unique())],
        solver=sorted(rows["solver_name"].unique()), seed=int(seed))
    repetitions = rows.groupby("dataset_name")["idx_rep"].nunique().unique()
    if len(repetitions) == 1:
        config["n-repetitions"] = int(repetitions[0])
    return yaml.safe_dump(config, width=1000)


def _means(rows, columns):
    last = rows.sort_values("stop_val", kind="stable").groupby(
        [*CELL, "idx_rep"], sort=False).tail(1)
    return last.reindex(columns=[*CELL, *columns]).groupby(CELL).mean()


def _quoted(name):
    """benchopt reads ``1to20`` in a name as a number and a word, unless it is
    in quotes."""
    return re.sub(r"=([0-9.]+[A-Za-z_][\w.]*)(?=[,\]])", r"='\1'", name)
