"""The emission model of all methods, and the held-out score."""
import numpy as np
import pytest
from conftest import random_votes, toy_votes
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.emission import fit_emission
from benchmark_utils.aggregation.held_out import (
    HeldOut,
    cross_fit,
    held_out,
    hidden_folds,
    hold_out,
    temper,
)
from benchmark_utils.votes import Votes


def naive_confusions(votes, T, strength):
    """(n_workers, K, K) by a loop over votes."""
    K = votes.n_classes
    n, G = np.zeros((votes.n_workers, K, K)), np.full((K, K), 1 / K)
    for i, j, y in zip(votes.task, votes.worker, votes.label):
        if not np.isnan(T[i]).any():
            n[j, :, y] += T[i]
            G[:, y] += T[i]
    G /= G.sum(axis=1, keepdims=True)
    return (n + strength * G) / (n.sum(axis=2, keepdims=True) + strength)


@given(st.integers(0, 10 ** 6), st.sampled_from([.1, 3.0, 50.0]))
def test_emission_matches_a_loop_over_votes(seed, strength):
    votes, _ = random_votes(seed)
    T = dawid_skene(votes, 3).T
    T[seed % 20] = np.nan  # the method abstains on a task with votes
    model = fit_emission(votes, T, strength)
    expected = naive_confusions(votes, T, strength)
    for j in range(votes.n_workers):
        assert_allclose(model.confusion(j), expected[j], atol=1e-12)
    assert_allclose(model.vote_likelihood(votes),
                    expected[votes.worker, :, votes.label], atol=1e-12)
    known = ~np.isnan(T).any(axis=1)
    assert_allclose(model.prevalence, (T[known].sum(axis=0) + 1 / 4) / (
        known.sum() + 1))


def test_emission_by_hand():
    # truth 1, 0, 1: w1 votes 0 on truth 1 once and 1 on truth 1 once.
    votes = toy_votes()
    model = fit_emission(votes, np.eye(2)[[1, 0, 1]])
    # All votes: truth 0 has votes 1, 0, 0; truth 1 has 0 once, 1 five times.
    assert_allclose(model.crowd, [[2.5 / 4, 1.5 / 4], [1.5 / 7, 5.5 / 7]])
    assert_allclose(model.confusion(1)[1], [
        (1 + 3 * 1.5 / 7) / 5, (1 + 3 * 5.5 / 7) / 5])
    assert_allclose(model.confusion(1)[0], model.crowd[0])  # never met
    assert_allclose(model.prevalence, [1.5 / 4, 2.5 / 4])


def test_new_workers_and_labels_have_the_probability_of_all_votes():
    votes = Votes([0, 1], [0, 0], [0, 1], 2, 2, 3)
    model = fit_emission(votes, np.eye(3)[:2])
    assert_allclose(model.confusion(1), model.crowd)
    assert (model.pi([0], [2]) > 0).all()
    empty = fit_emission(Votes(*np.zeros((3, 0), int), 2, 2, 3),
                         np.full((2, 3), np.nan))
    assert_allclose(empty.confusion(0), 1 / 3)


def test_emission_refuses_other_shapes():
    votes = toy_votes()
    with pytest.raises(ValueError, match=r"shape \(3, 2\), got \(3, 3\)"):
        fit_emission(votes, np.ones((3, 3)))
    with pytest.raises(ValueError, match="strength must be above 0, got 0"):
        fit_emission(votes, votes.shares(), 0)
    with pytest.raises(ValueError, match="n_folds must be at least 2, got 1"):
        hold_out(votes, n_folds=1)


@given(st.integers(0, 10 ** 6), st.integers(2, 6))
def test_every_task_keeps_a_voter_and_repeats_go_together(seed, n_folds):
    votes, _ = random_votes(seed)
    fold = hold_out(votes, seed, n_folds)
    for i in range(votes.n_tasks):
        here = votes.task == i
        of_worker = {}
        for j, f in zip(votes.worker[here], fold[here]):
            assert of_worker.setdefault(j, f) == f
        folds = list(of_worker.values())
        if len(folds) < 2:
            assert set(folds) <= {-1}
            continue
        sizes = np.bincount(folds, minlength=n_folds)
        assert sizes.sum() == len(folds) > sizes.max()
        assert sizes.max() - sizes.min() <= 1
    assert (hold_out(votes, seed, n_folds) == fold).all()


def test_folds_are_of_equal_size_and_drawn_at_random():
    votes = Votes(np.repeat(np.arange(3000), 3), np.tile([0, 1, 2], 3000),
                  np.zeros(9000, int), 3000, 3, 2)
    # 9,000 draws of a fold in 5: standard deviation 38 at most.
    for worker in range(3):
        sizes = np.bincount(hold_out(votes)[votes.worker == worker])
        assert len(sizes) == 5 and np.abs(sizes - 600).max() < 110


def test_large_crowds_hide_as_many_folds_as_are_enough():
    fold = np.repeat([-1, 0, 1, 2, 3, 4], 10)
    assert hidden_folds(fold) == [0, 1, 2, 3, 4]
    assert hidden_folds(fold, enough=10) == [0]
    assert hidden_folds(fold, enough=11) == [0, 1]
    assert hidden_folds(np.full(5, -1)) == []


def test_held_out_score_by_hand():
    # Fold 0 hides w1's vote on task 0; the labels say 1, 0, 1 in all.
    votes = toy_votes()
    fold = np.array([-1, 0, -1, -1, -1, -1, -1, -1, -1])
    T = np.array([[.25, .75], [1, 0], [0, 1]])
    score = held_out(votes, {0: T}, fold)
    shown = votes.select(fold != 0)
    pi = naive_confusions(shown, T, 3.0)[1, :, 0]
    assert score.vote.tolist() == [1] and score.task.tolist() == [0]
    assert_allclose(score.log_likelihoods(),
                    np.log(.25 * pi[0] + .75 * pi[1]))
    # At temperature 1/2 the soft label is .1, .9.
    assert_allclose(score.nll(.5), -np.log(.1 * pi[0] + .9 * pi[1]))


def test_a_method_that_abstains_is_scored_by_its_prevalence():
    votes = toy_votes()
    fold = np.array([-1, 0, -1, -1, -1, -1, -1, -1, -1])
    T = np.array([[np.nan, np.nan], [.2, .8], [.2, .8]])
    score = held_out(votes, {0: T}, fold)
    assert_allclose(score.T, [[(.4 + .5) / 3, (1.6 + .5) / 3]])


def test_true_labels_make_hidden_votes_likelier_than_shuffled_ones():
    votes, truth = random_votes(0, n_tasks=200, n_votes=2000)
    right = np.eye(4)[truth]
    wrong = right[np.random.default_rng(0).permutation(200)]
    assert (cross_fit(votes, lambda shown: right).nll() + .2
            < cross_fit(votes, lambda shown: wrong).nll())
    # Labels of a method lie between.
    assert (cross_fit(votes, lambda shown: right).nll()
            < cross_fit(votes, lambda shown: shown.shares()).nll()
            < cross_fit(votes, lambda shown: wrong).nll())


def test_the_score_ignores_a_permutation_of_the_classes():
    # A documented limit of the score.
    votes, truth = random_votes(1)
    T = np.eye(4)[truth]
    assert_allclose(cross_fit(votes, lambda shown: T).nll(),
                    cross_fit(votes, lambda shown: T[:, [1, 2, 3, 0]]).nll())


def test_nothing_to_hide_is_nan():
    votes = Votes([0, 1], [0, 1], [0, 1], 2, 2, 2)
    score = cross_fit(votes, lambda shown: shown.shares())
    assert isinstance(score, HeldOut) and np.isnan(score.nll())


def test_temper():
    T = np.array([[.9, .1], [.5, .5], [1, 0]])
    assert_allclose(temper(T, 1), T, atol=1e-12)
    assert_allclose(temper(T, 2)[0], [.75, .25])
    assert_allclose(temper(T, .5)[0], [81 / 82, 1 / 82])
    assert_allclose(temper(T, 1e9), .5, atol=1e-5)
