"""What datasets, solvers and the objective promise each other."""
import numpy as np
import pytest
from benchopt_internals import new_objective, solver_classes

OFFLINE = ["MV", "NS", "Consensus", "DS", "GLAD", "WDS"]
SECRETS = ["ground_truth", "y_test", "spammer", "ambiguous",
           "worker_confusion"]
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


def leaks(handed, secret):
    """Paths of arrays that equal the secret one or hold its values."""
    return [path for path, array in arrays_in(handed)
            if array.size >= secret.size > 0 and any(
                np.array_equal(flat[:secret.size], secret.ravel())
                for flat in (array.ravel(), array.ravel()[::-1]))]


@pytest.mark.parametrize("name", [*SIMULATORS, "Digits", "TwoMoons",
                                  "ThreeCircles"])
def test_no_truth_is_handed_out(solve, name):
    data, _, _ = solve(name, "MV")
    handed = solve.objective.get_objective()
    secrets = [key for key in SECRETS if data.get(key) is not None]
    assert "ground_truth" in secrets
    for secret in secrets:
        assert not leaks(handed, data[secret]), secret
        assert secret not in handed


def test_the_leak_test_sees_a_leak(solve):
    data, _, _ = solve("HammerSpammer", "MV")
    truth = data["ground_truth"]
    assert leaks(dict(a=[dict(b=truth.copy())]), truth)
    assert leaks(dict(votes=data["votes"], b=truth[::-1].copy()), truth)


@pytest.mark.parametrize("solver", OFFLINE)
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
    from conftest import random_votes
    solver = solver_classes(benchmark)[solver].get_instance()
    results = []
    for seed in (0, 1, 0):
        solver.set_objective(votes=random_votes(seed)[0])
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


@pytest.mark.parametrize("soft, message", [
    (np.ones((3, 2)), r"soft_labels has shape \(3, 2\)"),
    (np.full((30, 3), .5), r"soft_labels\[0\] = .* no distribution"),
    (np.tile([-.5, .5, 1.], (30, 1)), r"soft_labels\[0\]"),
])
def test_wrong_results_are_refused(benchmark, solve, soft, message):
    data, _, _ = solve("HammerSpammer", "MV", dataset_options=dict(
        n_tasks=30, n_workers=8, n_classes=3, votes_per_task="1to8"))
    objective = new_objective(benchmark, data)
    with pytest.raises(ValueError, match=message):
        objective.evaluate_result(soft_labels=soft)
    right = np.full((30, 3), 1 / 3)
    with pytest.raises(ValueError, match="worker_score has shape"):
        objective.evaluate_result(soft_labels=right, worker_score=np.ones(2))


def test_unknown_values_list_the_choices(solve):
    with pytest.raises(ValueError, match="'every' or a range"):
        solve("HammerSpammer", "MV",
              dataset_options=dict(votes_per_task="each"))
    for value in ("good", "0.8to0.4", 1.2):
        with pytest.raises(ValueError, match="hammer_accuracy = .* a range"):
            solve("HammerSpammer", "MV",
                  dataset_options=dict(hammer_accuracy=value))
    with pytest.raises(ValueError, match=r"p = 0, an integer"):
        solve("HammerSpammer", "Consensus", solver_options=dict(p=0))
    with pytest.raises(ValueError, match=r"spammer_threshold = 2"):
        solve("HammerSpammer", "DS",
              solver_options=dict(spammer_threshold=2))
