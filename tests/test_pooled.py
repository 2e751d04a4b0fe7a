"""Confusion matrices shrunk to that of all votes, and worker scores."""
import numpy as np
import pytest
from benchopt_internals import solver_classes
from conftest import random_votes
from numpy.testing import assert_allclose

from benchmark_utils.aggregation.confusion import ConfusionModel
from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.spammers import spammer_score
from benchmark_utils.votes import Votes


def matrices(votes, T, c):
    """(n^j_kl + c G_kl) / (n^j_k. + c) of all workers, (W, K, K), and G."""
    K, n = votes.n_classes, np.zeros((votes.n_workers, votes.n_classes,
                                      votes.n_classes))
    for i, j, answer in zip(votes.task, votes.worker, votes.label):
        n[j, :, answer] += T[i]
    G = n.sum(axis=0)
    G /= G.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):  # classes that a worker never met
        pi = (n + c * G) / (n.sum(axis=2, keepdims=True) + c)
    assert pi.shape[1:] == (K, K)
    return pi, G


@pytest.mark.parametrize("c", [.5, 3.0])
def test_pooled_step_by_the_formula(c):
    votes, _ = random_votes(0)
    model = ConfusionModel(votes, pooled=c)
    # Not the start, whose counts are symmetric in truth and label.
    T = np.random.default_rng(1).dirichlet(np.ones(4), votes.n_tasks)
    T[votes.per_task == 0] = 0
    pi, _ = matrices(votes, T, c)
    assert_allclose(np.exp(model.m_step(T)),
                    pi[votes.answer_worker, :, votes.answer_label])


def test_pooled_rows_sum_to_one():
    """Two workers who gave all labels."""
    rng = np.random.default_rng(0)
    votes = Votes(np.repeat(np.arange(60), 2), np.tile([0, 1], 60),
                  rng.integers(3, size=120), 60, 2, 3)
    pi = np.exp(ConfusionModel(votes, pooled=2.0).m_step(votes.shares()))
    assert_allclose(pi.reshape(2, 3, 3).sum(axis=1), 1)


def test_no_pooling_is_dawid_skene_and_much_is_one_common_matrix():
    votes, _ = random_votes(1)
    none, much = dawid_skene(votes, pooled=0), dawid_skene(
        votes, pooled=1e9, max_iter=5)
    np.testing.assert_array_equal(none.T, dawid_skene(votes).T)
    for label in range(votes.n_classes):
        rows = much.pi[votes.answer_label == label]
        assert len(rows) > 4
        assert_allclose(rows, np.tile(rows[0], (len(rows), 1)), rtol=1e-6)
    # One matrix for all: tasks with the same votes have the same posterior.
    _, same = np.unique(votes.counts(), axis=0, return_inverse=True)
    T = np.nan_to_num(much.T)
    for group in range(same.max() + 1):
        assert np.ptp(T[same == group], axis=0).max() < 1e-6


def naive_spammer_score(pi):
    """Raykar and Yu's eq. 8 over the rows of classes that were met."""
    score = []
    for matrix in pi:
        rows = matrix[~np.isnan(matrix).any(axis=1)]
        R = len(rows)
        pairs = [((rows[k] - rows[m]) ** 2).sum()
                 for k in range(R) for m in range(k)]
        score.append(sum(pairs) / (R * (R - 1)) if R > 1 else np.nan)
    return np.array(score)


@pytest.mark.parametrize("c", [0, .5, 3])
@pytest.mark.parametrize("seed", range(3))
def test_spammer_score_of_sparse_and_of_whole_matrices(seed, c):
    votes, _ = random_votes(seed, n_votes=60)
    # Some tasks are certainly class 0, so some workers met no other class.
    T = np.nan_to_num(votes.majority())
    T[:15] = np.eye(4)[0] * (votes.per_task[:15, None] > 0)
    model = ConfusionModel(votes)
    counts, _ = model.count(T)
    pi, G = matrices(votes, T, c)
    expected = naive_spammer_score(pi)
    expected[votes.per_worker == 0] = np.nan
    assert_allclose(spammer_score(votes, counts, c * G), expected, atol=1e-12)
    if not c:
        assert_allclose(spammer_score(votes, counts), expected, atol=1e-12)


def test_one_class_met_has_no_score():
    """Worker 0 voted on tasks of class 0 only, worker 1 on both classes."""
    votes = Votes([0, 1, 0, 2], [0, 0, 1, 1], [0, 1, 0, 1], 3, 3, 2)
    T = np.array([[1., 0], [1, 0], [0, 1]])
    counts, _ = ConfusionModel(votes).count(T)
    np.testing.assert_array_equal(spammer_score(votes, counts),
                                  [np.nan, 1, np.nan])


def test_scores_in_chunks(monkeypatch):
    from benchmark_utils.aggregation import spammers
    votes, _ = random_votes(4)
    fit = dawid_skene(votes)
    whole = spammer_score(votes, fit.pi)
    monkeypatch.setattr(spammers, "CHUNK", 3)
    np.testing.assert_array_equal(spammer_score(votes, fit.pi), whole)


def test_hier_ds_scores_its_own_matrices(benchmark):
    votes, _ = random_votes(2)
    solver = solver_classes(benchmark)["HierDS"].get_instance(pooled=2.0)
    solver.set_objective(votes=votes)
    solver.run(None)
    pi, _ = matrices(votes, np.nan_to_num(solver.soft_labels), 2.0)
    expected = naive_spammer_score(pi)
    expected[votes.per_worker == 0] = np.nan
    assert_allclose(solver.worker_score, expected, atol=1e-12)
