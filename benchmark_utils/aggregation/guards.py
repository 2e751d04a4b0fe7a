"""How far votes support a method: shared votes, repeats, rare classes.

A method learns about a worker only from tasks with a second opinion. With few
of these the majority is the safer label; where one class dominates, an EM may
give up the rare ones.
"""
import numpy as np

from benchmark_utils.votes import TIE

# A worker with so many votes on shared tasks counts half. Chosen by log loss
# on the recorded datasets: 5 and 20 are as good.
HALF = 10
# Below this mean of `support` the labels are those of the majority.
FEW = .5
# A class that the majority gives to this share of the tasks makes others rare.
DOMINANT = .9


def without_repeats(votes):
    """The votes with each (task, worker, label) `once`."""
    return votes if votes.once.all() else votes.select(votes.once)


def support(votes, known_truth=None):
    """How much is known of the workers of each task, in [0, 1), (n_tasks,):
    the mean over its votes of o / (o + HALF), o the worker's votes on tasks
    with another voter or a known truth. NaN = no vote."""
    shared = votes.n_voters > 1
    if known_truth is not None:
        shared = shared | (known_truth >= 0)
    o = np.bincount(votes.worker, shared[votes.task],
                    minlength=votes.n_workers)
    total = np.bincount(votes.task, (o / (o + HALF))[votes.worker],
                        minlength=votes.n_tasks)
    return np.divide(total, votes.per_task, where=votes.per_task > 0,
                     out=np.full(votes.n_tasks, np.nan))


def is_weak(found):
    """Whether the mean `support` of the tasks with votes is below FEW."""
    found = found[~np.isnan(found)]
    return not len(found) or bool(found.mean() < FEW)


def why_majority(votes, found, people):
    """Why the majority should decide: ``few shared`` votes, by `is_weak` of
    the `support` ``found``; a ``rare class``, by `dominant_class`, if all
    voters are ``people``, since models may share a bias; or None."""
    if is_weak(found):
        return "few shared"
    if people and dominant_class(votes) is not None:
        return "rare class"
    return None


def majority_first(votes, T, known_truth=None):
    """Rows whose best class is the majority's, ties in the order of ``T``:
    [class is among the most voted] + T / 2, divided by its sum. (n_tasks, K)

    Rows of known truths, and of tasks without votes, are those of ``T``.
    """
    counts = votes.counts()
    score = (counts == counts.max(axis=1, keepdims=True)) + T / 2
    score /= score.sum(axis=1, keepdims=True)
    keep = votes.per_task == 0
    if known_truth is not None:
        keep = keep | (known_truth >= 0)
    score[keep] = T[keep]
    return score


def dominant_class(votes):
    """The class of at least DOMINANT of the majority's labels, ties shared;
    None if there is none, or no other class."""
    share = np.nanmean(votes.majority(), axis=0) if len(votes) else np.zeros(1)
    found = share >= DOMINANT - TIE
    return int(found.argmax()) if found.any() and len(share) > 1 else None

