"""The accuracy of the labels with fewer votes per task, and with more."""
from dataclasses import dataclass

import numpy as np

from benchmark_utils.own_votes.probabilities import best_labels, fit_labels

GOAL = .95
# Votes of all subsamples together: this sets the number of draws.
MOST_VOTES, MOST_DRAWS, FEWEST_DRAWS = 2_000_000, 5, 2
SIZES = (1, 2, 4, 8, 16, 32, 64)
# The curve ends at this many times today's votes.
FARTHEST = 4
# The curve is a - b m^-power. From half of their votes, the first power
# predicts the recorded datasets best; the interval allows for the other two.
POWERS = (.5, .3, .75)


@dataclass(frozen=True, eq=False)
class Curve:
    """Expected label accuracy by the number of votes per task, with 95%
    intervals, (n_points,) up to today's votes, and beyond them. Intervals
    include the draw of the votes and of the tasks, and the form of the
    curve. They do not include miscalibration of the probabilities."""
    votes_per_task: np.ndarray
    accuracy: np.ndarray
    low: np.ndarray
    high: np.ndarray
    ahead: np.ndarray
    ahead_accuracy: np.ndarray
    ahead_low: np.ndarray
    ahead_high: np.ndarray
    # Votes per task at which GOAL is reached, (best, low, high); inf = not
    # within FARTHEST times today's.
    needed: tuple


def subsample(votes, n, rng):
    """At most ``n`` random votes of each task."""
    order = np.argsort(votes.task + rng.random(len(votes)))
    first = np.cumsum(votes.per_task) - votes.per_task
    keep = np.zeros(len(votes), bool)
    keep[order] = np.arange(len(votes)) < first[votes.task[order]] + n
    return votes.select(keep)


def more_votes(votes, probability, seed=0, progress=iter, kind=None):
    """`Curve` from subsampled votes: their labels, scored by the
    probabilities from all votes.

    ``progress`` wraps these; ``kind``: see `committee`. None if there are too
    few votes to subsample twice."""
    voted = votes.per_task > 0
    today = float(votes.per_task[voted].mean()) if voted.any() else 0
    sizes = [n for n in SIZES if n < today - .25]
    if len(sizes) < 2:
        return None
    p = probability[voted]
    work = voted.sum() * (sum(sizes) + len(sizes) * votes.n_classes / 10)
    n_draws = int(np.clip(MOST_VOTES / work, FEWEST_DRAWS, MOST_DRAWS))
    rights = np.empty((len(sizes), n_draws, len(p)), np.float32)
    jobs = [(a, b) for a in range(len(sizes)) for b in range(n_draws)]
    for a, b in progress(jobs):
        rng = np.random.default_rng([seed, sizes[a], b])
        score = fit_labels(subsample(votes, sizes[a], rng), kind=kind
                           ).score[voted]
        rights[a, b] = p[np.arange(len(p)), best_labels(score, rng)]
    return _curve(np.array([*sizes, today]), rights, p.max(axis=1), seed)


def _curve(n, rights, now, seed, n_samples=500):
    """`Curve` from ``rights`` (n_sizes, n_draws, n_tasks), the probability
    that the label is right, and ``now`` (n_tasks,), the same today.

    The means over tasks are nearly normal, and correlated between the sizes;
    the draw of the votes adds to their variance.
    """
    rng = np.random.default_rng(seed)
    by_task = np.vstack([rights.mean(axis=1), now])  # (n_points, n_tasks)
    variance = np.append(rights.mean(axis=2).var(axis=1, ddof=1)
                         / rights.shape[1], 0)
    covariance = np.cov(by_task) / len(now) if len(now) > 1 else 0
    center = by_task.mean(axis=1)
    sampled = rng.multivariate_normal(
        center, covariance + np.diag(variance), n_samples)
    sampled[0] = center
    ahead = np.linspace(n[-1], FARTHEST * n[-1], 13)[1:]
    power = rng.choice(POWERS, n_samples)
    power[0] = POWERS[0]
    lines = np.array([_fit(n, y, c) for y, c in zip(sampled, power)])
    drawn = lines[:, :1] - lines[:, 1:] * ahead ** -power[:, None]
    drawn = np.clip(drawn, 0, 1)
    needed = np.array([_reach(a, b, c, n[-1], y[-1]) for (a, b), c, y in zip(
        lines, power, sampled)])
    low, high = np.percentile(sampled, [2.5, 97.5], axis=0)
    ahead_low, ahead_high = np.percentile(drawn, [2.5, 97.5], axis=0)
    limits = np.percentile(np.minimum(needed, 1e9), [2.5, 97.5])
    return Curve(n, center, low, high, ahead, drawn[0], ahead_low,
                 ahead_high, tuple(
                     float(x) if x <= FARTHEST * n[-1] else np.inf
                     for x in (needed[0], *limits)))


def _fit(n, y, power):
    """a, b of the curve a - b n^-power through the last point, b >= 0."""
    x = n ** -float(power)
    dx, dy = x[:-1] - x[-1], y[:-1] - y[-1]
    b = max(-(dx @ dy) / (dx @ dx), 0)
    return y[-1] + b * x[-1], b


def _reach(a, b, power, today, accuracy):
    """Votes per task at which the curve is at GOAL."""
    if accuracy >= GOAL:
        return today
    return (b / (a - GOAL)) ** (1 / power) if a > GOAL else np.inf
