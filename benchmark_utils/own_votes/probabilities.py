"""Labels, and probabilities that are no surer than the votes allow."""
from dataclasses import dataclass

import numpy as np

from benchmark_utils.aggregation.committee import CommitteeFit, committee
from benchmark_utils.aggregation.guards import (
    majority_first,
    support,
    why_majority,
)
from benchmark_utils.aggregation.held_out import temper
from benchmark_utils.votes import TIE

# Members whose posterior is a product over votes; BWA's is not.
PRODUCTS = ("DS", "MACE")
METHODS = ("Committee", "DS", "MACE", "BWA", "MV")


@dataclass(frozen=True)
class Voters:
    """Constants of a kind of voters, fitted on the recorded datasets; see
    docs/own_votes.md."""
    name: str
    # Of the errors of two votes on a task: n votes count as
    # n / (1 + (n - 1) correlation) independent ones (Kish, Survey Sampling,
    # 1965, 8.2, the design effect).
    correlation: float
    # Of the share of right labels minus the mean probability, in logits, a
    # 90% interval, and the standard deviation with gold tasks.
    centre: float
    half_width: float
    gold_sd: float
    # Of a worker's accuracy, as a share of the labels' expected error.
    label_error: float


PEOPLE = Voters("people", .4, 0, 1.09, .62, .6)
MODELS = Voters("models", .8, -.3, 1.30, .70, .5)
KINDS = {voters.name: voters for voters in (PEOPLE, MODELS)}
CORRELATION = PEOPLE.correlation


@dataclass(frozen=True, eq=False)
class Labels:
    """The labels of a method, before ties are broken."""
    fit: CommitteeFit
    score: np.ndarray  # (n_tasks, K), rows whose best class is the label
    support: np.ndarray  # (n_tasks,), see `guards.support`
    guard: str | None  # why the majority decides: few shared, rare class
    n_changed: int  # labels that this changes


def fit_labels(votes, known_truth=None, voters=None, method="Committee",
               kind=None):
    """`Labels` of a method; those of the Committee are guarded: with few
    shared votes, or a class that dominates, the majority decides, and the
    Committee breaks its ties. Language models (``voters``) may dominate a
    class. ``kind``: see `committee`."""
    fit = committee(votes, known_truth, kind)
    found = support(votes, known_truth)
    if method != "Committee":
        members = dict(fit.members, MV=votes.majority())
        if method == "MV" and known_truth is not None:
            members["MV"] = majority_first(votes, fit.T, known_truth)
        fit = CommitteeFit(members[method], members, (method,))
        return Labels(fit, fit.T, found, None, 0)
    guard = why_majority(votes, found, voters is not MODELS)
    if guard is None:
        return Labels(fit, fit.T, found, None, 0)
    score = majority_first(votes, fit.T, known_truth)
    here = ~np.isnan(score).any(axis=1)
    changed = score[here].argmax(axis=1) != fit.T[here].argmax(axis=1)
    return Labels(fit, score, found, guard, int(changed.sum()))


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


def calibrated(fit, votes, label, correlation=CORRELATION, score=None):
    """Probabilities of the classes, (n_tasks, K), NaN row = no vote.

    The mean of the committee's members, those that are products over votes
    tempered by `design_effect`. Where another class than ``label`` would come
    first, the least share of ``score`` (default fit.T, see `Labels`) that
    keeps it on top.
    """
    t = design_effect(votes.per_task, correlation)
    members = [temper(fit.members[name], t)
               if name in PRODUCTS else fit.members[name]
               for name in fit.kept]
    return keep_on_top(fit.T if score is None else score,
                       sum(members) / len(members), label)


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


@dataclass(frozen=True)
class VoteAccuracy:
    """The accuracy of one vote, as far as the agreement of two shows it: its
    posterior mean and standard deviation, the mean agreement of different
    workers on a task, and the number of tasks with two of them."""
    mean: float
    sd: float
    agreement: float
    n_shared: int


def vote_accuracy(votes):
    """`VoteAccuracy`: on a grid of accuracies a, two votes agree with
    probability a^2 + (1 - a)^2 / (K_e - 1), K_e the effective number of
    classes. The prior has the moments of 16 recorded crowds of people."""
    K, shared = votes.n_classes, votes.n_voters > 1
    pairs, equal = worker_pairs(votes)
    m = int(shared.sum())
    agreement = float((equal[shared] / pairs[shared]).mean()) if m else np.nan
    if K == 1:
        return VoteAccuracy(1.0, 0.0, agreement, m)
    s = np.arange(1, 200) / 200
    a = 1 / K + (1 - 1 / K) * s
    share = np.bincount(votes.label, minlength=K) / max(len(votes), 1)
    effective = max(1 / max((share ** 2).sum(), TIE), 1.2)
    q = np.clip(a ** 2 + (1 - a) ** 2 / max(
        effective - 1, .5 if K == 2 else 1), 1e-4, 1 - 1e-4)
    log_p = 2.2 * np.log(s) + 1.6 * np.log1p(-s)  # Beta(3.2, 2.6)
    if m:
        log_p += min(m, 400) * (agreement * np.log(q)
                                + (1 - agreement) * np.log(1 - q))
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    mean = p @ a
    return VoteAccuracy(float(mean), float(np.sqrt(p @ (a - mean) ** 2)),
                        agreement, m)


def worker_pairs(votes):
    """The ordered pairs of votes of different workers on each task, and those
    that are equal, (n_tasks,) each."""
    def squares(key, size):
        keys, n = np.unique(votes.task * size + key, return_counts=True)
        return np.bincount(keys // size, n ** 2.0, minlength=votes.n_tasks)

    J, K = votes.n_workers, votes.n_classes
    own = squares(votes.worker, J)
    own_equal = squares(votes.worker * K + votes.label, J * K)
    return (votes.per_task ** 2.0 - own,
            (votes.counts() ** 2.0).sum(axis=1) - own_equal)


def of_votes(votes, accuracy, correlation):
    """The posterior of votes of equal accuracy whose errors are correlated,
    (n_tasks, K), NaN row = no vote."""
    K = votes.n_classes
    a = max(accuracy, 1 / K + .01)
    weight = np.log(a * (K - 1) / (1 - a)) if K > 1 else 0.0
    log_p = votes.counts() * weight / design_effect(
        votes.per_task, correlation)[:, None]
    p = np.exp(log_p - log_p.max(axis=1, keepdims=True))
    p[votes.per_task == 0] = np.nan
    return p / p.sum(axis=1, keepdims=True)


def label_probabilities(votes, labels, label, accuracy, voters=PEOPLE,
                        known_truth=None):
    """Probabilities of the classes, (n_tasks, K), NaN row = no vote: those of
    the method (`Labels`, ``label`` of `best_labels`) as far as the workers of
    a task are known, else those of votes of equal `VoteAccuracy`. A known
    truth has probability 1."""
    r = voters.correlation
    base = of_votes(votes, accuracy.mean, r)
    own = base if labels.fit.kept == ("MV",) else calibrated(
        labels.fit, votes, label, r, labels.score)
    weight = np.where(votes.per_task > 0, labels.support, 1)[:, None]
    P = keep_on_top(labels.score, weight * own + (1 - weight) * base, label)
    if known_truth is not None:
        known = known_truth >= 0
        P[known] = np.eye(votes.n_classes)[known_truth[known]]
    return P
