"""Rows of results as benchopt writes them, for the tests of the report."""
import json

import numpy as np
import pandas as pd

from benchmark_utils.catalogue import catalogue, default_parameters
from benchmark_utils.report.results.runs import points_of, runs_of
from benchmark_utils.scoring import METRICS
from benchmark_utils.scoring.outcomes import pack_credits
from benchmark_utils.scoring.provenance import protocol

SOLVERS = catalogue("solvers")
BY_NAME = {metric.name: metric for metric in METRICS}
RECOVERY, AREA = BY_NAME["label_recovery"], BY_NAME["budget_auc"]
TO_95 = BY_NAME["votes_to_95"]


def full(solver):
    """benchopt's name of a solver with its default parameters."""
    usual = default_parameters(SOLVERS[solver]) if solver in SOLVERS else {}
    said = ",".join(f"{name}={usual[name]}" for name in sorted(usual))
    return f"{solver}[{said}]" if said else solver


def rows(dataset, solver, values, time=1.0, **extra):
    """One row for each repetition with the label accuracies ``values``."""
    base = {"dataset_name": dataset, "solver_name": full(solver),
            "stop_val": 1, "time": time, "base_seed": 0, "run": "here",
            "run_date": "2026-01-02T03:04:05", **extra}
    return [{**base, "idx_rep": i, "objective_label_recovery": value}
            for i, value in enumerate(np.atleast_1d(values))]


def frame(*parts):
    return pd.DataFrame([row for part in parts for row in part])


def bought(dataset, solver, curves, budget=3.0, n_tasks=10, n_classes=2,
           **extra):
    """Points of label acquisition: for each repetition a list of (cost per
    task, label accuracy)."""
    found = []
    for repetition, points in enumerate(curves):
        for step, (cost, recovery) in enumerate(points):
            row, = rows(dataset, solver, [recovery], **extra)
            found.append({
                **row, "idx_rep": repetition, "stop_val": step,
                "objective_cost_per_task": cost, "objective_cost": cost
                * n_tasks, "objective_n_votes": cost * n_tasks,
                "objective_votes_per_task": cost,
                "objective_budget": budget * n_tasks,
                "objective_n_tasks": n_tasks,
                "objective_n_classes": n_classes})
    return found


def recorded(dataset, solver, credits, **extra):
    """Rows of fixed votes: the credit of each task in each repetition."""
    found = []
    for repetition, credit in enumerate(np.atleast_2d(credits)):
        row, = rows(dataset, solver, [np.mean(credit)], **extra)
        found.append({
            **row, "idx_rep": repetition, "objective_n_tasks": len(credit),
            "objective_n_known": len(credit), "objective_n_workers": 5,
            "objective_n_classes": 2, "objective_n_votes": 3 * len(credit),
            "objective_votes_per_task": 3.0,
            "objective_task_credit": pack_credits(credit)})
    return found


def published(solvers, datasets, n=3, **columns):
    """Rows that the store admits. ``columns`` replace the defaults; solvers
    and datasets are (name with parameters, file)."""
    columns.setdefault("objective_protocol", protocol())
    return pd.DataFrame([{
        "dataset_name": dataset, "solver_name": solver, "idx_rep": i,
        "stop_val": 1, "time": .5, "base_seed": 0, "obj_description": "long",
        "objective_name": "Crowdsourced labels", "file_solver": solver_file,
        "file_dataset": dataset_file, "run_date": "2026-01-02T03:04:05",
        "platform": "Linux", "system-processor": "A CPU",
        "objective_label_recovery": .5 + i / 10,
        "objective_data_version": f"{dataset[0]}{i}",
        "objective_commit": "abcdef12", **columns}
        for dataset, dataset_file in datasets
        for solver, solver_file in solvers for i in range(n)])


def prepared(*parts):
    return runs_of(points_of(frame(*parts)))


def shop(**extra):
    """Majority vote gets 3 votes at once. One policy reaches 95% in one of two
    repetitions, at 1.5 votes; another one never does."""
    curve = dict(cost=[0, 1, 2, 3], recovery=[.5, .7, .8, .8])
    return frame(
        bought("A", "MV", [[(3, .8)], [(3, .8)]], final_results=json.dumps(
            dict(majority_curve=curve)), **extra),
        bought("A", "BALD", [[(0, .5), (1, .9), (2, 1.)],
                             [(0, .5), (1, .6), (2, .8)]], **extra),
        bought("A", "RandomAssign", [[(0, .5), (2, .8)], [(0, .5), (3, .8)]],
               **extra))


RTE = "TruthInference[crowd=rte,mode=offline,votes_per_task={}]"
