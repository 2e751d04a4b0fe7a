"""Every parameter of every dataset and solver says what it accepts, refuses
the rest in words, and runs with what it accepts."""
import ast
import os

import benchopt_internals as internals
import fuzz
import numpy as np
import pytest
from conftest import ROOT

from benchmark_utils.checks import accepted
from benchmark_utils.crowds.dataset import CrowdDataset
from benchmark_utils.solver import CrowdSolver

# Cells of the sample that every run of the tests takes; all of them take an
# hour.
SAMPLE = 60


@pytest.fixture(autouse=True)
def short(monkeypatch, tmp_path):
    monkeypatch.setenv("CROWD_TIME_LIMIT", "20")
    monkeypatch.setenv("CROWD_DATA", str(tmp_path))  # no real files


def everything(benchmark):
    return [*internals.dataset_classes(benchmark).values(),
            *internals.solver_classes(benchmark).values()]


def test_every_parameter_says_what_it_accepts(benchmark):
    found = everything(benchmark)
    assert len(found) > 40
    for cls in found:
        assert issubclass(cls, (CrowdDataset, CrowdSolver)), cls.name
        assert set(fuzz.names(cls)) <= set(accepted(cls)), cls.name


def test_defaults_are_accepted(benchmark):
    """Alone and for the tests: benchopt selects them as a user would."""
    for cls in everything(benchmark):
        selected = cls.parameters.copy()
        selected.update({})
        selected.update(dict(cls.parameters))
        selected.update(getattr(cls, "test_parameters", {}))


def test_templates_show_how():
    """What a newcomer copies declares its parameters, too."""
    for kind in ("solver", "dataset"):
        path = ROOT / f"{kind}s" / f"template_{kind}.py"
        body, = (node.body for node in ast.parse(path.read_text()).body
                 if isinstance(node, ast.ClassDef))
        said = {node.targets[0].id: node.value for node in body
                if isinstance(node, ast.Assign)}
        parameters, accepts = (
            {key.value for key in said[name].keys}
            for name in ("parameters", "accepts"))
        assert parameters == accepts


def test_nonsense_is_refused_in_words(benchmark):
    for cls in everything(benchmark):
        for name in fuzz.names(cls):
            for value in fuzz.candidates(cls, name):
                refused = fuzz.refusal(cls, name, value)
                assert refused or not fuzz.is_nonsense(name, value), (
                    cls.name, name, value)


def accepted_cells(benchmark):
    """(dataset, solver, dataset options, solver options) of all values that
    are accepted, each in a small cell."""
    cells = []
    for cls in everything(benchmark):
        for name in fuzz.names(cls):
            for value in fuzz.candidates(cls, name):
                if fuzz.refusal(cls, name, value) is None:
                    cells.append(fuzz_cell(cls, {name: value}))
    return cells


def fuzz_cell(cls, options):
    if issubclass(cls, CrowdDataset):
        return cls.name, "MV", options, {}
    dataset = (cls.test_config or {}).get("dataset", {}).get(
        "name", "HammerSpammer")
    return dataset, cls.name, {}, options


@pytest.mark.slow
def test_a_sample_of_what_is_accepted_runs(benchmark):
    cells = accepted_cells(benchmark)
    assert len(cells) > 600
    rng = np.random.default_rng(int(os.environ.get("CROWD_FUZZ_SEED", 0)))
    for i in rng.permutation(len(cells))[:SAMPLE]:
        run(benchmark, cells[i])


@pytest.mark.exhaustive
def test_all_that_is_accepted_runs(benchmark):
    faults = []
    for cell in accepted_cells(benchmark):
        try:
            run(benchmark, cell)
        except AssertionError as error:
            faults.append(str(error))
    assert not faults, "\n\n".join(faults)


def run(benchmark, cell):
    dataset, solver, options, own = cell
    try:
        refused = fuzz.run_cell(benchmark, *cell)
    except AssertionError as error:
        raise AssertionError(f"{dataset}{options}, {solver}{own}: {error}"
                             ) from error
    assert refused is None or isinstance(refused, str) and refused
