"""From a run to the page, in a copy of the benchmark: the result of a
contributor, a new score, a new plot."""
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
def test_a_score_edits_one_file(checkout):
    """A `Metric` and a line add it to the results, the terminal, the page and
    the docs."""
    scoring = checkout.folder / "benchmark_utils" / "scoring"
    labels = scoring / "labels.py"
    text = labels.read_text()
    text = text.replace(
        'METRICS = (\n', 'METRICS = (\n    Metric("toy_score", "Toy", 1, '
        '".2f", "half of recovery", main=True),\n')
    text = text.replace("    return scores\n", '    scores["toy_score"] = '
                        'scores["label_recovery"] / 2\n    return scores\n',
                        1)
    labels.write_text(text)
    checkout.run(*RUN, "-s", "MV", "-s", "NS", "--no-plot", "--output", "t")
    rows = checkout.result("t")
    assert (rows["objective_toy_score"]
            == rows["objective_label_recovery"] / 2).all()
    shown = checkout.python(*REPORT, "--no-page", "--width", "200").stdout
    mean = rows.groupby(["dataset_name", "solver_name"], sort=False)[
        "objective_toy_score"].mean().iloc[0]
    assert "Toy" in shown and f" {mean:.2f} " in shown
    data = json.loads(checkout.python(*REPORT, "json").stdout)
    place = [score["id"] for score in data["scores"]].index("toy_score")
    assert data["cells"][0]["all"][place] == pytest.approx(mean, abs=1e-4)
    assert "| **Toy** | `toy_score` | higher | half of recovery |" in (
        checkout.python("-c", "from benchmark_utils.report.docs.generated "
                        "import generated; print(*generated().values())"
                        ).stdout)


@pytest.mark.slow
def test_a_plot_edits_two_files(checkout):
    """A file in plots/ and its name in config.yml add it to both pages."""
    (checkout.folder / "plots" / "toy.py").write_text(
        'from benchmark_utils.report.comparison.plots import MeanScatter\n\n\n'
        'class Plot(MeanScatter):\n    """Are they the same?"""\n'
        '    name = "Toy plot"\n    x_title, y_title = "F1", "Recovery"\n'
        '    x, y = "objective_macro_f1", "objective_label_recovery"\n')
    config = checkout.folder / "config.yml"
    config.write_text(config.read_text().replace(
        "plots:\n", "plots:\n  - toy_plot\n", 1))
    checkout.run(*RUN, "-s", "MV", "--output", "t")
    theirs = (checkout.folder / "outputs" / "bench_t.html").read_text()
    assert "Toy plot" in theirs or "toy_plot" in theirs
    checkout.python(*REPORT)
    data = json.loads(checkout.python(*REPORT, "json").stdout)
    toy, = [plot for plot in data["plots"] if plot["id"] == "toy-plot"]
    name, series = next(iter(toy["series"].items()))
    x, y = series["mv"]
    assert toy["x"] == "F1" and toy["help"] == "Are they the same?"
    assert x[0] == pytest.approx(y[0], abs=.1) and name in {
        dataset["id"] for dataset in data["datasets"]}
    ours = (checkout.folder / "outputs" / "leaderboard.html").read_text()
    assert "Toy plot" in ours and "Are they the same?" in ours


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

    for old in (checkout.folder / "leaderboard").glob("*.[pj][as]*"):
        old.unlink()
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
    site = checkout.folder / "leaderboard"
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


def test_a_method_is_listed_by_its_name_and_title():
    from benchmark_utils.report.docs.methods import _solver
    says = dict(title="Dawid and Skene")
    assert _solver(Entry("DS", "solvers/ds.py", "", (), says)) == (
        "[`DS`](../solvers/ds.py) Dawid and Skene")
    assert _solver(Entry("DS", "solvers/ds.py", "", (), {})) == (
        "[`DS`](../solvers/ds.py)")
