"""A run's labels, posteriors and worker scores as CSV, with original ids."""
import numpy as np
import pandas as pd


def write_csv(folder, problem, answer):
    """Write labels.csv, posteriors.csv and workers.csv into ``folder``, rows
    in the order of the dataset.

    labels.csv: task, label (the first of tied classes, empty = abstains),
    its probability, task_score, n_votes. posteriors.csv: task, then one
    column per class. workers.csv: worker, score, n_votes. Ids default to the
    numbers 0, 1, ... of the dataset.
    """
    soft_labels, votes = answer.soft_labels, answer.votes
    task_ids = names(problem.task_ids, problem.task_order)
    class_names = names(problem.class_names, np.arange(problem.n_classes))
    abstains = np.isnan(soft_labels).any(axis=1)
    best = np.where(abstains[:, None], 0, soft_labels).argmax(axis=1)
    labels = pd.DataFrame({
        "task": task_ids,
        "label": np.where(abstains, None, class_names[best]),
        "probability": soft_labels[np.arange(votes.n_tasks), best],
        "n_votes": votes.per_task})
    if answer.task_score is not None:
        labels["task_score"] = answer.task_score
    posteriors = pd.DataFrame(soft_labels, columns=class_names)
    posteriors.insert(0, "task", task_ids, allow_duplicates=True)
    workers = pd.DataFrame({
        "worker": names(problem.worker_ids, problem.worker_order),
        "n_votes": votes.per_worker})
    if answer.worker_score is not None:
        workers["score"] = answer.worker_score
    tasks, people = (np.argsort(order) for order in (
        problem.task_order, problem.worker_order))
    for name, table, order in (("labels", labels, tasks),
                               ("posteriors", posteriors, tasks),
                               ("workers", workers, people)):
        table.iloc[order].to_csv(folder / f"{name}.csv", index=False,
                                 float_format="%.6g")


def names(ids, order):
    """The original ids, or the numbers in the dataset that stand for them."""
    return np.array(order if ids is None else ids, dtype=object)
