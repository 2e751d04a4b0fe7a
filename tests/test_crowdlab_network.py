"""CROWDLAB by hand, against a plain loop, and at its limits."""
from dataclasses import replace

import numpy as np
import pytest
from conftest import random_votes
from numpy.testing import assert_allclose

from benchmark_utils.aggregation.crowdlab import (
    crowdlab,
    majority_by,
    worker_agreement,
    worker_quality,
)
from benchmark_utils.training.cross_fit import cross_fit, majority_labels
from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import SoftLabels
from benchmark_utils.training.recipes import get_recipe
from benchmark_utils.votes import Votes


def small():
    """Task 0: three votes 0, 0, 1; tasks 1 and 2: two votes each, 1 1 and
    0 1; task 3: one vote, 1; task 4: none."""
    return Votes([0, 0, 0, 1, 1, 2, 2, 3], [0, 1, 2, 0, 2, 1, 2, 0],
                 [0, 0, 1, 1, 1, 0, 1, 1], 5, 4, 2)


P = np.array([[.7, .3], [.4, .6], [.2, .8], [.9, .1], [.6, .4]])


def test_by_hand():
    """The majorities 0, 1, 1 of the tasks with several votes (the classifier
    breaks task 2's tie) are the consensus, whose most frequent class misses
    1/3. P is the mean of 2/3, 1 and 1/2, the votes that agree.

    Worker 0: one of two others agree on task 0, one of one on task 1, 2/3;
    worker 1: one of two, none of one, 1/3; worker 2: none of two, one, none,
    1/4; worker 3 never voted, their mean. w_j = 1 - 3 (1 - a_j): 0 for all
    but worker 3, who does not matter. Of the classifier no error: w_M is the
    root of 2 votes a task.
    """
    votes = small()
    fit = crowdlab(votes, P, np.random.default_rng(0))
    np.testing.assert_array_equal(fit.consensus, [0, 1, 1, 0, 0])
    a = np.array([2 / 3, 1 / 3, 1 / 4, 5 / 12])
    assert_allclose(worker_agreement(votes), a)
    w = np.maximum(1 - 3 * (1 - a), 1e-6)
    assert_allclose(fit.worker_weight, w, atol=1e-9)
    assert_allclose(fit.network_weight, np.sqrt(2))
    right = (2 / 3 + 1 + 1 / 2) / 3
    expected = np.sqrt(2) * P[0] + w[:2].sum() * np.array(
        [right, 1 - right]) + w[2] * np.array([1 - right, right])
    assert_allclose(fit.posterior[0], expected / expected.sum())
    assert_allclose(fit.posterior[4], P[4])  # without votes


def test_a_weak_classifier_weighs_less():
    """One error of three, as many as of the most frequent class."""
    wrong = P.copy()
    wrong[1] = .6, .4
    fit = crowdlab(small(), wrong, np.random.default_rng(0))
    assert fit.network_weight < 1e-4


@pytest.mark.parametrize("seed", range(3))
def test_against_a_plain_loop(seed):
    votes, _ = random_votes(seed)
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(4), size=30)
    fit = crowdlab(votes, p, rng)
    w_M, w = fit.network_weight, fit.worker_weight
    right = np.mean([(votes.label[votes.task == i] == fit.consensus[i]).mean()
                     for i in range(28) if votes.per_task[i] > 1])
    quality, on_several = [[] for _ in range(9)], [[] for _ in range(9)]
    for i in range(30):
        mine = np.flatnonzero(votes.task == i)
        total, mass = w_M * p[i], w_M
        for v in mine:
            row = np.full(4, (1 - right) / 3)
            row[votes.label[v]] = right
            total = total + w[votes.worker[v]] * row
            mass += w[votes.worker[v]]
        assert_allclose(fit.posterior[i], total / mass)
        for v in mine:
            j, label = votes.worker[v], votes.label[v]
            quality[j].append(fit.posterior[i, label])
            if len(mine) > 1:
                on_several[j].append(label == fit.consensus[i])
    share = w_M / (w_M + votes.per_task[:28].mean() * w[:8].mean())
    got = worker_quality(votes, fit)
    for j in range(8):
        assert_allclose(got[j], share * np.mean(quality[j])
                        + (1 - share) * np.mean(on_several[j]))
    assert np.isnan(got[8])


def test_one_vote_a_task_leaves_workers_and_classifier_alike():
    """Weights are 1; P is the mean of p at the consensus, .7, and the
    consensus is what p prefers."""
    votes = Votes([0, 1, 2], [0, 1, 0], [1, 0, 1], 3, 2, 2)
    fit = crowdlab(votes, P[:3], np.random.default_rng(0))
    np.testing.assert_array_equal(fit.consensus, [0, 1, 1])
    pool = np.where(np.eye(2)[[1, 0, 1]], .7, .3)
    assert_allclose(fit.posterior, (P[:3] + pool) / 2)


def test_ties_go_to_the_classifier_and_then_to_chance():
    """One vote for each of two classes: the first consensus is what p prefers.
    """
    votes = Votes(np.repeat(np.arange(400), 2), np.tile([0, 1], 400),
                  np.tile([0, 1], 400), 400, 2, 2)
    p = np.tile([[.4, .6]], (400, 1))
    assert (crowdlab(votes, p, np.random.default_rng(0)).consensus == 1).all()
    even = majority_by(votes, np.full((400, 2), .5),
                       np.random.default_rng(0))
    assert .4 < even.mean() < .6


def test_names_tell_nothing():
    votes, _ = random_votes(0)
    rng = np.random.default_rng(1)
    p = rng.dirichlet(np.ones(4), size=30)
    tasks, workers = rng.permutation(30), rng.permutation(9)
    order = rng.permutation(len(votes))
    other = Votes(tasks[votes.task[order]], workers[votes.worker[order]],
                  votes.label[order], 30, 9, 4)
    p_other = np.empty_like(p)
    p_other[tasks] = p
    one = crowdlab(votes, p, np.random.default_rng(0))
    two = crowdlab(other, p_other, np.random.default_rng(0))
    assert_allclose(two.posterior[tasks], one.posterior)
    assert_allclose(worker_quality(other, two)[workers],
                    worker_quality(votes, one))


def test_cross_fit_predicts_what_it_did_not_learn():
    """The probabilities of each fold are those of a network trained on the
    labels of the other folds alone."""
    recipe = replace(get_recipe("mlp"), epochs=2)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(23, 3)).astype(np.float32)
    label = rng.integers(2, size=23)
    label[4] = -1
    p, predict = cross_fit(recipe, X, label, 2, seed=3)
    fold = np.random.default_rng(3).permutation(23) % 5
    every = []
    for hidden in range(5):
        learnt = (fold != hidden) & (label >= 0)
        network = Training(recipe, X[learnt], 2, 3).fit(
            SoftLabels(np.eye(2)[label[learnt]]))
        assert_allclose(p[fold == hidden],
                        network.probabilities(X[fold == hidden]), rtol=1e-5)
        every.append(network.probabilities(X[:3]))
    assert_allclose(predict(X[:3]), np.mean(every, axis=0), rtol=1e-5)


def test_cross_fit_without_any_other_label_is_uniform():
    p, _ = cross_fit(get_recipe("mlp"), np.zeros((5, 2), np.float32),
                     np.full(5, -1), 4, seed=0)
    assert_allclose(p, .25)


def test_majority_labels_break_ties_by_chance():
    votes = Votes(np.repeat(np.arange(500), 2), np.tile([0, 1], 500),
                  np.tile([0, 2], 500), 501, 2, 3)
    label = majority_labels(votes, np.random.default_rng(0))
    assert label[500] == -1
    assert set(label[:500]) == {0, 2} and .4 < (label[:500] == 2).mean() < .6
