"""From scores to queries. No tie is broken by the number of a task or a
worker: that would make a policy good or bad by the order of a file."""
import numpy as np

from benchmark_utils.votes import TIE


def best_pairs(rng, score, candidates, n, tie=TIE):
    """The n candidates of highest score, at most one per task; where there
    are fewer such tasks, that many. Returns task, worker.

    ``tie`` : scores this close are tied, and tied ones in random order.
    A candidate whose score is NaN is never taken.
    """
    score = np.where(candidates & ~np.isnan(score),
                     score + tie * rng.random(score.shape), -np.inf)
    worker = score.argmax(axis=1)
    best = score[np.arange(len(score)), worker]
    task = np.argsort(-best)[:n]
    task = task[best[task] > -np.inf]
    return task, worker[task]


def best_tasks(rng, score, tasks, n, tie=TIE):
    """The n of ``tasks`` whose ``score`` (as many as tasks) is highest, tied
    ones in random order."""
    return tasks[np.argsort(-(score + tie * rng.random(len(score))))[:n]]


def random_tasks(rng, candidates, n):
    """n random tasks that have a candidate, or all of them if fewer."""
    tasks = np.flatnonzero(candidates.any(axis=1))
    return rng.permutation(tasks)[:n]
