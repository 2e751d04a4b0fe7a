"""All uses of undocumented parts of benchopt 1.10 by the tests."""
from functools import cache

from benchopt.utils.parametrized_name_mixin import _check_patterns
from benchopt.utils.run_context import RunContext
from benchopt.utils.terminal_output import TerminalOutput


def list_classes_once():
    """Read the folders of the benchmark under test once per process, not for
    each collected test."""
    from benchopt.tests.fixtures import _TEST_BENCHMARK as benchmark
    for name in ("get_solvers", "get_datasets", "get_benchmark_objective"):
        setattr(benchmark, name, cache(getattr(benchmark, name)))


def solver_classes(benchmark):
    """{name: class} of the solvers that can be imported."""
    return {cls.name: cls for cls in benchmark.get_solvers()}


def dataset_classes(benchmark):
    """{name: class} of the datasets that can be imported."""
    return {cls.name: cls for cls in benchmark.get_datasets()}


def selected(cls, pattern):
    """{parameter: values} that ``-s PATTERN`` or ``-d PATTERN`` runs."""
    (_, parameters), = _check_patterns([cls], [pattern])
    return dict(parameters)


def new_objective(benchmark, data=None):
    """An objective, given what a dataset's ``get_data`` returned."""
    objective = benchmark.get_benchmark_objective().get_instance()
    if data is not None:
        objective.set_data(**data)
    return objective


def get_data(dataset):
    """What ``get_data`` returned, as benchopt remembers it."""
    return dataset._get_data()


def connect(objective, dataset, solver, repetition=0, seed=0):
    """Set the three up as ``benchopt run`` does for one cell; returns
    (False, None), or (True, why the cell is skipped)."""
    RunContext().set_run_context(objective, dataset, solver,
                                 repetition=repetition, base_seed=seed)
    skip, reason = objective._set_dataset(dataset)
    return (skip, reason) if skip else set_up(objective, solver)


def set_up(objective, solver):
    """Hand the objective's data to a solver, as ``benchopt run`` does."""
    return solver._set_objective(objective)


def objective_of(solver):
    """The objective that a solver was set up for."""
    return solver._objective


def at_repetition(objective, repetition):
    """Let an objective that was set up go on with another repetition."""
    objective._run_context.repetition = repetition


def new_terminal(**options):
    """What benchopt sends with each cell."""
    return TerminalOutput(**options)


def run_context(objective, base, dataset, name, solver, repetition):
    """Let an objective write its files as in a run with this output."""
    objective._run_context = RunContext(
        run_output_base=base, dataset_name=dataset, objective_name=name,
        solver_name=solver, repetition=repetition)
