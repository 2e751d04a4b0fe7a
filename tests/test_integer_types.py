"""Integers of datasets mean the same in every type, floats are refused."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from benchmark_utils.contract.answer import Answer
from benchmark_utils.contract.fingerprint import data_version
from benchmark_utils.contract.problem import Problem
from benchmark_utils.scoring import all_scores
from benchmark_utils.votes import Votes

SMALL = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "uint64"]
TYPES = st.sampled_from(SMALL)
N, W = 40, 6


def fits(array, dtype):
    return (np.iinfo(dtype).min <= array.min()
            and array.max() <= np.iinfo(dtype).max)


def crowd(K, dtype="int64", size=int, **changes):
    """A problem with one vote by each worker on each task."""
    rng = np.random.default_rng(K)
    truth = rng.integers(0, K, N)
    task, worker = np.repeat(np.arange(N), W), np.tile(np.arange(W), N)
    label = np.where(rng.random(N * W) < .6, truth[task],
                     rng.integers(0, K, N * W))
    arrays = dict(ground_truth=truth, task=task, worker=worker, label=label,
                  known_truth=np.where(np.arange(N) < 9, truth, -1),
                  author=np.arange(N) % (W + 1) - 1)
    small = {name: array.astype(dtype) if fits(array, dtype) else array
             for name, array in arrays.items()}
    small.update(changes)
    votes = Votes(small.pop("task"), small.pop("worker"), small.pop("label"),
                  size(N), size(W), K if size is int else size(K))
    return Problem(votes=votes, **small)


def scores(problem):
    scores = all_scores(problem, Answer(
        problem=problem, soft_labels=problem.votes.majority()))
    return {name: value for name, value in scores.items() if value == value}


@given(K=st.sampled_from([2, 5, 127, 128, 200]), dtype=TYPES)
def test_small_types_give_the_scores_of_large_ones(K, dtype):
    small, large = crowd(K, dtype), crowd(K)
    assert data_version(small) == data_version(large)
    for seed in (0, 1):
        one, other = small.shuffled(seed), large.shuffled(seed)
        assert_array_equal(one.scored_truth, other.scored_truth)
        assert_array_equal(one.author, other.author)
        assert scores(one) == scores(other)


@given(size=st.sampled_from([np.int8, np.uint8, np.int16, np.uint32]))
def test_small_sizes_do_not_overflow(size):
    small, large = crowd(100, size=size).votes, crowd(100).votes
    assert_array_equal(small.counts(), large.counts())
    assert_array_equal(small.answer_index, large.answer_index)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "uint32"])
def test_a_wrapped_minus_one_is_no_class(dtype):
    """uint8 of -1 is 255, a class where there are 256: it would be revealed
    as the truth of all tasks without one."""
    K = 256  # in the other types the value is out of range
    known = np.where(np.arange(N) < 9, 1, -1).astype(dtype)
    for name, array in (("known_truth", known), ("ground_truth", known),
                        ("ground_truth", known - np.array(1, dtype))):
        with pytest.raises(ValueError, match=rf"{name}\[9\] = "):
            crowd(K, **{name: array})


@pytest.mark.parametrize("name", ["n_tasks", "n_workers", "n_classes"])
@pytest.mark.parametrize("value", [3.0, np.float32(3), True, "3", None])
def test_sizes_are_integers(name, value):
    sizes = dict(n_tasks=3, n_workers=3, n_classes=3)
    with pytest.raises(ValueError, match=f"The '{name}' parameter of votes "
                       "must be an integer"):
        Votes([0], [1], [2], **{**sizes, name: value})


@pytest.mark.parametrize("name", ["task", "worker", "label"])
def test_ids_are_integers(name):
    ids = dict(task=[0], worker=[1], label=[2])
    with pytest.raises(ValueError, match=f"votes: {name} has dtype float"):
        Votes(**{**ids, name: [1.0]}, n_tasks=3, n_workers=3, n_classes=3)


def test_a_budget_of_label_sets_is_an_integer():
    truth = np.zeros(N, int)
    with pytest.raises(ValueError, match="'budget' parameter.*an integer"):
        Problem(votes=crowd(2).votes, ground_truth=truth,
                truth_sets=np.ones((N, 2), bool), label_set_oracle=dict(
                    annotators=np.full((2, 2), .9), budget=2.5,
                    visibility=np.ones((N, 2)), expert=(.9, .9)))
