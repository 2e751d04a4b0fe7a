"""What describes the votes? Statistics of all given votes, or of the votes
that an online method has queried."""
import json
from math import inf

import numpy as np

from benchmark_utils.aggregation.agreement import krippendorff_alpha
from benchmark_utils.aggregation.error_correlation import (
    effective_votes,
    error_correlation,
    one_hot,
)
from benchmark_utils.aggregation.guards import without_repeats
from benchmark_utils.scoring.metric import Metric
from benchmark_utils.votes import UNKNOWN

METRICS = (
    Metric("krippendorff_alpha", "Agreement", 0, ".3f",
           "Krippendorff's alpha of the votes, repeats counted once: 1 = full "
           "agreement, 0 = agreement by chance",
           range=(-inf, 1)),
    Metric("worker_accuracy", "Worker accuracy", 0, ".3f",
           "share of correct votes of a worker, averaged over the workers"),
)
FACTS = ("n_tasks", "n_workers", "n_classes", "n_known", "n_repeated",
         "worker_accuracy_p05", "worker_accuracy_p95", "error_correlation")


def score(problem, answer):
    """n_workers : workers with votes. n_known : tasks that are scored.
    n_repeated : votes of a worker who has voted on the task before.
    worker_accuracy_p05, _p95 : quantiles over the workers with a vote on a
    task with known truth. error_correlation : see `correlation_by_kind`, as
    JSON, of datasets with kinds of workers."""
    votes, truth = answer.votes, problem.scored_truth
    facts = dict(
        n_tasks=problem.n_tasks, n_classes=problem.n_classes,
        n_workers=int((votes.per_worker > 0).sum()),
        n_known=int((truth != UNKNOWN).sum()),
        n_repeated=len(votes) - int(votes.n_voters.sum()),
        krippendorff_alpha=krippendorff_alpha(without_repeats(votes)))
    accuracy = worker_accuracy(votes, truth)
    if len(accuracy) and problem.worker_kind is not None and (
            not votes.many_classes):
        facts["error_correlation"] = json.dumps(correlation_by_kind(
            votes, truth, problem.worker_kind))
    if len(accuracy):
        low, high = np.quantile(accuracy, [.05, .95])
        facts.update(worker_accuracy=float(accuracy.mean()),
                     worker_accuracy_p05=float(low),
                     worker_accuracy_p95=float(high))
    return facts


def correlation_by_kind(votes, truth, kind):
    """How far people and models err on the same tasks, and what this leaves
    of their votes: {rho: {people, models, between}, effective: {people,
    models, both}}, each [estimate, low, high] with a 95% interval over tasks
    or None if unknown, and {votes: {people, models}}, their mean number on a
    task with known truth; see `aggregation.error_correlation`."""
    known = truth >= 0
    n = np.array([votes.select(kind[votes.worker] == g).per_task[known].mean()
                  for g in (0, 1)])
    found = error_correlation(votes, one_hot(truth, votes.n_classes), kind)
    rho = np.full((301, 2, 2), np.nan)
    G = found.variance.shape[1]
    rho[:, :G, :G] = [found.rho(), *found.draws()]
    return dict(
        rho=dict(people=_interval(rho[:, 0, 0]), models=_interval(
            rho[:, 1, 1]), between=_interval(rho[:, 0, 1])),
        effective={name: _interval(effective_votes(n * used, rho)[0])
                   for name, used in (("people", [1, 0]), ("models", [0, 1]),
                                      ("both", [1, 1]))
                   if n[np.array(used) > 0].all()},
        votes=dict(zip(("people", "models"), n.round(2).tolist())))


def _interval(values):
    """[estimate, low, high] of an estimate and its bootstrap samples."""
    if np.isnan(values[0]):
        return None
    low, high = np.nanquantile(values[1:], [.025, .975])
    return [round(float(value), 3) for value in (values[0], low, high)]


def worker_accuracy(votes, truth):
    """Share of correct votes of each worker with a vote on a task with known
    truth (n_tasks,)."""
    judged = truth[votes.task] != UNKNOWN
    worker = votes.worker[judged]
    right = votes.label[judged] == truth[votes.task[judged]]
    number = np.bincount(worker, minlength=votes.n_workers)
    hits = np.bincount(worker, right, minlength=votes.n_workers)
    return hits[number > 0] / number[number > 0]
