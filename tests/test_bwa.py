import numpy as np
import pytest
from conftest import random_votes
from numpy.testing import assert_allclose

from benchmark_utils.aggregation.bwa import OneClass, bwa
from benchmark_utils.aggregation.truths import Truths
from benchmark_utils.votes import Votes


def naive_bwa(votes, a_v=15, strength=1, max_iter=500):
    """The formulas, dense in tasks x workers, each class to convergence."""
    n, K = votes.n_tasks, votes.n_classes
    W = np.zeros((n, votes.n_workers))
    np.add.at(W, (votes.task, votes.worker), 1)
    voted = votes.per_task > 0
    x_all, v_all = np.full((n, K), np.nan), []
    shares = np.nan_to_num(votes.shares())
    for k in range(K):
        y = np.zeros_like(W)
        np.add.at(y, (votes.task, votes.worker), votes.label == k)
        x = shares[:, k]
        b = a_v * 4 * (1 - 1 / K) * (
            votes.per_task * x * (1 - x)).sum() / len(votes)
        for _ in range(max_iter):
            before, mean = x, x[voted].mean()
            # y votes of k at distance x - 1, the others at distance x.
            squares = (y * (x[:, None] - 1) ** 2
                       + (W - y) * x[:, None] ** 2).sum(axis=0)
            v = (a_v + W.sum(axis=0)) / (b + squares)
            x = (strength * mean + y @ v) / (strength + W @ v) * voted
            if np.allclose(x, before, rtol=1e-3, atol=1e-8):
                break
        x_all[voted, k] = x[voted]
        v_all.append(v)
    return x_all, np.array(v_all)


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_the_naive_twin(seed):
    votes, _ = random_votes(seed)
    fit = bwa(votes)
    x, v = naive_bwa(votes)
    assert_allclose(fit.x, x, atol=1e-10)
    assert_allclose(fit.T, x / x.sum(axis=1, keepdims=True), atol=1e-10)
    precision = 1 / np.mean(1 / v, axis=0)
    assert_allclose(fit.precision, np.where(votes.per_worker > 0, precision,
                                            np.nan), atol=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_options_reach_the_updates(seed):
    votes, _ = random_votes(seed)
    x, _ = naive_bwa(votes, a_v=3, strength=2.5)
    assert_allclose(bwa(votes, a_v=3, strength=2.5).x, x, atol=1e-10)
    one_step, _ = naive_bwa(votes, max_iter=1)
    assert_allclose(bwa(votes, max_iter=1).x, one_step, atol=1e-10)


@pytest.mark.parametrize("seed", range(4))
def test_updates_never_lower_the_log_posterior(seed):
    votes, _ = random_votes(seed, n_votes=90)
    traces = bwa(votes).log_posteriors
    assert set(traces) == set(votes.label)
    for trace in traces.values():
        assert len(trace) > 2 and np.diff(trace).min() > -1e-9
        assert np.ptp(trace) > 0


def test_once_drops_equal_votes_and_shares_a_precision():
    """Worker 0 voted 1 three times and 0 once on task 0; this counts as one
    vote for each class and one voter."""
    task, worker = [0, 0, 0, 0, 0, 1, 1], [0, 0, 0, 0, 1, 0, 1]
    votes = Votes(task, worker, [1, 1, 1, 0, 1, 0, 0], 2, 2, 2)
    distinct = Votes([0, 0, 0, 1, 1], [0, 0, 1, 0, 1], [0, 1, 1, 0, 0],
                     2, 2, 2)
    fit = bwa(votes, max_iter=1, repeated="once")
    shares = distinct.shares()[:, 1]  # 2/3, 0
    W = np.ones((2, 2))
    y = np.array([[1, 1], [0, 0]])
    b = 15 * 4 * .5 * (2 * shares * (1 - shares)).sum() / 4
    # Worker 0 on task 0: one distance, to a vote for 1.
    v = (15 + 2) / (b + ((shares[:, None] - y) ** 2).sum(axis=0))
    x = (shares.mean() + y @ v) / (1 + W @ v)
    assert_allclose(fit.x[:, 1], x)
    all_count = bwa(votes, max_iter=1).x[:, 1]
    assert np.abs(all_count - x).max() > .01


def test_cancellation_leaves_no_negative_square():
    """With x near all votes, the sum of squares, a difference of large sums,
    is rounded below 0 for some x; no precision may be negative."""
    votes = Votes(np.arange(1000) % 10, np.zeros(1000, int),
                  np.ones(1000, int), 10, 1, 2)
    W = votes.answer_matrix  # one worker, one answer
    step = OneClass(W, Truths(votes), 1, 15, 1e-300, 1)
    rounded = []
    for off in 10. ** -np.arange(7, 16):
        x = np.full(10, 1 - off)
        rounded.append((W.T @ x ** 2 - 2 * (W.T @ x) + 1000).item())
        _, v, _ = step.m_step(x)
        assert (v > 0).all()
    assert min(rounded) < 0
