"""Commands of the README and of docs/running.md, run in a copy."""
import re
import subprocess
import sys

import pandas as pd
import pytest
from conftest import ROOT

from benchmark_utils.catalogue import catalogue

pytestmark = pytest.mark.slow
QUICK = ["-d", "HammerSpammer[n_tasks=40]", "-r", "2", "--no-display"]
README = (ROOT / "README.md").read_text()


def recovery(checkout, name):
    frame = checkout.result(name)
    return frame.groupby("solver_name")["objective_label_recovery"].mean()


def test_run_table_and_page(checkout):
    done = checkout.run(*QUICK, "--output", "t")
    frame = checkout.result("t")
    # cases x solvers x repetitions; without inputs, none trains a network;
    # two methods need people and models, CrowdKit a method
    solvers = [entry for entry in catalogue("solvers").values()
               if entry.says["setting"] == "aggregation"
               and not entry.says["needs_gold"]
               and not entry.says.get("needs_kinds")
               and entry.name != "CrowdKit"]
    assert len(frame) == 2 * len(solvers) * 2
    assert frame["objective_label_recovery"].between(.2, 1).all()
    assert (checkout.folder / "outputs" / "bench_t.html").is_file(), done
    report = checkout.python("-m", "benchmark_utils.report").stdout
    for text in ("Hammers and spammers, n tasks 40", "GLAD",
                 "Label accuracy", "±", "leaderboard.html"):
        assert text in report
    page = checkout.folder / "outputs" / "leaderboard.html"
    assert "Hammers and spammers" in page.read_text()


def test_every_simulator_and_variant_runs(checkout):
    checkout.run("--config", "configs/studies/variants.yml", "-r", "1",
                 "--no-plot", "--output", "v")
    frame = checkout.result("v")
    assert frame["dataset_name"].nunique() == 6
    assert frame["solver_name"].nunique() == 1 + 3 + 4 + 2
    report = checkout.python("-m", "benchmark_utils.report", "--no-page")
    assert "Discrete difficulty, random ratio 0.2" in report.stdout


def test_edits_are_never_answered_from_the_cache(checkout):
    run = [*QUICK, "--no-plot", "-s", "MV", "--output"]
    checkout.run(*run, "a")
    assert "cached" in checkout.run(*run, "b").stdout

    dataset = checkout.folder / "datasets" / "hammer_spammer.py"
    text = dataset.read_text()
    dataset.write_text(text.replace("< self.n_hammers", "< 1"))
    assert "cached" not in checkout.run(*run, "c").stdout
    assert (recovery(checkout, "c") < recovery(checkout, "a") - .02).all()

    dataset.write_text(text)
    shared = checkout.folder / "benchmark_utils" / "scoring" / "labels.py"
    shared.write_text(shared.read_text().replace(
        "(k - above) / equal", "(k - above) / equal / 2"))
    assert "cached" not in checkout.run(*run, "d").stdout
    pd.testing.assert_series_equal(recovery(checkout, "d"),
                                   recovery(checkout, "a") / 2)


def test_edited_data_files_are_never_answered_from_the_cache(checkout):
    """Neither is a user's CSV file, whose folder of results is written again.
    """
    votes = checkout.folder / "examples" / "votes.csv"
    run = ["-d", "CSV[path=examples/votes.csv,truth=examples/truth.csv]",
           "-s", "MV", "-s", "DS", "--no-plot", "--output"]
    checkout.run(*run, "a")
    lines = votes.read_text().splitlines()
    votes.write_text("\n".join(
        [lines[0], *(line.rpartition(",")[0] + ",cat" for line in lines[1:])]))
    checkout.run(*run, "b")
    assert (recovery(checkout, "b") < recovery(checkout, "a") - .1).all()
    checkout.run(*run, "c")
    tables = sorted((checkout.folder / "outputs" / "c").rglob("labels.csv"))
    assert len(tables) == 2
    assert set(pd.read_csv(tables[0])["label"]) == {"cat"}


def test_own_votes_come_back_with_their_ids(checkout):
    checkout.run("-d", "CSV[path=examples/votes.csv,truth=examples/truth.csv]",
                 "-s", "MV", "-s", "DS", "-s", "Consensus", "--output", "mine",
                 "--no-plot")
    folders = [path.parent for path in (
        checkout.folder / "outputs" / "mine").rglob("labels.csv")]
    assert len(folders) == 3
    for folder in folders:
        labels = pd.read_csv(folder / "labels.csv")
        assert labels["task"][0] == "photo-01.jpg"
        assert set(labels["label"].dropna()) <= {"cat", "dog", "fox"}
        workers = pd.read_csv(folder / "workers.csv")
        assert {"alice", "ines"} <= set(workers["worker"])
        assert workers["n_votes"].sum() == 150


def test_bad_votes_stop_with_the_line(checkout):
    votes = checkout.folder / "bad.csv"
    votes.write_text("task,worker,label\na,b,c\na,b\n")
    done = checkout.run("-d", "CSV[path=bad.csv]", check=False)
    assert done.returncode != 0
    assert "bad.csv, line 3: 3 values are expected" in done.stdout


def test_missing_data_is_one_line_and_the_rest_goes_on(checkout):
    done = checkout.run("-d", "Bluebirds", "-d", "LabelMe", "-d", "CIFAR-10H",
                        *QUICK, "-s", "MV", "--no-plot", "--output", "t")
    for name in ("labels.yaml", "answers.txt", "cifar10h-counts.npy"):
        reasons = [line for line in done.stdout.splitlines() if name in line]
        assert len(reasons) == 1 and "is missing" in reasons[0]
        assert "benchopt prepare . -d" in reasons[0]
    assert len(checkout.result("t")) == 4


def test_prepare_without_network_says_what_failed(checkout):
    done = checkout.python(
        "-m", "benchopt", "prepare", ".", "-d", "Bluebirds", check=False,
        https_proxy="http://127.0.0.1:9", HTTPS_PROXY="http://127.0.0.1:9")
    assert ".yaml could not be fetched from https" in done.stdout
    assert done.returncode != 0


@pytest.mark.parametrize("fault, message", [
    ("raise RuntimeError('broken solver')", "broken solver"),
    ("self.soft_labels = self.votes.counts()", "not a distribution"),
])
def test_a_broken_solver_fails_the_run(checkout, fault, message):
    (checkout.folder / "solvers" / "broken.py").write_text(
        "from benchmark_utils.solver import CrowdSolver\n"
        "class Solver(CrowdSolver):\n    name = 'Broken'\n"
        f"    def run(self, _):\n        {fault}\n")
    done = checkout.run(*QUICK, "-s", "Broken", "--no-plot", check=False)
    assert done.returncode != 0 and message in done.stdout


def test_readme_solver_works_when_pasted(checkout):
    """It appears in the table and passes the tests without another edit."""
    code = re.search(r"```python\n(# (solvers/\w+\.py)\n.*?)```", README,
                     re.DOTALL)
    (checkout.folder / code[2]).write_text(code[1])
    checkout.run(*QUICK, "-s", "MV", "-s", "AgreementWeighted", "--no-plot",
                 "--output", "t")
    frame = checkout.result("t")
    assert "AgreementWeighted[power=2.0]" in set(frame["solver_name"])
    report = checkout.python("-m", "benchmark_utils.report").stdout
    assert "AgreementWeighted" in report
    suite = checkout.python(
        "-m", "pytest", "tests/test_benchopt_suite.py",
        "tests/test_parameters_declared.py", "tests/test_templates.py", "-q",
        "-k", "AgreementWeighted or parameter")
    assert re.search(r"\b[5-9] passed", suite.stdout), suite.stdout


def test_a_killed_run_goes_on_and_ends_with_the_same_bits(checkout):
    """After kill -9, the restart computes only the cells that are left, and
    all numbers equal those of an uninterrupted run."""
    command = ["-d", "Digits[n_tasks=200]", "-s", "MV", "-s", "CrowdLayer",
               "-s", "TraceReg", "-r", "2", "--no-plot", "--output"]
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "benchopt", "run", ".", *command, "a"],
        cwd=checkout.folder, env=checkout.environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    for line in process.stdout:
        if "CrowdLayer" in line and "done" in line:
            break
    process.kill()
    process.wait()
    process.stdout.close()
    assert not list((checkout.folder / "outputs").glob("a*.parquet"))
    again = checkout.run(*command, "b").stdout
    cached = {name for name in ("MV", "CrowdLayer", "TraceReg")
              for line in again.splitlines()
              if f"|--{name}" in line and "cached" in line}
    assert cached == {"MV", "CrowdLayer"}
    checkout.run("--no-cache", *command, "c")

    def scores(name):
        frame = checkout.result(name).sort_values(["solver_name", "idx_rep"])
        frame = frame.filter(like="objective_").drop(
            columns=["objective_name", "objective_train_seconds"])
        return frame.reset_index(drop=True)

    pd.testing.assert_frame_equal(scores("b"), scores("c"), check_exact=True)
    assert len(scores("b")) == 6
