"""Work before the run is counted: benchopt measures `run` alone."""
import time
from types import SimpleNamespace

import pytest
from conftest import random_votes

from benchmark_utils.harness import isolation
from benchmark_utils.solver import CrowdSolver

# The names of its module: `Benchmark` of benchopt imports the package anew.
SOLVER = CrowdSolver.first_votes.__globals__


class Clock:
    """A clock that only `sleep` moves."""
    def __init__(self):
        self.now = 0.0

    def perf_counter(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(isolation, "time", clock)
    monkeypatch.setitem(SOLVER, "time", clock)
    return clock


def early(clock, before=0.0, hook=0.0, votes=0.0):
    """A solver that works so many seconds in each method."""
    class Early(CrowdSolver):
        name = "Early"

        def set_objective(self, **given):
            super().set_objective(**given)
            clock.sleep(before)

        def first_votes(self):
            clock.sleep(votes)
            return super().first_votes()

        def pre_run_hook(self, stop_val):
            clock.sleep(hook)

        def run(self, _):
            clock.sleep(.5)
            self.soft_labels = self.votes.shares()
    return Early.get_instance()


def measured(clock, solver, **given):
    """As benchopt measures a run."""
    solver.set_objective(**(given or dict(votes=random_votes(0)[0])))
    solver.pre_run_hook(1)
    start = clock.perf_counter()
    solver.run(1)
    return clock.perf_counter() - start


@pytest.mark.parametrize("work", [
    dict(before=2.0), dict(hook=2.0), dict(before=1.5, hook=.5)])
def test_work_before_the_run_is_counted(clock, work):
    solver = early(clock, **work)
    assert measured(clock, solver) == pytest.approx(2.5)
    assert measured(clock, solver) == pytest.approx(2.5)  # not added up


def test_work_of_a_mixin_before_the_run_is_counted(clock):
    class Mixin:
        def set_objective(self, **given):
            clock.sleep(2)
            super().set_objective(**given)

    class Mixed(Mixin, type(early(clock))):
        name = "Mixed"
    assert measured(clock, Mixed.get_instance()) == pytest.approx(2.5)


def test_copying_is_free(clock):
    solver = early(clock, before=isolation.FREE / 2)
    assert measured(clock, solver) == pytest.approx(.5)


def test_the_votes_of_an_oracle_are_not_the_solvers_time(clock, monkeypatch):
    votes = random_votes(0)[0]

    def slow(oracle, seed):
        clock.sleep(3)
        return votes
    monkeypatch.setitem(SOLVER, "random_design", slow)
    given = dict(oracle=SimpleNamespace())
    assert measured(clock, early(clock), **given) == pytest.approx(.5)
    assert measured(clock, early(clock, votes=2), **given) == (
        pytest.approx(2.5))


def test_the_clock_is_the_computers():
    assert isolation.time is time
