"""The numbers of an analysis, and the five lines of the terminal."""
import json
from collections import Counter
from pathlib import Path

import numpy as np

from benchmark_utils.own_votes.probabilities import MODELS, worker_pairs
from benchmark_utils.own_votes.tables import (
    ACCEPT,
    MANUAL,
    RELABEL,
    SPOT,
    actions,
)
from benchmark_utils.own_votes.verdicts import KEEP, REMOVE, REVIEW
from benchmark_utils.reading.columns import count

# Made by perf/own_votes_study.py.
MEASURED = Path(__file__).with_name("measured.json")
COMMITTEE = "Committee of Dawid-Skene, MACE and BWA"
METHODS = {"Committee": COMMITTEE, "DS": "Dawid-Skene", "MV": "majority vote"}


def summary(analysis, truth=None):
    """The numbers of a whole analysis, ready for JSON; None = does not apply.
    truth (n_tasks,): known truths that the analysis did not use, -1 = unknown,
    -2 = a label that has no vote, so that no label of the analysis is right.
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
        "method": (f"majority vote, ties by the {COMMITTEE}" if analysis.guard
                   else METHODS.get(analysis.method, analysis.method)),
        "guard": analysis.guard,
        "expected_accuracy": analysis.expected_accuracy,
        "share_right": analysis.evidence.share and vars(
            analysis.evidence.share),
        "range_held": held(analysis.evidence.kinds),
        "voters": [voters.name for voters in analysis.evidence.kinds],
        "needs_gold": analysis.evidence.needs_gold,
        "n_shared_tasks": analysis.evidence.n_shared,
        "n_repeats": analysis.crowd.n_repeats,
        "notes": analysis.notes,
        "vote_nll": checked.vote_nll, "members_disagree": checked.disagree,
        "warnings": checked.warnings,
        "actions": {name: action[name] for name in (
            ACCEPT, SPOT, RELABEL, MANUAL)},
        "verdicts": {name: verdict[name] for name in (KEEP, REVIEW, REMOVE)},
        "votes_per_task_for_95": None if curve is None else list(
            curve.needed)}
    if analysis.panels:
        numbers["panels"] = [vars(panel) for panel in analysis.panels]
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
    """The share of equal pairs among all pairs of votes of different workers
    on the same task; None without such pairs."""
    pairs, equal = worker_pairs(votes)
    return float(equal.sum() / pairs.sum()) if pairs.any() else None


def held(kinds):
    """On how many recorded datasets the true share was in the range, and on
    how many it was measured, for the kinds of voters that are possible; in how
    many draws of 30 gold tasks; for models also on datasets whose tasks were
    written to mislead them."""
    table = json.loads(MEASURED.read_text(encoding="utf-8"))
    found = {key: sum(table[voters.name][key] for voters in kinds)
             for key in ("held", "datasets", "gold_held", "gold_draws")}
    return dict(found, misleading=table["misleading"] if MODELS in kinds
                else None)


def said_share(n):
    """The share of right labels in words."""
    share = n["share_right"]
    if share is None:
        return "the share of right labels is unknown"
    if share["low"] == 1:
        return "all are known truths"
    span = f"{share['low']:.0%} to {share['high']:.0%}"
    if n["needs_gold"]:
        usual, bad = n["range_held"], n["range_held"]["misleading"]
        return ("how many are right cannot be known without gold tasks "
                f"(--gold); the votes give {span}, and such ranges held on "
                f"{usual['held']} of {usual['datasets']} recorded datasets "
                f"and on {bad['held']} of {bad['datasets']} whose tasks were "
                "written to mislead models")
    if n["expected_accuracy"] is None:
        return f"probably {span} are right"
    return f"about {share['middle']:.0%} are probably right ({span})"


def lines(numbers, folder):
    """Five lines: votes, agreement, labels, next steps, files; and one each
    for panels and estimates."""
    n = numbers
    return [_votes(n), _agreement(n), _method(n), _next(n), *_more(n),
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
        return ("Agreement: unknown, because no task has two voters; workers "
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
    text = f"Labels: {n['method']}; {said_share(n)}"
    if (n.get("truth") or {}).get("accuracy") is not None:
        text += (f" ({n['truth']['accuracy']:.1%} of "
                 f"{n['truth']['n_known']:,} known truths are right)")
    if not n["vote_nll"]:
        return text + "; too few votes to check the method"
    if doubts:
        return text + "; but " + "; ".join(doubts)
    return text + ("" if n["guard"] else "; no other method predicts held-out "
                   "votes clearly better")


def _next(n):
    does, who = n["actions"], n["verdicts"]
    parts = [(does[SPOT], f"spot-check {does[SPOT]:,}"),
             (does[RELABEL], f"relabel {count(does[RELABEL], 'task')}"),
             (does[MANUAL], f"review {does[MANUAL]:,} manually"),
             (who[REMOVE], f"remove {count(who[REMOVE], 'worker')}"),
             (who[REVIEW], f"review {count(who[REVIEW], 'worker')}")]
    return ", ".join([f"Next: accept {count(does[ACCEPT], 'label')}", *(
        text for number, text in parts if number)]) + said_budget(n)


def _more(n):
    panels = [f"{p['n']:.1f} votes of {p['kind']} per task count as "
              f"{p['effective']:.1f} independent ones (by {p['by']})"
              for p in n.get("panels", ())]
    estimates = [said_estimate(e) for e in n.get("estimates", ())[:4]]
    return [f"{what}: {'; '.join(found)}" for what, found in (
        ("Panels", panels), ("Estimates", estimates)) if found]


def said_estimate(e):
    """``share of cat 31% (25% to 38%)``"""
    link = " of" if e["quantity"] != "difference" else ""
    return (f"{e['quantity']}{link} {e['name']} {e['estimate']:.1%} "
            f"({e['low']:.1%} to {e['high']:.1%})")


def said_budget(n):
    """What assignments.csv holds, in words; empty without it."""
    if "budget" not in n:
        return ""
    found, verdicts = n["budget"], n["verdicts"]
    if not found["assigned"]:
        return ("; assignments.csv is empty, because " + (
            "nobody can be asked: all workers are to be removed"
            if not verdicts[KEEP] + verdicts[REVIEW] else
            "the workers to keep have voted on all tasks"))
    left = found["left"] and f", {found['left']:,} more than workers may give"
    return (f"; assignments.csv has {count(found['assigned'], 'vote')} to "
            f"collect{left or ''}, for up to {100 * found['gain_at_most']:.1f}"
            " points more of right labels" + (
                "" if verdicts[KEEP] else
                "; no worker is to keep, so those to review are asked"))


def _quoted(n):
    if not n.get("quoted_cells"):
        return ""
    return (f" ({n['quoted_cells']:,} cells begin with = + - @ or the like; "
            "an apostrophe before them keeps spreadsheets from running them)")
