"""Influence of votes and workers, by central differences and retraining."""
import numpy as np
import pytest
from conftest import random_votes
from numpy.testing import assert_allclose
from scipy.stats import spearmanr

from benchmark_utils.aggregation.influence import Pipeline, RidgeSoftmax
from benchmark_utils.aggregation.influence_labels import (
    NotConverged,
    SmoothDawidSkene,
    accuracy_by_agreement,
)
from benchmark_utils.crowds.simulation import draw_votes
from benchmark_utils.scoring.workers import leave_one_out_values
from benchmark_utils.votes import Votes


def toy(seed=0):
    """Votes with repeats, tasks and workers without any, inputs, a test set.
    """
    votes, truth = random_votes(seed, n_tasks=14, n_workers=6, n_classes=3,
                                n_votes=60)
    rng = np.random.default_rng(seed)
    centre = rng.normal(size=(3, 4))
    y = rng.integers(3, size=20)
    return (votes, centre[truth] + rng.normal(size=(14, 4)),
            centre[y] + rng.normal(size=(20, 4)), y)


@pytest.mark.parametrize("seed", range(3))
def test_gradient_matches_central_differences(seed):
    """The whole pipeline, fitted to 1e-12 at w + h and at w - h."""
    votes, X, X_test, y_test = toy(seed)
    assert len(np.unique(votes.task * 6 + votes.worker)) < len(votes)
    pipeline = Pipeline(votes, X, smoothing=2.0)
    worth = pipeline.value(X_test, y_test)
    numeric, h = np.empty(len(votes)), 1e-4
    for vote in range(len(votes)):
        ends = []
        for sign in (1, -1):
            weight = np.ones(len(votes))
            weight[vote] += sign * h
            _, theta = pipeline.fit(weight, tol=1e-12)
            ends.append(pipeline.loss(theta, X_test, y_test))
        numeric[vote] = (ends[0] - ends[1]) / (2 * h)
    assert np.abs(numeric).max() > 1e-3
    assert_allclose(worth.vote_gradient, numeric, atol=1e-6)
    assert_allclose(worth.contribution, -np.bincount(
        votes.worker, numeric, minlength=6), atol=1e-6)
    assert worth.contribution[5] == worth.removal[5] == 0  # never voted


def test_pull_back_is_the_transpose_of_the_step():
    """<u, dF/dT d> = <(dF/dT)^T u, d>, d any direction."""
    votes, *_ = toy()
    model = SmoothDawidSkene(votes, 2.0)
    T, V = model.fit(), model.matrix(model.ones)
    rng = np.random.default_rng(1)
    u, d = rng.normal(size=(2, *T.shape))
    h = 1e-5
    forward = (model.step(T + h * d, V) - model.step(T - h * d, V)) / (2 * h)
    assert_allclose((u * forward).sum(), (model.pull_back(T, V, u)[0]
                                          * d).sum(), rtol=1e-7)


def test_removal_is_one_step_without_the_worker():
    votes, X, X_test, y_test = toy()
    pipeline = Pipeline(votes, X, smoothing=2.0)
    worth = pipeline.value(X_test, y_test)
    model, T = pipeline.labels, worth.T
    V = model.matrix(model.ones)
    rows = model.without_worker(T, V)
    for j in range(5):
        step = model.step(T, model.matrix((votes.worker != j) * 1.0))
        mine = model.cells % 6 == j
        assert_allclose(rows[mine], step[model.cells[mine] // 6], atol=1e-9)
        others = np.setdiff1d(np.arange(14), model.cells[mine] // 6)
        assert_allclose(T[others], step[others], atol=1e-9)


def test_the_fixed_point_is_dawid_skene_as_smoothing_vanishes():
    from benchmark_utils.aggregation.dawid_skene import dawid_skene
    votes, _ = random_votes(3, n_votes=400)
    T = SmoothDawidSkene(votes, 1e-9).fit(tol=1e-9)
    voted = votes.per_task > 0
    assert_allclose(T[voted], dawid_skene(votes, 5000, 1e-14).T[voted],
                    atol=1e-4)


def test_softmax_regression_is_scikit_learns():
    from sklearn.linear_model import LogisticRegression
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(80, 5)), rng.integers(3, size=80)
    theta = RidgeSoftmax(X, ridge=.1).fit(np.eye(3)[y])
    other = LogisticRegression(C=1 / (.1 * 80), fit_intercept=False,
                               tol=1e-10, max_iter=10_000).fit(X, y).coef_
    assert_allclose(theta.T, other, atol=1e-6)


def test_what_does_not_converge_says_so():
    votes, *_ = toy()
    with pytest.raises(NotConverged, match="after 2 steps; more smoothing"):
        SmoothDawidSkene(votes).fit(max_iter=2)
    with pytest.raises(ValueError, match="smoothing must be above 0, got 0"):
        SmoothDawidSkene(votes, 0)
    with pytest.raises(ValueError, match="ridge must be above 0, got 0"):
        RidgeSoftmax(np.ones((2, 2)), 0)


@pytest.mark.parametrize("K, accuracy", [(2, .8), (4, .4), (10, .95),
                                         (3, 1 / 3)])
def test_accuracy_is_read_off_agreement(K, accuracy):
    """Equal workers with uniform errors: the estimate is their accuracy, up
    to the sampling error of 20,000 tasks with three votes each."""
    rng = np.random.default_rng(0)
    confusion = np.full((5, K, K), (1 - accuracy) / (K - 1))
    confusion[:, range(K), range(K)] = accuracy
    votes = draw_votes(rng, rng.integers(K, size=20_000), confusion, 3)
    # At chance the root turns an error of .002 in agreement into .04.
    assert abs(accuracy_by_agreement(votes) - accuracy) < (
        .05 if accuracy == 1 / K else .01)


def test_accuracy_by_agreement_by_hand():
    """One of three pairs agrees, and half of the pseudo-pair: a = 1.5 / 4 is
    below chance, 1 / 2. If all agree, a = 6.5 / 7 for two classes."""
    assert accuracy_by_agreement(
        Votes([0, 0, 0], [0, 1, 2], [0, 0, 1], 1, 3, 2)) == .5
    assert accuracy_by_agreement(
        Votes([0, 0, 0], [0, 1, 2], [0, 0, 0], 1, 3, 2)) == pytest.approx(
        (1 + np.sqrt(2 * 6.5 / 7 - 1)) / 2)
    alone = Votes([0, 1], [0, 1], [0, 1], 2, 2, 4)
    assert accuracy_by_agreement(alone) == 1 / 4
    # All votes are right, and no logarithm of zero is taken.
    perfect = Votes(np.repeat(np.arange(6), 3), np.tile([0, 1, 2], 6),
                    np.repeat(np.arange(6) % 2, 3), 6, 3, 2)
    T = SmoothDawidSkene(perfect).fit()
    assert np.isfinite(T).all() and T.max(axis=1).min() > .99


@pytest.mark.exhaustive
def test_contributions_follow_retraining_on_digits(solve):
    """Leave-one-worker-out on the test set against the gradient on the
    validation set, and against the gradient on the test set itself."""
    rank = {name: [] for name in ("gold", "removal", "count", "test")}
    for r in range(3):
        data, _, scores = solve("Digits", "Influence", r)
        rank["gold"].append(scores["leave_one_out_corr"])
        rank["removal"].append(solve(
            "Digits", "Influence", r, solver_options=dict(step="removal"))[2][
            "leave_one_out_corr"])
        _, counted, scores = solve("Digits", "VoteCount", r)
        rank["count"].append(scores["leave_one_out_corr"])
        np.testing.assert_array_equal(counted["worker_score"],
                                      data["votes"].per_worker)
        pipeline = Pipeline(data["votes"], data["X"])
        rank["test"].append(spearmanr(
            pipeline.value(data["X_test"], data["y_test"]).contribution,
            leave_one_out_values(solve.objective.problem.original))[0])
    mean = {name: np.mean(values) for name, values in rank.items()}
    print({name: f"{mean[name]:.2f} ± {np.std(v, ddof=1):.2f}"
           for name, v in rank.items()})
    for name in ("gold", "removal", "test"):
        assert mean[name] >= max(.5, mean["count"] + .3), rank
