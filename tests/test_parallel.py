"""Runs in several processes, and a cell whose process dies."""
import subprocess
import sys

import numpy as np
import pytest

from benchmark_utils.scoring import METRICS

pytestmark = pytest.mark.slow

DEADLY = '''
import os
import signal
from pathlib import Path

from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """Kills its process, as the system does without memory."""
    name = "Deadly"

    def run(self, _):
        with Path(__file__).with_name("died.txt").open("a") as file:
            file.write("x")
        os.kill(os.getpid(), signal.SIGKILL)
'''
# submitit ends a local job after two minutes; a busy machine needs longer.
PATIENT = """
from submitit.local import local
start = local.start_controller
local.start_controller = lambda **options: start(
    **{**options, "timeout_min": 60})
from benchopt.cli import benchopt
benchopt()
"""
CELLS = ["-d", "IndependentConfusion[n_tasks=40]", "-s", "MV", "-r", "1",
         "--no-plot", "--output", "out"]


def test_a_cell_that_dies_with_its_dask_worker_is_tried_twice(checkout):
    """Then dask gives up with a message, and `--collect` names what is
    missing. joblib would wait for the cell for ever: the run is ended here.
    """
    pytest.importorskip("distributed", reason="needs dask[distributed]")
    (checkout.folder / "solvers/deadly.py").write_text(DEADLY)
    died = checkout.folder / "solvers/died.txt"
    with subprocess.Popen(
            [sys.executable, "-m", "benchopt", "run", ".", *CELLS, "-s",
             "Deadly", "--parallel-config", "configs/parallel/dask.yml"],
            cwd=checkout.folder, env=checkout.environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as run:
        said = []
        for line in run.stdout:
            said.append(line)
            if "marked as failed because 2 workers died" in line:
                break
        run.terminate()
    assert died.exists() and died.read_text() == "xx", "".join(said)
    done = checkout.run(*CELLS, "-s", "Deadly", "--collect")
    assert any("Deadly" in line and "not run yet" in line
               for line in done.stdout.splitlines()), done.stdout
    assert died.read_text() == "xx"


def test_two_processes_give_the_same_bits(checkout, solve):
    """Every score, of labels and networks, equals that of the same cell in
    this process."""
    settings = {"IndependentConfusion": dict(n_tasks=40),
                "TwoMoons": dict(n_tasks=60)}
    asked = [part for name, options in settings.items()
             for part in ("-d", f"{name}[n_tasks={options['n_tasks']}]")]
    done = checkout.run(*asked, "-s", "MV", "-s", "DS", "-r", "2", "-j", "2",
                        "--no-plot", "--output", "out")
    rows = checkout.result("out")
    assert len(rows) == 2 * 2 * 2, done.stdout
    for row in rows.to_dict("records"):
        dataset, solver = (row[f"{kind}_name"].partition("[")[0]
                           for kind in ("dataset", "solver"))
        *_, scores = solve(dataset, solver, row["idx_rep"],
                           dataset_options=settings[dataset])
        for metric in METRICS:
            if metric.curve is None:
                np.testing.assert_array_equal(
                    row[metric.column], scores[metric.name], metric.name)


def test_submitit_runs_cells_as_local_processes(checkout, solve):
    """Without SLURM: the score equals that of the same cell here."""
    pytest.importorskip("submitit", reason="needs submitit")
    done = checkout.python("-c", PATIENT, "run", ".", *CELLS,
                           "--parallel-config", "configs/parallel/slurm.yml")
    assert "backend: submitit" in done.stdout
    *_, scores = solve("IndependentConfusion", "MV",
                       dataset_options=dict(n_tasks=40))
    assert checkout.recovery("out") == {"MV": scores["label_recovery"]}
    assert list((checkout.folder / "benchopt_run").glob("*_submitted.pkl"))
