"""python -m benchmark_utils.own_votes: five lines, six files, a page."""
import json
import os
import re
import subprocess
import sys
import time

import pandas as pd
import pytest
from conftest import HANGS, ROOT, random_votes
from killing import Forked, random_kills

from benchmark_utils.own_votes import files
from benchmark_utils.own_votes.__main__ import main

pytestmark = pytest.mark.slow

EXAMPLE = ROOT / "examples" / "votes.csv"
BLOCK = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("benchopt", "torch", "torchvision"):
            raise ImportError(f"{name} is blocked")
sys.meta_path.insert(0, Block())
"""


def python(*arguments, cwd=None, **options):
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd or ROOT, text=True,
        capture_output=True, stdin=subprocess.DEVNULL, timeout=HANGS,
        env={**os.environ, "OMP_NUM_THREADS": "1"}, **options)


def run(capsys, *arguments):
    """Exit status, standard output and error of the command."""
    status = main([str(argument) for argument in arguments])
    return (status, *capsys.readouterr())


@pytest.fixture
def votes_file(tmp_path):
    votes, truth = random_votes(0, n_tasks=60, n_votes=400)
    table = pd.DataFrame({"task": votes.task, "worker": votes.worker,
                          "label": votes.label})
    table.to_csv(tmp_path / "votes.csv", index=False)
    pd.DataFrame({"task": range(60), "label": truth}).to_csv(
        tmp_path / "truth.csv", index=False)
    return tmp_path / "votes.csv"


def test_five_lines_and_flat_files(tmp_path, capsys):
    status, out, err = run(capsys, EXAMPLE, "--output", tmp_path / "out",
                           "--truth", ROOT / "examples" / "truth.csv")
    assert status == 0 and err.splitlines() == [
        "Note: Only 30 tasks have two voters or a known truth, so the data "
        "say little about how reliable the workers are, and the share of "
        "right labels is a range."]
    lines = out.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "Votes", "Agreement", "Labels", "Next",
        f"Results written to {tmp_path / 'out'}"]
    assert lines[0] == ("Votes: 150 by 9 workers on 30 tasks, 3 classes, 5.0 "
                        "per task")
    assert "alpha 0.23" in lines[1] and str(tmp_path / "out") in lines[4]
    found = {path.name for path in (tmp_path / "out").iterdir()}
    assert found == files.OURS
    labels = pd.read_csv(tmp_path / "out" / "labels.csv")
    truth = pd.read_csv(ROOT / "examples" / "truth.csv")
    both = labels.merge(truth, on="task")
    right = (both["label_x"] == both["label_y"]).mean()
    assert f"{right:.1%} of 30 known truths are right" in lines[2]
    assert right >= .9
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["truth"]["accuracy"] == pytest.approx(right)
    assert sum(summary["actions"].values()) == 30
    assert sum(summary["verdicts"].values()) == 9


def test_neither_benchopt_nor_torch_is_imported(tmp_path):
    """Neither by the command nor by the README's lines for a notebook."""
    block = next(code for code in re.findall(
        "```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
        if "own_votes import aggregate" in code)
    done = python("-c", BLOCK + (
        "from benchmark_utils.own_votes.__main__ import main\n"
        f"main([{str(EXAMPLE)!r}, '--output', {str(tmp_path / 'o')!r}])\n"
        f"{block}\nprint(len(result.labels))\n"
        "from benchmark_utils.aggregation.committee import committee\n"))
    assert done.returncode == 0, done.stderr
    assert "photo-01.jpg" in done.stdout
    assert done.stdout.splitlines()[-1] == "30"


def test_the_same_votes_and_seed_give_the_same_bytes(tmp_path, capsys):
    for name in ("one", "two"):
        run(capsys, EXAMPLE, "--output", tmp_path / name, "--seed", 3)
    for name in files.OURS:
        one, two = ((tmp_path / folder / name).read_bytes()
                    for folder in ("one", "two"))
        assert one == two, name


def test_the_page_needs_nothing_and_shows_the_numbers(tmp_path, capsys):
    run(capsys, EXAMPLE, "--output", tmp_path / "out")
    text = (tmp_path / "out" / "index.html").read_text()
    assert not re.search(r'(src|href)="?(https?:)?//', text)
    assert "<script" not in text and "@import" not in text
    assert not re.search(r"url\(", text)
    assert "nearly always the same label" in text
    for anchor in re.findall(r'href="#(\w+)"', text):
        assert f'id="{anchor}"' in text
    for name in re.findall(r'href="(\w+\.\w+)"', text):
        assert (tmp_path / "out" / name).is_file()
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert f'<b>{summary["actions"]["accept"]}</b>' in text


def test_names_are_text_on_the_page_and_in_the_files(tmp_path, capsys):
    evil = '<script>alert("1")</script>'
    table = pd.read_csv(EXAMPLE).replace(
        {"hugo": "=cmd|' /C calc'!A0", "photo-09.jpg": evil, "cat": "-1"})
    table.to_csv(tmp_path / "v.csv", index=False)
    status, out, _ = run(capsys, tmp_path / "v.csv", "--output",
                         tmp_path / "out")
    assert status == 0 and "an apostrophe before them" in out
    text = (tmp_path / "out" / "index.html").read_text()
    assert "<script" not in text and "&lt;script&gt;" in text
    for name in files.TABLES:
        raw = (tmp_path / "out" / f"{name}.csv").read_text()
        assert not re.search(r'(^|,|")=cmd', raw)
    back = files.read_back(tmp_path / "out" / "workers.csv")
    assert "=cmd|' /C calc'!A0" in set(back["worker"])
    assert evil in set(files.read_back(tmp_path / "out" / "labels.csv")[
        "task"])


def test_gold_counts_and_truth_does_not(votes_file, capsys):
    truth, out = votes_file.parent / "truth.csv", votes_file.parent
    run(capsys, votes_file, "--output", out / "plain")
    run(capsys, votes_file, "--output", out / "scored", "--truth", truth)
    status, said, _ = run(capsys, votes_file, "--output", out / "gold",
                          "--gold", truth)
    assert status == 0 and "with known truth" in said
    plain, scored, gold = (
        pd.read_csv(out / name / "labels.csv") for name in (
            "plain", "scored", "gold"))
    pd.testing.assert_frame_equal(plain, scored)
    assert (gold["probability"] == 1).all()
    assert (gold["label"] == pd.read_csv(truth).set_index("task").loc[
        gold["task"], "label"].to_numpy()).all()


@pytest.mark.parametrize("arguments, message", [
    (["none.csv"], "none.csv is missing"),
    (["votes.xlsx"], "must end in .csv"),
    (["votes.csv", "--task", "item"], "votes.csv, line 1: .*'item'"),
    (["votes.csv", "--truth", "none.csv"], "none.csv is missing"),
    (["votes.csv", "--seed", "-1"], "must be a non-negative integer, got -1"),
    (["votes.csv", "--output", "votes.csv"], "exists and is not a directory"),
    (["bad.csv"], "bad.csv, line 3: the label is empty"),
    (["votes.csv", "--gold", "gold.csv"], "truth of task '3' .* no vote"),
])
def test_bad_input_is_one_line(votes_file, capsys, monkeypatch, arguments,
                               message):
    folder = votes_file.parent
    monkeypatch.chdir(folder)
    (folder / "bad.csv").write_text("task,worker,label\na,b,c\na,b,\n")
    (folder / "gold.csv").write_text("task,label\n3,nobody\n")
    before = sorted(folder.iterdir())
    status, out, err = run(capsys, *arguments)
    assert status == 2 and out == ""
    assert len(err.splitlines()) == 1 and re.search(message, err)
    assert sorted(folder.iterdir()) == before


def test_results_are_not_overwritten_unasked(votes_file, capsys, monkeypatch):
    monkeypatch.chdir(votes_file.parent)
    assert run(capsys, "votes.csv")[0] == 0
    first = (votes_file.parent / "votes-labels" / "labels.csv").read_bytes()
    status, _, err = run(capsys, "votes.csv", "--seed", 1)
    assert status == 2 and "votes-labels is not empty" in err
    assert run(capsys, "votes.csv", "--seed", 1, "--replace")[0] == 0
    kept = votes_file.parent / "votes-labels.previous" / "labels.csv"
    assert kept.read_bytes() == first


def test_notes_go_to_standard_error(tmp_path, capsys):
    path = tmp_path / "v.csv"
    path.write_text("task,worker,label\n1,a,Cat\n1,b,cat\n2,a,cat\n")
    truth = tmp_path / "t.csv"
    truth.write_text("task,label\n9,cat\n1,cat\n")
    status, out, err = run(capsys, path, "--output", tmp_path / "out",
                           "--truth", truth)
    assert status == 0 and len(out.splitlines()) == 5
    assert "differ by case" in err
    assert "1 of 2 tasks have votes; without a vote is '9'" in err
    assert all(line.startswith("Note: ") for line in err.splitlines())


def test_nothing_is_accepted_without_a_second_vote(tmp_path, capsys):
    path = tmp_path / "v.csv"
    path.write_text("task,worker,label\n1,a,x\n2,b,y\n3,a,x\n")
    status, out, _ = run(capsys, path, "--output", tmp_path / "out")
    assert status == 0 and "no task has two voters" in out
    assert "too few votes to check the method" in out
    assert "the share of right labels is unknown" in out
    assert "accept 0 labels, relabel 3 tasks" in out
    table = pd.read_csv(tmp_path / "out" / "labels.csv")
    assert set(table["action"]) == {"relabel"}


def test_counts_of_one_are_singular(tmp_path, capsys):
    path = tmp_path / "v.csv"
    path.write_text("task,worker,label\n1,a,x\n1,a,x\n")
    _, out, _ = run(capsys, path, "--output", tmp_path / "out")
    assert "Votes: 1 by 1 worker on 1 task, 1 class, 1.0 per task" in out


def check_whole(folder):
    """What a killed command left is one of the two results, whole."""
    out = folder / "out"
    seen = out if out.exists() else folder / "out.previous"
    summary = json.loads((seen / "summary.json").read_text())
    assert {path.name for path in seen.iterdir()} == files.OURS
    for name, facts in summary["files"].items():
        assert facts["sha256"] == files._sum(seen / name)


@pytest.mark.parametrize("n", [
    pytest.param(5, marks=pytest.mark.slow),
    pytest.param(20, marks=pytest.mark.exhaustive)])
def test_killed_at_any_moment_nothing_is_half_written(votes_file, n):
    folder = votes_file.parent
    arguments = [str(votes_file), "--output", str(folder / "out"), "--replace"]
    start = time.monotonic()
    assert main(arguments) == 0
    for _ in random_kills(n, lambda: Forked(lambda: main(arguments)),
                          time.monotonic() - start, undo=lambda: None):
        check_whole(folder)
    assert main(arguments) == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "out", "out.previous", "truth.csv", "votes.csv"]


def test_the_examples_are_the_same_votes(tmp_path, capsys):
    folder = ROOT / "examples"
    said = []
    for name, options in (("votes.csv", []), ("votes_wide.csv", ["--wide"]),
                          ("label_studio.json", ["--task", "image"])):
        status, out, _ = run(capsys, folder / name, *options, "--output",
                             tmp_path / name)
        assert status == 0
        said.append(out.splitlines()[:4])
    assert said[0] == said[1] == said[2]
    labels = {(tmp_path / name / "labels.csv").read_bytes()
              for name in ("votes.csv", "votes_wide.csv")}
    assert len(labels) == 1


@pytest.mark.parametrize("text, option", [
    ("task,worker,label\na,b,c\na,b,\n", []), ("task,worker\n", []),
    ("task;worker;label\na;b\n", []), ("task,worker,label\na,b,c\n",
                                       ["--gold", "none.parquet"])])
def test_the_exit_status_after_an_error_is_2(tmp_path, text, option):
    """Not that of an abort, which threads of Arrow cause now and then."""
    (tmp_path / "v.csv").write_text(text)
    for _ in range(3):
        done = python("-m", "benchmark_utils.own_votes",
                      str(tmp_path / "v.csv"), *option, "--output",
                      str(tmp_path / "out"))
        assert done.returncode == 2, done.stderr
        assert not (tmp_path / "out").exists()
