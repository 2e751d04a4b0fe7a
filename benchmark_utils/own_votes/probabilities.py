"""Labels and calibrated probabilities from the Committee."""
import numpy as np

from benchmark_utils.aggregation.held_out import temper
from benchmark_utils.votes import TIE

# How far the votes on a task share their errors: n votes count as
# n / (1 + (n - 1) CORRELATION) independent ones (Kish, Survey Sampling, 1965,
# 8.2, the design effect). Chosen once over the recorded crowds, on which any
# value from .3 to .6 does as well: docs/findings/label_probabilities.md.
CORRELATION = .4
# Members whose posterior is a product over votes; BWA's is not.
PRODUCTS = ("DS", "MACE")


def best_labels(T, rng):
    """The most probable class of each task, ties broken at random, -1 = no
    vote. (n_tasks,)"""
    voted = ~np.isnan(T).any(axis=1)
    label = np.full(len(T), -1)
    best = T[voted] >= T[voted].max(axis=1, keepdims=True, initial=0) - TIE
    label[voted] = np.where(best, rng.random(best.shape), -1).argmax(axis=1)
    return label


def design_effect(n_votes, correlation=CORRELATION):
    """1 + (n_i - 1) correlation, the temperature of a posterior of n_i votes.

    A posterior multiplies the likelihoods of the votes as if their errors
    were independent, but hard tasks are hard for every worker: ten votes say
    less than ten times one vote. The votes alone do not show how much less.
    """
    return 1 + np.maximum(n_votes - 1, 0) * correlation


def calibrated(fit, votes, label, correlation=CORRELATION):
    """Probabilities of the classes, (n_tasks, K), NaN row = no vote.

    The mean of the committee's members, those that are products over votes
    tempered by `design_effect`. Where another class than ``label`` would come
    first, the least share of the committee's own mean that keeps it on top.

    Parameters
    ----------
    fit : CommitteeFit
    votes : Votes
    label : (n_tasks,), of `best_labels`
    """
    t = design_effect(votes.per_task, correlation)
    members = [temper(fit.members[name], t)
               if name in PRODUCTS else fit.members[name]
               for name in fit.kept]
    return keep_on_top(fit.T, sum(members) / len(members), label)


def keep_on_top(sharp, soft, label):
    """w sharp + (1 - w) soft, with the smallest w for each task at which
    ``label``, the best class of ``sharp``, is the best class."""
    row = np.arange(len(label))
    lead = sharp[row, label][:, None] - sharp  # at least 0
    behind = soft - soft[row, label][:, None]  # above 0: w must make it up
    with np.errstate(divide="ignore", invalid="ignore"):
        w = np.where(behind > 0, behind / (behind + lead), 0).max(axis=1)
    w = np.minimum(w * (1 + TIE), 1)[:, None]
    return w * sharp + (1 - w) * soft
