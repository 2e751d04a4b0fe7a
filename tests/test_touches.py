"""No solver uses hidden data, such as true labels.

Python lets a solver reach the objective, closures and memory. Therefore each
solver runs twice on the same votes with two different truths, and must return
the same result, bit for bit. In addition, its reads of its own attributes are
recorded: it must not read those of benchopt or of the objective.
"""
import gc
import sys
from dataclasses import fields
from functools import partial

import numpy as np
import pytest
from benchopt import BaseDataset
from benchopt_internals import connect, new_objective, solver_classes
from orders import CROWDS, N, W, maker, run
from test_order import SOLVERS, made

from benchmark_utils.contract import problem as problem_module
from benchmark_utils.contract.problem import Problem
from benchmark_utils.online.solver import OnlineSolver
from benchmark_utils.solver import CrowdSolver

# Solvers receive what is made of these fields, not the fields.
SHOWN = {"classifier", "oracle", "label_set_oracle", "inputs_version"}
HIDDEN = {part.name for part in fields(Problem)
          if not part.metadata["public"]} - SHOWN
GOLD = {part.name for part in fields(Problem) if part.metadata["gold"]}


class Told(BaseDataset):
    """A dataset of `orders` with all hidden fields, in one version (``lie`` =
    0) or another (1)."""
    name = "Told"
    crowd, lie, keep_gold = None, 0, False

    def get_data(self):
        data = self.crowd(np.arange(N), np.arange(W))
        if "oracle" in data:
            data["oracle"]["expert_price"] = 5.
        K = int(data["ground_truth"].max()) + 1
        keep = GOLD if self.keep_gold else set()
        others = {
            name: value for name, value in hidden(data, K, self.lie).items()
            if name not in keep and (name in data or not (
                name.startswith(("X_", "y_", "test_")) and "X" not in data))}
        return data | others


def hidden(data, K, lie):
    """{field: value} of all hidden fields, in two versions without any equal
    value."""
    truth = (data["ground_truth"] + lie) % K
    test = (np.arange(12) + lie) % K
    sets = np.eye(K, dtype=bool)
    return dict(
        ground_truth=truth, y_test=test, y_gold=test,
        X_gold=np.random.default_rng(lie).normal(size=(12, 4)),
        truth_sets=sets[truth], test_sets=sets[test],
        spammer=np.arange(W) % 2 == lie, ambiguous=np.arange(N) % 2 == lie,
        worker_confusion=np.full((W, K, K), 1 / K) if lie else np.tile(
            np.eye(K), (W, 1, 1)),
        task_ids=[f"{lie}-{i}" for i in range(N)],
        worker_ids=[f"{lie}-{j}" for j in range(W)],
        class_names=[f"{lie}-{k}" for k in range(K)],
        texts=[f"{lie} {i}" for i in range(N)])


@pytest.fixture
def told(benchmark, monkeypatch):
    """told(make, lie): what a solver returns and queries when benchopt runs
    it."""
    def answers(rng, truth_sets, annotators, **_):
        n, K = truth_sets.shape
        return (rng.random((n, len(annotators), K)) < .4,
                rng.random((n, K)) < .4)
    # Simulated answers of annotators depend on the truth, as they should.
    monkeypatch.setattr(problem_module, "simulated_label_sets", answers)

    def one(make, lie):
        for crowd in CROWDS:
            dataset, solver = Told.get_instance(), make()
            dataset.crowd, dataset.lie = crowd, lie
            dataset.keep_gold = solver.needs_gold
            skipped, _ = connect(new_objective(benchmark), dataset, solver)
            if not skipped:
                result = run(solver)
                if solver.oracle is not None:
                    votes = solver.oracle.votes()
                    result |= dict(bought=np.array([
                        votes.task, votes.worker, votes.label]))
                return result
        raise AssertionError(f"no crowd for {solver.name}")
    return one


def equal(one, two):
    return one.keys() == two.keys() and all(
        np.array_equal(one[name], two[name], equal_nan=True)
        if isinstance(one[name], np.ndarray) else one[name] == two[name]
        for name in one)


# --- what is hidden ----------------------------------------------------------
def test_everything_hidden_differs_between_the_two():
    """A new hidden field of `Problem` has to be added to `hidden`."""
    crowd = CROWDS[2]
    one, two = (hidden(crowd(np.arange(N), np.arange(W)), 3, lie)
                for lie in (0, 1))
    assert set(one) == HIDDEN
    for name in one:
        assert not np.array_equal(one[name], two[name]), name


class AsksTheObjective(CrowdSolver):
    name = "AsksTheObjective"

    def run(self, _):
        truth = self._objective.problem.ground_truth
        self.soft_labels = np.eye(self.votes.n_classes)[truth]


class AsksForUndeclaredGold(CrowdSolver):
    name = "AsksForUndeclaredGold"

    def run(self, _):
        votes, problem = self.votes, vars(self)["_objective"].problem
        self.soft_labels = np.tile(
            np.eye(votes.n_classes)[problem.y_gold[0]], (votes.n_tasks, 1))


class OpensAClosure(OnlineSolver):
    """The expert's, without paying for the answers."""
    name = "OpensAClosure"

    def query(self, belief, candidates, n):
        cell, = self.oracle._Oracle__expert.__closure__
        task, worker = np.nonzero(candidates)
        first = np.argsort(cell.cell_contents[task], kind="stable")[:n]
        return task[first], worker[first]


class SearchesMemory(CrowdSolver):
    name = "SearchesMemory"

    def run(self, _):
        problem, = (thing for thing in gc.get_objects()
                    if type(thing) is Problem and thing.votes is self.votes)
        self.soft_labels = np.eye(problem.n_classes)[problem.ground_truth]


@pytest.mark.parametrize("cheater", [
    AsksTheObjective, AsksForUndeclaredGold, OpensAClosure, SearchesMemory])
def test_use_of_hidden_data_is_noticed(told, cheater):
    make = maker(cheater)
    assert not equal(told(make, 0), told(make, 1))


# --- what is touched ---------------------------------------------------------
PUBLIC = {part.name for part in fields(Problem)
          if part.metadata["public"] or part.metadata["gold"]} | {
    "recipe", "trainable", "seed", "oracle", "label_set_oracle", "hide_votes"}
# Attributes of benchopt that the shared base classes may read.
DECLARED = {"_parameters", "sampling_strategy"}
NOT_OURS = {"benchopt", "builtins", "abc"}
HARNESS = {"orders", "benchopt_internals"}


def package(module):
    return module.partition(".")[0]


def recorded(cls):
    """A subclass of a solver, and the set of attributes that code outside of
    benchopt reads though they are neither public data nor set by that code."""
    own = PUBLIC | DECLARED | {
        name for base in cls.__mro__ for name in vars(base)
        if package(base.__module__) not in NOT_OURS} - {"__dict__"}
    own.update(name.strip() for names in cls.parameters
               for name in names.split(","))
    foreign = set()

    def by_us():
        caller = sys._getframe(2).f_globals["__name__"]
        return package(caller) not in NOT_OURS | HARNESS

    class Recorded(cls):
        def __getattribute__(self, name):
            if name not in own and by_us():
                foreign.add(name)
            return super().__getattribute__(name)

        def __setattr__(self, name, value):
            if by_us():
                own.add(name)
            super().__setattr__(name, value)
    return Recorded, foreign


@pytest.mark.filterwarnings("ignore")  # crowd-kit's, of newer pandas
@pytest.mark.parametrize("name", [  # crowd-kit takes seconds to import
    pytest.param(name, marks=pytest.mark.slow if name == "CrowdKit" else ())
    for name in SOLVERS])
def test_no_solver_uses_hidden_data(benchmark, told, name):
    options = made(benchmark, name).keywords
    cls, foreign = recorded(solver_classes(benchmark)[name])
    results = [told(partial(cls.get_instance, **options), lie)
               for lie in (0, 1)]
    assert not foreign
    assert equal(*results)


class Peeks(CrowdSolver):
    """Reads an attribute without using it."""
    name = "Peeks"

    def run(self, _):
        assert self._objective is not None
        self.soft_labels = self.votes.shares()


@pytest.mark.parametrize("cheater, touched", [
    (AsksTheObjective, "_objective"), (AsksForUndeclaredGold, "__dict__"),
    (Peeks, "_objective")])
def test_a_read_of_the_objective_is_noticed(told, cheater, touched):
    cls, foreign = recorded(cheater)
    told(maker(cls), 0)
    assert foreign == {touched}
