"""The numbers of an analysis, and the five lines of the terminal."""
from collections import Counter

import numpy as np

from benchmark_utils.own_votes.tables import (
    ACCEPT,
    MANUAL,
    RELABEL,
    SPOT,
    actions,
)
from benchmark_utils.own_votes.workers import KEEP, REMOVE, REVIEW
from benchmark_utils.reading.columns import count

METHOD = "Committee of Dawid-Skene, MACE and BWA"


def summary(analysis, truth=None):
    """The numbers of a whole analysis, ready for JSON; None = does not apply.

    Parameters
    ----------
    analysis : Analysis
    truth : (n_tasks,) or None
        Known truths that the analysis did not use, -1 = unknown, -2 = a label
        that has no vote, so that no label of the analysis is right.
    """
    votes, checked = analysis.crowd.votes, analysis.check
    curve = analysis.curve
    action, verdict = Counter(actions(analysis)), Counter(analysis.verdict)
    numbers = {
        "n_votes": len(votes), "n_tasks": votes.n_tasks,
        "n_workers": votes.n_workers,
        "classes": list(analysis.crowd.class_names),
        "votes_per_task": len(votes) / votes.n_tasks,
        "agreement": pairwise_agreement(votes),
        "krippendorff_alpha": analysis.alpha,
        "method": METHOD,
        "expected_accuracy": analysis.expected_accuracy,
        "vote_nll": checked.vote_nll, "members_disagree": checked.disagree,
        "warnings": checked.warnings,
        "actions": {name: action[name] for name in (
            ACCEPT, SPOT, RELABEL, MANUAL)},
        "verdicts": {name: verdict[name] for name in (KEEP, REVIEW, REMOVE)},
        "votes_per_task_for_95": None if curve is None else list(
            curve.needed)}
    if analysis.known_truth is not None:
        numbers["n_gold"] = int((analysis.known_truth >= 0).sum())
    if truth is not None:
        known = truth != -1
        numbers["truth"] = {
            "n_known": int(known.sum()),
            "accuracy": float((analysis.label == truth)[known].mean())
            if known.any() else None}
    return plain(numbers)


def plain(value):
    """The same for JSON: None in place of infinite values and NaN."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return value


def pairwise_agreement(votes):
    """The share of equal pairs among all pairs of votes on the same task;
    None without such pairs."""
    counts, n = votes.counts(), votes.per_task.astype(float)
    pairs = (n * (n - 1)).sum()
    return float((counts * (counts - 1.0)).sum() / pairs) if pairs else None


def lines(numbers, folder):
    """Five lines: votes, agreement, labels, next steps, files."""
    n = numbers
    return [_votes(n), _agreement(n), _method(n), _next(n),
            f"Results written to {folder}: open index.html; details in "
            "workers.csv, relabel.csv, labels.csv" + _quoted(n)]


def _votes(n):
    gold = f", {n['n_gold']:,} with known truth" if n.get("n_gold") else ""
    return (f"Votes: {n['n_votes']:,} by {count(n['n_workers'], 'worker')} on "
            f"{count(n['n_tasks'], 'task')}{gold}, "
            f"{count(len(n['classes']), 'class')}, "
            f"{n['votes_per_task']:.1f} per task")


def _agreement(n):
    if n["agreement"] is None:
        return ("Agreement: unknown, because no task has two votes; workers "
                "and labels cannot be assessed before some tasks have")
    alpha = n["krippendorff_alpha"]
    if alpha is None:
        return "Agreement: all votes" + (
            " on tasks with two or more" if len(n["classes"]) > 1 else ""
            ) + " are for one class"
    word = ("close to chance" if alpha < .1 else
            "low: hard tasks, unclear instructions or careless workers"
            if alpha < .4 else "moderate" if alpha < .67 else "high")
    return (f"Agreement: two votes on a task are equal in "
            f"{n['agreement']:.0%} of cases; alpha {alpha:.2f} (0 = chance, "
            f"1 = always), {word}")


def _method(n):
    doubts = n["warnings"]
    right = n["expected_accuracy"]
    text = f"Labels: {n['method']}; " + (
        "the share of right labels is unknown" if right is None else
        f"about {right:.0%} are expected to be right")
    if (n.get("truth") or {}).get("accuracy") is not None:
        text += (f" ({n['truth']['accuracy']:.1%} of "
                 f"{n['truth']['n_known']:,} known truths are right)")
    if not n["vote_nll"]:
        return text + "; too few votes to check the method"
    return text + ("; but " + "; ".join(doubts) if doubts else
                   "; no other method predicts held-out votes clearly better")


def _next(n):
    does, who = n["actions"], n["verdicts"]
    parts = [f"accept {count(does[ACCEPT], 'label')}"]
    if does[SPOT]:
        parts.append(f"spot-check {does[SPOT]:,}")
    if does[RELABEL]:
        parts.append(f"relabel {count(does[RELABEL], 'task')}")
    if does[MANUAL]:
        parts.append(f"review {does[MANUAL]:,} manually")
    for word, number in (("remove", who[REMOVE]), ("review", who[REVIEW])):
        if number:
            parts.append(f"{word} {count(number, 'worker')}")
    return "Next: " + ", ".join(parts)


def _quoted(n):
    if not n.get("quoted_cells"):
        return ""
    return (f" ({n['quoted_cells']:,} cells begin with = + - @ or the like; "
            "an apostrophe before them keeps spreadsheets from running them)")
