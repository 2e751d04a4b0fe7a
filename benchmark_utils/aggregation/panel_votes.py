"""Votes of people and of a panel of models; pairs of votes on a task."""
import numpy as np


def panel_weights(votes, kind, least):
    """Weight of each vote, (n_votes,): max(``least``, 1 / n) for one of the n
    votes of models on the task, repeated votes included; 1 for votes of
    people, and for all votes on a task without any.

    kind : (n_workers,), 0 = person, 1 = model
    """
    model = kind[votes.worker] == 1
    n = np.bincount(votes.task[model], minlength=votes.n_tasks)
    discounted = model & (n < votes.per_task)[votes.task]
    return np.where(discounted, np.maximum(
        least, 1 / np.maximum(n, 1)[votes.task]), 1)


def other_vote(votes):
    """Q (K, K): P(another vote on the task is k | a vote is l), rows = l, over
    all ordered pairs of votes, with one pseudo-vote in each row that is
    distributed as all votes are."""
    counts = votes.counts().astype(float)
    pairs = counts.T @ counts
    pairs[np.diag_indices_from(pairs)] -= counts.sum(axis=0)
    pairs += counts.sum(axis=0) / max(counts.sum(), 1)
    total = pairs.sum(axis=1, keepdims=True)
    return np.divide(pairs, total, out=np.full(
        pairs.shape, 1 / votes.n_classes), where=total > 0)
