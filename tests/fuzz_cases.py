"""Hostile values for every parameter that datasets and solvers declare."""
import itertools
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
NUMBERS = [
    True, False, -1, 0, 1, .5, 2.0, -0.0, 5e-324, 1e308, -1e308,
    float("nan"), float("inf"), -float("inf"), 1000, 2**31, 2**63, -2**63,
    10**9, 10**30, 10**400, 1j, Fraction(1, 2)]
WORDS = [
    "", " ", "x", "1", "-1", "nan", "inf", "every", "none", "all", "auto",
    "1to3", "3to1", "0to1", "1to9999999999", "nantonan", "0.2to0.4",
    "\u0661", "\u00e9\u202e\U0001f600", "\0", "x" * 5000, "a,b", "[1]", b"x"]
CONTAINERS = [
    None, [], [1], [[1]], (), (1,), (1, 2), {}, set(), object, len, {1: 2},
    {"base": "mlp"}, {"base": []}, {"base": "mlp", 1: 2},
    {"base": "mlp", "hidden": [10**5] * 9}, {"base": "mlp", "epochs": 10**5},
    {"base": "mlp", "lr": 1e38},
    {"base": "mlp", "batch_size": 1, "epochs": 1}]
OF_NUMPY = [
    np.array(1), np.array([1, 2]), np.array([]), np.array("every"),
    np.int8(3), np.uint64(2), np.float32(.5), np.float64(1),
    np.float64("nan"), np.bool_(True), np.str_("every")]
HOSTILE = [*NUMBERS, *WORDS, *CONTAINERS, *OF_NUMPY]
FEW = 4  # values of each parameter of a pair


class Case(NamedTuple):
    """Values for some parameters of one class; the others are small."""
    kind: str  # dataset or solver
    name: str
    values: dict

    def __str__(self):
        values = ", ".join(f"{key}={repr(value)[:60]}"
                           for key, value in self.values.items())
        return f"{self.name}[{values}]"


def bounds(check):
    """What a check of `benchmark_utils.checks` declares, and just beside."""
    known = getattr(check, "keywords", {})
    if "choices" in known:
        choices = known["choices"]
        return [*choices, *(f"{choice}x" for choice in choices),
                f" {choices[0]}"]
    if "low" not in known:
        return []
    low, high = known["low"], known["high"]
    if known.get("whole"):
        return [low - 1, low, high, high + 1, float(low), float(high)]
    return [np.nextafter(low, -np.inf), low, np.nextafter(low, np.inf), high,
            np.nextafter(high, np.inf)]


def distinct(values):
    return list({repr(value): value for value in values}.values())


def is_accepted(check, owner, name, value):
    try:
        check(owner, name, value)
    except Exception:  # the value alone is a case of its own
        return False
    return True


def parameters(cls):
    """The names of a class' parameters, one by one."""
    return [name.strip() for key in cls.parameters for name in key.split(",")]


class Classes:
    """The datasets and solvers that discovery finds, and their cases."""
    def __init__(self):
        from benchopt.benchmark import Benchmark
        self.benchmark = Benchmark(ROOT)
        self.of = {
            kind: {cls.name: cls for cls in found}
            for kind, found in (("dataset", self.benchmark.get_datasets()),
                                ("solver", self.benchmark.get_solvers()))}

    def __iter__(self):
        for kind, found in self.of.items():
            for name, cls in sorted(found.items()):
                yield kind, name, cls

    def cases(self):
        """Every hostile value for every parameter, then accepted values of
        two parameters of a class at a time."""
        from benchmark_utils.harness.parameters import accepted
        for kind, name, cls in self:
            for parameter in parameters(cls):
                for value in distinct([*bounds(accepted(cls)[parameter]),
                                       *HOSTILE]):
                    yield Case(kind, name, {parameter: value})
        for kind, name, cls in self:
            for pair in itertools.combinations(parameters(cls), 2):
                for both in itertools.product(*(
                        self._few(cls, parameter) for parameter in pair)):
                    yield Case(kind, name, dict(zip(pair, both)))

    def _few(self, cls, parameter):
        """Accepted values: choices, the ends of a range and a few others."""
        from benchmark_utils.harness.parameters import accepted
        check = accepted(cls)[parameter]
        return distinct(value for value in [*bounds(check), *HOSTILE]
                        if is_accepted(check, cls.name, parameter, value)
                        )[:FEW]
