"""Is a submitted result what its code gives? Compared with a run of ours."""
import re

import yaml

from benchmark_utils.catalogue import catalogue
from benchmark_utils.scoring import METRICS

CELL = ["dataset_name", "solver_name"]
# Sums in another order move a tie; a network learns a little differently on
# every kind of processor.
EXACT, TRAINED = .005, .03


def differences(submitted, again, exact=EXACT, trained=TRAINED):
    """What does not agree, one line each: cells that were not run again, and
    scores whose means over the repetitions are further apart than ``exact``,
    or ``trained`` where a network was trained or votes were bought.

    Seconds are not compared, they are the machine's.
    """
    again = again[again["idx_rep"].isin(submitted["idx_rep"].unique())]
    merits = [metric for metric in METRICS if metric.better
              and metric.curve is None and metric.column in submitted]
    columns = [metric.column for metric in merits]
    ours = _means(again, columns)
    kinds = {name: entry.says.get("kind", "votes")
             for name, entry in catalogue("solvers").items()}
    lines = []
    for (dataset, solver), said in _means(submitted, columns).iterrows():
        if (dataset, solver) not in ours.index:
            lines.append(f"{solver} on {dataset}: not run again")
            continue
        plain = kinds.get(solver.partition("[")[0]) == "votes"
        for metric in merits:
            theirs, found = said[metric.column], ours.at[
                (dataset, solver), metric.column]
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


def rerun_config(rows):
    """A configuration for ``benchopt run --config`` of these cells. Every
    dataset is repeated as often as it says itself."""
    seed, = rows["base_seed"].unique()
    return yaml.safe_dump(dict(
        dataset=[_quoted(name) for name in sorted(
            rows["dataset_name"].unique())],
        solver=sorted(rows["solver_name"].unique()), seed=int(seed)),
        width=1000)


def _means(rows, columns):
    last = rows.sort_values("stop_val", kind="stable").groupby(
        [*CELL, "idx_rep"], sort=False).tail(1)
    return last.reindex(columns=[*CELL, *columns]).groupby(CELL).mean()


def _quoted(name):
    """benchopt reads ``1to20`` in a name as a number and a word, unless it is
    in quotes."""
    return re.sub(r"=([0-9.]+[A-Za-z_][\w.]*)(?=[,\]])", r"='\1'", name)
