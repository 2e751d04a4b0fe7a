"""The share of right labels: a range, what it rests on, what it allows."""
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from benchmark_utils.own_votes.probabilities import (
    MODELS,
    PEOPLE,
    best_labels,
    fit_labels,
    label_probabilities,
    vote_accuracy,
)

# From so many tasks with a second voter a number is given beside the range.
ENOUGH_SHARED = 100
# The share of right labels on recorded datasets with one vote per task.
UNKNOWN_RANGE = .45, .95
MOST_OF_A_TEAM = 20
# Labels are accepted from this probability on; those of language models only
# with so many gold tasks.
SURE, ENOUGH_GOLD = .9, 10


@dataclass(frozen=True)
class ShareRight:
    """The share of right labels with its 90% interval."""
    said: float  # mean probability of the labels
    low: float
    middle: float
    high: float


@dataclass(frozen=True, eq=False)
class Evidence:
    """How much the votes, and gold tasks, tell about labels and workers."""
    kinds: tuple  # of voters that are possible, the likeliest first
    declared: bool  # whether the kind was given
    n_shared: int  # tasks with two voters or a known truth
    n_gold: int  # tasks with a known truth and votes
    share: ShareRight | None  # None if n_shared is 0 or there is one class
    acceptable: np.ndarray  # (n_tasks,) bool, labels to accept unseen
    # The probabilities (n_tasks, K) and the labels (n_tasks,) without use of
    # the gold tasks.
    blind: tuple | None = None

    @property
    def gives_number(self):
        """Whether the share is known well enough for a number."""
        return self.n_shared >= ENOUGH_SHARED and self.kinds == (PEOPLE,)

    @property
    def needs_gold(self):
        """Whether only gold tasks can tell how many labels are right: voters
        that may be language models share errors that votes do not show."""
        return MODELS in self.kinds and self.n_gold < ENOUGH_GOLD


def weigh(votes, labels, label, known_truth=None, voters=None, seed=0,
          method="Committee", kind=None):
    """The `Evidence` for `Labels` (``label`` of `best_labels`), and their
    probabilities (n_tasks, K). ``voters``: None if nobody said; ``seed``: of
    ties of the labels without gold; ``kind``: see `committee`."""
    kinds, accuracy = kinds_of(voters, votes), vote_accuracy(votes)
    shared = votes.n_voters > 1
    known = (np.zeros(votes.n_tasks, bool) if known_truth is None
             else known_truth >= 0)
    n_gold = int((known & (votes.per_task > 0)).sum())
    ranges, P, without = [], [], None
    if n_gold:
        blind = fit_labels(votes, None, voters, method, kind)
        guess = best_labels(blind.score, np.random.default_rng(seed))
    for of in kinds:
        P.append(label_probabilities(votes, labels, label, accuracy, of,
                                     known_truth))
        rest = P[-1][~known & (label >= 0)].max(axis=1)
        said = float(rest.mean()) if len(rest) else 1.0
        if n_gold:
            p = label_probabilities(votes, blind, guess, accuracy, of)
            without = without or (p, guess)
            gold = np.flatnonzero(known & (guess >= 0))
            found = share_right_by_gold(
                said, p[gold].max(axis=1).mean(),
                int((guess == known_truth)[gold].sum()), n_gold, of)
        else:
            found = share_right(said, np.nanmean(labels.support), accuracy,
                                of)
        ranges.append(found)
    share = with_known(widest(ranges), known.sum(), (label >= 0).sum())
    n_shared = int((shared | known).sum())
    top = P[0].max(axis=1)
    if MODELS in kinds and n_gold >= ENOUGH_GOLD:  # as gold tasks correct it
        top = expit(logit(np.clip(top, 1e-9, 1 - 1e-9)) + min(
            logit(np.clip(found.middle, .01, .99))
            - logit(np.clip(found.said, .01, .99)) for found in ranges))
    elif MODELS in kinds:
        top = np.zeros(len(top))
    acceptable = known | (shared & (top >= SURE))
    return Evidence(kinds, voters is not None, n_shared, n_gold,
                    share if n_shared and votes.n_classes > 1 else None,
                    acceptable, without), P[0]


def share_right(said, mean_support, accuracy, voters):
    """`ShareRight` of one kind of voters, without gold tasks.

    The interval has the spread of true shares around ``said`` on recorded
    datasets, and the error of the accuracy of one vote, as far as nothing
    else is known of the workers.
    """
    centre = logit(np.clip(said, .01, .99)) + voters.centre
    a = accuracy.mean
    vote = 1.645 * (1 - mean_support) * accuracy.sd / max(a * (1 - a), .02)
    half = np.hypot(voters.half_width, vote)
    return ShareRight(said, *expit([centre - half, centre, centre + half]))


def share_right_by_gold(said, said_gold, n_right, n_gold, voters):
    """`ShareRight` of labels after their method, without knowing the truth
    of ``n_gold`` tasks, was right on ``n_right`` of these: the difference in
    logits from the mean probability is normal before, binomial after."""
    d = np.arange(-400, 401) / 100
    p = expit(logit(np.clip(said_gold, .01, .99)) + d)
    log_p = (-(d - voters.centre) ** 2 / (2 * voters.gold_sd ** 2)
             + n_right * np.log(p) + (n_gold - n_right) * np.log1p(-p))
    weight = np.exp(log_p - log_p.max())
    total = np.cumsum(weight) / weight.sum()
    at = d[np.searchsorted(total, [.05, .5, .95])]
    return ShareRight(said, *expit(logit(np.clip(said, .01, .99)) + at))


def with_known(share, n_known, n):
    """The share among ``n`` labels of which ``n_known`` are known."""
    values = np.array([share.said, share.low, share.middle, share.high])
    return ShareRight(*map(float, values + (1 - values) * n_known / max(n, 1)))


def is_small_team(votes):
    """At most 20 voters, each with votes on half of the tasks or more: a
    panel of language models looks like this, and a small team of people."""
    voted = np.flatnonzero(votes.per_worker)
    half = (votes.per_task > 0).sum() / 2
    return 0 < len(voted) <= MOST_OF_A_TEAM and all(
        len(set(votes.task[votes.worker == j])) >= half for j in voted)


def kinds_of(voters, votes):
    """The kinds of voters that are possible, the likeliest first."""
    if voters is not None:
        return (voters,)
    return (PEOPLE, MODELS) if is_small_team(votes) else (PEOPLE,)


def widest(ranges):
    """The first with the lowest low and the highest high of all."""
    return ShareRight(ranges[0].said, min(r.low for r in ranges),
                      ranges[0].middle, max(r.high for r in ranges))
