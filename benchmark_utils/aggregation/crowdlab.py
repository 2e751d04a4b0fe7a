"""CROWDLAB: how far to trust a network and each worker, from agreement alone.

H. W. Goh, U. Tkachenko, J. Mueller. CROWDLAB: supervised learning to infer
consensus labels and quality scores for data with multiple annotators. 2022.
https://arxiv.org/abs/2210.06812
"""
from dataclasses import dataclass

import numpy as np

from benchmark_utils.votes import TIE

LEAST = 1e-6  # of a weight and of an error rate, as in the authors' code


@dataclass(frozen=True, eq=False)
class Crowdlab:
    """posterior (n_tasks, K): of tasks with votes; of others, the network's
    prediction. consensus (n_tasks,): the classes against which the weights of
    the network and of the workers, (n_workers,), were measured.
    """
    posterior: np.ndarray
    consensus: np.ndarray
    network_weight: float
    worker_weight: np.ndarray


def crowdlab(votes, p, rng):
    """The linear pool of network and votes, measured first against the
    majority, then against its own consensus.

    posterior_ik = (w_M p_ik + sum_j w_j P(y_ij | k)) / (w_M + sum_j w_j) with
    P(l | k) = P where l = k, else (1 - P) / (K - 1). Over the tasks with two
    votes or more: P is the mean share of a task's votes that equal its
    consensus; e0 the share of the consensus that is not its most frequent
    class; w_j = 1 - (1 - a_j) / e0 with a_j the share of other votes on j's
    tasks that agree with j; w_M = (1 - error of p's likeliest class / e0)
    times the root of the mean number of votes. Without such tasks all weights
    are 1 and P is the mean of p at the consensus.

    Parameters
    ----------
    votes : Votes
    p : (n_tasks, K)
        Predictions by a network that has not seen the task's own votes.
    rng : Generator
        Breaks ties that p does not break.
    """
    agreement = worker_agreement(votes)
    majority = majority_by(votes, p, rng)
    pooled = _pool(votes, p, majority, agreement).posterior
    # A tie in the pool stays with the majority.
    own = pooled[np.arange(len(p)), majority]
    consensus = np.where(own >= pooled.max(axis=1) - TIE, majority,
                         pooled.argmax(axis=1))
    return _pool(votes, p, consensus, agreement)


def worker_quality(votes, fit):
    """How much a worker's votes are worth, (n_workers,), NaN without votes:
    what the posterior gives them, and how often they are the consensus of a
    task with several votes, weighed as the network and the crowd are."""
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
    """The most voted class of each task, ties to the class that p calls
    likelier, then at random; p's likeliest without votes. (n_tasks,)"""
    counts = votes.counts()
    tied = counts >= counts.max(axis=1, keepdims=True)
    return np.where(tied, p + TIE * rng.random(p.shape), -1).argmax(axis=1)


def worker_agreement(votes):
    """The share of others' votes on a worker's tasks that are the worker's
    own answer, (n_workers,); of a worker who shares no task, the mean of the
    others. NaN where no task has two votes."""
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
    # P(y | k) is ``missed`` for every k, and P - missed more for k = y.
    pooled = network * p + missed * (total - network)[:, None]
    pooled += (P - missed) * votes.counts(weight)
    return Crowdlab(pooled / total[:, None], consensus, network, worker)
