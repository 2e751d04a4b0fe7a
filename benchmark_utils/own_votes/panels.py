"""Votes of people and of language models: how many votes a panel is worth, and
whether a model may replace a person."""
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtr

from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.error_correlation import (
    effective_votes,
    error_correlation,
    one_hot,
)
from benchmark_utils.votes import Votes

# The correlation of errors from votes alone: a line fitted on 34 recorded
# crowds, its error left-one-out, and that of the number given to users.
LINE, LINE_SD = (.08, 1.54), .072
N_NULL, ENOUGH_GOLD = 3, 50
# The alternative annotator test: a person needs so many tasks; epsilon is a
# convention for crowd workers.
FEWEST_TASKS, EPSILON, LEVEL = 30, .1, .05


@dataclass(frozen=True)
class PanelSize:
    """n votes per task of one kind of voters count as ``effective`` ones."""
    kind: str
    n: float
    rho: float  # correlation of their errors
    effective: float
    by: str  # what rho rests on
    of_gold: float  # rho from gold tasks alone, without classes, or NaN


def panel_sizes(votes, kind, known_truth=None, seed=0):
    """A `PanelSize` for each kind of voters with two votes on some task.

    The residual correlation under Dawid-Skene's labels, less that of votes
    redrawn from the fit, is mapped to that of the true errors by a line; from
    ENOUGH_GOLD gold tasks on it is averaged with theirs, by variance.
    """
    rng = np.random.default_rng(seed)
    fit = dawid_skene(votes, 10)
    seen = error_correlation(votes, fit.T, kind).rho()
    null = [error_correlation(new, dawid_skene(new, 10).T, kind).rho()
            for new in (redrawn(votes, fit, rng) for _ in range(N_NULL))]
    line = LINE[0] + LINE[1] * (seen - np.nan_to_num(null).mean(axis=0))
    gold = -1 if known_truth is None else known_truth
    n_gold = int(np.sum((gold >= 0) & (votes.per_task > 0)))
    if n_gold:
        true = one_hot(gold, votes.n_classes)
        any_class = error_correlation(votes, true, kind, False).rho()
        by_class = error_correlation(votes, true, kind)
    found = []
    for g in range(len(line)):
        given = np.bincount(votes.task[kind[votes.worker] == g],
                            minlength=votes.n_tasks)
        rho, by = line[g, g], "votes alone, correlation +-.14"
        if n_gold >= ENOUGH_GOLD:
            own = by_class.rho()[g, g]
            weight = np.var(by_class.draws(seed=seed)[:, g, g]) / LINE_SD ** 2
            if np.isfinite(own):
                rho = (weight * rho + own) / (weight + 1) if np.isfinite(
                    weight * rho) else own
                by = f"votes and {n_gold} gold tasks"
        if np.isnan(rho):  # no pairs, or no errors
            continue
        rho, n = float(np.clip(rho, 0, 1)), float(given[given > 0].mean())
        found.append(PanelSize(
            ("people", "models")[g], n, rho, float(effective_votes(
                [n], np.array([[rho]]))[0]), by,
            float(any_class[g, g]) if n_gold else np.nan))
    return found


def redrawn(votes, fit, rng):
    """Votes of the same workers on the same tasks, drawn from a Dawid-Skene
    fit: z ~ T, y ~ pi."""
    K = votes.n_classes
    pi = np.zeros((votes.n_workers * K, K))  # row: worker, label; by truth
    pi[votes.answer_worker * K + votes.answer_label] = fit.pi if isinstance(
        fit.pi, np.ndarray) else fit.pi.toarray()
    T = np.nan_to_num(fit.T, nan=1 / K)
    z = (T.cumsum(axis=1) < rng.random((len(T), 1)) * T.sum(
        axis=1, keepdims=True)).sum(axis=1).clip(max=K - 1)
    p = pi.reshape(-1, K, K)[votes.worker, :, z[votes.task]].cumsum(axis=1)
    label = (p < rng.random((len(p), 1)) * p[:, -1:]).sum(axis=1)
    return Votes(votes.task, votes.worker, label.clip(max=K - 1),
                 votes.n_tasks, votes.n_workers, K)


def alternatives(votes, kind, worker_ids, values=None, seed=0,
                 epsilon=EPSILON, fewest=FEWEST_TASKS):
    """The alternative annotator test (Calderon, Reichart and Dror, ACL 2025)
    of each model, a frame; empty if no person shares enough tasks.

    On a task with two people or more, a person h loses to the model if its
    vote equals those of the other people less often than the model's vote
    does; with ``values`` (K,) of the classes, if it is farther from them (root
    mean square). d = W^h - W^f, the difference of "h is not worse" and "the
    model is not worse".

    Columns: model, n_tasks, n_people; difference (mean over people of their
    mean d), low, high (95%, over tasks); advantage (mean W^f); omega, the
    share of people to whom the model is better at ``epsilon`` (one-sided t
    tests, FDR by Benjamini and Yekutieli); epsilon_star, the least epsilon in
    steps of .005 at which omega is at least a half, NaN above 1.
    """
    person = votes.select(kind[votes.worker] == 0)
    rng, rows = np.random.default_rng(seed), []
    for model in np.flatnonzero((kind == 1) & (votes.per_worker > 0)):
        answer = np.full(votes.n_tasks, -1)
        own = votes.worker == model
        answer[votes.task[own]] = votes.label[own]
        v, d = compared(person, answer, values)
        n = v.per_worker
        people = np.flatnonzero(n >= fewest)
        if not len(people):
            continue
        mean = v.worker_mean(d)[people]
        sd = np.sqrt(np.maximum(v.worker_mean(d ** 2)[people] - mean ** 2, 0)
                     * n[people] / np.maximum(n[people] - 1, 1))

        def omega(e, mean=mean, sd=sd, n=n[people]):
            return rejected(p_values(mean, sd, n, e)).mean()

        grid = np.arange(0, 1.0001, .005)
        passes = [e for e in grid if omega(e) >= .5]
        low, high = over_tasks(v, d, people, rng)
        rows.append((worker_ids[model], len(np.unique(v.task)), len(people),
                     mean.mean(), low, high,
                     v.worker_mean(1. * (d <= 0))[people].mean(),
                     omega(epsilon),
                     passes[0] if passes else np.nan))
    return pd.DataFrame(rows, columns=[
        "model", "n_tasks", "n_people", "difference", "low", "high",
        "advantage", "omega", "epsilon_star"])


def compared(people, answer, values=None):
    """The votes of ``people`` on tasks with two of them and an ``answer``
    (n_tasks,), -1 = none, and d of each; see `alternatives`."""
    v = people.select(((people.per_task >= 2) & (answer >= 0))[people.task])
    f, h = answer[v.task], v.label
    if values is None:
        counts = v.counts()
        gain = counts[v.task, h] - 1 - (counts[v.task, f] - (f == h))
    else:  # sum over the others of (f - y)^2 - (h - y)^2
        f, h = values[f], values[h]
        others = np.bincount(v.task, h, v.n_tasks)[v.task] - h
        gain = (f - h) * ((v.per_task[v.task] - 1) * (f + h) - 2 * others)
    return v, np.sign(np.round(gain, 9)) * 1.


def p_values(mean, sd, n, epsilon):
    """One-sided t tests of H0: E d >= epsilon; 0 or 1 without variance."""
    with np.errstate(divide="ignore", invalid="ignore"):
        p = stdtr(n - 1, (mean - epsilon) / sd * np.sqrt(n))
    return np.where(sd > 0, p, (mean >= epsilon) * 1.)


def rejected(p, level=LEVEL):
    """Which hypotheses Benjamini and Yekutieli (2001) reject."""
    rank = np.arange(1, len(p) + 1)
    limit = level * rank / (len(p) * (1 / rank).sum())
    below = np.sort(p)[np.sort(p) <= limit]
    return p <= below.max(initial=-1)


def over_tasks(votes, d, people, rng, n_draws=300):
    """95% interval of the mean over people of their mean ``d`` (n_votes,),
    from bootstrap samples of the tasks."""
    tasks, task = np.unique(votes.task, return_inverse=True)
    means = []
    for _ in range(n_draws):
        w = np.bincount(rng.integers(len(tasks), size=len(tasks)),
                        minlength=len(tasks))[task]
        total, n = (np.bincount(votes.worker, x, votes.n_workers)[people]
                    for x in (w * d, w))
        means.append((total[n > 0] / n[n > 0]).mean() if n.any() else np.nan)
    return np.nanpercentile(means, [2.5, 97.5])
