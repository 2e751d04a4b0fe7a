import numpy as np
import pytest
from conftest import random_votes, toy_votes

from benchmark_utils.votes import Votes


@pytest.mark.parametrize("arrays, message", [
    (([0, 3], [0, 0], [0, 0]), r"task\[1\] = 3 is outside 0..2"),
    (([0, 1], [0, -1], [0, 0]), r"worker\[1\] = -1 is outside 0..1"),
    (([0, 1], [0, 0], [0, 2]), r"label\[1\] = 2 is outside 0..1"),
    (([0, 1], [0, 0], [0]), "unequal lengths"),
    (([0., 1.], [0, 0], [0, 1]), "task has dtype float64"),
    (([[0], [1]], [0, 0], [0, 1]), r"task has shape \(2, 1\)"),
    (([0, 1], [0, 0], [True, False]), "label has dtype bool"),
])
def test_wrong_votes_are_reported(arrays, message):
    with pytest.raises(ValueError, match=message):
        Votes(*arrays, n_tasks=3, n_workers=2, n_classes=2)


def test_votes_are_read_only_and_their_own():
    task = np.array([0, 1])
    votes = Votes(task, [0, 0], [0, 1], 2, 1, 2)
    task[0] = 1
    assert votes.task[0] == 0
    with pytest.raises(ValueError):
        votes.label[0] = 1
    with pytest.raises(AttributeError):
        votes.n_tasks = 5


def test_counts_and_shares_by_hand():
    votes = toy_votes()
    np.testing.assert_array_equal(votes.counts(), [[1, 3], [2, 1], [0, 2]])
    np.testing.assert_allclose(votes.shares()[:, 1], [3 / 4, 1 / 3, 1])
    np.testing.assert_array_equal(votes.per_worker, [2, 2, 2, 3])


def test_repeated_votes_all_count():
    votes = Votes([0, 0, 0], [0, 0, 1], [1, 1, 0], 1, 2, 2)
    np.testing.assert_array_equal(votes.counts(), [[1, 2]])
    np.testing.assert_array_equal(votes.answer_matrix.toarray(), [[2, 1]])


def test_task_without_votes_has_no_opinion():
    shares = Votes([1], [0], [0], 2, 1, 3).shares()
    assert np.isnan(shares[0]).all()
    np.testing.assert_array_equal(shares[1], [1, 0, 0])


def test_weightless_votes_keep_their_shares():
    votes = Votes([0, 0, 1], [0, 1, 0], [0, 1, 1], 2, 2, 2)
    shares = votes.shares(np.array([0., 0., 5.]))
    np.testing.assert_array_equal(shares, [[.5, .5], [0, 1]])


@pytest.mark.parametrize("seed", range(3))
def test_pairs_describe_the_votes(seed):
    votes, _ = random_votes(seed)
    np.testing.assert_array_equal(
        votes.answer_worker[votes.answer_index], votes.worker)
    np.testing.assert_array_equal(
        votes.answer_label[votes.answer_index], votes.label)
    dense = np.zeros((votes.n_tasks, len(votes.answer_worker)))
    for task, pair in zip(votes.task, votes.answer_index):
        dense[task, pair] += 1
    np.testing.assert_array_equal(votes.answer_matrix.toarray(), dense)


def test_worker_mean_skips_nan_and_absent_workers():
    votes = Votes([0, 0, 1], [0, 0, 2], [0, 0, 0], 2, 4, 1)
    mean = votes.worker_mean(np.array([1., np.nan, np.nan]))
    np.testing.assert_array_equal(mean, [1, np.nan, np.nan, np.nan])


def test_no_votes_at_all():
    votes = Votes([], [], [], 2, 1, 2)
    assert np.isnan(votes.shares()).all()
    assert votes.answer_matrix.shape == (2, 0)
