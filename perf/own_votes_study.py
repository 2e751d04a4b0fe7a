"""What the own-votes command promises, against the truth of recorded datasets.

    CROWD_DATA=... OMP_NUM_THREADS=1 python perf/own_votes_study.py

writes the tables of docs/own_votes.md and benchmark_utils/own_votes/
measured.json: the range of the share of right labels, accepted labels,
workers' intervals, what relabelling brings, and all of it with one vote per
task and few second votes. Takes about half an hour.
"""
import json
import re

import numpy as np
import pandas as pd
from common import ROOT  # sets the path: first
from recorded_crowds import misleading_panels, recorded_crowds

from benchmark_utils.aggregation.guards import without_repeats
from benchmark_utils.own_votes.budget import assign
from benchmark_utils.own_votes.learning_curve import subsample
from benchmark_utils.own_votes.probabilities import (
    MODELS,
    PEOPLE,
    best_labels,
    fit_labels,
)
from benchmark_utils.own_votes.share_right import weigh
from benchmark_utils.own_votes.summary import MEASURED
from benchmark_utils.own_votes.verdicts import FEW, verdicts
from benchmark_utils.own_votes.workers import measure
from benchmark_utils.report.docs.studies import markdown

DOCS = ROOT / "docs" / "own_votes.md"
# One vote per task, and second votes on these shares of the tasks.
ONE_VOTE = ("rte", "web", "trec", "dog", "SP", "ZenCrowd_us", "product",
            "tweet", "face", "adult")
SHARES = (0, .01, .05, .1, .3, 1)
SEEDS, MOST_TASKS, N_GOLD = 3, 1500, 30


def promised(votes, truth, voters):
    """What is said, and what is true."""
    labels = fit_labels(votes, voters=voters)
    label = best_labels(labels.score, np.random.default_rng(0))
    evidence, P = weigh(votes, labels, label, voters=voters)
    known = (truth >= 0) & (label >= 0)
    right = (label == truth)[known]
    # The labels that are meant are those with a truth.
    said = P.max(axis=1)[known].mean()
    accepted = evidence.acceptable[known]
    found = dict(right=right.mean(), said=said, n=len(right),
                 accepted=int(accepted.sum()),
                 accepted_right=int(right[accepted].sum()))
    if evidence.share is not None:
        share = evidence.share
        found.update(low=share.low, high=share.high, within=(
            share.low <= right.mean() <= share.high))
    return found, labels, label, P


def gold_held(votes, truth, voters):
    """How often the range from N_GOLD gold tasks contains the share of right
    labels on the other tasks with a truth."""
    held = []
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        tasks = rng.permutation(np.flatnonzero(
            (truth >= 0) & (votes.per_task > 0)))
        known = np.full(votes.n_tasks, -1)
        known[tasks[:N_GOLD]] = truth[tasks[:N_GOLD]]
        labels = fit_labels(votes, known, voters)
        label = best_labels(labels.score, rng)
        share = weigh(votes, labels, label, known, voters)[0].share
        rest, n = tasks[N_GOLD:], (label >= 0).sum()
        right = (label == truth)[rest].mean()
        right += (1 - right) * N_GOLD / n  # the known ones are right
        held.append(share.low <= right <= share.high)
    return np.mean(held)


def workers_held(votes, truth, labels, P):
    """The share of 95% intervals that contain a worker's accuracy."""
    m = measure(votes, labels.fit.T, P)
    judged = votes.select(truth[votes.task] >= 0)
    right = judged.worker_mean((judged.label == truth[judged.task]) * 1.)
    counted = judged.per_worker >= FEW
    return ((m.low <= right) & (right <= m.high))[counted].mean()


def more(votes, shown, chosen):
    """The votes shown and those of the chosen (task, worker) pairs."""
    key = votes.task * votes.n_workers + votes.worker
    return shown | np.isin(key, chosen)


def relabelling(votes, truth, voters, seed):
    """Points of accuracy that half a vote per task more brings: uniformly, and
    by the rule of --budget in four rounds. From three votes per task."""
    rng = np.random.default_rng(seed)
    tasks = np.flatnonzero((truth >= 0) & (votes.n_voters > 3))
    if len(tasks) < 100:
        return None
    tasks = rng.permutation(tasks)[:MOST_TASKS]
    votes, truth = votes.of_tasks(tasks), truth[tasks]
    start = np.zeros(len(votes), bool)
    first = subsample(votes, 3, rng)
    key = votes.task * votes.n_workers + votes.worker
    start = np.isin(key, first.task * votes.n_workers + first.worker)
    budget = len(tasks) // 2

    def accuracy(shown):
        labels = fit_labels(votes.select(shown), voters=voters)
        return labels, (best_labels(labels.score, np.random.default_rng(0))
                        == truth).mean()

    labels, before = accuracy(start)
    spare = rng.permutation(np.flatnonzero(~start))
    one_each = spare[np.unique(votes.task[spare], return_index=True)[1]]
    uniform = start.copy()
    uniform[rng.permutation(one_each)[:budget]] = True
    shown = start
    for _ in range(4):
        given = votes.select(shown)
        label = best_labels(labels.score, np.random.default_rng(0))
        _, P = weigh(given, labels, label, voters=voters)
        m = measure(given, labels.fit.T, P)
        may = np.zeros((votes.n_tasks, votes.n_workers), bool)
        may[votes.task[~shown], votes.worker[~shown]] = True
        found = assign(given, P, m, verdicts(m)[0], budget // 4, rng,
                       rounds=1, may=may)
        shown = more(votes, shown, found.task * votes.n_workers
                     + found.worker)
        labels, after = accuracy(shown)
    return 100 * (accuracy(uniform)[1] - before), 100 * (after - before)


def with_second_votes(votes, share, seed):
    """One vote per task, and a second one, of another worker, on some."""
    rng = np.random.default_rng(seed)
    first = subsample(votes, 1, rng)
    key = votes.task * votes.n_workers + votes.worker
    used = np.isin(key, first.task * votes.n_workers + first.worker)
    rest = subsample(votes.select(~used), 1, rng)
    tasks = rng.permutation(np.unique(rest.task))
    n = int(round(share * (votes.per_task > 0).sum()))
    rest = rest.select(np.isin(rest.task, tasks[:n]))
    return type(votes)(*(np.concatenate([getattr(first, name),
                                         getattr(rest, name)])
                         for name in ("task", "worker", "label")),
                       votes.n_tasks, votes.n_workers, votes.n_classes)


def crowds():
    """(name, kind in measured.json, group in the table, votes, truth)."""
    for name, kind, votes, truth, seen in recorded_crowds():
        kind = "models" if kind == "llm" else "people"
        yield (name, kind, f"{kind}, {'seen' if seen else 'not seen'}", votes,
               truth)
    for name, votes, truth in misleading_panels():
        yield name, "misleading", "models, misled", votes, truth


def measure_all():
    rows, second = [], []
    for name, kind, group, votes, truth in crowds():
        votes = without_repeats(votes)
        voters = PEOPLE if kind == "people" else MODELS
        found, labels, label, P = promised(votes, truth, voters)
        gains = [relabelling(votes, truth, voters, seed)
                 for seed in range(SEEDS)]
        gains = [gain for gain in gains if gain is not None]
        uniform, rule = np.mean(gains, axis=0) if gains else (np.nan,) * 2
        rows.append(dict(found, name=name, kind=kind, group=group,
                         uniform=uniform, rule=rule,
                         gold=gold_held(votes, truth, voters),
                         workers=workers_held(votes, truth, labels, P)))
        print(rows[-1], flush=True)
        if name in ONE_VOTE:
            for share in SHARES:
                for seed in range(SEEDS):
                    fewer = with_second_votes(votes, share, seed)
                    second.append(dict(
                        promised(fewer, truth, voters)[0], name=name,
                        share=share, shared=(fewer.n_voters > 1).sum()))
    return pd.DataFrame(rows), pd.DataFrame(second)


def group_row(name, rows):
    accepted = rows["accepted"].sum()
    people = rows["kind"].iloc[0] == "people"
    return [name, f"{len(rows)}", f"{rows['within'].sum():.0f}",
            f"{(rows['high'] - rows['low']).mean():.2f}",
            f"{accepted:,}" if people else "–",
            f"{rows['accepted_right'].sum() / accepted:.3f}"
            if people and accepted else "–",
            f"{rows['workers'].mean():.3f}" if people else "–",
            *("–" if np.isnan(points) else f"{points:+.1f}"
              for points in rows[["uniform", "rule"]].mean())]


def second_row(share, rows):
    accepted = rows["accepted"].sum()
    by_name = rows.groupby("name")[["accepted", "accepted_right"]].sum()
    poor = by_name[by_name["accepted_right"] < .85 * by_name["accepted"]]
    within = rows["within"].dropna() if "within" in rows else []
    return [f"{share:.0%}", f"{rows['right'].mean():.2f}",
            "–" if not len(within) else f"{within.mean():.2f}",
            f"{accepted / rows['n'].sum():.1%}",
            f"{rows['accepted_right'].sum() / accepted:.3f}"
            if accepted else "–", ", ".join(poor.index) or "–"]


def main():
    rows, second = measure_all()
    groups = list(rows.groupby("group", sort=False))
    first = markdown([group_row(*group) for group in groups], [
        "datasets", "number", "share in range", "mean width", "accepted",
        "of these right", "workers' intervals", "uniform, points",
        "--budget, points"])
    more = markdown([second_row(*group) for group in second.groupby("share")],
                    ["second votes", "right", "share in range", "accepted",
                     "of these right", "below .85"])
    poor = rows[(rows["kind"] == "people") & (rows["workers"] < .9)]
    names = ", ".join(f"{row['name']} {row['workers']:.2f}" + (
        " (not seen)" * row["group"].endswith("not seen"))
        for _, row in poor.iterrows())
    missed = ", ".join(rows[rows["within"] == False]["name"])  # noqa: E712
    text = (f"{first}\n\nOutside of the range: {missed or 'none'}. Workers' "
            f"intervals below .9: {names or 'none'}. With {N_GOLD} gold tasks "
            "the range contained the share in " + ", ".join(
                f"{part['gold'].mean():.0%} of the draws ({group})"
                for group, part in groups)
            + f"; {SEEDS} draws of each dataset.\n\n{more}\n")
    docs = DOCS.read_text(encoding="utf-8")
    DOCS.write_text(re.sub(
        r"(<!-- measured: .*? -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}{text}{found[2]}", docs, flags=re.S),
        encoding="utf-8")
    MEASURED.write_text(json.dumps({
        kind: dict(held=int(part["within"].sum()), datasets=len(part),
                   gold_held=round(part["gold"].sum() * SEEDS),
                   gold_draws=len(part) * SEEDS)
        for kind, part in rows.groupby("kind")}) + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
