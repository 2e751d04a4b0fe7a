"""The analysis in numbers, and in five lines."""
from collections import Counter

import numpy as np

from benchmark_utils.own_votes.tables import ACCEPT, ASK, LOOK, SPOT, actions
from benchmark_utils.own_votes.workers import KEEP, REMOVE, WATCH

METHOD = "Committee of Dawid-Skene, MACE and BWA"


def summary(analysis, truth=None):
    """All numbers of an analysis that are not of one task or worker, as JSON
    takes them; None = does not apply.

    Parameters
    ----------
    analysis : Analysis
    truth : (n_tasks,) or None
        Known truths that the analysis did not see, -1 = unknown.
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
        "actions": {name: action[name] for name in (ACCEPT, SPOT, ASK, LOOK)},
        "verdicts": {name: verdict[name] for name in (KEEP, WATCH, REMOVE)},
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
    """The same for JSON: infinite and NaN become None."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return value


def pairwise_agreement(votes):
    """Chance that two votes on a task are the same, tasks with more votes
    counting more; None without such pairs."""
    counts, n = votes.counts(), votes.per_task.astype(float)
    pairs = (n * (n - 1)).sum()
    return float((counts * (counts - 1.0)).sum() / pairs) if pairs else None


def lines(numbers, folder):
    """Five lines: votes, agreement, method, what next, where the files lie.
    """
    n = numbers
    return [_votes(n), _agreement(n), _method(n), _next(n),
            f"Files: {folder}, first index.html; workers.csv, relabel.csv and "
            "labels.csv say who, what and why" + _quoted(n)]


def _votes(n):
    gold = f", {n['n_gold']:,} with known truth" if n.get("n_gold") else ""
    return (f"Votes: {n['n_votes']:,} by {count(n['n_workers'], 'worker')} on "
            f"{count(n['n_tasks'], 'task')}{gold}, "
            f"{count(len(n['classes']), 'class')}, "
            f"{n['votes_per_task']:.1f} per task")


def count(n, what):
    """``1 task``, ``2,000 tasks``, ``3 classes``."""
    end = "" if n == 1 else "es" if what.endswith("s") else "s"
    return f"{n:,} {what}{end}"


def _agreement(n):
    if n["agreement"] is None:
        return ("Agreement: unknown, no task has two votes; nothing can be "
                "said of workers or labels before some have")
    alpha = n["krippendorff_alpha"]
    if alpha is None:
        return "Agreement: all votes name one class"
    word = ("hardly more than chance" if alpha < .1 else
            "low: hard tasks, unclear instructions or careless workers"
            if alpha < .4 else "moderate" if alpha < .67 else "high")
    return (f"Agreement: two votes on a task are the same in "
            f"{n['agreement']:.0%} of cases; alpha {alpha:.2f} (0 = chance, "
            f"1 = always), {word}")


def _method(n):
    doubts = n["warnings"]
    right = n["expected_accuracy"]
    text = f"Labels: {n['method']}; " + (
        "how many are right cannot be told" if right is None else
        f"about {right:.0%} should be right")
    if (n.get("truth") or {}).get("accuracy") is not None:
        text += (f" ({n['truth']['accuracy']:.1%} of "
                 f"{n['truth']['n_known']:,} known truths are met)")
    if not n["vote_nll"]:
        return text + "; too few votes to check the method"
    return text + ("; but " + "; ".join(doubts) if doubts else
                   "; held-out votes do not contradict it")


def _next(n):
    does, who = n["actions"], n["verdicts"]
    parts = [f"accept {count(does[ACCEPT], 'label')}"]
    if does[SPOT]:
        parts.append(f"spot-check {does[SPOT]:,}")
    if does[ASK]:
        parts.append(f"have {count(does[ASK], 'task')} labelled again")
    if does[LOOK]:
        parts.append(f"look at {does[LOOK]:,} yourself")
    for word, number in (("remove", who[REMOVE]), ("watch", who[WATCH])):
        if number:
            parts.append(f"{word} {count(number, 'worker')}")
    return "Next: " + ", ".join(parts)


def _quoted(n):
    if not n.get("quoted_cells"):
        return ""
    return (f" ({n['quoted_cells']:,} cells begin with = + - @ or the like: "
            "an apostrophe before them keeps spreadsheets from running them)")
