"""ActiveLab: which tasks need another vote.

H. W. Goh, J. Mueller. ActiveLab: active learning with re-labeling by multiple
annotators. 2023. https://arxiv.org/abs/2301.11856
"""
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from benchmark_utils.aggregation.crowdlab import crowdlab, majority_by


def activelab_scores(votes, log_p, rng):
    """s_i of every task, (n_tasks,); tasks with the lowest s are queried next.

    The quality q_i of the consensus label, shrunk towards 1 / K by one more
    uniform vote of mean weight w:
    s_i = (a_i q_i + w / K) / (a_i + w), a_i = w_M + sum of the weights of the
    workers with a vote on i. Weights and qualities are `crowdlab`'s, at a
    temperature that fits the vote shares. If no task has two votes, all
    weights are 1 and q_i is the prediction for the voted class, or for the
    most probable class of a task without votes.

    Parameters
    ----------
    votes : Votes
    log_p : (n_tasks, K)
        Log-predictions of a network that was not trained on the task's votes.
    rng : Generator, for ties
    """
    n_tasks, K = log_p.shape
    if votes.per_task.max(initial=0) > 1:
        voted = votes.per_task > 0
        t = share_temperature(log_p[voted], votes.shares()[voted])
        fit = crowdlab(votes, softmax(log_p / t, axis=1), rng)
        quality = fit.posterior[np.arange(n_tasks), fit.consensus]
        network, worker = fit.network_weight, fit.worker_weight
    else:
        p = np.exp(log_p)
        quality = p[np.arange(n_tasks), majority_by(votes, p, rng)]
        network, worker = 1.0, np.ones(votes.n_workers)
    heard = network + np.bincount(
        votes.task, worker[votes.worker], minlength=n_tasks)
    mean = worker.mean()
    return (heard * quality + mean / K) / (heard + mean)


def share_temperature(log_p, shares, low=.1, high=8):
    """The temperature that minimises the cross-entropy of the predictions and
    the vote shares, within the authors' bounds. (n, K) each.

    The authors' code (cleanlab 2.9.0, ``value_counts``) has labels as floats,
    and moves the counts of the classes voted to the first places:
    ``count_ids = unique_classes if labels_are_integers else
    slice(len(unique_classes))``. Its temperature was then 7.25, the largest of
    its grid, on eight of eight datasets, where this one was .6 to .9.
    """
    best = minimize_scalar(
        lambda log_t: -(shares * log_softmax(log_p / np.exp(log_t), axis=1)
                        ).sum(),
        bounds=np.log([low, high]), method="bounded")
    return float(np.exp(best.x))
