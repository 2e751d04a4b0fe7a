from math import comb, sqrt

import numpy as np
import pytest
from benchopt_internals import dataset_classes
from conftest import random_votes

from benchmark_utils.crowds.simulation import (
    confusion_with_diagonal,
    dominant_diagonal,
    draw_pairs,
    draw_votes_subset,
    votes_per_task_counts,
)
from benchmark_utils.draws import draw_labels


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("n_workers, votes", [
    (5, 3), (5, 5), (50, 3), (50, 49), (10, "every"), (20, "1to20"),
    (1000, "2to7"), (1, 1)])
def test_workers_of_a_task_are_distinct(n_workers, votes):
    task, worker = draw_pairs(rng(), 200, n_workers, votes)
    assert len(np.unique(task * n_workers + worker)) == len(task)
    assert worker.min() >= 0 and worker.max() < n_workers
    number = np.bincount(task, minlength=200)
    low, high = {"every": (n_workers,) * 2, "1to20": (1, 20),
                 "2to7": (2, 7)}.get(votes, (votes, votes))
    assert number.min() >= low and number.max() <= high
    if low < high:
        assert {low, high} <= set(number)


@pytest.mark.parametrize("n_workers", [4, 12])  # by sorting, by redrawing
def test_every_set_of_workers_is_as_likely(n_workers):
    n = 60_000
    _, worker = draw_pairs(rng(1), n, n_workers, 3)
    sets = np.sort(worker.reshape(n, 3), axis=1)
    _, number = np.unique(sets, axis=0, return_counts=True)
    p = 1 / comb(n_workers, 3)
    assert len(number) == comb(n_workers, 3)
    z = (number - n * p) / sqrt(n * p * (1 - p))
    assert np.abs(z).max() < 4.5  # exceeded for one in 700 seeds, 220 sets


def test_labels_follow_the_confusion_matrix():
    confusion = rng(2).dirichlet(np.ones(4), size=(3, 4))
    confusion[0, 0] = [0, 0, 1, 0]
    n = 240_000
    worker, truth = np.arange(n) % 3, np.arange(n) // 3 % 4
    label = draw_labels(rng(3), confusion, worker, truth)
    table = np.zeros((3, 4, 4))
    np.add.at(table, (worker, truth, label), 1)
    table /= table.sum(axis=2, keepdims=True)
    # 20,000 draws a row: five standard errors are below .018.
    assert np.abs(table - confusion).max() < .018
    assert (label[(worker == 0) & (truth == 0)] == 2).all()


def test_confusion_with_diagonal_by_hand():
    third = [[.4, .3, .3], [.3, .4, .3], [.3, .3, .4]]
    np.testing.assert_allclose(
        confusion_with_diagonal([.4, 1], 3), [third, np.eye(3)])
    np.testing.assert_allclose(confusion_with_diagonal(.4, 3), third)
    np.testing.assert_allclose(
        confusion_with_diagonal([[.8, .5, 0]]),
        [[[.8, .1, .1], [.25, .5, .25], [.5, .5, 0]]])
    np.testing.assert_allclose(confusion_with_diagonal(.3, 1), [[1]])
    for diagonal in (1.2, [-.1, 1], np.nan):
        with pytest.raises(ValueError, match="must be probabilities"):
            confusion_with_diagonal(diagonal, 3 if np.isscalar(
                diagonal) else None)


def test_dominant_diagonal():
    confusion = rng(4).dirichlet(np.ones(5), size=(6, 5))
    before = np.sort(confusion, axis=2)
    after = dominant_diagonal(confusion.copy())
    assert (after.argmax(axis=2) == np.arange(5)).all()
    np.testing.assert_allclose(np.sort(after, axis=2), before)


@pytest.mark.parametrize("value", ["all", 0, -1, 2.5, "3to2", "0to2", "1-20"])
def test_unknown_votes_per_task_list_the_choices(value):
    with pytest.raises(ValueError, match="'every' or a range such as"):
        votes_per_task_counts(rng(), value, 10, 5)


def test_more_votes_than_workers():
    with pytest.raises(ValueError, match="only 5 votes"):
        votes_per_task_counts(rng(), 6, 10, 5)


@pytest.mark.parametrize("name, options, said", [
    ("HammerSpammer", dict(n_tasks=10**7, n_classes=10**4),
     "n_tasks = 10000000 x n_classes = 10000 is too large"),
    ("HammerSpammer", dict(n_tasks=10**7, n_workers=1000,
                           votes_per_task="1to100"),
     "n_tasks = 10000000 x n_workers = 1000 is too large"),
    ("HammerSpammer", dict(n_tasks=10**7, n_workers=1000,
                           votes_per_task=100),
     "n_tasks = 10000000 x votes_per_task = 100 is too large"),
    ("IndependentConfusion", dict(n_workers=1000, n_classes=1000),
     "n_workers = 1000 x n_classes = 1000 x n_classes = 1000 is too large"),
    ("FiveGaussians", dict(n_tasks=10**6, n_workers=10**4),
     "n_tasks = 1000000 x n_workers = 10000 is too large"),
    ("FiveGaussians", dict(n_tasks=10**6, votes_per_task=10**4),
     r"'votes_per_task' parameter of FiveGaussians\[n_tasks=1000000\] must be "
     r"a number in \[0.01, 1000.0\], got 10000"),
    ("AMTWorkers", dict(n_tasks=10**6, n_workers=10**4),
     "n_tasks = 1000000 x n_workers = 10000 is too large")])
def test_crowds_beyond_memory_are_refused_with_their_sizes(
        benchmark, name, options, said):
    dataset = dataset_classes(benchmark)[name].get_instance(**options)
    with pytest.raises(ValueError, match=said):
        dataset.get_data()


def test_subset_keeps_the_number_asked_and_nothing_new():
    votes, _ = random_votes(0)
    some = draw_votes_subset(rng(), votes, "1to2")
    assert some.per_task.max() == 2
    assert (some.per_task[votes.per_task > 0] >= 1).all()
    assert (some.counts() <= votes.counts()).all()
    # A number is an upper bound: two tasks have no vote, others fewer than 5.
    some = draw_votes_subset(rng(), votes, 5)
    np.testing.assert_array_equal(
        some.per_task, np.minimum(votes.per_task, 5))
