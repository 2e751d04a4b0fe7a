"""docs/datasets.md: what the datasets say of themselves, and what was measured
on their votes.

    python -m benchmark_utils.report.docs.datasets  # writes the page
        --measure: first measures the recorded crowds that are in the data
        folder; --json: prints all as JSON

The facts stand in the dataset files (see `catalogue`); what was measured is
kept in measured.json, so that the page can be written without the files.
"""
import argparse
import json
import textwrap
from pathlib import Path
from types import SimpleNamespace

from benchmark_utils.catalogue import ROOT, catalogue, dataset_facts
from benchmark_utils.crowds.dataset import DRAWN, QUERIED, TRAINED

MEASURED = Path(__file__).with_name("measured.json")
PAGE = ROOT / "docs" / "datasets.md"
# The parameters of a collection, and of settings with facts of their own.
SETTINGS = {"TruthInference": "crowd", "LLMAnnotators": "task",
            "CIFAR-10H": "workers"}
# Measured without what a network needs, on all votes.
MEASURE = {"SentimentPolarity": {"split": "all"},
           "CIFAR-10H": {"classifier": "none"}, "LabelMe": {"inputs": "none"}}
KINDS = {"human": "People", "llm": "Language models",
         "simulated": "Simulations"}
COLUMNS = {
    "id": "id", "question": "what is asked", "year": "year",
    "n_tasks": "tasks", "n_workers": "workers", "n_votes": "votes",
    "n_classes": "classes", "votes_per_task": "votes per task",
    "accuracy": "worker accuracy (5% to 95%)", "krippendorff_alpha": "alpha",
    "known": "truth known", "n_repeated": "repeated votes",
    "inputs": "inputs", "licence": "licence"}


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
            if dataset_facts(name, parameters)["ranked"]:
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
            summary=known[name].summary, file=known[name].file,
            papers=known[name].papers, **numbers.get(facts["id"], {})))
    return entries


def measure():
    """Update measured.json for the recorded crowds that are there."""
    from benchopt.benchmark import Benchmark
    numbers = json.loads(MEASURED.read_text(encoding="utf-8"))
    classes = {cls.name: cls for cls in Benchmark(ROOT).get_datasets()}
    for name, parameters in settings():
        facts = dataset_facts(name, parameters)
        if facts["kind"] not in ("human", "llm"):
            continue
        dataset = classes[name].get_instance(
            **parameters, **MEASURE.get(name, {}))
        dataset.get_seed = lambda **_: 0  # outside of a run
        data = dataset.get_data()
        if "missing" not in data:
            numbers[facts["id"]] = measured(data)
    return dict(sorted(numbers.items()))


def measured(data):
    """What the votes say: sizes, votes per task, worker accuracy, agreement,
    share of tasks with known truth, votes that repeat a worker's earlier one
    on the task."""
    from benchmark_utils.contract.problem import Problem
    from benchmark_utils.scoring import crowd
    problem = Problem(**{key: value for key, value in data.items()
                         if key not in ("repetitions", "always_run",
                                        "hide_votes")})
    votes = problem.votes
    found = crowd.score(problem, SimpleNamespace(votes=votes))
    found.update(n_votes=len(votes), votes_per_task=len(votes) / votes.n_tasks)
    return {key: float(f"{value:.4g}") if isinstance(value, float)
            else int(value) for key, value in found.items()}


# --- the page ---------------------------------------------------------------
def page():
    entries = describe()
    parts = [INTRO, bare_run(entries)]
    for kind, title in KINDS.items():
        own = [entry for entry in entries if entry["kind"] == kind]
        parts.append(f"## {title}\n\n{ABOUT[kind]}")
        if kind == "simulated":
            parts.append(table(
                [["id", "dataset", "what it is there to show", "inputs"]] + [
                    [f"`{e['id']}`", f"[{e['select']}](../{e['file']})",
                     e["shows"], e["inputs"]] for e in own]))
        else:
            parts += [table([[*COLUMNS.values()], *map(row, own)]),
                      "\n".join(map(origin, own))]
    return "\n\n".join(parts) + "\n"


def bare_run(entries):
    usual = {dataset_facts(name)["id"] for name in catalogue("datasets")}
    own = [entry for entry in entries if entry["id"] in usual]
    drawn = ", ".join(entry["select"] for entry in own
                      if entry["kind"] == "simulated")
    recorded = ", ".join(entry["select"] for entry in own
                         if entry["kind"] in ("human", "llm"))
    text = BARE_RUN.format(drawn=drawn, recorded=recorded, DRAWN=DRAWN,
                           TRAINED=TRAINED, QUERIED=QUERIED)
    return "## What a bare run holds\n\n" + textwrap.fill(
        text.strip(), 79, break_long_words=False, break_on_hyphens=False)


def row(entry):
    values = {key: entry.get(key) for key in COLUMNS}
    values["id"] = f"`{entry['id']}`"
    if "n_tasks" in entry:
        values["known"] = f"{entry['n_known'] / entry['n_tasks']:.0%}"
    if "worker_accuracy" in entry:
        values["accuracy"] = "{:.2f} ({:.2f} to {:.2f})".format(*(
            entry[f"worker_accuracy{part}"] for part in ("", "_p05", "_p95")))
    for key in ("n_tasks", "n_workers", "n_votes", "n_repeated"):
        if values[key] is not None:
            values[key] = f"{values[key]:,}"
    for key in ("votes_per_task", "krippendorff_alpha"):
        if values[key] is not None:
            values[key] = f"{values[key]:.3g}"
    return ["-" if value is None else str(value) for value in values.values()]


def origin(entry):
    """A line: how to select it, where it is from, how the truth was made."""
    parts = [f"- `{entry['id']}`: {entry['title']}, `{entry['select']}`",
             f"truth: {entry['truth']}", f"<{entry['source']}>"]
    if "same_votes_as" in entry:
        parts.append(f"the votes of {entry['same_votes_as']}, with which it "
                     "counts once")
    elif entry["family"] != entry["id"]:
        parts.append(f"counts once with the others of `{entry['family']}`")
    return "; ".join(parts)


def table(rows):
    head, *rows = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|" + " --- |" * (head.count(" | ") + 1), *rows])


INTRO = """# Datasets

<!-- Written by python -m benchmark_utils.report.docs.datasets from what the
files in datasets/ say of themselves and from measured.json; a test
compares. -->

A *crowd* is one set of votes. `benchopt prepare . -d Music` downloads what it
names, checked by sha256; `benchopt run` never downloads, and
skips with one line what is not there. `crowd=all` and
`task=all` name a whole collection. Every recorded crowd takes
`votes_per_task` (`every`, at most a number, or a range such as `1to5`, drawn
anew in each repetition) and `mode=online`, which sells the recorded votes one
by one. Settings with some of the votes make the curves of labels against
votes per task and are in no ranking. People, language models and simulations
are ranked apart; settings of one family count once."""
BARE_RUN = """
`benchopt run .` takes every dataset at its defaults: {drawn}; and, if their
files are there, {recorded}. Repetitions: {DRAWN} where crowds are drawn,
{TRAINED} where networks are trained, {QUERIED} where votes are queried, 1
where nothing is random (`crowds/dataset.py`). All crowds and more repetitions:
[configs/published.yml](../configs/published.yml) and its neighbours."""
ABOUT = {
    "human": "Worker accuracy is over the workers with votes on tasks of "
             "known truth; alpha is Krippendorff's (1 = all agree, 0 = by "
             "chance). Of crowds without them the files were not at hand when "
             "this page was written: their sizes are the published ones. "
             "`cifar10h` deals the recorded labels to random workers, so its "
             "workers are alike; `cifar10h-500` knows who voted. "
             "`sentiment-polarity` is counted with the fifth of its tasks "
             "that a run holds out to test networks.",
    "llm": "Each model answered once, without examples. Classes are balanced "
           "by design. Texts and labels were public before the models were "
           "trained: an answer may be remembered.",
    "simulated": "Each stays for what it shows and no other does."}


def main():
    parser = argparse.ArgumentParser(
        prog="python -m benchmark_utils.report.docs.datasets",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.measure:
        MEASURED.write_text(json.dumps(measure(), indent=1) + "\n",
                            encoding="utf-8")
    if options.json:
        print(json.dumps(describe(), indent=1))
    else:
        PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
