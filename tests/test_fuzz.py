"""Hostile values for every parameter: refused with our messages, or plausible
scores."""
import random
from collections import Counter
from types import SimpleNamespace

import benchopt_internals as internals
import pytest
from fuzz import FAULTS, Fuzz, judge
from fuzz_cases import Case

from benchmark_utils.checks import integer
from benchmark_utils.solver import CrowdSolver

SAMPLE = 120  # about ten seconds of a processor
PROGRESS = 500  # cases


@pytest.fixture(scope="module")
def fuzz():
    child = Fuzz()
    yield child
    child.close()


def faults(fuzz, numbers):
    """{case: verdict} of the faults."""
    found, seen = {}, Counter()
    for done, number in enumerate(numbers, 1):
        verdict = fuzz.run(number)
        seen[verdict.what] += 1
        if verdict.what in FAULTS:
            found[fuzz.cases[number]] = verdict
            print(fuzz.cases[number], *verdict, flush=True)
        if done % PROGRESS == 0:
            print(done, "of", len(numbers), dict(seen), flush=True)
    # The checks neither refuse nor accept all cases.
    assert min(seen["refused"], seen["ran"]) > len(numbers) / 20
    return found


@pytest.mark.slow
def test_a_sample_of_hostile_values(fuzz):
    everything = range(len(fuzz.cases))
    assert faults(fuzz, random.Random(0).sample(everything, SAMPLE)) == {}


@pytest.mark.exhaustive
def test_all_hostile_values(benchmark, fuzz):
    # Compute the features of CIFAR-10H first: they take minutes.
    internals.get_data(internals.dataset_classes(benchmark)[
        "CIFAR-10H"].get_instance(classifier="cpu"))
    everything = range(len(fuzz.cases))
    assert faults(fuzz, random.Random(0).sample(
        everything, len(everything))) == {}


class Broken(CrowdSolver):
    """Accepts n >= 1 and fails for some accepted values."""
    name = "Broken"
    parameters = {"n": [1]}
    accepts = {"n": integer(1)}

    def run(self, _):
        if self.n == 2:
            raise TypeError("unhashable type")
        if self.n == 3:
            raise ValueError("some value is wrong")
        if self.n == 4:
            raise ValueError("Broken: n = 4 and nothing else")
        if self.n == 5:
            len(range(self.n), 3)
        self.soft_labels = self.votes.shares()


@pytest.mark.parametrize("n, what", [
    (0, "refused"), ("\n", "refused"), (1, "ran"), (2, "cryptic"),
    (3, "cryptic"), (4, "skipped"), (5, "cryptic")])
def test_the_fuzz_notices_broken_solvers(benchmark, n, what):
    classes = SimpleNamespace(benchmark=benchmark, of=dict(
        dataset=internals.dataset_classes(benchmark),
        solver=dict(Broken=Broken)))
    assert judge(classes, Case("solver", "Broken", dict(n=n))).what == what


def test_the_fuzz_notices_a_crowd_of_another_size(benchmark):
    datasets = internals.dataset_classes(benchmark)

    class Wrong(datasets["HammerSpammer"]):
        name = "Wrong"

        def get_data(self):
            self.n_tasks = 17
            return super().get_data()
    classes = SimpleNamespace(benchmark=benchmark, of=dict(
        dataset=dict(Wrong=Wrong),
        solver=internals.solver_classes(benchmark)))
    verdict = judge(classes, Case("dataset", "Wrong", dict(n_tasks=18)))
    assert verdict == ("nonsense", "n_tasks is 17, not 18")
