"""The datasets of results, and which of them contain subsampled votes."""
import json

import numpy as np
import pandas as pd

from benchmark_utils.catalogue import catalogue
from benchmark_utils.report.results.names import dataset_entry, parameters_of
from benchmark_utils.scoring.curves import COST

CROWDS = {"human": "human-annotated", "llm": "LLM-annotated",
          "mixed": "human- and LLM-annotated", "simulated": "simulated"}
MIN_CROWDS = 3  # for an interval over datasets


def settings_of(runs):
    """{short name: entry of ``datasets``, see data.py}, without subsampled
    votes and upper bounds."""
    return {name: entry for name, entry in _all(runs) if entry["ranked"]}


def levels(runs):
    """{short name: short name of the dataset with all votes}, for recorded
    datasets with subsampled votes, and for those with all votes."""
    found, whole = {}, {}
    entries = dict(_all(runs))
    for name, entry in entries.items():
        base, own = parameters_of(entry["full"])
        kept = own.pop("votes_per_task", "every")
        key = base, *sorted(own.items())
        if kept == "every" and entry["crowd"] != "simulated":
            whole[key] = name
        found[name] = key
    found = {name: whole[key] for name, key in found.items() if key in whole}
    parts = {crowd for name, crowd in found.items() if name != crowd}
    return {name: crowd for name, crowd in found.items() if crowd in parts}


def default_crowds(entries):
    """{fixed, buy: {crowd}}: the first source of labels with enough datasets
    for intervals. The page starts with it and not with a mixture."""
    def first(buy):
        source_groups = {kind: {entry["source_group"] for entry in entries
                           if entry["crowd"] == kind and entry["buy"] == buy}
                    for kind in CROWDS}
        return next((kind for kind in CROWDS
                     if len(source_groups[kind]) >= MIN_CROWDS), "")
    return {"fixed": {"crowd": first(False)}, "buy": {"crowd": first(True)}}


def _all(runs):
    """(short name, entry)"""
    known = catalogue("datasets")
    for name, own in runs.groupby("dataset", sort=False):
        full = own["dataset_name"].iloc[0]
        entry = dataset_entry(full, name, known.get(full.partition("[")[0]))
        yield name, {**entry, **_numbers(own, entry["crowd"])}


def _numbers(own, crowd):
    """Properties of a dataset, from the run with most votes: runs that query
    votes know a part of it only."""
    def value(column, digits=3):
        number = row.get(f"objective_{column}", np.nan)
        return None if pd.isna(number) else round(float(number), digits)

    def count(column):
        number = value(column)
        return None if number is None else int(number)

    votes = own.get("objective_n_votes", pd.Series(0, own.index)).fillna(0)
    row = own.loc[votes.idxmax()]
    tasks, known, reps = (count("n_tasks"), count("n_known"),
                          int(own["idx_rep"].nunique()))
    versions = own.drop_duplicates("idx_rep").get(
        "objective_data_version", pd.Series(dtype=str))
    return dict(
        buy=bool(COST in own and own[COST].notna().any()), reps=reps,
        same=bool(crowd != "simulated"
                  or reps > 1 and len(versions) and versions.nunique() == 1),
        tasks=tasks, workers=count("n_workers"), classes=count("n_classes"),
        votes=count("n_votes"), vpt=value("votes_per_task"),
        accuracy=value("worker_accuracy"),
        spread=[value("worker_accuracy_p05"), value("worker_accuracy_p95")],
        alpha=value("krippendorff_alpha"), repeated=count("n_repeated"),
        errors=json.loads(errors) if isinstance(
            errors := row.get("objective_error_correlation"), str) else None,
        truth_share=round(known / tasks, 4) if tasks and known else None)

