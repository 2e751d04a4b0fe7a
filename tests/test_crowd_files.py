"""Peculiarities of the files of recorded crowds, in small made-up files."""
import json

import numpy as np
import pytest
from benchopt_internals import dataset_classes
from crowd_folder import own_crowd, put
from numpy.testing import assert_array_equal

from benchmark_utils.crowds.sources import sources

MODELS = "llm_annotators"


@pytest.fixture
def load(monkeypatch, tmp_path, benchmark):
    """load(collection, crowd, {file: text}): what the dataset returns."""
    def loaded(collection, crowd, texts):
        name, key = {"truth_inference": ("TruthInference", "crowd"),
                     MODELS: ("LLMAnnotators", "task")}[collection]
        own_crowd(monkeypatch, tmp_path, collection, crowd, {
            file: text.encode() for file, text in texts.items()})
        return dataset_classes(benchmark)[name].get_instance(
            **{key: crowd}).get_data()
    return loaded


@pytest.mark.parametrize("crowd", [
    "adult", "relevance", "fact_eval", "ZenCrowd_in", "ZenCrowd_all",
    "CF_amt"])
def test_repeated_votes_all_count(load, crowd):
    """Worker 5 said 1 twice on task 9, which outvotes worker 2."""
    data = load("truth_inference", crowd, {
        "label.csv": "item,worker,label\n9,5,1\n9,5,1\n9,2,0\n10,2,0\n",
        "truth.csv": "item,truth\n9,1\n10,0\n"})
    votes = data["votes"]
    assert_array_equal(votes.counts(), [[1, 2], [1, 0]])
    assert_array_equal(votes.majority(), [[0, 1], [1, 0]])
    assert data["task_ids"] == ["9", "10"]


def test_truth_of_some_tasks_and_of_others(load):
    """Tasks 2 and 30 have no truth. Task 4 has one, but no votes. The truth
    of task 3 is a class without votes, which no method can find."""
    data = load("truth_inference", "relevance", {
        "label.csv": "item,worker,label\n30,7,0\n3,7,2\n2,7,0\n1,8,2\n",
        "truth.csv": "item,truth\n4,0\n3,3\n1,2\n"})
    assert data["task_ids"] == ["1", "2", "3", "30"]
    assert_array_equal(data["ground_truth"], [1, -1, -2, -1])
    assert data["class_names"] == ["0", "2"]


def test_truth_without_any_vote_is_no_task(load):
    data = load("truth_inference", "fact_eval", {
        "label.csv": "item,worker,label\r\n1,1,0\r\n2,1,1\r\n",
        "truth.csv": "item,truth\r\n1,0\r\n7,2\r\n"})
    assert data["votes"].n_tasks == 2
    assert_array_equal(data["ground_truth"], [0, -1])


def llm(*columns):
    """The text of a model's file: task, truth, answer on each line."""
    return "".join("\t".join(row) + "\n" for row in columns)


def test_answers_in_every_spelling(load):
    """Ampersands, case and blanks do not matter. The first answer counts. An
    answer that is not a class is dropped."""
    data = load(MODELS, "semeval_stance", {
        "answer-a": llm(("0", "Against", "&&&&A"), ("1", "Favor", " b "),
                        ("2", "None", "NONE"), ("1", "Favor", "C")),
        "answer-b": llm(("0", "Against", "against"),
                        ("2", "None", "neither\nof them"),
                        ("1", "Favor", "D"))})
    votes = data["votes"]
    assert data["class_names"] == ["a", "b", "c"]
    assert_array_equal(data["ground_truth"], [0, 1, 2])
    assert data["worker_ids"] == ["a", "b"]
    assert_array_equal(
        sorted(zip(votes.task, votes.worker, votes.label)),
        [[0, 0, 0], [0, 1, 0], [1, 0, 1], [2, 0, 2]])


@pytest.mark.parametrize("task", ["reddit_humor", "raop", "mrf"])
def test_a_model_that_never_answers_is_no_worker(load, task):
    """One model never answers with a class; the file of another is empty."""
    prefix = "answer-classification-" if task == "mrf" else "answer-"
    names = {"mrf": ("Misinformation", "A"), "raop": ("G", "G"),
             "reddit_humor": ("True", "True")}[task]
    data = load(MODELS, task, {
        f"{prefix}chat": llm(("0", *names), ("1", *names)),
        f"{prefix}silent": llm(("0", names[0], ""), ("1", names[0], "&&")),
        f"{prefix}empty": ""})
    assert data["worker_ids"] == ["chat"]
    assert data["votes"].n_workers == 1 and len(data["votes"]) == 2
    assert_array_equal(data["ground_truth"], [0, 0])


@pytest.mark.parametrize("task", ["tempowic", "talklife"])
def test_a_model_that_answers_some_tasks(load, task):
    """Its file has only these tasks."""
    truth = {"tempowic": ("Same", "Different"), "talklife": ("A", "B")}[task]
    data = load(MODELS, task, {
        "answer-few": llm(("12", truth[1], "A")),
        "answer-all": llm(("2", truth[0], "A"), ("12", truth[1], "B"),
                          ("7", truth[0], "B"))})
    assert data["task_ids"] == ["2", "7", "12"]
    assert_array_equal(data["votes"].per_task, [1, 1, 2])
    assert_array_equal(data["ground_truth"], [0, 0, 1])


def test_truths_that_differ_are_unknown(load):
    data = load(MODELS, "wiki_politeness", {
        "answer-a": llm(("0", "-1", "C"), ("1", "0", "B"), ("2", "1", "A")),
        "answer-b": llm(("0", "c", "C"), ("1", "1", "B"), ("2", "1", "0"))})
    assert data["class_names"] == ["a", "b", "c"]
    assert_array_equal(data["ground_truth"], [2, -1, 0])
    assert_array_equal(data["votes"].counts(),
                       [[0, 0, 2], [0, 2, 0], [1, 1, 0]])


def test_seven_classes_of_raop(load):
    data = load(MODELS, "raop", {"answer-a": llm(
        *((str(i), "GFEDCBA"[i], "A") for i in range(7)))})
    assert data["class_names"] == list("abcdefg")
    assert_array_equal(data["ground_truth"], [6, 5, 4, 3, 2, 1, 0])


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_any_line_end_will_do(load, end):
    text = llm(("0", "True", "True"), ("1", "False", "True"))
    data = load(MODELS, "reddit_humor",
                {"answer-a": text.replace("\n", end)})
    assert_array_equal(data["votes"].label, [1, 1])
    assert_array_equal(data["ground_truth"], [1, 0])


def test_the_loader_holds_all_spellings(real_data):
    """The spellings of all sixteen tasks, in the file beside the votes."""
    path = real_data / MODELS / "labels.json"
    if not path.is_file():
        pytest.skip(f"real data: {path} is missing")
    ours = {task: entry["spellings"]
            for task, entry in sources()[MODELS]["crowds"].items()
            if "spellings" in entry}
    assert ours == json.loads(path.read_text(encoding="utf-8"))


def test_the_files_are_those_of_the_list(real_data):
    """Repository, commit, path, bytes and checksum of each file."""
    path = real_data / "crowds.json"
    if not path.is_file():
        pytest.skip(f"real data: {path} is missing")
    listed = {row["file"]: tuple(row[key] for key in (
        "repository", "commit", "path", "bytes", "sha256"))
        for row in json.loads(path.read_text(encoding="utf-8"))}
    ours = {}
    for collection in {file.partition("/")[0] for file in listed}:
        source = sources()[collection]
        several = len(source["crowds"]) > 1
        for crowd, entry in source["crowds"].items():
            for name, (size, sha256) in entry["files"].items():
                folder = f"{collection}/{crowd}" if several else collection
                ours[f"{folder}/{name}"] = (
                    source["repository"], source["commit"],
                    f"{entry['folder']}/{name}".lstrip("/"), size, sha256)
    assert ours == listed


@pytest.mark.slow
def test_a_folder_with_all_crowds_needs_no_edit(real_data, checkout,
                                                tmp_path):
    """18 crowds and 16 tasks in one run, with copies of another crowd's files
    where files are missing; the page shows all of them, by kind."""
    known, folder = sources(), tmp_path / "all"
    table = checkout.folder / "benchmark_utils" / "crowds" / "sources.json"
    own = json.loads(table.read_text())
    copies = {"truth_inference": [], MODELS: []}
    for collection, like in (("truth_inference", "CF"), (MODELS, "emotion")):
        for crowd, entry in known[collection]["crowds"].items():
            place = real_data / collection / crowd
            if not all((place / name).is_file() for name in entry["files"]):
                copies[collection].append(crowd)
                place = real_data / collection / like
            # Emotion lacks the file of one model, which is empty in others.
            put(folder, own, collection, crowd, {
                name: (place / name).read_bytes()
                if (place / name).is_file() else b""
                for name in entry["files"]})
    table.write_text(json.dumps(own))
    checkout.run("-d", "TruthInference[crowd=all]",
                 "-d", "LLMAnnotators[task=all]", "-s", "MV", "-s", "DS",
                 "--no-plot", "--output", "t", CROWD_DATA=str(folder))
    rows = checkout.result("t")
    rows["crowd"] = rows["dataset_name"].str.extract(r"(?:crowd|task)=(\w+)")
    assert len(rows) == 2 * (18 + 16) and rows["crowd"].nunique() == 34
    recovery = rows.assign(solver=rows["solver_name"].str[:2]).pivot(
        index="crowd", columns="solver", values="objective_label_recovery")
    assert recovery.notna().all(axis=None)
    crowds = copies["truth_inference"]
    np.testing.assert_allclose(
        recovery.loc[crowds],
        np.tile(recovery.loc["CF"], (len(crowds), 1)), atol=1e-12)
    data = json.loads(checkout.python(
        "-m", "benchmark_utils.report", "json").stdout)
    kinds = [entry["crowd"] for entry in data["datasets"]]
    assert kinds.count("human") == 18 and kinds.count("llm") == 16
    assert {"ti-adult", "llm-tempowic"} < {
        entry["id"] for entry in data["datasets"]}
    checkout.python("-m", "benchmark_utils.report")
    page = (checkout.folder / "outputs" / "leaderboard.html").read_text()
    assert "ti-fact-eval" in page and "llm-wiki-corpus" in page
