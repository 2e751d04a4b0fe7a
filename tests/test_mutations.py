"""Tests of the tests: each mutation in mutations_*.py makes its tests fail."""
import importlib
import re
from pathlib import Path

import pytest
from conftest import ROOT, Checkout

HERE = Path(__file__).parent
TABLES = [importlib.import_module(path.stem)
          for path in sorted(HERE.glob("mutations_*.py"))]
MUTATIONS = [mutation for table in TABLES for mutation in table.MUTATIONS]
NAMED = sorted({test for mutation in MUTATIONS
                for test in mutation.tests.split()})
PASSED, FAILED = 0, 1  # exit codes of pytest; others: it could not run


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_a_mutation_has_its_place_and_its_tests(mutation):
    """When code moves, its mutations move with it."""
    assert (ROOT / mutation.file).read_text().count(mutation.old) == 1
    assert mutation.old != mutation.new
    assert mutation.tests.split()
    for test in mutation.tests.split():
        file, _, function = test.partition("::")
        source = (HERE / file).read_text()
        assert not function or re.search(
            rf"^def {re.escape(function.partition('[')[0])}\(", source,
            re.MULTILINE), test


def test_names_are_unique():
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS)


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    return Checkout.of(tmp_path_factory.mktemp("mutations") / "bench")


def run(clone, *tests):
    """The result of these tests in the clone, without data files."""
    return clone.python(
        "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider",
        "-m", "not exhaustive",  # the slow ones too
        *(f"tests/{test}" for test in tests), check=False,
        # Otherwise the bytecode of one edit may be used for the next.
        PYTHONDONTWRITEBYTECODE="1", CROWD_DATA="")


@pytest.mark.exhaustive
def test_without_mutation_all_pass(clone):
    done = run(clone, *NAMED)
    assert done.returncode == PASSED and " passed" in done.stdout, done.stdout
    assert " skipped" not in done.stdout, done.stdout


@pytest.mark.exhaustive
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_the_mutation_is_noticed(clone, mutation):
    path = clone.folder / mutation.file
    right = path.read_text()
    assert right.count(mutation.old) == 1
    path.write_text(right.replace(mutation.old, mutation.new))
    try:
        for test in mutation.tests.split():
            done = run(clone, test)
            assert done.returncode == FAILED, (
                f"{test} passes with it:\n{done.stdout}")
    finally:
        path.write_text(right)
