"""What must hold of a `Problem`, said in words where it does not."""
from dataclasses import fields

import numpy as np

from benchmark_utils.checks import (
    check_array,
    check_distributions,
    check_range,
)
from benchmark_utils.votes import UNVOTED, Votes

ORACLE = {"confusion", "recorded", "budget", "cap", "cost", "latency",
          "seconds_budget", "expert_price"}
LABEL_SET_ORACLE = {"annotators", "expert", "visibility", "budget"}
PLURAL = {"task": "tasks", "worker": "workers", "class": "classes"}


def check_crowd(problem):
    """There is a truth, and votes or an oracle; returns n_tasks, n_workers
    and n_classes."""
    truth, oracle = problem.ground_truth, problem.oracle
    for name in ("oracle", "label_set_oracle"):
        spec = getattr(problem, name)
        if spec is not None and not isinstance(spec, dict):
            raise ValueError(f"{name} is a {type(spec).__name__}, a dict is "
                             "needed")
    if truth is None:
        raise ValueError("a dataset gives ground_truth, -1 = unknown")
    if (problem.votes is None) == (oracle is None):
        raise ValueError("a dataset gives either votes or an oracle")
    check_array("ground_truth", truth, (None,), "iu")
    crowd = problem.votes
    if oracle is not None:
        if (oracle.get("confusion") is None) == (
                oracle.get("recorded") is None):
            raise ValueError("oracle: either confusion, matrices of workers "
                             "to simulate, or recorded votes are needed")
        crowd = oracle.get("recorded")
    if crowd is None:
        check_confusion("oracle: confusion", oracle["confusion"])
        sizes = np.shape(oracle["confusion"])[:2]
    elif isinstance(crowd, Votes):
        sizes = crowd.n_workers, crowd.n_classes
    else:
        raise ValueError(f"votes are a {type(crowd).__name__}; a "
                         "benchmark_utils.votes.Votes is needed")
    n_tasks = len(truth)
    if not n_tasks:
        raise ValueError("there are no tasks")
    if crowd is not None and crowd.n_tasks != n_tasks:
        raise ValueError(f"ground_truth has {n_tasks} rows for "
                         f"{crowd.n_tasks} tasks")
    return n_tasks, *sizes


def check_problem(problem):
    """All other fields, given the sizes."""
    _check_rows(problem)
    _check_classes(problem)
    _check_inputs(problem)
    _check_oracles(problem)


def check_confusion(name, matrices, n_workers=None, n_classes=None):
    """(n_workers, K, K), rows summing to one."""
    K = n_classes or np.shape(matrices)[-1:][0] if np.ndim(matrices) else None
    check_array(name, matrices, (n_workers, K, K), "f")
    check_distributions(name, matrices.reshape(-1, K), (None, K))


def _check_rows(problem):
    size = {"task": problem.n_tasks, "worker": problem.n_workers,
            "class": problem.n_classes}
    for part in fields(problem):
        value, rows = getattr(problem, part.name), part.metadata["rows"]
        if value is None or not rows:
            continue
        if not hasattr(value, "__len__") or np.ndim(value) == 0:
            raise ValueError(f"{part.name} is a {type(value).__name__}; "
                             f"one row for each {rows} is needed")
        if len(value) != size[rows]:
            raise ValueError(f"{part.name} has {len(value)} rows for "
                             f"{size[rows]} {PLURAL[rows]}")


def _check_classes(problem):
    """Labels, truths and whatever else is known of tasks and workers."""
    K = problem.n_classes
    for name, low in (("ground_truth", UNVOTED), ("known_truth", -1),
                      ("y_test", 0), ("y_gold", 0)):
        check_array(name, getattr(problem, name), (None,), "iu", low, K)
    check_array("author", problem.author, (None,), "iu", -1,
                problem.n_workers)
    for name in ("spammer", "ambiguous"):
        check_array(name, getattr(problem, name), (None,), "b")
    check_array("truth_sets", problem.truth_sets, (None, K), "b")
    check_array("test_sets", problem.test_sets, (
        None if problem.y_test is None else len(problem.y_test), K), "b")
    for name in ("worker_skills", "worker_confusion"):
        if getattr(problem, name) is not None:
            check_confusion(name, getattr(problem, name), problem.n_workers, K)


def _check_inputs(problem):
    X, version = problem.X, problem.inputs_version
    if version is not None and not isinstance(version, str):
        raise ValueError(f"inputs_version is a {type(version).__name__}, a "
                         "text is needed")
    for name in ("X", "X_test", "X_gold"):
        value = getattr(problem, name)
        if value is None:
            continue
        if X is None:
            raise ValueError(f"{name} is given without X")
        shape = (None, *(np.shape(X)[1:] or [None]))
        check_array(name, value, shape, "fiu")
        if value.dtype.kind == "f" and not np.isfinite(value).all():
            raise ValueError(f"{name} has values that are not finite")
        if value.dtype != X.dtype:
            raise ValueError(f"{name} has dtype {value.dtype}, X {X.dtype}")
    if X is not None and problem.classifier is None:
        raise ValueError("X is given without a classifier to train on it")
    for labels, inputs in (("y_test", "X_test"), ("y_gold", "X_gold")):
        y, rows = getattr(problem, labels), getattr(problem, inputs)
        if y is not None and (rows is None or len(rows) != len(y)):
            raise ValueError(f"{labels} needs an {inputs} of as many rows")
        if rows is not None and not len(rows):
            raise ValueError(f"{inputs} is empty")
    if problem.X_gold is not None and problem.y_gold is None:
        raise ValueError("X_gold needs a y_gold of as many rows")


def _check_oracles(problem):
    oracle, sets = problem.oracle, problem.label_set_oracle
    for name, spec, known in (("oracle", oracle, ORACLE),
                              ("label_set_oracle", sets, LABEL_SET_ORACLE)):
        if unknown := sorted(set(spec or ()) - known):
            raise ValueError(f"{name} has no {', '.join(unknown)}; it has "
                             + ", ".join(sorted(known)))
    if oracle is not None:
        check_range("oracle", "budget", oracle.get("budget"), 1e-9)
        for name, low, high in (("seconds_budget", 1e-9, 1e15),
                                ("expert_price", 1e-9, 1e9), ("cap", 1, 1e9)):
            if oracle.get(name) is not None:
                check_range("oracle", name, oracle[name], low, high,
                            whole=name == "cap")
        for name, low in (("cost", 1e-9), ("latency", 0)):
            check_array(f"oracle: {name}", oracle.get(name),
                        (problem.n_workers,), "fiu", low, np.inf)
        for name in ("confusion", "expert_price"):
            if (oracle.get(name) is not None
                    and (problem.ground_truth < 0).any()):
                raise ValueError(f"oracle: {name} needs the truth of every "
                                 "task")
    if sets is None:
        return
    if problem.truth_sets is None:
        raise ValueError("label_set_oracle needs truth_sets")
    check_array("label_set_oracle: visibility", sets.get("visibility"),
                (problem.n_tasks, problem.n_classes), "f", 0, 1 + 1e-9,
                needed=True)
    check_array("label_set_oracle: annotators", sets.get("annotators"),
                (None, 2), "f", 0, 1 + 1e-9, needed=True)
    check_range("label_set_oracle", "budget", sets.get("budget"), 0)
    expert = sets.get("expert")
    if np.shape(expert) != (2,) or not all(
            isinstance(rate, (int, float)) and 0 <= rate <= 1
            for rate in expert):
        raise ValueError(f"label_set_oracle: expert = {expert!r}, sensitivity "
                         "and specificity in [0, 1] are needed")
