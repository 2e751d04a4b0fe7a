"""Every parameter of every dataset and solver says what it accepts."""
import benchopt_internals as internals
import numpy as np
import pytest

from benchmark_utils.crowds.dataset import CrowdDataset
from benchmark_utils.crowds.simulation import votes_per_task_value
from benchmark_utils.harness.parameters import accepted
from benchmark_utils.solver import CrowdSolver


def everything(benchmark):
    return [*internals.dataset_classes(benchmark).values(),
            *internals.solver_classes(benchmark).values()]


def test_every_parameter_says_what_it_accepts(benchmark):
    found = everything(benchmark)
    assert len(found) > 40
    for cls in found:
        assert issubclass(cls, (CrowdDataset, CrowdSolver)), cls.name
        names = {name.strip() for key in cls.parameters
                 for name in key.split(",")}
        assert names <= set(accepted(cls)), cls.name


def test_defaults_are_accepted(benchmark):
    """Alone and for the tests: benchopt selects them as a user would."""
    for cls in everything(benchmark):
        selected = cls.parameters.copy()
        selected.update(dict(cls.parameters))
        selected.update(getattr(cls, "test_parameters", {}))


def test_who_is_named_runs_with_its_defaults(benchmark):
    """A default may be the word ``all``, which benchopt takes for every other
    value."""
    for cls in everything(benchmark):
        assert internals.selected(cls, cls.name) == dict(
            cls.parameters), cls.name
    bwa = internals.solver_classes(benchmark)["BWA"]
    assert bwa.parameters["repeated"] == ["all"]
    assert internals.selected(bwa, "BWA[repeated=once]")["repeated"] == (
        "once")
    rated = internals.dataset_classes(benchmark)["TruthInference"]
    crowds = internals.selected(rated, "TruthInference[crowd=all]")["crowd"]
    assert len(crowds) > 10 and "all" not in crowds


def test_an_array_is_no_number_of_votes():
    with pytest.raises(ValueError, match="must be a positive integer"):
        votes_per_task_value("Digits", "votes_per_task", np.ones(3))
