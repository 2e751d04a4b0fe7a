"""Posteriors on voted labels: against dense twins, and their limits."""
import numpy as np
import pytest
from conftest import random_votes
from numpy.testing import assert_allclose, assert_array_equal

from benchmark_utils.aggregation import dawid_skene as full
from benchmark_utils.aggregation import one_coin as full_coin
from benchmark_utils.aggregation import restricted
from benchmark_utils.aggregation.voted_labels import (
    VotedLabels,
    label_majority,
    label_shares,
)
from benchmark_utils.votes import Votes


def dense(rows, votes):
    """Rows without any entry abstain."""
    T = rows.toarray()
    T[votes.per_task == 0] = np.nan
    return T


def masked_dawid_skene(votes, n_iter, known=None):
    """Dense Dawid-Skene, in loops, zero on labels without votes and on labels
    other than a known truth."""
    n, J, K = votes.n_tasks, votes.n_workers, votes.n_classes
    known = np.full(n, -1) if known is None else known
    counts = votes.counts()
    counts[known >= 0] = np.eye(K)[known[known >= 0]]
    voted = counts.sum(axis=1) > 0
    T = np.nan_to_num(votes.shares())
    T[known >= 0] = counts[known >= 0]
    for _ in range(n_iter):
        rho = T[voted].mean(axis=0)
        pi = np.zeros((J, K, K))
        for i, j, y in zip(votes.task, votes.worker, votes.label):
            pi[j, :, y] += T[i]
        pi /= np.maximum(pi.sum(axis=2, keepdims=True), 1e-300)
        T = np.zeros((n, K))
        for i in np.flatnonzero(voted):
            T[i] = rho * (counts[i] > 0)
            for j, y in zip(votes.worker[votes.task == i],
                            votes.label[votes.task == i]):
                T[i] *= pi[j, :, y]
            T[i] /= T[i].sum()
    return T, pi


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("n_iter", [1, 2, 7])
def test_dawid_skene_is_the_full_one_confined_to_voted_labels(seed, n_iter):
    votes, _ = random_votes(seed, n_classes=6)
    T, own = restricted.dawid_skene(votes, max_iter=n_iter, tol=0)
    expected, pi = masked_dawid_skene(votes, n_iter)
    voted = votes.per_task > 0
    assert_allclose(T.toarray()[voted], expected[voted], atol=1e-9)
    assert_allclose(own, pi[votes.worker, votes.label, votes.label],
                    atol=1e-9)


def some_known(seed):
    """Votes, and known truths of every other task, among them a task without
    votes and one without a vote for its truth."""
    votes, truth = random_votes(seed, n_classes=6)
    known = np.where(np.arange(votes.n_tasks) % 2 == 0, truth, -1)
    unvoted = np.flatnonzero((votes.counts() == 0).all(axis=1))[0]
    known[unvoted] = truth[unvoted]
    task = votes.task[0]
    known[task] = np.flatnonzero(votes.counts()[task] == 0)[0]
    return votes, known


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("n_iter", [1, 6])
def test_dawid_skene_keeps_known_truths(seed, n_iter):
    votes, known = some_known(seed)
    told = known >= 0
    T, own = restricted.dawid_skene(votes, n_iter, 0, known_truth=known)
    assert_array_equal(T.toarray()[told], np.eye(6)[known[told]])
    expected, pi = masked_dawid_skene(votes, n_iter, known)
    assert_allclose(T.toarray(), expected, atol=1e-9)
    assert_allclose(own, pi[votes.worker, votes.label, votes.label],
                    atol=1e-9)
    plain, _ = restricted.dawid_skene(votes, n_iter, 0)
    none, _ = restricted.dawid_skene(
        votes, n_iter, 0, known_truth=np.full(votes.n_tasks, -1))
    assert_array_equal(plain.toarray(), none.toarray())
    assert abs(plain - T).max() > .1


def test_one_coin_keeps_known_truths():
    """p after one step by hand, with known truths: (right + 1) / (n + 2)."""
    votes, known = some_known(0)
    T, p = restricted.one_coin(votes, max_iter=1, known_truth=known)
    told = known >= 0
    assert_array_equal(T.toarray()[told], np.eye(6)[known[told]])
    start = votes.shares()
    start[told] = np.eye(6)[known[told]]
    right = np.zeros(votes.n_workers)
    for i, j, y in zip(votes.task, votes.worker, votes.label):
        right[j] += start[i, y]
    n = votes.per_worker
    assert_allclose(p[n > 0], ((right + 1) / (n + 2))[n > 0])


def test_dawid_skene_is_the_full_one_where_all_labels_are_voted():
    rng = np.random.default_rng(0)
    n, J, K = 40, 12, 3
    label = rng.integers(K, size=(n, J))
    label[:, :K] = np.arange(K)  # each task has a vote for each class
    votes = Votes(np.repeat(np.arange(n), J), np.tile(np.arange(J), n),
                  label.ravel(), n, J, K)
    fit = full.dawid_skene(votes, max_iter=30, tol=0, smoothing=.1)
    T, _ = restricted.dawid_skene(votes, max_iter=30, tol=0, smoothing=.1)
    assert_allclose(T.toarray(), fit.T, atol=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_one_coin_confined(seed):
    """One E step from the shares: the full posterior, renormalised."""
    votes, _ = random_votes(seed, n_classes=5)
    T, p = restricted.one_coin(votes, max_iter=1)
    fit = full_coin.one_coin(votes, max_iter=1)
    expected = np.where(votes.counts() > 0, fit.T, 0)
    expected /= expected.sum(axis=1, keepdims=True)
    assert_allclose(dense(T, votes), expected, atol=1e-9)
    assert_allclose(p, fit.worker_score, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_shares_and_majority_are_the_dense_ones(monkeypatch, seed):
    monkeypatch.setattr(Votes, "many_classes", True)
    votes, _ = random_votes(seed)
    weight = np.random.default_rng(seed).random(len(votes))
    weight[votes.task == votes.task[0]] = 0  # plain shares there
    assert_allclose(dense(label_shares(votes), votes), votes.shares())
    assert_allclose(dense(label_shares(votes, weight), votes),
                    votes.shares(weight))
    assert_allclose(dense(label_majority(votes), votes), votes.majority())


def test_no_votes_at_all(monkeypatch):
    monkeypatch.setattr(Votes, "many_classes", True)
    empty = np.empty(0, int)
    votes = Votes(empty, empty, empty, 3, 2, 4)
    for rows in (label_shares(votes), label_majority(votes),
                 restricted.dawid_skene(votes)[0],
                 restricted.one_coin(votes)[0]):
        assert rows.shape == (3, 4) and rows.nnz == 0


def test_five_hundred_votes_on_a_task_do_not_underflow():
    rng = np.random.default_rng(1)
    task, worker = np.divmod(np.arange(3 * 500), 500)
    label = np.where(rng.random(1500) < .4, task, rng.integers(9, size=1500))
    T, _ = restricted.dawid_skene(Votes(task, worker, label, 3, 500, 9))
    assert np.isfinite(T.data).all()
    assert_allclose(T.sum(axis=1), 1)


def test_ten_thousand_classes_take_memory_of_the_votes():
    rng = np.random.default_rng(2)
    n, K = 20_000, 10_000
    task = np.repeat(np.arange(n), 2)
    votes = Votes(task, rng.integers(8000, size=2 * n),
                  rng.integers(K, size=2 * n), n, 8000, K)
    cells = VotedLabels(votes)
    assert len(cells) <= 2 * n
    T, own = restricted.dawid_skene(votes, max_iter=3)
    assert T.nnz <= 2 * n and len(own) == 2 * n
    assert_array_equal(np.diff(T.indptr) > 0, True)
