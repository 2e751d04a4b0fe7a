"""Majorities and shares of votes, sparse where there are many classes."""
import numpy as np

from benchmark_utils.aggregation.voted_labels import VotedLabels


def label_majority(votes):
    """The most voted label of each task, ties shared, (n_tasks, K), sparse if
    there are many classes."""
    return majority(votes) if votes.many_classes else votes.majority()


def label_shares(votes, weight=None):
    """Vote shares, or shares of the weight (n_votes,), (n_tasks, K), sparse
    if there are many classes."""
    if votes.many_classes:
        return shares(votes, weight)
    return votes.shares(weight)


def majority(votes):
    """`Votes.majority` as `VotedLabels.rows`."""
    cells = VotedLabels(votes)
    total = cells.total()
    best = (total == cells.over_task(np.maximum, total)).astype(float)
    return cells.rows(best / cells.over_task(np.add, best))


def shares(votes, weight=None):
    """`Votes.shares` as `VotedLabels.rows`."""
    cells = VotedLabels(votes)
    return cells.rows(cells.shares(weight))
