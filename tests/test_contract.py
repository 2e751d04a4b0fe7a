"""The contract between datasets, solvers and the objective."""
from dataclasses import fields
from itertools import combinations

import numpy as np
import pytest
from benchopt_internals import get_data, solver_classes
from conftest import random_votes

from benchmark_utils.catalogue import catalogue
from benchmark_utils.contract.answer import Answer
from benchmark_utils.contract.problem import Problem

OFFLINE = sorted(name for name, entry in catalogue("solvers").items()
                 if entry.says.get("votes_only"))
TWO_KINDS = {"DiscountedDS", "PanelVote"}  # voters of one kind are skipped
SIMULATORS = ["HammerSpammer", "IndependentConfusion", "StudentTeacher",
              "DiscreteDifficulty"]


def arrays_in(value, path="objective"):
    """Every array that can be reached from ``value``, with its path."""
    if isinstance(value, np.ndarray):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from arrays_in(item, f"{path}[{key!r}]")
    elif isinstance(value, (list, tuple, set)):
        for i, item in enumerate(value):
            yield from arrays_in(item, f"{path}[{i}]")
    elif hasattr(value, "__dict__"):
        for key, item in vars(value).items():
            yield from arrays_in(item, f"{path}.{key}")
    elif not isinstance(value, type):
        for cls in type(value).__mro__:
            for slot in vars(cls).get("__slots__", ()):
                mangled = slot.startswith("__")
                name = f"_{cls.__name__}{slot}" if mangled else slot
                yield from arrays_in(getattr(value, name, None),
                                     f"{path}.{name}")


def leaks(handed, secret):
    """Paths of arrays that equal the secret one or hold its values."""
    return [path for path, array in arrays_in(handed)
            if array.size >= secret.size > 0 and any(
                np.array_equal(flat[:secret.size], secret.ravel())
                for flat in (array.ravel(), array.ravel()[::-1]))]


def secrets(problem):
    """{name: array} of the hidden fields, in the order of the solver and in
    that of the dataset."""
    return {(part.name, i): value for part in fields(problem)
            for i, known in enumerate((problem, problem.original))
            if not part.metadata["public"] and not part.metadata["name"]
            and isinstance(value := getattr(known, part.name), np.ndarray)}


@pytest.mark.parametrize("name", [
    *SIMULATORS, "TwoMoons", "ThreeCircles", "FiveGaussians",
    pytest.param("Digits", marks=pytest.mark.slow)])
def test_no_truth_is_handed_out(solve, name):
    solve(name, "MV")
    handed = solve.objective.get_objective()
    hidden = secrets(solve.objective.problem)
    assert ("ground_truth", 0) in hidden
    for (field, _), secret in hidden.items():
        assert not leaks(handed, secret), field
        assert handed.get(field) is None


def test_the_validation_set_is_given_to_solvers_that_declare_it(cell):
    (*_, without), (*_, declared) = (
        cell("Digits", name) for name in ("MV", "VoteCount"))
    assert without.X_gold is without.y_gold is None
    assert len(declared.X_gold) == len(declared.y_gold) > 0


def test_no_other_solver_gets_the_validation_set(cell):
    _, objective, solver = cell("Digits", "MV")
    gold = objective.get_objective()["gold"]
    with pytest.raises(ValueError, match="MV does not declare needs_gold"):
        gold(solver)


def test_the_leak_test_sees_a_leak(solve):
    data, _, _ = solve("HammerSpammer", "MV")
    truth = data["ground_truth"]
    assert leaks(dict(a=[dict(b=truth.copy())]), truth)
    assert leaks(dict(votes=data["votes"], b=truth[::-1].copy()), truth)


@pytest.mark.parametrize("solver", sorted({*OFFLINE} - TWO_KINDS))
def test_results_are_distributions(solve, solver):
    data, result, scores = solve("DiscreteDifficulty", solver)
    votes = data["votes"]
    soft = result["soft_labels"]
    assert soft.shape == (votes.n_tasks, votes.n_classes)
    spoken = ~np.isnan(soft).any(axis=1)
    np.testing.assert_allclose(soft[spoken].sum(axis=1), 1)
    assert (soft[spoken] >= 0).all()
    assert result["worker_score"].shape == (votes.n_workers,)
    assert result["task_score"].shape == (votes.n_tasks,)
    assert 0 < scores["label_recovery"] <= 1


@pytest.mark.parametrize("solver", OFFLINE)
def test_a_solver_instance_forgets_the_last_dataset(benchmark, solver):
    """One instance serves all datasets and repetitions of a run."""
    solver = solver_classes(benchmark)[solver].get_instance()
    results = []
    for seed in (0, 1, 0):
        solver.set_objective(votes=random_votes(seed)[0],
                             worker_kind=np.arange(9) % 2)
        solver.run(None)
        results.append(solver.get_result())
    for key in results[0]:
        np.testing.assert_array_equal(results[0][key], results[2][key])


@pytest.mark.parametrize("name", SIMULATORS)
def test_same_seed_same_votes_other_repetition_other_votes(solve, name):
    first, again, other = (solve(name, "MV", repetition=r)[0]["votes"]
                           for r in (0, 0, 1))
    np.testing.assert_array_equal(first.label, again.label)
    assert (len(first) != len(other)
            or not np.array_equal(first.label, other.label))


def test_simulators_draw_independently(cell):
    """With one seed, the truths of 1,000 tasks with two classes agree like two
    coins: 500 times, standard deviation 16."""
    size = dict(n_tasks=1000, n_workers=20, n_classes=2, votes_per_task=1)
    truths = [get_data(cell(name, "MV", dataset_options=size)[0])[
        "ground_truth"] for name in SIMULATORS]
    for one, two in combinations(truths, 2):
        assert abs((one == two).sum() - 500) < 5 * 16


@pytest.mark.parametrize("soft, message", [
    (np.ones((3, 2)), r"soft_labels has shape \(3, 2\)"),
    (np.full((30, 3), .5), r"soft_labels\[0\] = .* is not a distribution"),
    (np.tile([-.5, .5, 1.], (30, 1)), r"soft_labels\[0\]"),
])
def test_wrong_results_are_refused(soft, message):
    votes, truth = random_votes(0, n_classes=3)
    problem = Problem(votes=votes, ground_truth=truth)
    with pytest.raises(ValueError, match=message):
        Answer(problem=problem, soft_labels=soft)
    right = np.full((30, 3), 1 / 3)
    with pytest.raises(ValueError, match="worker_score has shape"):
        Answer(problem=problem, soft_labels=right, worker_score=np.ones(2))


def test_unknown_values_list_the_choices(solve):
    with pytest.raises(ValueError, match="'every' or a range"):
        solve("HammerSpammer", "MV",
              dataset_options=dict(votes_per_task="each"))
    for value in ("good", "0.8to0.4", 1.2):
        with pytest.raises(ValueError,
                           match="hammer_accuracy must be .* a range"):
            solve("HammerSpammer", "MV",
                  dataset_options=dict(hammer_accuracy=value))
    with pytest.raises(ValueError, match="'p' .* an integer .*got 0"):
        solve("HammerSpammer", "Consensus", solver_options=dict(p=0))
    with pytest.raises(ValueError, match="'spammer_threshold' .*got 2"):
        solve("HammerSpammer", "DS",
              solver_options=dict(spammer_threshold=2))
