"""Correlation of errors and the effective number of votes."""
from itertools import combinations

import numpy as np
import pytest
from conftest import random_votes
from numpy.testing import assert_allclose
from worked_panel import KIND, TRUTH, VOTES

from benchmark_utils.aggregation.error_correlation import (
    ErrorCorrelation,
    effective_votes,
    error_correlation,
    one_hot,
)
from benchmark_utils.votes import Votes

T = one_hot(TRUTH, 2)


@pytest.mark.parametrize("by_class, people, between, models, n_eff", [
    (False, -.3333, -.2341, .4482, 1.7060),
    (True, -.3333, -.2406, .4856, 1.6282)])
def test_worked_example(by_class, people, between, models, n_eff):
    rho = error_correlation(VOTES, T, KIND, by_class).rho()
    assert_allclose(rho, [[people, between], [between, models]], atol=5e-5)
    assert_allclose(effective_votes([3, 0], rho), [3, 3])  # clipped at 0
    assert_allclose(effective_votes([0, 4], rho), [n_eff, n_eff], atol=5e-5)


def test_equals_the_sum_over_pairs():
    """By definition, on votes where some voters are left out, with repeated
    votes, three kinds and a posterior as truth."""
    votes, _ = random_votes(3, n_votes=400)
    rng = np.random.default_rng(0)
    T = rng.dirichlet(np.ones(4), size=30)
    T[:5] = np.eye(4)[rng.integers(4, size=5)]
    T[5], T[6] = np.nan, 0
    kind = np.arange(9) % 3
    for by_class in (False, True):
        assert_allclose(error_correlation(votes, T, kind, by_class).rho(),
                        slow_rho(votes, T, kind, by_class), atol=1e-12)


def slow_rho(votes, T, kind, by_class):
    T = np.nan_to_num(T)
    error, sd, there = np.zeros((3, 30, 9, 4))
    for j in range(9):
        mine = votes.worker == j
        rows, label = votes.task[mine], votes.label[mine]
        wrong = label[:, None] != np.arange(4)
        n, bad = T[rows].sum(axis=0), (T[rows] * wrong).sum(axis=0)
        if not by_class:
            n, bad = np.full(4, n.sum()), np.full(4, bad.sum())
        for k in np.flatnonzero(n >= 3):
            p, scale = bad[k] / n[k], np.sqrt(n[k] / (n[k] - 1))
            for i, e in zip(rows, wrong[:, k]):
                error[i, j, k] += (e - p) * scale
                sd[i, j, k] += np.sqrt(p * (1 - p)) * scale
    over, under = np.zeros((2, 3, 3))
    for g, h in combinations(range(9), 2):
        for total, part in ((over, error), (under, sd)):
            value = (T * part[:, g] * part[:, h]).sum()
            total[kind[g], kind[h]] += value
            total[kind[h], kind[g]] += value
    return over / under


def test_independent_voters_have_no_correlation_and_twins_have_one():
    rng = np.random.default_rng(1)
    truth = rng.integers(2, size=4000)
    label = np.where(rng.random((3, 4000)) < [[.9], [.7], [.6]], truth,
                     1 - truth)
    label = np.stack([*label, label[1]])  # worker 3 copies worker 1
    worker, task = np.indices(label.shape).reshape(2, -1)
    votes = Votes(task, worker, label.ravel(), 4000, 4, 2)
    found = error_correlation(votes, one_hot(truth, 2), np.array([0, 1, 0, 1]))
    rho, draws = found.rho(), found.draws()
    assert_allclose(rho[1, 1], 1, atol=1e-3)
    assert abs(rho[0, 0]) < .05 and abs(rho[0, 1]) < .05
    assert draws.shape == (300, 2, 2)
    low, high = np.quantile(draws[:, 0, 0], [.025, .975])
    assert low < 0 < high and high - low == pytest.approx(4 / 63, rel=.3)


def test_what_is_unknown_is_nan():
    """Voters with two votes on a class, kinds that never met, no votes."""
    few = VOTES.select(VOTES.task % 4 < 2)
    assert np.isnan(error_correlation(few, T, KIND).rho()).all()
    apart = VOTES.select((VOTES.task % 2 == 0) == (VOTES.worker < 3))
    rho = error_correlation(apart, T, KIND, by_class=False).rho()
    assert np.isnan(rho[0, 1]) and np.isfinite(np.diag(rho)).all()
    assert np.isnan(effective_votes([3, 4], rho)).all()
    none = VOTES.select(np.zeros(len(VOTES), bool))
    assert np.isnan(error_correlation(none, T, KIND).draws()).all()


def test_effective_votes_by_hand():
    """Two kinds, as published for a crowd: 10.4 people, 9.6 models."""
    rho = np.array([[.170, .099], [.099, .150]])
    assert_allclose(effective_votes([10.4, 9.6], rho)[0], 5.8, atol=.05)
    # n / (1 + (n - 1) rho), at most 1 / rho.
    assert_allclose(effective_votes([9], np.array([[.5]])), [1.8, 1.8])
    assert effective_votes([1e9], np.array([[.25]]))[0] == pytest.approx(4)
    # One vote each, as good as uncorrelated: 2; unequal ones gain by weights.
    assert_allclose(effective_votes([1, 1], np.full((2, 2), -.1)), [2, 2])
    equal, best = effective_votes([1, 8], np.array([[np.nan, 0], [0, 1]]))
    assert equal == pytest.approx(81 / 65) and best == pytest.approx(2)


def test_draws_weight_tasks():
    """A draw repeats tasks: two tasks with different ratios mix."""
    one = ErrorCorrelation(np.array([[[1.]], [[0.]]]),
                           np.array([[[2.]], [[1.]]]))
    assert one.rho()[0, 0] == pytest.approx(1 / 3)
    assert {*one.draws(50).ravel().round(6)} == {0, .5, round(1 / 3, 6)}
