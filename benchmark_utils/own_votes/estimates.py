"""Shares of classes and accuracies of classifiers, with 95% intervals that
are valid whatever the votes are worth, from a random sample of gold tasks."""
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from benchmark_utils.own_votes.files import Refused

# With fewer gold tasks the votes are not used: their slope would be a guess.
ENOUGH = 10


class Estimate(NamedTuple):
    """The mean of a quantity over all tasks, and its 95% interval."""
    value: float
    low: float
    high: float
    method: str = "Wilson"


def wilson(n_right, n, n_all):
    """`Estimate` of a share from a random sample of n of n_all tasks: Wilson's
    interval (1927) for n (n_all - 1) / (n_all - n) tasks."""
    p = n_right / n
    if n == n_all:
        return Estimate(p, p, p)
    n, z = n * (n_all - 1) / (n_all - n), ndtri(.975)
    centre = (p + z ** 2 / (2 * n)) / (1 + z ** 2 / n)
    half = np.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2) * z / (1 + z ** 2 / n)
    return Estimate(p, min(centre - half, p), max(centre + half, p))


def regression(f, m, m_all, least=0.0, use_votes=True):
    """`Estimate` of the mean of a quantity over all tasks by the regression
    estimator (Cochran, Sampling techniques, 1977, ch. 7; PPI++ of Angelopoulos
    et al. 2023, with a known total).

    mean(f - lam m) + lam M, M the mean of ``m_all``; lam is the slope of f on
    m with four pseudo-tasks of slope 1, within -1.5 .. 1.5. The variance of
    the residuals has two more of +-.71 (after Agresti and Min 2005), so that
    few tasks, or equal ones, do not give a width of 0.

    Parameters
    ----------
    f : (n,), the quantity on a random sample of the tasks, in [least, 1]
    m : (n,), its prediction, which must not rest on these truths
    m_all : (n_all,), the prediction on all tasks
    use_votes : False leaves the prediction out, lam = 0
    """
    n, n_all, M, s2 = len(f), len(m_all), m_all.mean(), m_all.var()
    lam = 0.0
    if use_votes and s2:
        lam = float(np.clip(((m - M) @ (f - f.mean()) + 4 * s2)
                            / (((m - M) ** 2).sum() + 4 * s2), -1.5, 1.5))
    r = f - lam * m
    value, half = r.mean() + lam * M, np.inf
    if n == n_all:
        half = 0.0
    elif n > 1:
        variance = (((r - r.mean()) ** 2).sum() + 1) / (n + 2)
        half = stdtrit(max(n - 2, 1), .975) * np.sqrt(
            variance / (n - 1) * (1 - n / n_all))
    value, low, high = np.clip([value, value - half, value + half], least, 1)
    return Estimate(value, low, high, "regression" if lam else "gold tasks")


def share(f, m, m_all):
    """`Estimate` of the mean of ``f`` (n,), 0 or 1; see `regression`."""
    if len(f) < ENOUGH:
        return wilson(f.sum(), len(f), len(m_all))
    return regression(f, m, m_all)


def draw(tasks, seed):
    """Some tasks in random order: the first n are a sample of n."""
    return np.random.default_rng([seed, 30]).permutation(tasks)


def where_differ(predictions):
    """Tasks on which two of the classifiers differ; all of these tasks have a
    prediction of each of the two. predictions : {name: (n_tasks,)}"""
    found = np.zeros(0, int)
    for a, b in combinations(predictions.values(), 2):
        found = np.union1d(found, np.flatnonzero(
            (a != b) & (a != -1) & (b != -1)))
    return found


def check_predictions(predictions, votes, worker_ids):
    """Raise Refused for a classifier that is also a voter: by its name, or
    because a voter has voted as it predicts on all of its tasks."""
    for name, c in predictions.items():
        same = votes.select(c[votes.task] == votes.label)
        n_same = np.bincount(same.worker, minlength=votes.n_workers)
        copies = np.flatnonzero(n_same >= max((c != -1).sum(), ENOUGH))
        if name in worker_ids or len(copies):
            voter = name if name in worker_ids else worker_ids[copies[0]]
            raise Refused(f"the classifier {name!r} is also the voter "
                          f"{voter!r}: its votes would help to judge it; "
                          "leave them out of the votes")


def estimates(p, label, truth, class_names, predictions, seed=0):
    """The estimates, a frame with the columns quantity, name, estimate, low,
    high, n_gold, method and by_labels (the labels taken as truth), and a list
    of warnings.

    Parameters
    ----------
    p : (n_tasks, K), probabilities without use of the gold tasks; NaN rows
        have no votes and are left out
    label : (n_tasks,), the labels without use of the gold tasks
    truth : (n_tasks,), -1 = unknown; the gold tasks, drawn at random, from
        all tasks or from those on which the classifiers differ
    predictions : {name: (n_tasks,)}, -1 = none
    seed : of `draw`
    """
    voted = np.flatnonzero(label >= 0)
    gold, differ = voted[truth[voted] >= 0], where_differ(predictions)
    if not len(gold):
        raise Refused("no gold task has a vote, so nothing can be estimated")
    only_differ = len(differ) < len(voted) and np.isin(gold, differ).all()
    drawn, rows, found = draw(differ if only_differ else voted, seed), [], []
    if set(gold) != set(drawn[:len(gold)]):
        found.append(
            f"the {len(gold):,} gold tasks are not the first ones that "
            f"--gold-sample draws with seed {seed}; the intervals of the "
            "estimates are valid only if the tasks were drawn at random")

    def add(quantity, name, value, n, by_labels):
        rows.append((quantity, name, *value[:3], n, value.method, by_labels))

    if only_differ:
        found.append("all gold tasks are among those on which the classifiers "
                     "differ, so only differences are estimated")
    for k, name in enumerate(() if only_differ else class_names):
        add("share", name, share((truth[gold] == k) * 1., p[gold, k],
                                 p[voted, k]),
            len(gold), (label[voted] == k).mean())

    def right(c, tasks):  # probability of being right
        known = np.maximum(c[tasks], 0)
        return np.where(c[tasks] >= 0, p[tasks, known], 0)

    for name, c in () if only_differ else predictions.items():
        tasks = voted[c[voted] != -1]
        g = tasks[truth[tasks] >= 0]
        if len(g):
            add("accuracy", name,
                share((c == truth)[g] * 1., right(c, g), right(c, tasks)),
                len(g), (c == label)[tasks].mean())
    for (a, c), (b, d) in combinations(predictions.items(), 2):
        both = voted[(c[voted] != -1) & (d[voted] != -1)]
        tasks = both[c[both] != d[both]]
        g = tasks[truth[tasks] >= 0]
        value = Estimate(0.0, -1.0, 1.0, "none") if len(tasks) else Estimate(
            0.0, 0.0, 0.0, "equal predictions")
        if len(g):
            value = regression((c == truth)[g] * 1. - (d == truth)[g],
                               right(c, g) - right(d, g),
                               right(c, tasks) - right(d, tasks), -1,
                               len(g) >= ENOUGH)
        part = len(tasks) / max(len(both), 1)  # elsewhere they are equal
        add("difference", f"{a} - {b}", Estimate(
            *(part * x for x in value[:3]), value.method), len(g),
            float((c == label)[both].mean() - (d == label)[both].mean()))
    return pd.DataFrame(rows, columns=[
        "quantity", "name", "estimate", "low", "high", "n_gold", "method",
        "by_labels"]), found
