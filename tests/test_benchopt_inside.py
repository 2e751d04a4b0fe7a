"""What benchopt does not document is used in harness/ only."""
import ast

import pytest
from benchopt import BaseDataset, BaseObjective, BaseSolver
from conftest import ROOT

# The docstring of benchopt's `__reduce__` asks for `_get_state`.
DOCUMENTED = {"_get_state"}
PRIVATE = {
    "_objective", "_parameters", "_seed_params", "_used_seed", "_warmup_done",
    "save_parameters", "get_runner_instance",
    *(name for cls in (BaseDataset, BaseObjective, BaseSolver)
      for name in dir(cls)
      if name.startswith("_") and not name.startswith("__"))} - DOCUMENTED
IMPORTS = {"benchopt": {"BaseDataset", "BaseObjective", "BasePlot",
                        "BaseSolver"},
           "benchopt.benchmark": {"Benchmark"},
           "benchopt.config": {"get_data_path"},
           "benchopt.results": {"read_results"}}
HARNESS = ROOT / "benchmark_utils" / "harness"


def undocumented(source):
    """What a source uses of benchopt that is not documented."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            yield from {node.attr} & PRIVATE
        elif isinstance(node, ast.ClassDef):
            yield from {part.name for part in node.body
                        if isinstance(part, ast.FunctionDef)} & PRIVATE
        elif isinstance(node, ast.ImportFrom) and (
                node.module or "").partition(".")[0] == "benchopt":
            yield from {alias.name for alias in node.names} - IMPORTS.get(
                node.module, set())
        elif isinstance(node, ast.Import):
            yield from {alias.name for alias in node.names
                        if alias.name.startswith(("benchopt.", "copyreg"))}


def test_only_documented_names_of_benchopt_are_used():
    """Tests reach the others through benchopt_internals.py."""
    files = [ROOT / "objective.py"] + [
        path for folder in ("benchmark_utils", "datasets", "perf", "plots",
                            "solvers")
        for path in (ROOT / folder).rglob("*.py")
        if HARNESS not in path.parents]
    assert len(files) > 100
    found = {path.relative_to(ROOT).as_posix(): names for path in files
             if (names := list(undocumented(path.read_text())))}
    assert not found


@pytest.mark.parametrize("source, names", [
    ("self._run_context.solver_name", ["_run_context"]),
    ("class A:\n    def _get_data(self): pass", ["_get_data"]),
    ("from benchopt.config import DEBUG, get_data_path", ["DEBUG"]),
    ("from benchopt.runner import run_one_to_cvg", ["run_one_to_cvg"]),
    ("import copyreg", ["copyreg"]),
    ("from benchopt import BaseSolver\nself._get_state()", [])])
def test_undocumented_names_are_seen(source, names):
    assert list(undocumented(source)) == names


def test_each_file_of_the_harness_names_the_version_and_what_would_replace_it(
        ):
    for path in HARNESS.glob("[a-z]*.py"):
        text = " ".join(path.read_text().split())
        if list(undocumented(path.read_text())):
            assert "benchopt 1.10" in text, path.name
            assert "would replace" in text, path.name
