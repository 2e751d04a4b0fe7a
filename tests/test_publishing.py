"""From a run to the page, in a copy of the benchmark, and the generated docs.
"""
import json
import re
import shutil
import subprocess

import pandas as pd
import pytest
from conftest import ROOT

from benchmark_utils.catalogue import Entry
from benchmark_utils.report.docs.generated import generated

RUN = ("-d", "HammerSpammer[n_tasks=40]", "-r", "3", "--no-cache")
REPORT = ("-m", "benchmark_utils.report")


@pytest.mark.parametrize("name", ["datasets", "methods", "scores"])
def test_generated_docs_are_those_of_the_files(name):
    path = ROOT / "docs" / f"{name}.md"
    assert path.read_text("utf-8") == generated()[path], (
        "python -m benchmark_utils.report docs writes it")


@pytest.mark.slow
def test_a_contributors_result_is_merged_verified_and_ranked(checkout):
    """The page ranks two runs of two commits without another run."""
    def git(*words):
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words],
            cwd=checkout.folder, check=True, capture_output=True)

    def publish(name, *words, check=True):
        checkout.run(*RUN, *words, "--no-plot", "--output", name)
        return checkout.python(*REPORT, "add", f"outputs/{name}.parquet",
                               check=check).stdout

    site = checkout.folder / "leaderboard"
    shutil.rmtree(site)  # its commits are not in the history made here
    site.mkdir()
    shutil.copy(ROOT / ".gitignore", checkout.folder)
    git("init")
    git("add", ".")
    git("commit", "-m", "all")
    publish("ours", "-s", "MV", "-s", "Consensus")
    solver = (checkout.folder / "solvers" / "template_solver.py").read_text()
    (checkout.folder / "solvers" / "newcomer.py").write_text(re.sub(
        'name = ".*"', 'name = "Newcomer"', solver))
    refused = publish("wrong", "-s", "Newcomer", "--seed", "5", check=False)
    for reason in ("commit first",
                   "base_seed differs: 0 in leaderboard/ours.parquet",
                   "objective_data_version of repetition 0 differs"):
        assert reason in refused
    git("add", ".")
    git("commit", "-m", "Newcomer")
    publish("theirs", "-s", "Newcomer")
    (checkout.folder / "again.yml").write_text(
        checkout.python(*REPORT, "rerun", "theirs").stdout)
    checkout.run("--config", "again.yml", "-r", "3", "--no-cache",
                 "--no-plot", "--output", "again")
    assert len(checkout.result("again")) == len(checkout.result("theirs"))
    said = checkout.python(*REPORT, "verify", "theirs",
                           "outputs/again.parquet").stdout
    assert "theirs agrees with" in said

    checkout.python(*REPORT, "page")
    data = json.loads((site / "results.json").read_text())
    assert {source["file"]: source["status"] for source in data["sources"]
            } == {"ours": "submitted", "theirs": "verified here"}
    rows = pd.concat([checkout.result("ours"), checkout.result("theirs")])
    means = 100 * rows.groupby(["dataset_name", "solver_name"])[
        "objective_label_recovery"].mean()
    full = {entry["id"]: entry["full"]
            for entry in [*data["methods"], *data["datasets"]]}
    newcomer, = [method for method in data["methods"]
                 if method["key"] == "Newcomer"]
    for cell in data["cells"]:
        mean = means[full[cell["d"]], full[cell["m"]]]
        assert cell["labels"][0] == pytest.approx(mean, abs=.006)
    assert newcomer["code"] == "solvers/newcomer.py"
    assert "Newcomer" in (site / "index.html").read_text()
    assert checkout.python(*REPORT, "validate").stdout.startswith(
        "2 result files, all in order")


def test_a_default_without_a_source_is_not_stated(monkeypatch):
    """A new solver needs no ``defaults_from``."""
    from benchmark_utils.report.docs import methods
    entry = Entry("Toy", "solvers/toy.py", "Toy.", (), dict(
        bases=["CrowdSolver"], needs_gold=False, parameters={"power": [2.0]}))
    shared = methods.catalogue("solvers")[methods.SHARED]
    monkeypatch.setattr(methods, "catalogue", lambda kind: {
        "Toy": entry, methods.SHARED: shared})
    assert ["`Toy`", "`power`", "`2.0`", "not stated"] in (
        methods.method_defaults())


def test_a_method_is_listed_by_its_name_title_and_idea():
    from benchmark_utils.report.docs.methods import methods
    row, = (row for row in methods("aggregation") if "`DS`" in row[0])
    assert row[0] == "[`DS`](../solvers/dawid_skene.py) Dawid and Skene"
    row, = (row for row in methods("aggregation") if "`MACE`" in row[0])
    assert row[0] == "[`MACE`](../solvers/mace.py)"
    assert not row[1].startswith("MACE:")
