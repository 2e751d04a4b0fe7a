"""The objective between datasets, solvers and scores."""
import gc
import weakref

import numpy as np
import pytest
from benchopt_internals import at_repetition, connect
from numpy.testing import assert_array_equal

from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import SoftLabels

SMALL = dict(n_tasks=60)


@pytest.fixture
def moons(cell):
    """moons(repetition): the objective of a small dataset with inputs."""
    return lambda repetition=0, solver="MV": cell(
        "TwoMoons", solver, repetition, dataset_options=SMALL)[1]


def test_each_repetition_has_an_order_of_tasks_and_workers(moons):
    problems = [moons(repetition).problem for repetition in (0, 0, 1)]
    for name in ("task_order", "worker_order"):
        first, again, other = (getattr(p, name) for p in problems)
        assert_array_equal(first, again)
        if name == "task_order":  # three workers have few orders
            assert not np.array_equal(first, np.arange(60))
            assert not np.array_equal(first, other)


def test_one_objective_serves_several_repetitions(cell):
    """As in a run: the data are set once, each repetition shuffles them with
    its own seed."""
    _, objective, _ = cell("TwoMoons", "MV", 0, dataset_options=SMALL)
    first, given = objective.problem.task_order, objective._given
    seeds = [objective.get_seed(use_repetition=True)]
    at_repetition(objective, 1)
    objective.get_objective()
    seeds.append(objective.get_seed(use_repetition=True))
    assert seeds[0] != seeds[1]
    assert_array_equal(objective.problem.task_order,
                       given.shuffled(seeds[1]).task_order)
    assert not np.array_equal(objective.problem.task_order, first)


@pytest.mark.parametrize("repetition", [0, 1])
def test_all_networks_of_a_repetition_start_alike(moons, repetition):
    """A solver that trains the recipe with the given seed has the scores of
    the objective's network, bit for bit."""
    objective = moons(repetition)
    handed = objective.get_objective()
    K = objective.problem.n_classes
    labels = np.eye(K)[objective.problem.ground_truth]
    own = Training(handed["recipe"], handed["X"], K, handed["seed"]).fit(
        SoftLabels(labels)).probabilities(handed["X_test"])
    scores = [objective.evaluate_result(soft_labels=labels, **given)
              for given in ({}, dict(test_probabilities=own))]
    for name in ("test_accuracy", "test_nll", "test_brier", "test_ece"):
        assert scores[0][name] == scores[1][name]


def test_seeds_of_repetitions_differ(moons):
    assert (moons(0).get_objective()["seed"]
            != moons(1).get_objective()["seed"])


def test_predictions_of_a_solver_are_scored_not_replaced(moons):
    objective = moons()
    n, K = len(objective.problem.y_test), objective.problem.n_classes
    scores = objective.evaluate_result(
        soft_labels=np.eye(K)[objective.problem.ground_truth],
        test_probabilities=np.full((n, K), 1 / K))
    assert scores["test_nll"] == pytest.approx(np.log(K))
    assert np.isnan(scores["train_seconds"])


def test_no_network_is_trained_before_the_last_point(moons):
    objective = moons()
    labels = np.eye(objective.problem.n_classes)[
        objective.problem.ground_truth]
    before, last = (objective.evaluate_result(soft_labels=labels, final=final)
                    for final in (False, True))
    assert np.isnan(before["test_accuracy"]) and last["test_accuracy"] > .5
    assert before["label_recovery"] == last["label_recovery"] == 1


def test_unlabelled_tasks_are_left_out(moons):
    """Labels on half of the tasks are like a dataset of this half."""
    objective = moons()
    labels = np.eye(objective.problem.n_classes)[
        objective.problem.ground_truth]
    half = np.arange(60) < 30
    marked = objective.evaluate_result(soft_labels=labels, train_mask=half)
    silent = objective.evaluate_result(
        soft_labels=np.where(half[:, None], labels, np.nan))
    assert silent["test_nll"] == marked["test_nll"]
    nothing = objective.evaluate_result(soft_labels=labels * np.nan)
    assert np.isnan(nothing["test_accuracy"])


def test_each_run_gets_oracles_of_its_own(cell):
    """The queries of one solver are not counted for the next."""
    _, objective, _ = cell("FiveGaussians", "MV", dataset_options=dict(
        n_tasks=60, votes_per_task=2))
    first = objective.get_objective()["oracle"]
    task, worker = np.argwhere(first.candidates())[0]
    answer = first.ask([task], [worker])
    labels = np.full((60, 5), .2)
    assert objective.evaluate_result(soft_labels=labels)["n_votes"] == 1
    second = objective.get_objective()["oracle"]
    assert objective.evaluate_result(soft_labels=labels)["n_votes"] == 0
    assert second.ask([task], [worker]) == answer  # drawn once


def test_a_run_keeps_the_inputs_of_one_cell(cell):
    """benchopt keeps the objective of each solver until the run ends: it drops
    the data with its last result, and loads them if it is used again."""
    dataset, objective, solver = cell("TwoMoons", "NS", dataset_options=SMALL)
    problem = weakref.ref(objective.problem)
    solver.run_once()
    result = solver.get_result()
    scores = objective.evaluate_result(**result)
    gc.disable()  # the collector may run late
    try:
        objective.save_final_results(**result)
        assert problem() is None
    finally:
        gc.enable()
    assert connect(objective, dataset, solver) == (False, None)
    solver.run_once()
    again = objective.evaluate_result(**solver.get_result())
    for name in ("label_recovery", "test_accuracy", "data_version"):
        assert again[name] == scores[name]
