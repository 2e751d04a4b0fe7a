"""The tables of docs/datasets.md: the facts in the dataset files (see
`catalogue`), and what was measured on their votes. measured.json keeps the
measurements, so that the page can be written without the data files.
"""
import json
from pathlib import Path
from types import SimpleNamespace

from benchmark_utils.catalogue import ROOT, catalogue, dataset_facts
from benchmark_utils.safe_files import write_text

MEASURED = Path(__file__).with_name("measured.json")
# The parameters of a collection, and of settings with facts of their own.
SETTINGS = {"TruthInference": "crowd", "LLMAnnotators": "task",
            "CIFAR-10H": "workers", "MixedVotes": "crowd", "LLMBar": "subset",
            "Misinformation": "set"}
# Measured without what a network needs, on all votes.
MEASURE = {"SentimentPolarity": {"split": "all"},
           "CIFAR-10H": {"classifier": "none"}, "LabelMe": {"inputs": "none"}}
COLUMNS = {
    "id": "id", "question": "what is asked", "year": "year",
    "n_tasks": "tasks", "n_workers": "workers", "n_votes": "votes",
    "n_classes": "classes", "votes_per_task": "votes per task",
    "accuracy": "worker accuracy (5% to 95%)", "krippendorff_alpha": "alpha",
    "known": "truth known", "n_repeated": "repeated votes",
    "repeated_rows": "repeated rows", "seen": "seen", "inputs": "inputs",
    "licence": "licence"}


def settings():
    """(name, parameters) of every dataset at its defaults, and of every crowd
    of the collections; upper bounds are left out."""
    for name, entry in catalogue("datasets").items():
        key = SETTINGS.get(name)
        values = entry.says["facts_of"][key] if key else []
        found = [{key: value} for value in values] or [{}]
        if name == "CIFAR-10H":  # whose default has no facts of its own
            found.insert(0, {})
        for parameters in found:
            if parameters.get("workers") != "truth":
                yield name, parameters


def describe():
    """[facts and measured numbers] of all settings."""
    numbers = json.loads(MEASURED.read_text(encoding="utf-8"))
    known = catalogue("datasets")
    entries = []
    for name, parameters in settings():
        facts = dataset_facts(name, parameters)
        chosen = ",".join(f"{key}={value}"
                          for key, value in parameters.items())
        entries.append(dict(
            facts, select=f"{name}[{chosen}]" if chosen else name,
            file=known[name].file, **numbers.get(facts["id"], {})))
    return entries


def measure():
    """Update measured.json for the recorded datasets whose files are there."""
    from benchopt.benchmark import Benchmark
    numbers = json.loads(MEASURED.read_text(encoding="utf-8"))
    classes = {cls.name: cls for cls in Benchmark(ROOT).get_datasets()}
    for name, parameters in settings():
        facts = dataset_facts(name, parameters)
        if facts["kind"] in ("simulated", "own"):
            continue
        dataset = classes[name].get_instance(
            **parameters, **MEASURE.get(name, {}))
        dataset.get_seed = lambda **_: 0  # outside of a run
        data = dataset.get_data()
        if "missing" not in data:
            numbers[facts["id"]] = measured(data)
    write_text(MEASURED, json.dumps(dict(sorted(numbers.items())), indent=1)
               + "\n")


def measured(data):
    """Sizes, votes per task, worker accuracy and agreement of a dataset, the
    number of tasks with known truth, and of votes that repeat an earlier vote
    of the same worker on the same task, with any label (``n_repeated``) or
    with the same (``repeated_rows``)."""
    from benchmark_utils.contract.problem import Problem
    from benchmark_utils.scoring import crowd
    problem = Problem(**{key: value for key, value in data.items()
                         if key not in ("repetitions", "always_run",
                                        "hide_votes")})
    votes = problem.votes
    found = crowd.score(problem, SimpleNamespace(votes=votes))
    found.update(n_votes=len(votes), votes_per_task=len(votes) / votes.n_tasks,
                 repeated_rows=len(votes) - int(votes.once.sum()))
    return {key: float(f"{value:.4g}") if isinstance(value, float)
            else int(value) for key, value in found.items()
            if not isinstance(value, str)}


# --- the tables -------------------------------------------------------------

def tables():
    """The values that the template of docs/datasets.md uses."""
    entries = describe()

    def of(kind):
        return [entry for entry in entries if entry["kind"] == kind]

    def defaults(kinds):
        usual = {dataset_facts(name)["id"] for name in catalogue("datasets")}
        return ", ".join(entry["select"] for entry in entries
                         if entry["id"] in usual and entry["kind"] in kinds)
    return dict(
        defaults=defaults, recorded_columns=list(COLUMNS.values()),
        recorded=lambda kind: list(map(_row, of(kind))),
        origins=lambda kind: "\n".join(map(_origin, of(kind))),
        simulated=lambda: [
            [f"`{e['id']}`", f"[{e['select']}](../{e['file']})", e["shows"],
             e["inputs"]] for e in of("simulated")])


def _row(entry):
    values = {key: entry.get(key) for key in COLUMNS}
    values.update(id=f"`{entry['id']}`", seen="yes" if entry["seen"] else "no")
    if "n_tasks" in entry:
        values["known"] = f"{entry['n_known'] / entry['n_tasks']:.0%}"
    if "worker_accuracy" in entry:
        values["accuracy"] = "{:.2f} ({:.2f} to {:.2f})".format(*(
            entry[f"worker_accuracy{part}"] for part in ("", "_p05", "_p95")))
    for key, form in dict(
            n_tasks=",", n_workers=",", n_votes=",", n_repeated=",",
            repeated_rows=",", votes_per_task=".3g",
            krippendorff_alpha=".3g").items():
        if values[key] is not None:
            values[key] = format(values[key], form)
    return ["-" if value is None else str(value) for value in values.values()]


def _origin(entry):
    """A line: how to select it, how its truth was made, where it is from."""
    parts = [f"- `{entry['id']}`: {entry['title']}, `{entry['select']}`",
             f"truth: {entry['truth']}", f"<{entry['source']}>"]
    if "same_votes_as" in entry:
        parts.append(f"the votes of {entry['same_votes_as']}, with which it "
                     "counts once")
    elif entry["source_group"] != entry["id"]:
        parts.append("counts once with the others of "
                     f"`{entry['source_group']}`")
    if not entry["ranked"]:
        parts.append("not ranked")
    return "; ".join(parts)
