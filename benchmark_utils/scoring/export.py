"""Labels, posteriors and worker scores of a run as CSV, with original ids."""
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from benchmark_utils.label_rows import (
    abstains,
    is_sparse,
    labels_frame,
    value_at,
)


def write_csv(folder, problem, answer):
    """Write labels.csv, posteriors.csv and workers.csv into ``folder``, rows
    in the order of the dataset, each file completely or not at all.

    labels.csv: task, label (the first of tied classes, empty = abstains),
    its probability, task_score, n_votes. posteriors.csv: task, then one
    column per class; with many classes task, label and probability, one row
    for each label with a positive probability. workers.csv: worker, score,
    n_votes. Ids default to the numbers 0, 1, ... of the dataset.
    """
    tasks, workers = (np.argsort(order) for order in (
        problem.task_order, problem.worker_order))
    files = {"labels": _labels(problem, answer).iloc[tasks],
             "posteriors": _posteriors(problem, answer, tasks),
             "workers": _workers(problem, answer).iloc[workers]}
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as scratch:
        for name, table in files.items():
            table.to_csv(Path(scratch, name), index=False,
                         float_format="%.6g", errors="surrogateescape")
        for name in files:
            os.replace(Path(scratch, name), folder / f"{name}.csv")


def _labels(problem, answer):
    soft_labels = answer.soft_labels
    unlabelled = abstains(soft_labels)
    best = (soft_labels if is_sparse(soft_labels) else np.where(
        unlabelled[:, None], 0, soft_labels)).argmax(axis=1)
    probability = value_at(soft_labels, np.arange(len(best)), best)
    score = {} if answer.task_score is None else {
        "task_score": answer.task_score}
    return labels_frame(
        names(problem.task_ids, problem.task_order),
        names(problem.class_names, np.arange(problem.n_classes)),
        np.where(unlabelled, -1, best), probability,
        n_votes=answer.votes.per_task, **score)


def _posteriors(problem, answer, order):
    if is_sparse(answer.soft_labels):
        return _long_posteriors(problem, answer)
    posteriors = pd.DataFrame(answer.soft_labels, columns=names(
        problem.class_names, np.arange(problem.n_classes)))
    posteriors.insert(0, "task", names(problem.task_ids, problem.task_order),
                      allow_duplicates=True)
    return posteriors.iloc[order]


def _long_posteriors(problem, answer):
    """One row for each positive probability, for many classes."""
    rows = answer.soft_labels.tocoo()
    place = problem.task_order[rows.coords[0]]
    order = np.lexsort((-rows.data, place))
    tasks = names(problem.task_ids, problem.task_order)
    classes = names(problem.class_names, np.arange(problem.n_classes))
    return pd.DataFrame({
        "task": tasks[rows.coords[0]], "label": classes[rows.coords[1]],
        "probability": rows.data}).iloc[order]


def _workers(problem, answer):
    workers = pd.DataFrame({
        "worker": names(problem.worker_ids, problem.worker_order),
        "n_votes": answer.votes.per_worker})
    if answer.worker_score is not None:
        workers["score"] = answer.worker_score
    return workers


def names(ids, order):
    """The original ids, or else the numbers of the dataset."""
    return np.array(order if ids is None else ids, dtype=object)
