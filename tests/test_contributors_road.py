"""The road of a new method, from its file to its row, and back from a number
to the command that made it."""
import json
import re
import shutil
import subprocess

import pytest
from conftest import ROOT
from results import frame, recorded

from benchmark_utils.report import commands
from benchmark_utils.report.page.data import page_data
from benchmark_utils.report.store import store

REPORT = ("-m", "benchmark_utils.report")
BLUE = "Bluebirds[mode=offline,votes_per_task=every]"
RTE = "TruthInference[crowd=rte,mode=offline,votes_per_task=every]"
# In the notation of CONTRIBUTING: 20 lines.
SOLVER = '''"""A method of a contributor."""
import numpy as np

from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """Doubters: votes weigh the worker's share of agreement with the others.

    w_j is the 8th power of the mean share of a worker's labels.
    """
    name = "Doubters"
    votes_only = True

    def run(self, _):
        votes = self.votes
        share = votes.shares()[votes.task, votes.label]
        total = np.bincount(votes.worker, share, votes.n_workers)
        weight = (total / np.maximum(votes.per_worker, 1)) ** 8
        self.soft_labels = votes.shares(weight[votes.worker])
'''


def test_add_names_the_missing_datasets_and_their_command():
    right = [[1, 0, 1, 1, 0, 1]]
    rows = frame(*(recorded(dataset, solver, right)
                   for dataset in (BLUE, RTE) for solver in ("MV", "BWA")),
                 recorded(BLUE, "GLAD", right)).assign(run="published")
    data = page_data(rows)
    names = {method["key"]: method["full"] for method in data["methods"]}
    assert list(commands.missing(data, [names["BWA"], names["MV"]])) == []
    text, = commands.missing(data, [names["GLAD"]])
    assert text.splitlines() == [
        "GLAD is not yet ranked: it lacks ti-rte. Run",
        "    OMP_NUM_THREADS=1 benchopt run . --config "
        f'configs/published/published.yml -s "{names["GLAD"]}" -d "{RTE}" '
        "--no-cache --no-display"]


@pytest.mark.slow
def test_a_new_method_gets_a_row_with_an_interval(checkout, real_data, show):
    """On copies of three small datasets, in a clone."""
    assert len(SOLVER.splitlines()) == 20
    data = checkout.folder / "data-of-this-test"
    for part in ("bluebirds", "truth_inference/rte", "truth_inference/face"):
        shutil.copytree(real_data / part, data / part)
    run = ("-d", "Bluebirds", "-d", "TruthInference[crowd=rte]", "-d",
           "TruthInference[crowd=face]", "--no-cache", "--no-plot",
           "--no-display")

    def git(*words):
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words],
            cwd=checkout.folder, check=True, capture_output=True)

    def publish(name, *solvers, only=run):
        checkout.run(*only, *(word for solver in solvers
                              for word in ("-s", solver)),
                     "--output", name, CROWD_DATA=str(data))
        return checkout.python(*REPORT, "add", f"outputs/{name}.parquet",
                               "--store", "shelf").stdout

    shutil.copy(ROOT / ".gitignore", checkout.folder)
    git("init")
    git("add", ".")
    git("commit", "-m", "all")
    assert "not yet ranked" not in publish("ours", "MV", "DS", "Wawa")
    (checkout.folder / "solvers" / "doubters.py").write_text(SOLVER)
    git("add", ".")
    git("commit", "-m", "Doubters")
    said = publish("part", "Doubters", only=run[2:])
    assert "Doubters is not yet ranked: it lacks bluebirds. Run" in said
    command = re.search(r"-s \S+ -d \S+", said)[0].replace('"', "").split()
    assert command == ["-s", "Doubters", "-d", BLUE]
    assert "not yet ranked" not in publish(
        "rest", only=(*command, *run[6:]))
    checkout.python(*REPORT, "page", "--store", "shelf")
    shelf = checkout.folder / "shelf"
    data = json.loads((shelf / "results.json").read_text())
    cells = [cell for cell in data["cells"] if cell["m"] == "doubters"]
    assert len(cells) == 3
    for cell in cells:
        _, gain, low, high, how = cell["labels"]
        assert low <= gain <= high and how == "t"
    assert any(cell["labels"][2] < cell["labels"][3] for cell in cells)
    page = show("#with=doubters", at=(shelf / "index.html").as_uri())
    row = page.locator("#board tr:has([data-m=doubters])").inner_text()
    assert re.search(r"[+−]?\d+\.\d\s*\[.\d*\.\d, .?\d+\.\d\]", row), row
    assert "submitted" in row


@pytest.mark.exhaustive  # five minutes
def test_the_command_of_a_number_gives_it(checkout, real_data, show,
                                          published_protocol, tmp_path):
    """The fastest cell of every file that was made on a CPU."""
    from benchmark_utils.report.page.build import write_page
    from benchmark_utils.scoring.provenance import protocol
    if not (real_data / "cifar-10-batches-bin/test_batch.bin").is_file():
        pytest.skip("a published file needs the images of CIFAR-10")
    if protocol() != published_protocol:
        pytest.skip("the published results are of another protocol")
    data = page_data(store.read_store())
    write_page(data, tmp_path / "store.html")
    page = show(at=(tmp_path / "store.html").as_uri())
    place = [score["id"] for score in data["scores"]].index("label_recovery")
    wrong = []
    for by, source in enumerate(data["sources"]):
        cells = [cell for cell in data["cells"] if cell["by"] == by
                 and cell["s"][0] and len(cell["all"]) > place]
        if source["machine"]["device"] != ["CPU"] or not cells:
            continue
        cell = min(cells, key=lambda cell: cell["n"] * (
            cell["s"][0] + (cell["s"][1] or 0)))
        command, = page.evaluate("cell => runAgain([cell])", cell)
        assert "OMP_NUM_THREADS=1" in command and source["config"] in command
        words = command.removeprefix("OMP_NUM_THREADS=1 benchopt run . ")
        arguments = [word.strip('"') for word in re.findall(
            r'"[^"]*"|\S+', words)]
        checkout.run(*arguments, "--no-plot", "--output", f"again{by}",
                     CROWD_DATA=str(real_data))
        last = checkout.result(f"again{by}").sort_values("stop_val").groupby(
            "idx_rep")["objective_label_recovery"].last()
        assert len(last) == cell["n"]
        if abs(last.mean() - cell["all"][place]) > 5e-4:
            wrong.append((command, last.mean(), cell["all"][place]))
    assert wrong == []
