"""A solver starts each repetition as it was constructed: neither the order of
the cells nor the number of processes changes a score."""
import numpy as np
import pytest
from conftest import random_votes
from numpy.testing import assert_array_equal

from benchmark_utils.catalogue import ROOT
from benchmark_utils.solver import CrowdSolver
from benchmark_utils.votes import Votes


class Warm(CrowdSolver):
    """Adds the votes of all earlier repetitions, kept in several ways."""
    name = "Warm"
    votes_only = True
    parameters = {"store": [{}], "weight": [1.0]}

    def __init__(self, **parameters):
        super().__init__(**parameters)
        self.kept = {}

    def skip(self, **_):
        self.n_skips = getattr(self, "n_skips", 0) + 1
        return False, None

    def run(self, _):
        assert getattr(self, "n_skips", 0) == 0
        seen = self.votes.counts()
        for store in (self.store, self.kept, vars(self),
                      self._parameters["store"]):
            seen = seen + store.get("seen", 0)
            store["seen"] = seen
        self.weight *= 2
        self.soft_labels = (seen + 1) / (seen + 1).sum(axis=1, keepdims=True)
        self.soft_labels *= self.weight / 2


def labels(solver, seed, held_out=False):
    votes, _ = random_votes(seed)
    solver.skip(votes=votes)
    solver.set_objective(votes=votes)
    solver.run(None)
    return solver.get_result()["held_out_labels" if held_out
                               else "soft_labels"]


@pytest.mark.parametrize("held_out", [False, True])
def test_repetitions_teach_nothing(held_out):
    fresh = [labels(Warm.get_instance(store={}), seed, held_out)
             for seed in range(3)]
    one = Warm.get_instance(store={})
    for seed in (2, 0, 1, 0):
        assert_array_equal(labels(one, seed, held_out), fresh[seed])


def test_hidden_votes_are_forgotten():
    """The labels without a fold are those of a solver that never saw it."""
    votes, _ = random_votes(0)
    solver = Warm.get_instance(store={})
    solver.set_objective(votes=votes)
    solver.run(None)
    some = votes.select(np.arange(len(votes)) % 2 == 0)
    fresh = Warm.get_instance(store={})
    fresh.set_objective(votes=some)
    fresh.run(None)
    assert_array_equal(solver._labels_of(some), fresh.soft_labels)


def test_a_warm_up_is_repeated_since_it_is_forgotten():
    class WarmsUp(CrowdSolver):
        name = "WarmsUp"

        def warm_up(self):
            self.kernel = len(self.votes)

        def run(self, _):
            self.soft_labels = np.full((2, 2), self.kernel)
    solver = WarmsUp.get_instance()
    for n in (1, 2):
        solver.set_objective(votes=Votes([0] * n, [0] * n, [0] * n, 2, 1, 2))
        solver._warm_up()
        solver.run(None)
        assert solver.soft_labels[0, 0] == n


DECLARED = {"parameters", "accepts", "references", "requirements",
            "with_many_classes", "test_config", "defaults_from", "published"}


def test_no_shipped_solver_has_a_class_attribute_that_can_keep_votes():
    from benchopt.benchmark import Benchmark
    mutable = {
        f"{base.__name__}.{name}" for solver in Benchmark(ROOT).get_solvers()
        for base in solver.__mro__ if not base.__module__.startswith((
            "benchopt.", "builtins", "abc"))
        for name, value in vars(base).items()
        if isinstance(value, (list, dict, set, bytearray, np.ndarray))
        and name not in DECLARED and not name.startswith("__")}
    assert not mutable
