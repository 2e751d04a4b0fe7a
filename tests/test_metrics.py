import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.metrics import accuracy_score, f1_score

from benchmark_utils.scoring.labels import (
    label_recovery,
    macro_f1,
    top_k_credit,
)
from benchmark_utils.scoring.workers import auc

N = np.nan


def test_label_accuracy_by_hand():
    soft = np.array([[.6, .4, 0], [.4, .4, .2], [N, N, N], [.1, .2, .7]])
    truth = np.array([0, 1, 2, -1])
    # correct, half of a tie, a guess among three, unknown truth left out
    assert_allclose(label_recovery(soft, truth), (1 + 1 / 2 + 1 / 3) / 3)
    assert_allclose(top_k_credit(soft[:2], truth[:2], k=2), [1, 1])
    assert_allclose(
        top_k_credit(np.array([[.5, .25, .25]]), np.array([2]), k=2), [.5])


def test_what_does_not_apply_is_nan():
    soft = np.array([[.6, .4]])
    assert np.isnan(label_recovery(soft, np.array([-1])))
    assert np.isnan(macro_f1(soft, np.array([-1])))
    assert np.isnan(label_recovery(soft, np.array([0]), k=2))
    assert np.isnan(auc(np.array([.1, .2]), np.array([True, True])))
    assert np.isnan(auc(np.array([.1, N]), np.array([True, False])))


def test_rounding_does_not_break_ties():
    soft = np.array([[.1 + .2, .3, .4 - 1e-16]]) / 1
    soft[0, 2] = .3
    assert_allclose(top_k_credit(soft, np.array([1])), [1 / 3])


@settings(max_examples=50)
@given(st.integers(0, 10_000))
def test_equals_scikit_learn_without_ties(seed):
    rng = np.random.default_rng(seed)
    K = rng.integers(2, 6)
    soft, truth = rng.dirichlet(np.ones(K), 40), rng.integers(K, size=40)
    guess = soft.argmax(axis=1)
    assert_allclose(label_recovery(soft, truth), accuracy_score(truth, guess))
    assert_allclose(macro_f1(soft, truth),
                    f1_score(truth, guess, average="macro"))


def test_ties_are_their_expectation():
    """The mean over many random tie-breaks, within its standard error."""
    rng = np.random.default_rng(0)
    soft = rng.integers(0, 3, size=(200, 3)) + 1e-3
    soft /= soft.sum(axis=1, keepdims=True)
    truth = rng.integers(3, size=200)
    broken = [accuracy_score(truth, (
        soft + 1e-6 * rng.random(soft.shape)).argmax(axis=1))
        for _ in range(400)]
    error = np.std(broken) / np.sqrt(400)
    assert abs(label_recovery(soft, truth) - np.mean(broken)) < 4 * error




def test_auc_leaves_unknown_scores_out():
    score = np.array([.9, .1, N, .5])
    assert auc(score, np.array([True, False, False, True])) == 1


@pytest.mark.parametrize("k", [1, 2])
def test_permuting_classes_changes_nothing(k):
    rng = np.random.default_rng(k)
    soft, truth = rng.dirichlet(np.ones(4), 30), rng.integers(4, size=30)
    order = rng.permutation(4)
    assert_allclose(label_recovery(soft[:, np.argsort(order)], order[truth],
                                   k), label_recovery(soft, truth, k))
