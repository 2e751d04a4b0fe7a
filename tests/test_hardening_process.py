"""Solvers share a process: what they leave changed is reported and put back.
"""
import os
import random
import sys
import threading
import warnings
from functools import partial

import numpy as np
import pytest
import torch
from conftest import random_votes

from benchmark_utils.harness import isolation
from benchmark_utils.harness.isolation import (
    STATES,
    Isolated,
    restore,
    snapshot,
)
from benchmark_utils.solver import CrowdSolver

LEAKS = {
    "the working directory": lambda: os.chdir("/"),
    "environment variables": lambda: os.environ.update(CROWD_DEVICE="tpu"),
    "sys.path": lambda: sys.path.insert(0, "/elsewhere"),
    "the generator of random": random.random,
    "the generator of numpy.random": np.random.rand,
    "sys.setrecursionlimit": lambda: sys.setrecursionlimit(
        sys.getrecursionlimit() + 7),
    "numpy.seterr": lambda: np.seterr(all="raise"),
    "the generator of torch": lambda: torch.rand(1),
    "torch.set_default_dtype": lambda: torch.set_default_dtype(torch.float64),
    "torch.set_default_device": lambda: torch.set_default_device("meta"),
    "torch.set_grad_enabled": lambda: torch.set_grad_enabled(False),
    "torch.set_num_threads": lambda: torch.set_num_threads(
        torch.get_num_threads() + 1),
    "torch.use_deterministic_algorithms":
        lambda: torch.use_deterministic_algorithms(True),
    "torch.set_float32_matmul_precision":
        lambda: torch.set_float32_matmul_precision("medium"),
    **{f"torch.backends.cudnn.{name}": partial(
        setattr, torch.backends.cudnn, name,
        not getattr(torch.backends.cudnn, name))
       for name in ("enabled", "benchmark", "deterministic")},
}


@pytest.fixture(autouse=True)
def unchanged(tmp_path):
    """Restore the process after each test."""
    before, folder = snapshot(), os.getcwd()
    os.chdir(tmp_path)
    yield
    os.chdir(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        restore(before, "a test")


def leaking(leak, where="run", fails=False, curve=False):
    """A solver that changes the process in one of its methods."""
    class Leaking(CrowdSolver):
        name = "Leaking"
        sampling_strategy = "callback" if curve else "run_once"

        def skip(self, **_):
            if where == "skip":
                leak()
            return False, None

        def set_objective(self, **given):
            super().set_objective(**given)
            if where == "set_objective":
                leak()

        def run(self, callback):
            if where == "run":
                leak()
            if fails:
                raise RuntimeError("broken")
            self.soft_labels = self.votes.shares()
            if curve:
                callback()

        def get_result(self):
            if where == "get_result":
                leak()
            return super().get_result()
    return Leaking.get_instance()


def cell(solver, before=lambda method: None):
    """benchopt's calls for one cell, without the scores; ``before`` is called
    with the name of the next method."""
    before("skip")
    solver.skip(votes=random_votes(0)[0])
    before("set_objective")
    solver.set_objective(votes=random_votes(0)[0])
    before("run")
    solver.run(None)
    before("get_result")
    return solver.get_result()


def test_every_state_has_a_leak():
    assert set(LEAKS) == set(STATES) - {isolation.FILTERS}


@pytest.mark.parametrize("where", ["run", "get_result"])
def test_filters_of_warnings_are_put_back_without_a_word(where):
    """Libraries add filters when they are imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        before = snapshot()
        cell(leaking(lambda: warnings.simplefilter("ignore"), where))
        assert snapshot() == before
        with pytest.raises(UserWarning):
            warnings.warn("is an error again")


@pytest.mark.parametrize("name", LEAKS)
@pytest.mark.parametrize("where", ["run", "get_result"])
def test_a_leak_is_reported_and_put_back(name, where):
    before = snapshot()
    with pytest.warns(RuntimeWarning, match=f"Leaking changed {name}, which"):
        cell(leaking(LEAKS[name], where))
    assert snapshot() == before


@pytest.mark.parametrize("where", ["skip", "set_objective"])
def test_leaks_before_the_run(where):
    before = snapshot()
    with pytest.warns(RuntimeWarning, match="the working directory"):
        cell(leaking(lambda: os.chdir("/"), where))
    assert snapshot() == before


def test_a_failing_solver_leaks_nothing():
    before = snapshot()
    with pytest.warns(RuntimeWarning, match="changed numpy.seterr"):
        with pytest.raises(RuntimeError, match="broken"):
            cell(leaking(lambda: np.seterr(all="raise"), fails=True))
    assert snapshot() == before


def test_the_scores_of_a_curve_are_computed_in_a_clean_process():
    before, seen = snapshot(), []
    solver = leaking(lambda: torch.set_grad_enabled(False), curve=True)
    solver.set_objective(votes=random_votes(0)[0])

    def callback():
        with pytest.warns(RuntimeWarning, match="torch.set_grad_enabled"):
            solver.get_result()
        seen.append(torch.is_grad_enabled())

    solver.run(callback)
    assert seen == [True] and snapshot() == before


def test_a_deleted_working_directory(tmp_path):
    def leak():
        (tmp_path / "gone").mkdir()
        os.chdir(tmp_path / "gone")
        (tmp_path / "gone").rmdir()
    with pytest.warns(RuntimeWarning, match="the working directory"):
        cell(leaking(leak))
    assert os.getcwd() == str(tmp_path)


def test_a_cell_without_leaks_gives_no_warning():
    """The settings of the user stay."""
    os.environ["CROWD_OF_THE_USER"] = "1"
    np.random.rand()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cell(leaking(lambda: None))
    assert os.environ["CROWD_OF_THE_USER"] == "1"


def test_isolation_takes_no_measured_time(monkeypatch):
    """benchopt times ``run``, during which nothing is read or restored."""
    done = []

    def recorded(name):
        function = getattr(isolation, name)

        def call(*arguments):
            done.append(name)
            return function(*arguments)
        monkeypatch.setattr(isolation, name, call)
    recorded("snapshot")
    recorded("restore")
    cell(leaking(lambda: done.append("the work")), done.append)
    run, result = done.index("run"), done.index("get_result")
    assert done[:run] == ["skip", "snapshot", "restore", "set_objective",
                          "snapshot"]
    assert done[run + 1:result] == ["the work"]
    assert set(done[result + 1:]) == {"restore"}


def test_methods_of_a_mixin_are_isolated():
    """The mixin does not know this project's base, and does not call it."""
    class Mixin:
        def set_objective(self, votes):
            self.n_cells = getattr(self, "n_cells", 0) + 1
            self.votes = votes

        def run(self, _):
            self.soft_labels = self.votes.shares() * self.n_cells
            raise RuntimeError(os.chdir("/"))

    class Mixed(Mixin, CrowdSolver):
        name = "Mixed"
    solver, folder = Mixed.get_instance(), os.getcwd()
    for _ in range(2):
        solver.set_objective(votes=random_votes(0)[0])
        assert solver.n_cells == 1
        with pytest.raises(RuntimeError), pytest.warns(
                RuntimeWarning, match="Mixed changed the working directory"):
            solver.run(None)
        assert os.getcwd() == folder


def test_no_solver_has_slots():
    """They would be kept from one repetition to the next."""
    class Kept:
        __slots__ = ("seen",)
    with pytest.raises(TypeError, match="not be __slots__, as in Kept"):
        class Solver(Kept, CrowdSolver):
            name = "Slots"


def test_every_shipped_solver_is_isolated(benchmark):
    for cls in benchmark.get_solvers():
        assert issubclass(cls, Isolated), cls.name
        assert hasattr(cls.run, "__wrapped__"), cls.name


def test_no_solver_is_accused_of_what_other_threads_change():
    """Only the main thread of a process accuses; dask runs cells in another.
    """
    def run():
        before = isolation.snapshot()
        os.environ["CROWD_TEST_OF_DASK"] = "1"
        isolation.restore(before, "a solver")
        found.append(os.environ.get("CROWD_TEST_OF_DASK"))
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    assert found == [None]
