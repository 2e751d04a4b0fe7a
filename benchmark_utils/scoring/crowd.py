"""What describes the votes? Statistics of all given votes, or of the votes
that an online method has queried."""
from math import inf

import numpy as np

from benchmark_utils.aggregation.agreement import krippendorff_alpha
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
         "worker_accuracy_p05", "worker_accuracy_p95")


def score(problem, answer):
    """n_workers : workers with votes. n_known : tasks that are scored.
    n_repeated : votes of a worker who has voted on the task before.
    worker_accuracy_p05, _p95 : quantiles over the workers with a vote on a
    task with known truth."""
    votes, truth = answer.votes, problem.scored_truth
    facts = dict(
        n_tasks=problem.n_tasks, n_classes=problem.n_classes,
        n_workers=int((votes.per_worker > 0).sum()),
        n_known=int((truth != UNKNOWN).sum()),
        n_repeated=len(votes) - len(np.unique(
            votes.task * votes.n_workers + votes.worker)),
        krippendorff_alpha=krippendorff_alpha(without_repeats(votes)))
    accuracy = worker_accuracy(votes, truth)
    if len(accuracy):
        low, high = np.quantile(accuracy, [.05, .95])
        facts.update(worker_accuracy=float(accuracy.mean()),
                     worker_accuracy_p05=float(low),
                     worker_accuracy_p95=float(high))
    return facts


def worker_accuracy(votes, truth):
    """Share of correct votes of each worker with a vote on a task with known
    truth (n_tasks,)."""
    judged = truth[votes.task] != UNKNOWN
    worker = votes.worker[judged]
    right = votes.label[judged] == truth[votes.task[judged]]
    number = np.bincount(worker, minlength=votes.n_workers)
    hits = np.bincount(worker, right, minlength=votes.n_workers)
    return hits[number > 0] / number[number > 0]
