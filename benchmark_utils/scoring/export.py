"""A run's labels, posteriors and worker scores as CSV, with original ids."""
import numpy as np
import pandas as pd


def write_csv(folder, soft_labels, votes, worker_score=None, task_score=None,
              task_ids=None, worker_ids=None, class_names=None):
    """Write labels.csv, posteriors.csv and workers.csv into ``folder``.

    labels.csv: task, label (the first of tied classes, empty = no opinion),
    its probability, task_score, n_votes. posteriors.csv: task, then one
    column per class. workers.csv: worker, score, n_votes. Ids default to the
    numbers 0, 1, ...; the lists are indexed by them.
    """
    task_ids = _names(task_ids, votes.n_tasks)
    worker_ids = _names(worker_ids, votes.n_workers)
    class_names = _names(class_names, votes.n_classes)
    silent = np.isnan(soft_labels).any(axis=1)
    best = np.where(silent[:, None], 0, soft_labels).argmax(axis=1)
    labels = pd.DataFrame({
        "task": task_ids,
        "label": np.where(silent, None, class_names[best]),
        "probability": soft_labels[np.arange(votes.n_tasks), best],
        "n_votes": votes.per_task})
    if task_score is not None:
        labels["task_score"] = task_score
    posteriors = pd.DataFrame(soft_labels, columns=class_names)
    posteriors.insert(0, "task", task_ids, allow_duplicates=True)
    workers = pd.DataFrame({"worker": worker_ids, "n_votes": votes.per_worker})
    if worker_score is not None:
        workers["score"] = worker_score
    for name, table in dict(
            labels=labels, posteriors=posteriors, workers=workers).items():
        table.to_csv(folder / f"{name}.csv", index=False, float_format="%.6g")


def _names(ids, size):
    return np.array(range(size) if ids is None else ids, dtype=object)
