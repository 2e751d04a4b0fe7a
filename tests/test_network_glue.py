"""How network solvers use their kernels: seeds, inputs, pruned tasks."""
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from benchopt_internals import solver_classes
from numpy.testing import assert_allclose, assert_array_equal
from small_crowds import QUICK, small_crowd, trained

from benchmark_utils.training.engine import Training


@pytest.fixture
def train(benchmark):
    """train(name, given, recipe, seed, **parameters): a solver that ran."""
    return partial(trained, benchmark)


@pytest.mark.parametrize("seed", [0, 5])
def test_a_network_starts_from_the_seed_handed_out(benchmark, seed):
    given, _ = small_crowd()
    solver = solver_classes(benchmark)["CrowdLayer"].get_instance()
    solver.set_objective(seed=seed, recipe=QUICK, **given)
    expected = Training(QUICK, given["X"], 3, seed).network.state_dict()
    for name, weight in solver.training().network.state_dict().items():
        assert_array_equal(weight, expected[name])


@pytest.mark.parametrize("solver", ["CrowdLayer", "AggNet"])
def test_predictions_are_of_the_test_inputs(train, solver):
    """Reversing the test inputs reverses the predictions, not the labels."""
    given, _ = small_crowd()
    other = dict(given, X_test=given["X_test"][::-1].copy())
    one, two = (train(solver, data) for data in (given, other))
    assert_allclose(two.test_probabilities, one.test_probabilities[::-1],
                    rtol=1e-5)
    assert_array_equal(two.soft_labels, one.soft_labels)


@pytest.mark.parametrize("solver", ["AUM", "WAUM"])
def test_the_tasks_with_the_lowest_scores_are_dropped(train, solver):
    run = train(solver, small_crowd()[0], quantile=.2)
    score, kept = run.task_score, run.train_mask
    assert (~kept).sum() == 24
    assert score[~kept].max() < score[kept].min()


def test_waum_is_wds_on_the_votes_that_are_left(benchmark, train):
    """Labels of the kept tasks equal those of WDS without the votes on pruned
    tasks."""
    given, _ = small_crowd()
    votes, run = given["votes"], train("WAUM", given, quantile=.3)
    kept = run.train_mask
    wds = solver_classes(benchmark)["WDS"].get_instance()
    wds.set_objective(votes=votes.select(kept[votes.task]))
    wds.run(None)
    assert_allclose(run.soft_labels[kept], wds.soft_labels[kept])
    everything = solver_classes(benchmark)["WDS"].get_instance()
    everything.set_objective(votes=votes)
    everything.run(None)
    assert not np.allclose(run.soft_labels[kept],
                           everything.soft_labels[kept])


def test_the_control_prunes_without_a_network(train):
    """The pruned tasks depend on the seed, not on the inputs."""
    given, _ = small_crowd()
    scores = [train("WAUM", data, seed=seed, prune="random").task_score
              for data, seed in ((given, 0), (dict(given, X=-given["X"]), 0),
                                 (given, 1))]
    assert_array_equal(scores[0], scores[1])
    assert not np.array_equal(scores[0], scores[2])


def test_hard_labels_are_the_best_of_the_soft(train):
    """With one round, labels are 0 or 1, and 1 at the largest entry of the
    posterior where that is clear."""
    given, _ = small_crowd()
    recipe = replace(QUICK, epochs=8)
    hard, soft = (train("CROWDLAB", given, recipe, labels=labels).soft_labels
                  for labels in ("hard", "soft"))
    assert set(np.unique(hard)) == {0, 1} and len(np.unique(soft)) > 100
    clear = soft.max(axis=1) > .6
    assert clear.sum() > 40
    assert_array_equal(hard.argmax(axis=1)[clear],
                       soft.argmax(axis=1)[clear])


@pytest.mark.parametrize("solver", ["CrowdLayer", "MV"])
def test_inputs_are_released_with_the_result(cell, solver):
    """An instance lives as long as a run, so inputs must not be kept."""
    _, objective, solver = cell("Digits", solver, dataset_options=dict(
        n_tasks=100, classifier={"base": "smallcnn", "epochs": 1}))
    inputs = objective.problem.X
    kept = [value for value in vars(solver).values()
            if isinstance(value, np.ndarray)
            and np.shares_memory(value, inputs)]
    assert kept
    solver.run_once()
    solver.get_result()
    assert not [value for value in vars(solver).values()
                if isinstance(value, np.ndarray) and value.ndim > 2]
