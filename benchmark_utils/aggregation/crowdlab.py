"""CROWDLAB (Goh et al., 2022): network and workers weighted by agreement."""
from dataclasses import dataclass

import numpy as np

from benchmark_utils.votes import TIE

LEAST = 1e-6  # smallest weight and error rate, as in the authors' code


@dataclass(frozen=True, eq=False)
class Crowdlab:
    """posterior (n_tasks, K): the network's prediction for tasks without
    votes. consensus (n_tasks,): the classes against which the weights of the
    network and of the workers, (n_workers,), were measured.
    """
    posterior: np.ndarray
    consensus: np.ndarray
    network_weight: float
    worker_weight: np.ndarray


def crowdlab(votes, p, rng):
    """Linear pool of network and votes, with weights measured first against
    the majority, then against the consensus of the first pool.

    posterior_ik = (w_M p_ik + sum_j w_j P(y_ij | k)) / (w_M + sum_j w_j) with
    P(l | k) = P where l = k, else (1 - P) / (K - 1). Over the tasks with two
    votes or more: P is the mean share of a task's votes that equal its
    consensus; e0 the share of tasks whose consensus is not the most frequent
    class; w_j = 1 - (1 - a_j) / e0 with a_j the share of other votes on j's
    tasks that agree with j; w_M = (1 - error of p's likeliest class / e0)
    times the root of the mean number of votes. Without such tasks all weights
    are 1 and P is the mean of p at the consensus.

    Parameters
    ----------
    votes : Votes
    p : (n_tasks, K)
        Predictions by a network that was not trained on the task's votes.
    rng : Generator
        Breaks ties that p leaves.
    """
    agreement = worker_agreement(votes)
    majority = majority_by(votes, p, rng)
    pooled = _pool(votes, p, majority, agreement).posterior
    # Ties in the pool go to the majority.
    own = pooled[np.arange(len(p)), majority]
    consensus = np.where(own >= pooled.max(axis=1) - TIE, majority,
                         pooled.argmax(axis=1))
    return _pool(votes, p, consensus, agreement)


def worker_quality(votes, fit):
    """Quality of each worker, (n_workers,), NaN without votes.

    The mean of two terms, weighted as network and workers are in the pool:
    the posterior of the worker's votes, and the share of them that equal the
    consensus, on tasks with several votes.
    """
    voted = votes.per_task > 0
    crowd = (votes.per_task[voted].mean()
             * fit.worker_weight[votes.per_worker > 0].mean())
    share = fit.network_weight / (fit.network_weight + crowd)
    given = votes.worker_mean(fit.posterior[votes.task, votes.label])
    same = votes.worker_mean(np.where(
        votes.per_task[votes.task] > 1,
        votes.label == fit.consensus[votes.task], np.nan))
    return np.where(np.isnan(same), given, share * given + (1 - share) * same)


def majority_by(votes, p, rng):
    """Most voted class of each task, (n_tasks,). Ties go to the class with
    the larger p, then at random; without votes, p's likeliest class."""
    counts = votes.counts()
    tied = counts >= counts.max(axis=1, keepdims=True)
    return np.where(tied, p + TIE * rng.random(p.shape), -1).argmax(axis=1)


def worker_agreement(votes):
    """Share of the other votes on a worker's tasks that equal the worker's,
    (n_workers,). A worker who shares no task gets the mean of the others; all
    are NaN if no task has two votes."""
    counts = votes.counts()
    others = votes.per_task[votes.task] - 1
    equal = counts[votes.task, votes.label] - 1
    of_worker = [np.bincount(votes.worker, value, minlength=votes.n_workers)
                 for value in (equal, others)]
    agreement = np.full(votes.n_workers, np.nan)
    np.divide(*of_worker, out=agreement, where=of_worker[1] > 0)
    if not np.isnan(agreement).all():
        agreement[np.isnan(agreement)] = np.nanmean(agreement)
    return agreement


def _pool(votes, p, consensus, agreement):
    n_tasks, K = p.shape
    several = votes.per_task > 1
    hit = votes.label == consensus[votes.task]
    if several.any():
        share = np.bincount(votes.task, hit, minlength=n_tasks)[several]
        P = np.mean(share / votes.per_task[several])
        right = consensus[several]
        e0 = max(1 - np.bincount(right).max() / len(right), LEAST)
        worker = np.maximum(1 - (1 - agreement) / e0, LEAST)
        error = np.mean(p[several].argmax(axis=1) != right)
        network = max(1 - error / e0, LEAST) * np.sqrt(
            votes.per_task[votes.per_task > 0].mean())
    else:
        P = p[np.arange(n_tasks), consensus].mean()
        worker, network = np.ones(votes.n_workers), 1.0
    weight = worker[votes.worker]
    total = network + np.bincount(votes.task, weight, minlength=n_tasks)
    missed = (1 - P) / max(K - 1, 1)
    # P(y | k) is ``missed`` for every k, plus P - missed for k = y.
    pooled = network * p + missed * (total - network)[:, None]
    pooled += (P - missed) * votes.counts(weight)
    return Crowdlab(pooled / total[:, None], consensus, network, worker)
