"""Likelihood of held-out votes under a method's labels."""
from dataclasses import dataclass

import numpy as np

from benchmark_utils.aggregation.emission import fit_emission

N_FOLDS = 5
# This many held-out votes are enough, so fewer folds of a larger dataset are
# hidden in turn. The standard error of the mean is then .01 nats.
ENOUGH = 20_000


def hold_out(votes, seed=0, n_folds=N_FOLDS):
    """The fold in which each vote is hidden, (n_votes,), -1 = never.

    The voters of a task are assigned to the folds in turn, in random order
    and from a random fold on, so that every task keeps at least one voter in
    every fold. The votes of a task with a single voter are never hidden.
    Repeated votes of a worker on a task are hidden together. Raises a
    ValueError for fewer than two folds.
    """
    if n_folds < 2:
        raise ValueError(f"n_folds must be at least 2, got {n_folds}")
    rng = np.random.default_rng(seed)
    pair, of_vote = np.unique(votes.task * votes.n_workers + votes.worker,
                              return_inverse=True)
    task = pair // max(votes.n_workers, 1)
    # Sorted by task, as pair is, and in random order within a task.
    order = np.lexsort((rng.random(len(pair)), task))
    first = np.searchsorted(task, task)
    n_voters = np.searchsorted(task, task, side="right") - first
    start = rng.integers(n_folds, size=votes.n_tasks)
    fold = np.empty(len(pair), int)
    fold[order] = (np.arange(len(pair)) - first + start[task]) % n_folds
    fold[n_voters < 2] = -1
    return fold[of_vote]


def hidden_folds(fold, n_folds=N_FOLDS, enough=ENOUGH):
    """The folds to hide: the first ones that together have ``enough`` votes,
    without empty ones."""
    size = np.bincount(fold[fold >= 0], minlength=n_folds)
    n = np.searchsorted(np.cumsum(size), enough) + 1
    return [f for f in range(min(int(n), n_folds)) if size[f]]


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Held-out votes, and their likelihood given labels from the other votes.

    Attributes
    ----------
    vote, task : (n_hidden,)
        Positions of the hidden votes, and their tasks.
    T : (n_hidden, K)
        Soft label of the vote's task from the other folds; the prevalence
        where the method abstains.
    likelihood : (n_hidden, K)
        P(vote | truth k) under the emission model fitted to those labels.
    crowd : (n_hidden, K)
        Distribution of a vote of anyone on the task: T times the confusion
        matrix of all votes.
    """
    vote: np.ndarray
    task: np.ndarray
    T: np.ndarray
    likelihood: np.ndarray
    crowd: np.ndarray

    def log_likelihoods(self, temperature=1.0):
        """log sum_k T_ik P(y_ij | k) in nats, (n_hidden,)."""
        T = self.T if temperature == 1 else temper(self.T, temperature)
        return np.log(np.einsum("vk,vk->v", T, self.likelihood))

    def nll(self, temperature=1.0):
        """Vote NLL (held out): nats per vote; NaN if no vote was hidden."""
        if not len(self.vote):
            return np.nan
        return float(-self.log_likelihoods(temperature).mean())


def held_out(votes, labels_by_fold, fold):
    """`HeldOut` of a method, from ``labels_by_fold``, {fold: soft labels
    (n_tasks, K) from the votes outside of the fold}, and the ``fold`` of each
    vote, (n_votes,), by `hold_out`. A repeated vote counts once."""
    K = votes.n_classes
    parts = [(np.zeros(0, int), *np.zeros((3, 0, K)))]
    for hidden, T in labels_by_fold.items():
        test = np.flatnonzero((fold == hidden) & votes.once)
        model = fit_emission(votes.select(fold != hidden), T)
        T = T[votes.task[test]]
        T = np.where(np.isnan(T).any(axis=1)[:, None], model.prevalence, T)
        parts.append((test, T, model.vote_likelihood(votes.select(test)),
                      T @ model.crowd))
    vote, *rows = map(np.concatenate, zip(*parts))
    return HeldOut(vote, votes.task[vote], *rows)


def vote_distance(votes, vote, q):
    """Squared distance between a predicted distribution of votes and theirs,
    without bias, so it may be negative; NaN without any vote.

    With p the unknown distribution of votes on a task, it estimates the mean
    of sum_k (q_k - p_k)^2 by sum_k q_k^2 - 2 q_y over votes y, plus the share
    of equal pairs among all votes on the task, the same for all methods.

    Parameters
    ----------
    votes : Votes
    vote : (n,)
        Positions of held-out votes, on tasks with at least two votes.
    q : (n, K)
        Predicted distribution of each.
    """
    if not len(vote):
        return np.nan
    counts, task = votes.counts(), votes.task[vote]
    m = votes.per_task[task]
    equal = (counts * (counts - 1)).sum(axis=1)[task] / (m * (m - 1))
    own = q[np.arange(len(q)), votes.label[vote]]
    return float(((q ** 2).sum(axis=1) - 2 * own + equal).mean())


def cross_fit(votes, aggregate, seed=0):
    """`HeldOut` of a method given as a function ``aggregate``, Votes -> soft
    labels (n_tasks, K). Methods with the same ``seed`` get the same folds, so
    their scores are paired."""
    fold = hold_out(votes, seed)
    return held_out(votes, {f: aggregate(votes.select(fold != f))
                            for f in hidden_folds(fold)}, fold)


def temper(T, temperature):
    """T^(1 / temperature) with rows that sum to one: a temperature above 1
    makes T less certain. Zeros become the smallest float, so that a high
    temperature raises them.

    Parameters
    ----------
    T : (n_tasks, K)
    temperature : float or (n_tasks,)
    """
    log_T = np.log(np.maximum(T, np.finfo(float).tiny)) / np.asarray(
        temperature)[..., None]
    log_T -= log_T.max(axis=1, keepdims=True)
    T = np.exp(log_T)
    return T / T.sum(axis=1, keepdims=True)
