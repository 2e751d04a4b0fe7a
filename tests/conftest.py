"""Fixtures, and the set-up that runs benchopt's own tests with ours."""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import benchopt_internals as internals
import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from killing import command, random_kills

ROOT = Path(__file__).resolve().parents[1]
pytest_plugins = ["benchopt.tests.fixtures", "page_in_browser"]
# A busy machine must not fail a test: time limits only end what hangs.
HANGS = 3600  # seconds
settings.register_profile("any machine", deadline=None,
                          suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    # What `benchopt test . --skip-install` passes on its command line; it
    # also makes benchmark_utils importable.
    config.option.benchmark = str(ROOT)
    config.option.skip_install = True


def pytest_sessionstart():
    # benchopt lists all solvers and datasets for each test it collects.
    internals.list_classes_once()


@pytest.fixture
def real_data():
    """The folder of the recorded data; without it the test is skipped."""
    folder = os.environ.get("CROWD_DATA")
    if not folder or not Path(folder, "bluebirds", "gt.yaml").is_file():
        pytest.skip("real data: set CROWD_DATA to a folder that has it")
    return Path(folder).resolve()


@pytest.fixture
def recorded(real_data, benchmark):
    """recorded(crowd, workers, prompts): a Problem, or a skip."""
    from benchmark_utils.contract.problem import Problem

    def load(crowd, workers="all", prompts="all"):
        source, _, name = crowd.partition("-")
        dataset, options = {
            "llmbar": ("LLMBar", dict(subset=name, prompts=prompts)),
            "misinfo": ("Misinformation", dict(set=name))}.get(source, (
                "MixedVotes", dict(crowd=crowd, workers=workers,
                                   prompts=prompts)))
        data = internals.dataset_classes(benchmark)[dataset].get_instance(
            **options).get_data()
        if "is missing" in data.get("missing", ""):
            pytest.skip(f"real data: {data['missing']}")
        return Problem(**data)
    return load


@pytest.fixture(scope="session")
def published_protocol():
    """The protocol of the committed results. After ``report provenance
    --bump`` they are of an earlier one until they are run again."""
    results = ROOT / "leaderboard" / "results.json"
    return json.loads(results.read_text("utf-8"))["protocol"]


@pytest.fixture(scope="session")
def published():
    """The committed results, as the page and the docs show them: a quarter of
    a minute, once per process."""
    from benchmark_utils.report.docs.published import Published
    return Published()


@pytest.fixture
def float64():
    """Networks and losses in double precision."""
    import torch
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.fixture
def cell(benchmark):
    """cell(dataset, solver, repetition): dataset, objective and solver, set
    up as in ``benchopt run``."""
    def set_up(dataset, solver, repetition=0, dataset_options=(),
               solver_options=()):
        dataset = internals.dataset_classes(benchmark)[dataset].get_instance(
            **dict(dataset_options))
        solver = internals.solver_classes(benchmark)[solver].get_instance(
            **dict(solver_options))
        objective = internals.new_objective(benchmark)
        skip, reason = internals.connect(objective, dataset, solver,
                                         repetition)
        assert not skip, reason
        return dataset, objective, solver
    return set_up


@pytest.fixture
def solve(cell):
    """solve(dataset, solver, repetition): the data, the solver's result in
    the order of the data, and the scores of one cell. ``solve.objective`` and
    ``solve.result`` belong to the last cell."""
    def run(*arguments, **options):
        dataset, run.objective, solver = cell(*arguments, **options)
        solver.run_once()
        run.result = solver.get_result()
        scores = run.objective.evaluate_result(**run.result)
        return (internals.get_data(dataset),
                in_dataset_order(run.objective.problem, run.result), scores)
    return run


def in_dataset_order(problem, result):
    """A solver's result, with tasks and workers in the order of the dataset.
    """
    tasks, workers = (np.argsort(order) for order in (
        problem.task_order, problem.worker_order))
    place = dict.fromkeys(("soft_labels", "train_mask", "task_score",
                           "label_sets", "finished_tasks"), tasks)
    place["worker_score"] = workers
    return {name: value if value is None or name not in place
            else value[place[name]] for name, value in result.items()}


@pytest.fixture
def curve(cell):
    """curve(policy, repetition): the scores at each point of the learning
    curve, the oracle and the solver."""
    def run(policy, repetition=0, dataset_options=(), solver_options=(),
            dataset="FiveGaussians"):
        _, objective, solver = cell(dataset, policy, repetition,
                                    dataset_options, solver_options)
        points = []

        def callback():
            points.append(objective.evaluate_result(**solver.get_result()))
            return True

        solver.run(callback)
        return points, solver.oracle, solver
    return run


@pytest.fixture
def checkout(tmp_path):
    """A copy of the benchmark and a function that runs commands in it."""
    return Checkout.of(tmp_path / "bench")


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A store of published results with one file."""
    from shelf import Shelf
    return Shelf(tmp_path, monkeypatch)


class Checkout:
    """A copy of the benchmark in ``folder``."""
    @classmethod
    def of(cls, folder):
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(
            ".*", "outputs", "__cache__", "__pycache__", "data", "html"))
        return cls(folder)

    def __init__(self, folder):
        self.folder = folder

    def run(self, *arguments, check=True, **variables):
        """``benchopt run . arguments``; returns the finished process."""
        return self.python("-m", "benchopt", "run", ".", *arguments,
                           check=check, **variables)

    def python(self, *arguments, check=True, **variables):
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.folder,
            env=self.environment(**variables), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, timeout=HANGS)
        if check and done.returncode:
            raise AssertionError(f"exit {done.returncode}:\n{done.stdout}")
        return done

    def random_kills(self, n, arguments, seconds, undo):
        """`random_kills` of ``python arguments``."""
        return random_kills(
            n, command([sys.executable, *arguments], cwd=self.folder,
                       env=self.environment()), seconds, undo)

    def environment(self, **variables):
        return {**os.environ, "BENCHOPT_DEBUG": "0", "OMP_NUM_THREADS": "1",
                "BENCHOPT_RAISE_ON_ERROR": "1", "NO_COLOR": "1",
                "CROWD_DATA": str(self.folder / "no-data"), **variables}

    def result(self, name):
        import pandas as pd
        return pd.read_parquet(self.folder / "outputs" / f"{name}.parquet")

    def recovery(self, name):
        """{solver: mean recovery} of a result."""
        return dict(self.result(name).groupby("solver_name")[
            "objective_label_recovery"].mean())


def random_votes(seed, n_tasks=30, n_workers=9, n_classes=4, n_votes=200):
    """Votes of workers of uniform accuracy, some repeated, some tasks and
    workers without any; and the truth."""
    from benchmark_utils.votes import Votes
    rng = np.random.default_rng(seed)
    truth = rng.integers(n_classes, size=n_tasks)
    task = rng.integers(n_tasks - 2, size=n_votes)  # the last two: no vote
    worker = rng.integers(n_workers - 1, size=n_votes)
    accuracy = rng.uniform(.3, 1, size=n_workers)
    label = np.where(rng.random(n_votes) < accuracy[worker], truth[task],
                     rng.integers(n_classes, size=n_votes))
    return Votes(task, worker, label, n_tasks, n_workers, n_classes), truth


def toy_votes():
    """task0: w0=1 w1=0 w2=1 w3=1; task1: w0=1 w2=0 w3=0; task2: w1=1 w3=1."""
    from benchmark_utils.votes import Votes
    return Votes([0, 0, 0, 0, 1, 1, 1, 2, 2], [0, 1, 2, 3, 0, 2, 3, 1, 3],
                 [1, 0, 1, 1, 1, 0, 0, 1, 1], 3, 4, 2)
