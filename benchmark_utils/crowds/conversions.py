"""From the authors' files to votes of people and models, by source.

Each function takes ``raw``, {path in the authors' repository: local path}, and
reads only the columns that it needs: the files also hold worker ids, ages,
genders and political views. People are numbered in `converted.write`.
"""
import json
import re
from itertools import chain
from pathlib import PurePosixPath
from typing import NamedTuple

import numpy as np

from benchmark_utils.crowds.raw_tables import csv_rows, text_of, xlsx_rows

PERSON = "person", "", "", ""
MAKERS = {
    "openai": ["gpt-4", "gpt_4", "gpt_3", "chatgpt", "gpt-4o"],
    "google": ["palm", "gemini", "gemma", "flan"],
    "tinyllama": ["tinyllama"], "meta": ["llama", "galactica"],
    "tii": ["falcon"], "mosaicml": ["mpt"], "gpt2": ["gpt2"],
    "mistral": ["mistral", "mixtral", "zephyr", "openchat"]}
RUNS = ("zero-shot", "zero-shot-system_prompt", "zero-shot-cot", "2-shot",
        "4-shot", "8-shot", "2-shot-CoT", "4-shot-CoT", "8-shot-CoT")
BIAS = {"Biased": "biased", "Non-biased": "not biased"}
MODELS_BIAS = {
    **dict.fromkeys(("BIASED", "1", "1.0"), "biased"),
    **dict.fromkeys(("NOT BIASED", "NON-BIASED", "UNBIASED", "0", "0.0"),
                    "not biased")}
DOI = re.compile(r'"?(https?://[^;]+);(\d+)(?:\.0)?;')
NUMBER = re.compile(r"-?\d+(\.\d+)?")
TRUTHFULNESS = ["pants-fire", "false", "barely-true", "half-true",
                "mostly-true", "true"]


class Conversion(NamedTuple):
    """votes : {(task, voter): class}
    voters : {voter: (kind, model, prompt, family)}, in order of their numbers
    classes, tasks : names and ids
    truth : {task: values of ``columns``}, empty if there is none"""
    votes: dict
    voters: dict
    classes: list
    tasks: list
    truth: dict
    columns: tuple = ("truth",)


def babe(raw):
    """People of MBIC, 13 models in 9 runs; the truth by experts' votes."""
    def sheet(name, *columns):
        return xlsx_rows(raw[f"data/raw_labels_{name}.xlsx"], columns)

    people = first(
        (sentence(row["text"]), row["mturk_id"], BIAS[row["label_bias"]])
        for row in sheet("MBIC", "text", "mturk_id", "label_bias")
        if row["mturk_id"] and row["label_bias"] in BIAS)
    tasks = {task for task, _ in people}
    sg1 = _experts(sheet("SG1", "text", "annotator_id", "label_bias",
                         "Label_bias_0-1"))
    sg2 = _experts(sheet("SG2", "text", "annotator_id", "label_bias"))
    truth = {}
    for task in tasks & {*sg1, *sg2}:
        (biased, n), second = sg1.get(task, (0, 0)), sg2.get(task, (0, 0))
        majority = "" if n < 3 or 2 * biased == n else int(2 * biased < n)
        truth[task] = majority, biased, n, *second
    models, voters = [], {voter: PERSON for _, voter in people}
    for run in RUNS:
        rows = csv_rows(raw[f"benchmark/{run}/all_runs_with_errors.csv"],
                        lambda name: name == "text" or name.endswith("_label"))
        for column in rows[0]:
            model = column.removesuffix("_label")
            voter = f"{model}/{run}"
            given = [(sentence(row["text"]), voter, label) for row in rows
                     if model != column and (label := MODELS_BIAS.get(
                         row[column].strip().upper()))]
            if given:
                voters[voter] = "model", model, run, family(column)
                models += given
    return Conversion({**people, **first(models)}, voters,
                      ["biased", "not biased"], tasks, truth,
                      ("truth", "sg1_biased", "sg1_n", "sg2_biased", "sg2_n"))


def _experts(rows):
    """{sentence: (votes for biased, votes)}"""
    labels = first((sentence(row["text"]), row["annotator_id"], label)
                   for row in rows if (label := _expert_label(row)))
    found = {}
    for (task, _), label in labels.items():
        biased, n = found.get(task, (0, 0))
        found[task] = biased + (label == "biased"), n + 1
    return found


def _expert_label(row):
    number = {"1": "biased", "1.0": "biased", "0": "not biased",
              "0.0": "not biased"}
    return number.get(row.get("Label_bias_0-1")) or BIAS.get(
        row["label_bias"])


def brainbench(raw):
    """Which of two abstracts is real? A model votes for the abstract of lower
    perplexity; whether a person was right is in the file."""
    doi = {}
    for line in text_of(raw["abstract_id_doi.csv"]).splitlines()[1:]:
        if found := DOI.match(line):
            doi[found[2]] = found[1].strip()
    columns = "pid", "abstract_id", "journal_section", "correct"
    trials = csv_rows(raw["data/participant_data.csv"], columns)
    votes, people, models, truth = [], {}, {}, {}
    for maker, folder, cases in (
            ("human", "human_abstracts", "BrainBench_Human_v0.1.csv"),
            ("machine", "llm_abstracts", "BrainBench_GPT-4_v0.1.csv")):
        place = {row["doi"].strip(): i for i, row in enumerate(
            csv_rows(raw[cases], ["doi"]))}
        right = None
        for model, losses, labels in _perplexities(raw, folder):
            right = labels if right is None else right
            if labels.shape != right.shape or (labels != right).any():
                continue
            prompt = "perplexity" + (
                "-tuned" if re.search("finetune|scratch", model) else "")
            models.setdefault(model, ("model", model, prompt, family(model)))
            votes += [(f"{maker}{i:03d}", model, "AB"[int(b < a)])
                      for i, (a, b) in enumerate(losses)]
        for row in trials:
            if (not row["journal_section"].startswith(maker)
                    or not row["pid"] or not row["abstract_id"]):
                continue
            i = place.get(doi.get(str(int(float(row["abstract_id"])))))
            if i is not None and row["correct"] in ("0", "1"):
                people.setdefault(row["pid"], PERSON)
                wrong = row["correct"] == "0"
                votes.append((f"{maker}{i:03d}", row["pid"],
                              "AB"[int(right[i]) ^ wrong]))
        truth.update({f"{maker}{i:03d}": (int(label),)
                      for i, label in enumerate(right)})
    return Conversion(first(votes), {**people, **models}, ["A", "B"],
                      [*truth], truth)


def _perplexities(raw, folder):
    """(model, perplexities of A and B, index of the real abstract) of each
    model, sorted."""
    for path in sorted(raw):
        if path.endswith(f"/{folder}/PPL_A_and_B.npy"):
            yield PurePosixPath(path).parts[1], *(np.load(
                raw[path.replace("PPL_A_and_B", name)], allow_pickle=False)
                for name in ("PPL_A_and_B", "labels"))


def llmbar(raw):
    """A voter is a model with a prompt and an order of the two answers."""
    votes, voters, truth = [], {}, {}
    for path in sorted(raw):
        model, prompt = PurePosixPath(path).parts[-3:-1]
        for task, item in enumerate(json.loads(raw[path].read_bytes())):
            truth[task] = int(item["label"]) - 1,
            result = item["results"]
            for order, winner in _winners(
                    result[-1] if isinstance(result, list) else result):
                voter = f"{model}/{prompt}/{order}"
                if str(winner) in ("1", "2"):
                    voters.setdefault(voter, (
                        "model", model, f"{prompt}/{order}", family(model)))
                    votes.append((task, voter, str(winner)))
    return Conversion(first(votes), voters, ["1", "2"], [*truth], truth)


def _winners(result):
    """[(order of the answers, winner)]"""
    if not isinstance(result, dict):
        return []
    found = [("ba" if "True" in key else "ab", value.get("winner"))
             for key, value in result.items()
             if isinstance(value, dict) and "swap" in key]
    return found or [("both", result.get("winner"))]


def alttest(raw):
    """Labels of annotators by name. A label that no person used is not a
    class, and there is no truth."""
    votes, voters = [], {}
    for source, kind in (("human", "person"), ("llm", "model")):
        path, = (path for path in raw if path.endswith(
            f"/{source}_annotations.json"))
        for name, labels in json.loads(raw[path].read_bytes()).items():
            voters[kind, name] = PERSON if kind == "person" else (
                kind, name, "", family(name))
            votes += [(task, (kind, name), str(label))
                      for task, label in labels.items() if label is not None
                      and label != "n/a: problem is resolved"]
    human = {label for _, (kind, _), label in votes if kind == "person"}
    votes = first(vote for vote in votes if vote[2] in human)
    classes = sorted(human, key=lambda label: (
        (0, float(label), label) if NUMBER.fullmatch(label)
        else (1, 0, label)))
    return Conversion(votes, voters, classes, {task for task, _ in votes}, {})


def misinformation(raw):
    """How true is a statement? People only, classes in order."""
    if len(raw) > 1:
        return _pandemic(raw)
    (path, local), = raw.items()
    scale = PurePosixPath(path).stem
    column, classes = {
        "S3": ("abc_label", ["Negative", "In-Between", "Positive"]),
        "S6": ("politifact_label", TRUTHFULNESS)}[scale]
    level = f"{scale}_truth_level"
    rows = [row for row in csv_rows(local, [
        "statement_id", "unit_id", column, level]) if row[column]]
    low = min(int(float(row[level])) for row in rows)
    votes = first((row["statement_id"], row["unit_id"],
                   classes[int(float(row[level])) - low]) for row in rows)
    names = {name.lower(): k for k, name in enumerate(classes)}
    truth = {row["statement_id"]: (names[
        row[column].strip().replace("_", "-").lower()],) for row in rows}
    return Conversion(votes, {voter: PERSON for _, voter in votes}, classes,
                      [*truth], truth)


def _pandemic(raw):
    """Of the versions of an answer the last counts."""
    given, right = {}, {}
    value, truth = "doc_truthfulness_value", "doc_ground_truth_value"
    for batch in (1, 2, 3, 4):
        for row in csv_rows(raw[f"PAUC2021/batch-{batch}.csv"], [
                "doc_name", "unit_id", value, truth]):
            task = row["doc_name"]
            if not re.search("gold|HIGH|LOW", task, re.I) and (
                    row[value] and row[truth]):
                given[task, f"{batch}_{row['unit_id']}"] = int(
                    float(row[value]))
                right[task] = int(float(row[truth]))
    low = min(chain(given.values(), right.values()))
    votes = {key: TRUTHFULNESS[label - low] for key, label in given.items()}
    return Conversion(votes, {voter: PERSON for _, voter in votes},
                      TRUTHFULNESS, [*right],
                      {task: (label - low,) for task, label in right.items()})


# --- what they share ------------------------------------------------------
def first(votes):
    """{(task, voter): label} of (task, voter, label): the first counts."""
    found = {}
    for task, voter, label in votes:
        found.setdefault((task, voter), label)
    return found


def sentence(text):
    """What joins the sentences of two repositories: letters and digits."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def family(model):
    """The maker of a model, by the longest name that occurs in the model's."""
    found = [(len(name), maker) for maker, names in MAKERS.items()
             for name in names if name in model.lower()]
    return max(found)[1] if found else model.lower().split("--")[0]
