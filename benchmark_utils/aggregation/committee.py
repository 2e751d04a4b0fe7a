"""Committee: the mean of three methods, less those that collapsed."""
from dataclasses import dataclass

import numpy as np
from scipy.special import entr

from benchmark_utils.aggregation.bwa import bwa
from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.mace import mace
from benchmark_utils.votes import TIE


@dataclass(frozen=True, eq=False)
class CommitteeFit:
    """T (n_tasks, K): mean over the members kept, NaN row = no vote. members
    {name: T}: of all members. kept: names of those that did not collapse.
    """
    T: np.ndarray
    members: dict
    kept: tuple


def committee(votes, known_truth=None):
    """Mean posterior of Dawid-Skene, MACE and BWA, one method for each
    assumption on workers: free confusions, stopped after 10 iterations;
    spammers; a weight for each class.

    Parameters
    ----------
    votes : Votes
    known_truth : see `Truths`
    """
    members = {"DS": dawid_skene(votes, max_iter=10,
                                 known_truth=known_truth).T,
               "MACE": mace(votes, known_truth=known_truth).T,
               "BWA": bwa(votes, known_truth=known_truth).T}
    kept = not_collapsed(members, votes.majority())
    return CommitteeFit(sum(members[name] for name in kept) / len(kept),
                        members, kept)


def not_collapsed(members, majority):
    """Names of the members whose labels spread over the classes at least half
    as much as the majority's, in entropy; if none does, of the one that
    spreads most.

    An EM whose prevalence is free can move all tasks into one class while its
    likelihood rises: only the labels show it.

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
    """Entropy of the best classes of all tasks, ties shared, in nats; NaN
    rows are left out."""
    T = T[~np.isnan(T).any(axis=1)]
    if not len(T):
        return 0.0
    best = T >= T.max(axis=1, keepdims=True) - TIE
    return float(entr((best / best.sum(axis=1, keepdims=True)).mean(
        axis=0)).sum())
