"""Runs in several processes, and a cell whose process dies."""
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
    """Kills its process on some datasets, as the system does without memory.
    """
    name = "Deadly"

    def run(self, _):
        if self.votes.n_tasks == 40:
            with Path(__file__).with_name("died.txt").open("a") as file:
                file.write("x")
            os.kill(os.getpid(), signal.SIGKILL)
        self.soft_labels = self.votes.majority()
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
# The process that starts dask's workers starts each once.
NO_RETURN = """
from distributed import Nanny
start, started = Nanny.instantiate, set()
async def once(self):
    if self in started:
        raise OSError("no other worker")
    started.add(self)
    return await start(self)
Nanny.instantiate = once
from benchopt.cli import benchopt
benchopt()
"""
CELLS = ["-d", "IndependentConfusion[n_tasks=40]", "-s", "MV", "-r", "1",
         "--no-plot", "--output", "out"]


def test_a_run_ends_when_the_dask_workers_of_a_cell_died(checkout):
    """The cell is tried twice and is then an error with its reason; all other
    cells are saved, and `--collect` names the one that is missing."""
    pytest.importorskip("distributed", reason="needs dask[distributed]")
    (checkout.folder / "solvers/deadly.py").write_text(DEADLY)
    cells = ["-s", "MV", "-s", "Deadly", "-r", "1", "--no-plot", "--output",
             "out"]
    for n in (30, 40, 50):
        cells += ["-d", f"IndependentConfusion[n_tasks={n}]"]
    done = checkout.run(*cells, "--parallel-config",
                        "configs/parallel/dask.yml", check=False)
    assert done.returncode == 1, done.stdout
    assert ["Deadly on IndependentConfusion" in line and "n_tasks=40" in line
            for line in done.stdout.splitlines() if line.endswith(
                ": the workers of this cell died (KilledWorker)")] == [True]
    assert (checkout.folder / "solvers/died.txt").read_text() == "xx"
    rows = checkout.result("out")
    assert sorted((row.solver_name, row.dataset_name.partition("n_tasks=")[
        2][:2]) for row in rows.itertuples()) == [
            ("Deadly", "30"), ("Deadly", "50"), ("MV", "30"), ("MV", "40"),
            ("MV", "50")]
    done = checkout.run(*cells, "--collect")
    assert [line for line in done.stdout.splitlines()
            if "not run yet" in line and "Deadly" in line], done.stdout


def test_a_run_ends_when_no_dask_worker_comes_back(checkout):
    """Each of two workers runs the deadly cell once; the cells that wait are
    errors, those that were finished are saved."""
    pytest.importorskip("distributed", reason="needs dask[distributed]")
    (checkout.folder / "solvers/deadly.py").write_text(DEADLY)
    cells = [part for n in range(36, 46) for part in (
        "-d", f"IndependentConfusion[n_tasks={n}]")]
    done = checkout.python(
        "-c", NO_RETURN, "run", ".", *cells, "-s", "Deadly", "-r", "1",
        "--no-plot", "--output", "out", "--parallel-config",
        "configs/parallel/dask.yml", check=False,
        DASK_DISTRIBUTED__SCHEDULER__NO_WORKERS_TIMEOUT="2s")
    assert done.returncode == 1, done.stdout
    dead = [line for line in done.stdout.splitlines()
            if ": the workers of this cell died" in line]
    assert ["n_tasks=40" in line for line in dead
            if "(KilledWorker)" in line] == [True]
    assert "(NoWorkerError)" in done.stdout
    assert len(dead) + len(checkout.result("out")) == 10


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
