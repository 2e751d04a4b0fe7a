"""From scores to queries. Ties are broken at random, not by the number of a
task or worker: a policy must not depend on the order of a file."""
import numpy as np

from benchmark_utils.votes import TIE


def best_pairs(rng, score, candidates, n, tie=TIE):
    """The n candidates with the highest scores, at most one per task, and
    fewer than n if there are fewer such tasks. Returns task, worker.

    ``tie`` : closer scores are tied and taken in random order. Candidates
    with a NaN score are never taken.
    """
    score = np.where(candidates & ~np.isnan(score),
                     score + tie * rng.random(score.shape), -np.inf)
    worker = score.argmax(axis=1)
    best = score[np.arange(len(score)), worker]
    task = np.argsort(-best)[:n]
    task = task[best[task] > -np.inf]
    return task, worker[task]


def best_tasks(rng, score, tasks, n, tie=TIE):
    """The n of ``tasks`` with the highest ``score`` (one per task), ties in
    random order."""
    return tasks[np.argsort(-(score + tie * rng.random(len(score))))[:n]]


def random_tasks(rng, candidates, n):
    """n random tasks with a candidate, or all of them if there are fewer."""
    tasks = np.flatnonzero(candidates.any(axis=1))
    return rng.permutation(tasks)[:n]
