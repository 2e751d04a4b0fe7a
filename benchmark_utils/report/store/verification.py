"""Compares two results: a submitted one with a run of ours, or two runs that
should be equal."""
import re

import yaml

from benchmark_utils.catalogue import catalogue
from benchmark_utils.report.store.values import CELL, POINT
from benchmark_utils.scoring import METRICS

# Allowed of a mean over n repetitions; of one of them sqrt(n) times as much.
# Sums in another order change ties; training differs a little from one kind
# of processor to another.
EXACT, TRAINED = .005, .03
# Columns of the objective in which two equal runs may differ.
CHANGING = {"objective_name", "objective_commit", "objective_train_seconds"}


def differences(submitted, again, exact=EXACT, trained=TRAINED):
    """One line for each difference: columns of the objective that one of them
    lacks, points of a cell that ``again`` lacks, another protocol, data or
    seed, and scores that differ by more than ``exact``, or ``trained`` where
    a network was trained or votes were queried. Seconds depend on the machine
    and are not compared."""
    theirs, ours = (rows.set_index(POINT).sort_index()
                    for rows in (submitted, again))
    ours = ours[ours.index.isin(theirs.index)]
    filled = [{column for column in rows.dropna(axis=1, how="all")
               if column.startswith("objective_")} - CHANGING
              for rows in (theirs, ours)]
    lines = [f"{column}: only in the result "
             f"{'as submitted' if column in filled[0] else 'here'}"
             for column in sorted(filled[0] ^ filled[1])] if len(ours) else []
    metrics = [metric for metric in METRICS if metric.better
               and metric.curve is None and metric.column
               in filled[0] & filled[1]]
    solvers = catalogue("solvers")
    for (dataset, solver), said in theirs.groupby(level=CELL):
        place, found = f"{solver} on {dataset}", ours.reindex(said.index)
        here = said.index.isin(ours.index)
        n, lost = (rows.index.unique("idx_rep") for rows in (
            said, said[~here]))
        if len(lost):
            lines.append(f"{place}: {len(n) - len(lost)} of {len(n)} "
                         "repetitions run again")
            continue
        for column in ("objective_protocol", "objective_data_version",
                       "base_seed"):
            lines += [f"{place}: {column} of repetition {point[2]} is {one} "
                      f"as submitted, {other} here" for point, one, other in
                      zip(said.index, said[column], found.get(column, ()))
                      if one != other][:1]
        entry = solvers.get(solver.partition("[")[0])
        aggregates = entry and entry.says.get(
            "setting", "aggregation") == "aggregation"
        for metric in metrics:
            lead = metric.headline
            allowed = exact if aggregates and not (
                lead and lead.trained or metric.name.startswith("test_")
            ) else trained
            lines += _scores(metric, place, said[metric.column],
                             found[metric.column], allowed, len(n))[:1]
    return lines


def _scores(metric, place, said, found, allowed, n):
    """The means of a cell that differ, then the points."""
    by_point = [(f" of repetition {point[2]}", said[point], found[point],
                 allowed * n ** .5) for point in said.index]
    last = [values.groupby(level="idx_rep").nth(-1).mean()
            for values in (said, found)]
    return [f"{place}: {metric.title}{where} is {metric.text(one)} as "
            f"submitted, {metric.text(other)} here"
            for where, one, other, most in [("", *last, allowed), *by_point]
            if (one == one) != (other == other) or abs(one - other) > most]


def unequal(rows, again):
    """One line for each score that differs in two runs of one configuration,
    to the last bit, and for each row that only one of them has. All columns
    of the objective are compared but the clocks and the commit."""
    left, right = rows.set_index(POINT), again.set_index(POINT)
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
    """A configuration for ``benchopt run --config`` of these cells, last ones
    first and in two new processes: a score must not depend on what ran before
    in its process. If the numbers of repetitions differ, each dataset uses
    its own default."""
    seed, = rows["base_seed"].unique()
    config = {"seed": int(seed), "n-jobs": 2}
    for kind in ("dataset", "solver"):
        cells = rows.drop_duplicates(f"{kind}_name")[::-1]
        # benchopt runs names in an order of its own, files as they are given.
        config[kind] = [quoted(file + "".join(name.partition("[")[1:]))
                        for name, file in zip(cells[f"{kind}_name"],
                                              cells[f"file_{kind}"])]
    repetitions = rows.groupby("dataset_name")["idx_rep"].nunique().unique()
    if len(repetitions) == 1:
        config["n-repetitions"] = int(repetitions[0])
    return yaml.safe_dump(config, width=1000)


def quoted(name):
    """benchopt reads ``1to20`` in a name as a number and a word, unless it is
    in quotes."""
    return re.sub(r"=([0-9.]+[A-Za-z_][\w.]*)(?=[,\]])", r"='\1'", name)
