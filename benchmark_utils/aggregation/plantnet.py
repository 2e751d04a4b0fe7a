"""Pl@ntNet: workers are weighted by the number of classes they identify."""
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from benchmark_utils.aggregation.voted_labels import VotedLabels

MIN_ROUNDS, MAX_ROUNDS = 5, 50


@dataclass(frozen=True, eq=False)
class PlantNetFit:
    """label (n_tasks,): weighted majority, -1 without votes. valid (n_tasks,)
    bool. weight (n_workers,). n_known (n_workers,): number of classes that a
    worker is known to identify. confidence (n_tasks,): weight of the label's
    voters. agreement (n_tasks,): its share of the weight on the task. Both
    are 0 without votes.
    """
    label: np.ndarray
    valid: np.ndarray
    weight: np.ndarray
    n_known: np.ndarray
    confidence: np.ndarray
    agreement: np.ndarray


def plantnet(votes, rng, author=None, alpha=.5, beta=.2, min_confidence=2.0,
             min_agreement=.7):
    """The label aggregation of Pl@ntNet (Lefort et al., 2025).

    w_j = n_j^alpha - n_j^beta + log 2.1. yhat_i is the weighted majority; a
    task is valid if the weight of its label's voters is above
    ``min_confidence`` and their share above ``min_agreement``. n_j counts the
    distinct classes of j's own valid observations (j is the ``author``) on
    which j's vote is yhat, plus a tenth, rounded, of the other distinct
    classes on which j's vote is yhat on tasks of others, valid or not. Rounds
    are repeated until no n_j changes, at least 5 times.

    Parameters
    ----------
    votes : Votes
    rng : Generator
        Breaks ties between labels of equal weight.
    author : (n_tasks,) ints, optional
        Worker who made the observation, -1 = none.
    """
    cells = VotedLabels(votes)
    luck = rng.random(len(cells))
    n_known = np.zeros(votes.n_workers)
    own = np.zeros(len(votes), bool) if author is None else (
        author[votes.task] == votes.worker)
    for turn in range(MAX_ROUNDS):
        weight = n_known ** alpha - n_known ** beta + np.log(2.1)
        label, confidence, agreement = _decide(
            cells, cells.total(weight[votes.worker]), luck)
        valid = (confidence > min_confidence) & (agreement > min_agreement)
        right = votes.label == label[votes.task]
        known = _distinct(votes, right & own & valid[votes.task])
        met = _distinct(votes, right & ~own)
        further = met - met.multiply(known)
        last, n_known = n_known, known.sum(axis=1) + np.rint(
            .1 * further.sum(axis=1))
        if turn + 1 >= MIN_ROUNDS and np.array_equal(last, n_known):
            break
    return PlantNetFit(label, valid, weight, n_known, confidence, agreement)


def _decide(cells, total, luck):
    """Label of largest weight of each task, its weight, and its share."""
    n_tasks = cells.votes.n_tasks
    # By task, then weight, then a random number: the last of a task wins.
    order = np.lexsort((luck, total, cells.task))
    last = order[np.append(cells.first[1:], len(order)) - 1] if len(
        order) else order
    label = np.full(n_tasks, -1)
    confidence, agreement = np.zeros(n_tasks), np.zeros(n_tasks)
    task = cells.task[last]
    label[task], confidence[task] = cells.label[last], total[last]
    whole = np.bincount(cells.task, total, minlength=n_tasks)
    agreement[task] = confidence[task] / whole[task]
    return label, confidence, agreement


def _distinct(votes, chosen):
    """1 for each (worker, class) in the chosen votes, CSR (n_workers, K)."""
    shape = votes.n_workers, votes.n_classes
    pairs = sparse.csr_array(
        (np.ones(chosen.sum()), (votes.worker[chosen], votes.label[chosen])),
        shape=shape)
    pairs.sum_duplicates()
    pairs.data[:] = 1
    return pairs
