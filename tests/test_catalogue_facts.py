"""The facts in the dataset files, and docs/datasets.md made from them."""
import json
import re

import numpy as np
import pytest
from benchopt_internals import dataset_classes
from results import frame, rows

from benchmark_utils.catalogue import (
    catalogue,
    dataset_facts,
    default_parameters,
)
from benchmark_utils.crowds.dataset import CrowdDataset
from benchmark_utils.crowds.sources import sources
from benchmark_utils.harness.parameters import accepted
from benchmark_utils.report.docs.datasets import (
    MEASURE,
    MEASURED,
    describe,
    measured,
    settings,
)
from benchmark_utils.report.page.data import page_data
from benchmark_utils.votes import Votes

KEYS = {"id", "title", "kind", "year", "licence", "source", "question",
        "shows", "truth", "inputs", "source_group", "same_votes_as",
        "contamination", "ranked", "seen", "exchangeable"}
SIZES = {"n_tasks", "n_workers", "n_votes", "n_classes", "n_known",
         "votes_per_task"}
SETTINGS = list(settings())


@pytest.mark.parametrize("name, parameters", SETTINGS, ids=[
    name + "".join(parameters.values()) for name, parameters in SETTINGS])
def test_every_setting_says_what_it_is(name, parameters):
    facts = dataset_facts(name, parameters)
    assert set(facts) <= KEYS
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", facts["id"])
    assert facts["kind"] in ("human", "llm", "mixed", "simulated", "own")
    assert facts["inputs"] in ("none", "images", "features", "text", "points")
    needed = {"human": ("year", "licence", "source", "question", "truth"),
              "llm": ("year", "licence", "source", "question", "truth",
                      "contamination"),
              "mixed": ("year", "licence", "source", "question", "truth",
                        "contamination"),
              "simulated": ("shows", "truth"), "own": ()}[facts["kind"]]
    assert not [key for key in needed if not facts.get(key)]


def test_ids_are_stable_and_no_two_settings_share_one():
    ids = [dataset_facts(*setting)["id"] for setting in SETTINGS]
    assert len(set(ids)) == len(ids)
    assert {"ti-rte", "llm-emotion", "music", "bluebirds"} <= set(ids)


def test_datasets_that_share_tasks_or_workers_are_one_source_group():
    def groups(seen=None):
        found = [(facts["source_group"], facts["seen"]) for facts in (
            dataset_facts(*setting) for setting in SETTINGS)
            if facts["kind"] == "human" and not facts.get("exchangeable")
            and facts["ranked"] and facts["id"] not in (
                "netease", "cifar10h-recorded")]
        return {group for group, was_seen in found
                if seen in (None, was_seen)}

    def group(name, **parameters):
        return dataset_facts(name, parameters)["source_group"]

    assert [len(groups(seen)) for seen in (True, False, None)] == [15, 5, 17]
    assert group("Music") == group("TruthInference", crowd="MS")
    assert (group("SentimentPolarity") == group("TruthInference", crowd="SP")
            == group("TruthInference", crowd="SP_amt"))
    assert group("TruthInference", crowd="CF") == group(
        "TruthInference", crowd="CF_amt")
    assert group("TruthInference", crowd="trec") == group(
        "TruthInference", crowd="relevance")
    assert len({group("TruthInference", crowd=f"ZenCrowd_{part}")
                for part in ("all", "in", "us")}) == 1


def test_datasets_that_were_seen():
    """Those published before the others were at hand."""
    unseen = {dataset_facts(*setting)["id"] for setting in SETTINGS
              if not dataset_facts(*setting)["seen"]}
    assert {name for name in unseen if name.startswith("ti-")} == {
        "ti-sp-amt", "ti-zencrowd-in", "ti-zencrowd-all", "ti-adult",
        "ti-relevance", "ti-fact-eval"}
    assert {name for name in unseen if name.startswith("llm-")} == {
        "llm-persuasion", "llm-raop", "llm-reddit-humor",
        "llm-semeval-stance", "llm-talklife", "llm-tempowic",
        "llm-wiki-corpus", "llm-wiki-politeness"}
    assert "hammer-spammer" not in unseen and "netease" in unseen
    assert {"mixed-babe", "llmbar-natural", "misinfo-s3"} <= unseen


def test_votes_of_random_workers_are_said_to_be():
    assert dataset_facts("CIFAR-10H")["exchangeable"]
    for workers in ("recorded", "recorded500"):
        assert not dataset_facts("CIFAR-10H", {"workers": workers})[
            "exchangeable"]


@pytest.mark.parametrize("workers, measures", [
    ("exchangeable", {"network"}), ("recorded500", {"network", "labels"})])
def test_random_workers_are_in_no_ranking_of_aggregation(workers, measures):
    """Networks trained on such votes are compared, aggregation is not."""
    name = ("CIFAR-10H[classifier=cpu,mode=offline,n_worst_workers=every,"
            f"votes_per_task=every,workers={workers}]")
    cells = page_data(frame(*(rows(
        name, solver, [.5, .6], objective_test_accuracy=.7,
        objective_commit="abcdef12", objective_protocol="3")
        for solver in ("MV", "DS"))))["cells"]
    for cell in cells:
        assert measures == {"network", "labels"} & set(cell)


@pytest.mark.parametrize("name, parameters, expected", [
    ("TruthInference", {}, "ti-rte"),
    ("TruthInference", {"crowd": "CF_amt"}, "ti-cf-amt"),
    ("TruthInference", {"crowd": "web", "votes_per_task": 3},
     "ti-web-votes-per-task-3"),
    ("TruthInference", {"crowd": "web", "mode": "online"}, "ti-web-online"),
    ("CIFAR-10H", {"workers": "recorded500", "classifier": "none"},
     "cifar10h-500-classifier-none"),
    # Text, and integers that tables turn into floats.
    ("Digits", {"n_tasks": "1200", "n_workers": 20.0}, "digits"),
    ("Digits", {"n_tasks": 600}, "digits-n-tasks-600"),
    ("HammerSpammer", {"n_classes": 2}, "hammer-spammer"),
])
def test_ids_by_hand(name, parameters, expected):
    assert dataset_facts(name, parameters)["id"] == expected


def test_some_votes_and_upper_bounds_are_in_no_ranking():
    def ranked(name, **parameters):
        return dataset_facts(name, parameters)["ranked"]

    assert ranked("Bluebirds") and ranked("Bluebirds", mode="online")
    assert not ranked("Bluebirds", votes_per_task=3)
    assert not ranked("LabelMe", workers="truth")
    assert ranked("HammerSpammer", votes_per_task="1to20")  # simulated


def test_facts_of_nothing():
    assert dataset_facts("NoSuchCrowd") == {}


def test_settings_are_the_collections_and_every_file():
    assert {name for name, _ in SETTINGS} == set(catalogue("datasets"))
    for name, key in (("TruthInference", "crowd"), ("LLMAnnotators", "task")):
        collection = {"TruthInference": "truth_inference",
                      "LLMAnnotators": "llm_annotators"}[name]
        assert [p[key] for n, p in SETTINGS if n == name] == [
            *sources()[collection]["crowds"]]


def test_every_dataset_checks_all_its_parameters(benchmark):
    """Except for file paths and column names, which may be any string."""
    for name, cls in dataset_classes(benchmark).items():
        assert issubclass(cls, CrowdDataset), name
        parameters = set(default_parameters(catalogue("datasets")[name]))
        assert name == "CSV" or parameters == set(accepted(cls)), name


def test_measured_by_hand():
    """Three workers: right on 1/2, 1/1 and, with a repeated vote, 1/2."""
    votes = Votes([0, 1, 0, 2, 1, 1], [0, 0, 1, 1, 2, 2],
                  [0, 0, 0, 1, 1, 0], 4, 5, 2)
    found = measured(dict(votes=votes, repetitions=3, ground_truth=np.array(
        [0, 1, -1, 1])))
    assert (found["n_tasks"], found["n_workers"], found["n_votes"]) == (
        4, 3, 6)
    assert found["n_known"] == 3 and found["n_repeated"] == 1
    assert found["repeated_rows"] == 0
    assert found["votes_per_task"] == 1.5
    assert found["worker_accuracy"] == .6667
    votes = Votes([0, 0, 0, 1], [0, 0, 0, 0], [1, 1, 0, 1], 2, 1, 2)
    found = measured(dict(votes=votes, ground_truth=np.array([1, 1])))
    assert (found["n_repeated"], found["repeated_rows"]) == (2, 1)


def test_settings_have_facts_and_numbers():
    entries = {entry["id"]: entry for entry in describe()}
    assert entries["ti-rte"]["n_votes"] == 8000
    assert entries["ti-rte"]["select"] == "TruthInference[crowd=rte]"


def test_measured_numbers_are_those_of_the_files(real_data, benchmark):
    numbers, seen = json.loads(MEASURED.read_text(encoding="utf-8")), 0
    classes = dataset_classes(benchmark)
    for name, parameters in SETTINGS:
        facts = dataset_facts(name, parameters)
        if facts["kind"] in ("simulated", "own") or name == "CIFAR-10H":
            continue  # its truth needs the images, which are packed
        dataset = classes[name].get_instance(
            **parameters, **MEASURE.get(name, {}))
        data = dataset.get_data()
        if "missing" not in data:
            seen += 1
            # For some crowds only the published sizes are stored.
            found, known = measured(data), numbers[facts["id"]]
            if set(known) == SIZES:
                found = {key: found[key] for key in known}
            assert found == known, facts["id"]
    assert seen >= 20
