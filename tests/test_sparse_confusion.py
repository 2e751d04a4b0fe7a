"""Dawid-Skene that skips exact zeros equals the dense steps."""
import itertools

import numpy as np
import pytest
from conftest import random_votes
from numpy.testing import assert_allclose

from benchmark_utils.aggregation import sparse_confusion
from benchmark_utils.aggregation.dawid_skene import accuracies, dawid_skene
from benchmark_utils.aggregation.spammers import spammer_score
from benchmark_utils.label_rows import dense, is_sparse
from benchmark_utils.votes import Votes


def single_worker():
    label = np.array([0, 2, 2, 5, 1])
    return Votes(np.arange(5), np.zeros(5, int), label, 7, 1, 6)


CROWDS = {
    "few classes, repeated votes": random_votes(0)[0],
    "repeated votes": random_votes(1, n_tasks=20, n_classes=7)[0],
    "many classes": random_votes(2, 200, 60, 50, 700)[0],
    "many classes, few votes": random_votes(3, 300, 90, 80, 400)[0],
    "one class": random_votes(4, n_classes=1)[0],
    "one worker": single_worker(),
}


@pytest.fixture
def always(monkeypatch):
    """Sparse steps for all votes."""
    monkeypatch.setattr(sparse_confusion, "FEW", 0)
    monkeypatch.setattr(sparse_confusion, "COST", 0)


@pytest.mark.parametrize("n_iter", [1, 2, 15])
@pytest.mark.parametrize("name", CROWDS)
def test_zeros_are_skipped_and_nothing_else(name, n_iter, always,
                                            monkeypatch):
    votes = CROWDS[name]
    skipping = dawid_skene(votes, n_iter, -1)
    monkeypatch.setattr(sparse_confusion, "FEW", np.inf)
    full = dawid_skene(votes, n_iter, -1)
    assert is_sparse(skipping.pi) and not is_sparse(full.pi)
    assert_allclose(skipping.T, full.T, atol=1e-9)  # NaN without votes
    assert np.isnan(full.T).any() == (votes.per_task == 0).any()
    assert_allclose(dense(skipping.pi), full.pi, atol=1e-9)
    assert_allclose(skipping.rho, full.rho, atol=1e-12)
    assert_allclose(skipping.log_likelihoods, full.log_likelihoods)
    for of in accuracies, lambda votes, fit: spammer_score(votes, fit.pi):
        assert_allclose(of(votes, skipping), of(votes, full), atol=1e-9)


def test_the_posterior_may_become_dense_on_the_way(always, monkeypatch):
    """Once the sparse steps are slower, the dense steps take over."""
    votes, expected = CROWDS["many classes"], []
    for answers in (itertools.repeat(True), iter([True, True])):
        monkeypatch.setattr(
            sparse_confusion.SparseConfusionModel, "pays",
            lambda self, T, answers=answers: next(answers, False))
        expected.append(dawid_skene(votes, 8, -1))
    assert is_sparse(expected[0].pi) and not is_sparse(expected[1].pi)
    assert_allclose(expected[0].T, expected[1].T, atol=1e-9)


def test_small_crowds_and_dense_posteriors_keep_the_dense_steps(monkeypatch):
    """With pseudo-votes, known truths or few classes the steps are dense."""
    many, few = CROWDS["many classes"], CROWDS["few classes, repeated votes"]
    assert not is_sparse(dawid_skene(many, 2).pi)
    monkeypatch.setattr(sparse_confusion, "FEW", 0)
    assert is_sparse(dawid_skene(many, 2).pi)
    assert not is_sparse(dawid_skene(few, 2).pi)
    assert not is_sparse(dawid_skene(many, 2, smoothing=.1).pi)
    assert not is_sparse(dawid_skene(many, 2, pooled=1.0).pi)
    known = np.full(many.n_tasks, -1)
    known[:3] = 7, 8, 9
    fit = dawid_skene(many, 2, known_truth=known)
    assert not is_sparse(fit.pi)
    assert_allclose(fit.T[:3], np.eye(many.n_classes)[known[:3]])


def test_no_votes_at_all(always):
    empty = np.empty(0, int)
    fit = dawid_skene(Votes(empty, empty, empty, 3, 2, 4), 3)
    assert np.isnan(fit.T).all() and fit.pi.shape == (0, 4)


@pytest.mark.parametrize("threshold", [0.0, .5])
def test_solvers_take_sparse_confusions(solve, monkeypatch, threshold):
    """DS, with and without dropped workers, and WDS."""
    options = dict(dataset_options=dict(
        n_tasks=200, n_workers=40, n_classes=30, votes_per_task=3))
    runs = [("DS", dict(spammer_threshold=threshold)), ("WDS", {})]

    def answers():
        return [solve("PlantNetLike", name, solver_options=own, **options)[1]
                for name, own in runs]

    full = answers()
    monkeypatch.setattr(sparse_confusion, "FEW", 0)
    for before, now in zip(full, answers()):
        for score in ("soft_labels", "worker_score"):
            assert_allclose(now[score], before[score], atol=1e-9)
