"""Pl@ntNet by hand, and against loops over the definition."""
import numpy as np
import pytest
from conftest import random_votes
from numpy.testing import assert_allclose, assert_array_equal

from benchmark_utils.aggregation.plantnet import plantnet
from benchmark_utils.votes import Votes

NOVICE = np.log(2.1)


def naive(votes, author, alpha=.5, beta=.2, n_rounds=50):
    """The definition in loops; these votes have no ties of weight."""
    n_known = np.zeros(votes.n_workers)
    for turn in range(n_rounds):
        w = n_known ** alpha - n_known ** beta + NOVICE
        label = np.full(votes.n_tasks, -1)
        valid = np.zeros(votes.n_tasks, bool)
        for i in range(votes.n_tasks):
            here = votes.task == i
            if not here.any():
                continue
            total = np.bincount(votes.label[here], w[votes.worker[here]],
                                votes.n_classes)
            label[i] = total.argmax()
            valid[i] = (total.max() > 2
                        and total.max() / total.sum() > .7)
        last, n_known = n_known, np.zeros(votes.n_workers)
        for j in range(votes.n_workers):
            own, others = set(), set()
            for v in np.flatnonzero(votes.worker == j):
                i, y = votes.task[v], votes.label[v]
                if y != label[i]:
                    continue
                if author[i] == j:
                    if valid[i]:
                        own.add(y)
                else:
                    others.add(y)
            n_known[j] = len(own) + np.rint(.1 * len(others - own))
        if turn >= 4 and (last == n_known).all():
            break
    return label, valid, n_known


@pytest.mark.parametrize("seed", range(6))
def test_against_loops(seed):
    votes, _ = random_votes(seed, n_tasks=60, n_workers=15, n_votes=400)
    rng = np.random.default_rng(seed)
    author = rng.integers(-1, 15, size=60)
    fit = plantnet(votes, np.random.default_rng(0), author)
    label, valid, n_known = naive(votes, author)
    tied = _tied(votes, fit.weight)
    assert_array_equal(fit.label[~tied], label[~tied])
    if not tied.any():
        assert_array_equal(fit.valid, valid)
        assert_array_equal(fit.n_known, n_known)


def _tied(votes, weight):
    total = votes.counts(weight[votes.worker])
    best = total.max(axis=1, keepdims=True)
    return (np.abs(total - best) < 1e-9).sum(axis=1) > 1


def test_three_novices_make_a_task_valid_and_its_author_known():
    # 2 log 2.1 = 1.48 is not above 2, 3 log 2.1 = 2.23 is.
    votes = Votes([0, 0, 0, 1, 1], [0, 1, 2, 0, 1], [3, 3, 3, 1, 1], 2, 3, 5)
    fit = plantnet(votes, np.random.default_rng(0), np.array([0, 1]))
    assert_array_equal(fit.valid, [True, False])
    assert_allclose(fit.confidence, [3 * NOVICE, 2 * NOVICE])
    assert_array_equal(fit.n_known, [1, 0, 0])  # w(1) = w(0): both log 2.1
    assert_allclose(fit.weight, NOVICE)


def test_agreement_below_seven_tenths_is_not_valid():
    votes = Votes([0] * 5, range(5), [1, 1, 1, 2, 0], 1, 5, 3)
    fit = plantnet(votes, np.random.default_rng(0))
    assert fit.label[0] == 1 and not fit.valid[0]
    assert_allclose(fit.agreement, 3 / 5)


def test_who_identifies_many_classes_outweighs_novices():
    # Worker 0 makes 9 observations of 9 classes, confirmed by 1 and 2.
    task = np.repeat(np.arange(9), 3)
    worker = np.tile(np.arange(3), 9)
    votes = Votes(
        [*task, 9, 9, 9], [*worker, 0, 3, 4], [*task, 4, 5, 5], 10, 5, 9)
    author = np.array([0] * 9 + [3])
    fit = plantnet(votes, np.random.default_rng(0), author)
    assert fit.n_known[0] == 9
    assert_allclose(fit.weight[0], 3 - 9 ** .2 + NOVICE)  # 2.19 > 2 x .74
    assert fit.label[9] == 4


def test_equal_weights_are_drawn():
    votes = Votes([0, 0], [0, 1], [0, 1], 1, 2, 2)
    drawn = {plantnet(votes, np.random.default_rng(seed)).label[0]
             for seed in range(20)}
    assert drawn == {0, 1}


def test_without_votes_there_is_no_label():
    empty = np.empty(0, int)
    fit = plantnet(Votes(empty, empty, empty, 2, 3, 4),
                   np.random.default_rng(0))
    assert_array_equal(fit.label, -1)
    assert not fit.valid.any()
