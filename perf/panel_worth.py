"""What is a panel of models worth beside people? Figures of docs/findings.

    CROWD_DATA=... OMP_NUM_THREADS=1 python perf/panel_worth.py \
        --output docs/findings/results/panel_worth.json

correlation : of errors by class in each dataset, and the effective number of
    votes. prompts : the same between prompts of one model.
prevalence : does the 95% binomial interval of the most common class's share,
    with majority labels taken as truth, hold its true share?
worth : the smallest number k of people's votes per task with the accuracy of
    a panel, linear between integers, from 5 draws without replacement. The
    interval resamples tasks, for curve and panel together.
cells : label accuracy of people, models and both, by votes of people per task.
agreement : the same as agreement with people's held-out votes.
tempered : panels of models with weights for dependent votes inside EM.
widths : of intervals from gold tasks, with the votes over without them.
"""
import json
from datetime import date
from pathlib import Path

import numpy as np
from common import data_of, parser  # sets the path: first
from recorded_crowds import recorded_crowds

from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.error_correlation import (
    effective_votes,
    error_correlation,
    one_hot,
)
from benchmark_utils.aggregation.held_out import hidden_folds, hold_out
from benchmark_utils.aggregation.panel_votes import panel_weights
from benchmark_utils.own_votes.estimates import regression, wilson
from benchmark_utils.scoring.labels import task_credits
from benchmark_utils.scoring.provenance import origin
from benchmark_utils.votes import Votes

DRAWS, SAMPLES = 5, 1000
METHODS = {"DS": lambda votes: dawid_skene(votes, max_iter=10).T,
           "MV": Votes.majority}


def mixed(name, **parameters):
    """(votes, truth, kind, ids of the workers), None without the files."""
    data = data_of(name, **parameters)
    return data and [data[field] for field in (
        "votes", "ground_truth", "worker_kind", "worker_ids")]


def split(votes, kind):
    """The votes of people, and of models."""
    model = kind[votes.worker] == 1
    return votes.select(~model), votes.select(model)


def judged(crowd, kind, votes, truth):
    """Correlation of errors, and what labels say of the most common class."""
    T = one_hot(truth, votes.n_classes)
    rho = error_correlation(votes, T).rho()
    known = (truth >= 0) & (votes.per_task > 0)
    n = votes.per_task[known].mean()
    k = T[known].sum(axis=0).argmax()
    true, said = T[known, k].mean(), votes.majority()[known, k].mean()
    half = 1.96 * np.sqrt(said * (1 - said) / known.sum())
    return dict(crowd=crowd, kind=kind, rho=float(rho[0, 0]), votes=float(n),
                effective=float(effective_votes([n], rho)[0]),
                off=float(said - true), held=bool(abs(said - true) <= half))


def one_model(votes, truth, ids):
    """Correlation of errors between the prompts of one model."""
    _, model = np.unique([name.split("/")[0] for name in ids],
                         return_inverse=True)
    found = error_correlation(votes, one_hot(truth, votes.n_classes), model)
    own = np.arange(model.max() + 1)
    return float(found.covariance[:, own, own].sum()
                 / found.variance[:, own, own].sum())


def tempered(crowd, votes, truth, rho=.3):
    """Label accuracies of panels of models: a weight for dependent votes
    inside EM (Kish's design effect), which is not a method of the benchmark.
    """
    weight = 1 / (1 + (votes.per_task[votes.task] - 1) * rho)
    fits = dict(MV=votes.majority(), DS=METHODS["DS"](votes), Kish=dawid_skene(
        votes, max_iter=10, vote_weight=weight).T)
    return dict(crowd=crowd, **{name: float(task_credits(T, truth).mean())
                                for name, T in fits.items()})


def widths(crowd, votes, truth, rng, n=100):
    """Width of 95% intervals from n gold tasks with the votes, divided by that
    without them: of the share of the most common class, and of the accuracy
    of the best model, whose own votes are then left out."""
    right = votes.label == truth[votes.task]
    best = np.argmax(np.bincount(votes.worker, right & (
        truth[votes.task] >= 0), minlength=votes.n_workers))
    own = (votes.worker == best) & (truth[votes.task] >= 0)
    task, label = votes.task[own], votes.label[own]
    if len(task) < 2 * n:
        return None
    k = np.bincount(truth[task]).argmax()
    T, others = (METHODS["DS"](part) for part in (
        votes, votes.select(votes.worker != best)))
    found = dict(crowd=crowd)
    for name, f, m in (("share", truth[task] == k, T[task, k]),
                       ("accuracy", right[own], others[task, label])):
        m, pairs = np.nan_to_num(m), []
        for _ in range(40):
            gold = rng.permutation(len(task))[:n]
            pairs.append([one.high - one.low for one in (
                regression(f[gold], m[gold], m),
                wilson(f[gold].sum(), n, len(task)))])
        with_votes, without = np.mean(pairs, axis=0)
        found[name] = float(with_votes / without)
    return found


def drawn(votes, k, rng):
    """k votes of each task, without replacement; all where there are fewer."""
    order = np.lexsort((rng.random(len(votes)), votes.task))
    place = np.empty(len(votes), int)
    place[order] = np.arange(len(votes)) - np.searchsorted(
        votes.task[order], votes.task[order])
    return votes.select(place < k)


def worth(curve, target):
    """The smallest k, linear between integers, where the curve (k_max,), made
    non-decreasing, reaches the target: 0 = below one vote, inf = above."""
    curve = np.maximum.accumulate(curve)
    reached = np.flatnonzero(curve >= target)
    if not len(reached) or reached[0] == 0:
        return np.inf if not len(reached) else 0.0
    k = reached[0]
    return k + (target - curve[k - 1]) / (curve[k] - curve[k - 1])


def worths(crowd, people, panels, truth, k_max, rng):
    """A row for each method and panel of {name: votes}."""
    for method, fit in METHODS.items():
        curve = np.array([np.mean([task_credits(fit(drawn(
            people, k, rng)), truth) for _ in range(DRAWS)], axis=0)
            for k in range(1, k_max + 1)])  # (k_max, n_known)
        for name, votes in panels.items():
            credit = task_credits(fit(votes), truth)
            n = len(credit)
            sampled = [worth(curve[:, rows].mean(axis=1), credit[rows].mean())
                       for rows in rng.integers(n, size=(SAMPLES, n))]
            low, high = np.quantile(sampled, [.025, .975],
                                    method="inverted_cdf")
            yield dict(crowd=crowd, method=method, panel=name, k_max=k_max,
                       curve=curve.mean(axis=1).tolist(),
                       accuracy=float(credit.mean()), low=float(low),
                       high=float(high), worth=float(worth(
                           curve.mean(axis=1), credit.mean())))


def labels(votes, kind):
    """{way: soft labels} of people, of models and of both."""
    people, panel = split(votes, kind)
    return {
        "people MV": people.majority(), "people DS": METHODS["DS"](people),
        "models MV": panel.majority(), "models DS": METHODS["DS"](panel),
        "equal MV": votes.majority(), "equal DS": METHODS["DS"](votes),
        "discounted": dawid_skene(votes, max_iter=10, vote_weight=
                                  panel_weights(votes, kind, .2)).T,
        "one vote": votes.shares(panel_weights(votes, kind, 0))}


def cell(crowd, votes, truth, kind, k, rng):
    """Label accuracies with k votes of people per task, None = all."""
    people, panel = split(votes, kind)
    found = []
    for _ in range(DRAWS if k else 1):
        few = drawn(people, k, rng) if k else people
        both = Votes(*(np.append(getattr(few, part), getattr(panel, part))
                       for part in ("task", "worker", "label")),
                     votes.n_tasks, votes.n_workers, votes.n_classes)
        found.append({way: task_credits(T, truth).mean()
                      for way, T in labels(both, kind).items()})
    return dict(crowd=crowd, votes=k or "all", **{
        way: float(np.mean([own[way] for own in found])) for way in found[0]})


def agreement(crowd, votes, kind):
    """Agreement with people's held-out votes."""
    person = np.flatnonzero(kind[votes.worker] == 0)
    fold = np.full(len(votes), -1)
    fold[person] = hold_out(votes.select(person))
    right = {}
    for hidden in hidden_folds(fold[person]):
        test = np.flatnonzero(fold == hidden)
        for way, T in labels(votes.select(fold != hidden), kind).items():
            right.setdefault(way, []).extend(task_credits(
                T[votes.task[test]], votes.label[test]))
    return dict(crowd=crowd, **{way: float(np.mean(own))
                                for way, own in right.items()})


def study():
    rng, rows = np.random.default_rng(0), []
    found = dict(commit=origin()["commit"], date=str(date.today()),
                 correlation=rows, prompts={}, worth=[], cells=[],
                 agreement=[], tempered=[], widths=[])
    for crowd, kind, votes, truth, _ in recorded_crowds():
        rows.append(judged(crowd, kind, votes, truth))
        if kind == "llm":
            found["tempered"].append(tempered(crowd, votes, truth))
            if row := widths(crowd, votes, truth, rng):
                found["widths"].append(row)
    for subset in ("natural", "neighbor", "gptout", "manual"):
        if data := mixed("LLMBar", subset=subset):
            rows.append(judged(f"LLMBar {subset}", "llm", *data[:2]))
            votes, truth, _, ids = mixed("LLMBar", subset=subset,
                                         prompts="all")
            found["prompts"][f"LLMBar {subset}"] = one_model(votes, truth, ids)
    for crowd, k_max, alone in (("babe", 10, "gpt_4/zero-shot"),
                                ("brainbench", 5, None)):
        if not (data := mixed("MixedVotes", crowd=crowd)):
            continue
        votes, truth, kind, ids = data
        people, panel = split(votes, kind)
        for name, part in (("human", people), ("llm", panel)):
            rows.append(judged(crowd, name, part, truth))
        panels = {f"{kind.sum()} models": panel}
        if alone:
            panels["GPT-4 alone"] = votes.select(
                votes.worker == ids.index(alone))
            every, true, _, names = mixed("MixedVotes", crowd=crowd,
                                          workers="models", prompts="all")
            found["prompts"][crowd] = one_model(every, true, names)
        found["worth"] += worths(crowd, people, panels, truth, k_max, rng)
        found["cells"] += [cell(crowd, votes, truth, kind, k, rng)
                           for k in (1, 3, None)]
    for crowd in ("10k-prompts", "cebab-aspects", "cebab-stars", "framing",
                  "lesion", "lgbteen", "mtbench", "summeval", "wax"):
        if data := mixed("MixedVotes", crowd=f"alttest-{crowd}"):
            found["agreement"].append(agreement(crowd, data[0], data[2]))
    return found


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--output", type=Path, required=True)
    output = options.parse_args().output
    output.write_text(json.dumps(study(), indent=1) + "\n")
