"""Committee: the mean of three methods, without those that collapsed."""
from dataclasses import dataclass

import numpy as np
from scipy.special import entr

from benchmark_utils.aggregation.bwa import bwa
from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.mace import mace
from benchmark_utils.aggregation.panel_votes import panel_weights
from benchmark_utils.votes import TIE

PANEL = .2  # the default of DiscountedDS


@dataclass(frozen=True, eq=False)
class CommitteeFit:
    """T (n_tasks, K): mean posterior of the members that were kept; NaN rows
    without votes. members {name: T}: all members. kept: names.
    """
    T: np.ndarray
    members: dict
    kept: tuple


def committee(votes, known_truth=None, kind=None):
    """Mean posterior of three methods with different models of a worker.

    Dawid-Skene, stopped after 10 iterations: a free confusion matrix; MACE:
    votes are known or guessed; BWA: a weight for each class.

    Parameters
    ----------
    votes : Votes
    known_truth : see `Truths`
    kind : (n_workers,), 0 = person, 1 = model
        Where both voted on a task, the votes of models have the weights
        max(PANEL, 1 / n) in Dawid-Skene.
    """
    weight = None if kind is None else panel_weights(votes, kind, PANEL)
    members = {"DS": dawid_skene(votes, max_iter=10, known_truth=known_truth,
                                 vote_weight=weight).T,
               "MACE": mace(votes, known_truth=known_truth).T,
               "BWA": bwa(votes, known_truth=known_truth).T}
    kept = not_collapsed(members, votes.majority())
    return CommitteeFit(sum(members[name] for name in kept) / len(kept),
                        members, kept)


def not_collapsed(members, majority):
    """Names of the members whose labels have at least half of the entropy of
    the majority labels; if there are none, of the member with most entropy.

    EM with a free prevalence can move all tasks into one class while its
    likelihood rises, so the likelihood cannot show a collapse.

    Parameters
    ----------
    members : {name: (n_tasks, K)}
    majority : (n_tasks, K)
    """
    spread = {name: label_entropy(T) for name, T in members.items()}
    enough = label_entropy(majority) / 2 - TIE
    return tuple(name for name in members if spread[name] >= enough) or (
        max(spread, key=spread.get),)


def label_entropy(T):
    """Entropy in nats of the distribution of the most probable classes over
    all tasks. Tied classes share a task; NaN rows are left out."""
    T = T[~np.isnan(T).any(axis=1)]
    if not len(T):
        return 0.0
    best = T >= T.max(axis=1, keepdims=True) - TIE
    return float(entr((best / best.sum(axis=1, keepdims=True)).mean(
        axis=0)).sum())
