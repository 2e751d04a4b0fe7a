"""Checks of the fields of a `Problem`, with readable messages."""
from dataclasses import fields

import numpy as np

from benchmark_utils.checks import (
    check_array,
    check_distributions,
    check_range,
    plain,
)
from benchmark_utils.votes import UNVOTED, Votes

# The keys of the two oracles, those of the first with bounds of a number.
ORACLE = dict(confusion=None, recorded=None, cost=None, latency=None,
              budget=(1e-9, 1e9), seconds_budget=(1e-9, 1e15),
              expert_price=(1e-9, 1e9), cap=(1, 1e9))
LABEL_SET_ORACLE = ("annotators", "budget", "expert", "visibility")
PLURAL = {"task": "tasks", "worker": "workers", "class": "classes"}


def check_keys(method, given, needed, known):
    """A dict that has the needed key, and only known ones."""
    if set(given) - known or needed not in given:
        raise ValueError(f"{method} must return {needed} and no other keys "
                         f"than {', '.join(sorted(known))}; got "
                         f"{sorted(given)}")


def check_crowd(problem):
    """There are true labels, and votes or an oracle; returns n_tasks,
    n_workers and n_classes."""
    truth, oracle = problem.ground_truth, problem.oracle
    for name, known in (("oracle", ORACLE),
                        ("label_set_oracle", LABEL_SET_ORACLE)):
        spec = getattr(problem, name)
        _check_type(name, spec, dict)
        if unknown := sorted(set(spec or ()) - set(known)):
            raise ValueError(f"{name} has unknown keys {', '.join(unknown)}; "
                             f"known keys are {', '.join(sorted(known))}")
    if (problem.votes is None) == (oracle is None):
        raise ValueError("a dataset must give either votes or an oracle")
    check_array("ground_truth", truth, (None,), "iu", needed=True)
    if oracle is None:
        name, votes = "votes", problem.votes
    else:
        name, votes = "oracle: recorded", oracle.get("recorded")
        if (votes is None) == (oracle.get("confusion") is None):
            raise ValueError("oracle must have either confusion, the "
                             "matrices of simulated workers, or recorded "
                             "votes")
    if votes is None:
        check_confusion("oracle: confusion", oracle["confusion"])
        sizes = np.shape(oracle["confusion"])[:2]
    else:
        _check_type(name, votes, Votes)
        sizes = votes.n_workers, votes.n_classes
    n_tasks = len(truth)
    if not n_tasks:
        raise ValueError("ground_truth is empty: a dataset must have tasks")
    if votes is not None and votes.n_tasks != n_tasks:
        raise ValueError(f"ground_truth has {n_tasks} rows for "
                         f"{votes.n_tasks} tasks")
    return n_tasks, *sizes


def check_problem(problem):
    """All other fields, given the sizes."""
    _check_rows(problem)
    _check_classes(problem)
    _check_inputs(problem)
    if problem.oracle is not None:
        _check_oracle(problem, problem.oracle)
    if problem.label_set_oracle is not None:
        _check_label_set_oracle(problem, problem.label_set_oracle)


def check_confusion(name, matrices, n_workers=None, n_classes=None):
    """(n_workers, K, K), rows summing to one."""
    K = n_classes or np.shape(matrices)[-1:][0] if np.ndim(matrices) else None
    check_array(name, matrices, (n_workers, K, K), "f")
    check_distributions(name, matrices.reshape(-1, K), (None, K))


def _check_type(name, value, wanted):
    if value is not None and not isinstance(value, wanted):
        raise ValueError(f"{name} must be a {wanted.__name__}, got "
                         f"{type(value).__name__}")


def _check_rows(problem):
    size = {"task": problem.n_tasks, "worker": problem.n_workers,
            "class": problem.n_classes}
    for part in fields(problem):
        value, rows = getattr(problem, part.name), part.metadata["rows"]
        if value is None or not rows:
            continue
        if isinstance(value, np.ndarray):
            plain(part.name, value)
        if not hasattr(value, "__len__") or np.ndim(value) == 0:
            raise ValueError(f"{part.name} must have one row for each {rows}, "
                             f"got {type(value).__name__}")
        if len(value) != size[rows]:
            raise ValueError(f"{part.name} has {len(value)} rows for "
                             f"{size[rows]} {PLURAL[rows]}")


def _check_classes(problem):
    """Labels, truths and other knowledge of tasks and workers."""
    K = problem.n_classes
    for name, low in (("ground_truth", UNVOTED), ("known_truth", -1),
                      ("y_test", 0), ("y_gold", 0), ("author", -1),
                      ("worker_kind", 0)):
        above = {"author": problem.n_workers, "worker_kind": 2}.get(name, K)
        array = check_array(name, getattr(problem, name), (None,), "iu", low,
                            above)
        if array is None:
            continue
        if array.dtype.kind == "u" and (
                wrapped := array > np.iinfo(array.dtype).max + low).any():
            raise ValueError(
                f"{name}[{wrapped.argmax()}] = {array[wrapped][0]} is what a "
                f"number below 0 becomes in {array.dtype}; use a signed type")
        # Small types would overflow in sums and products, and lack -1.
        setattr(problem, name, array.astype(np.intp, copy=False))
    for name in ("spammer", "ambiguous"):
        check_array(name, getattr(problem, name), (None,), "b")
    check_array("truth_sets", problem.truth_sets, (None, K), "b")
    check_array("test_sets", problem.test_sets, (
        None if problem.y_test is None else len(problem.y_test), K), "b")
    for name in ("worker_skills", "worker_confusion"):
        if getattr(problem, name) is not None:
            check_confusion(name, getattr(problem, name), problem.n_workers, K)


def _check_inputs(problem):
    X = problem.X
    _check_type("inputs_version", problem.inputs_version, str)
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
            raise ValueError(f"{name} has dtype {value.dtype}, X has dtype "
                             f"{X.dtype}")
        if not len(value):
            raise ValueError(f"{name} is empty")
    if X is not None and problem.classifier is None:
        raise ValueError("X is given without a classifier")
    for labels, inputs in (("y_test", "X_test"), ("y_gold", "X_gold")):
        y, rows = getattr(problem, labels), getattr(problem, inputs)
        if y is not None and (rows is None or len(rows) != len(y)):
            raise ValueError(f"{labels} needs {inputs} of the same length")
    if problem.X_gold is not None and problem.y_gold is None:
        raise ValueError("X_gold needs y_gold of the same length")


def _check_oracle(problem, oracle):
    for name, bounds in ORACLE.items():
        if bounds and (name == "budget" or oracle.get(name) is not None):
            check_range("oracle", name, oracle.get(name), *bounds,
                        whole=name == "cap")
    for name, low in (("cost", 1e-9), ("latency", 0)):
        check_array(f"oracle: {name}", oracle.get(name),
                    (problem.n_workers,), "fiu", low, np.inf)
    for name in ("confusion", "expert_price"):
        if oracle.get(name) is not None and (problem.ground_truth < 0).any():
            raise ValueError(f"oracle: {name} needs the truth of every task")


def _check_label_set_oracle(problem, sets):
    if problem.truth_sets is None:
        raise ValueError("label_set_oracle needs truth_sets")
    check_array("label_set_oracle: visibility", sets.get("visibility"),
                (problem.n_tasks, problem.n_classes), "f", 0, 1 + 1e-9,
                needed=True)
    check_array("label_set_oracle: annotators", sets.get("annotators"),
                (None, 2), "f", 0, 1 + 1e-9, needed=True)
    check_range("label_set_oracle", "budget", sets.get("budget"), 0,
                whole=True)
    expert = plain("label_set_oracle: expert", sets.get("expert")).tolist()
    if np.shape(expert) != (2,) or not all(
            isinstance(rate, (int, float)) and 0 <= rate <= 1
            for rate in expert):
        raise ValueError("label_set_oracle: expert must be its sensitivity "
                         f"and specificity in [0, 1], got {expert!r}")
