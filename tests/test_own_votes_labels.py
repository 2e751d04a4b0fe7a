"""Labels, their probabilities, the check of the method, fewer votes."""
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from conftest import random_votes
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from benchmark_utils.aggregation.committee import committee
from benchmark_utils.aggregation.held_out import temper
from benchmark_utils.own_votes import aggregate, analysis, method_check
from benchmark_utils.own_votes import learning_curve as curves
from benchmark_utils.own_votes.learning_curve import more_votes, subsample
from benchmark_utils.own_votes.method_check import (
    Check,
    check,
    tasks_that_differ,
)
from benchmark_utils.own_votes.probabilities import (
    best_labels,
    calibrated,
    design_effect,
    fit_labels,
    keep_on_top,
)
from benchmark_utils.reading import vote_tables
from benchmark_utils.reading.files import BadFile
from benchmark_utils.scoring.calibration import calibration_error
from benchmark_utils.scoring.label_probabilities import label_reliability
from benchmark_utils.votes import Votes


def distributions(seed, n=40, K=4):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.full(K, .3), size=n)


def test_tempering_by_hand():
    # 1 vote: unchanged. 6 votes at correlation .2: t = 2, square roots.
    T = np.array([[.9, .1], [.9, .1], [1, 0], [np.nan, np.nan]])
    t = design_effect(np.array([1, 6, 6, 0]), correlation=.2)
    assert_allclose(t, [1, 2, 2, 1])
    soft = temper(T, t)
    assert_allclose(soft[0], [.9, .1])
    assert_allclose(soft[1], [.75, .25])
    assert soft[2, 0] > .999 and np.isnan(soft[3]).all()


def test_independent_votes_are_not_tempered():
    assert_allclose(design_effect(np.arange(9), correlation=0), 1)
    T = distributions(0)
    assert_allclose(temper(T, np.ones(40)), T)


def test_many_equal_votes_are_never_certain():
    """n votes weigh at most 1 / correlation: the posterior of n equal votes
    has a limit below 1."""
    n = np.array([1, 10])
    odds = 3.0 ** -n  # of the other class, product of n votes
    T = np.stack([1 / (1 + odds), odds / (1 + odds)], axis=1)
    top = temper(T, design_effect(n, .4))[:, 0]
    assert top[0] < top[1] < 3 ** 2.5 / (1 + 3 ** 2.5)


@given(st.integers(0, 10 ** 6))
def test_the_label_stays_on_top_and_as_little_sharp_as_that_takes(seed):
    sharp, soft = distributions(seed), distributions(seed + 1)
    label = sharp.argmax(axis=1)
    mixed = keep_on_top(sharp, soft, label)
    assert_allclose(mixed.sum(axis=1), 1)
    row = np.arange(len(label))
    assert (mixed[row, label] >= mixed.max(axis=1) - 1e-9).all()
    # Where the soft one agrees nothing is mixed in; elsewhere it is a tie.
    agrees = soft.argmax(axis=1) == label
    assert_allclose(mixed[agrees], soft[agrees])
    others = mixed.copy()
    others[row, label] = -1
    assert_allclose(others.max(axis=1)[~agrees],
                    mixed[row, label][~agrees], atol=1e-6)


def test_ties_are_broken_at_random_and_the_same_way_by_the_same_seed():
    T = np.full((3000, 3), 1 / 3)
    T[0] = np.nan
    label = best_labels(T, np.random.default_rng(0))
    assert label[0] == -1
    # 1,000 each, standard deviation 26.
    assert np.abs(np.bincount(label[1:]) - 1000).max() < 110
    assert_array_equal(label, best_labels(T, np.random.default_rng(0)))
    assert_array_equal(best_labels(np.eye(3), np.random.default_rng(0)),
                       [0, 1, 2])


def crowd_with_hard_tasks(seed, n_tasks=1500, votes_per_task=9, hard=.3):
    """On hard tasks everybody errs towards one wrong class in half of the
    cases, so that votes are not independent given the truth."""
    rng = np.random.default_rng(seed)
    K, n_workers = 4, 60
    truth = rng.integers(K, size=n_tasks)
    decoy = (truth + rng.integers(1, K, size=n_tasks)) % K
    is_hard = rng.random(n_tasks) < hard
    task = np.repeat(np.arange(n_tasks), votes_per_task)
    worker = rng.random((n_tasks, n_workers)).argsort(axis=1)[
        :, :votes_per_task].ravel()
    right = np.where(is_hard, .45, .8)[task] > rng.random(len(task))
    to_decoy = is_hard[task] & (rng.random(len(task)) < .9)
    wrong = np.where(to_decoy, decoy[task], (
        truth[task] + rng.integers(1, K, size=len(task))) % K)
    label = np.where(right, truth[task], wrong)
    return Votes(task, worker, label, n_tasks, n_workers, K), truth


def test_probabilities_are_calibrated_where_dawid_skene_is_not():
    votes, truth = crowd_with_hard_tasks(0)
    fit = committee(votes)
    label = best_labels(fit.T, np.random.default_rng(0))
    p = calibrated(fit, votes, label)
    error = {name: calibration_error(label_reliability(T, truth))
             for name, T in dict(DS=fit.members["DS"], ours=p).items()}
    assert error["ours"] < error["DS"] / 2
    assert_array_equal(p.argmax(axis=1), label)


def test_tasks_without_votes_have_no_label_and_no_probability():
    votes, _ = random_votes(0)  # the last two tasks have none
    fit = committee(votes)
    label = best_labels(fit.T, np.random.default_rng(0))
    p = calibrated(fit, votes, label)
    assert (label[-2:] == -1).all() and (label[:-2] >= 0).all()
    assert np.isnan(p[-2:]).all() and not np.isnan(p[:-2]).any()
    assert_allclose(p[:-2].sum(axis=1), 1)


def test_known_truths_are_certain():
    votes, truth = random_votes(0)
    known = np.where(np.arange(votes.n_tasks) < 10, truth, -1)
    fit = committee(votes, known)
    label = best_labels(fit.T, np.random.default_rng(0))
    assert_array_equal(label[:10], truth[:10])
    assert_allclose(calibrated(fit, votes, label)[np.arange(10), truth[:10]],
                    1)


# --- check --------------------------------------------------------------
def test_check_scores_every_member_and_finds_nothing_wrong_with_a_good_crowd():
    votes, _ = crowd_with_hard_tasks(1, n_tasks=400, hard=0)
    found = check(votes, fit_labels(votes))
    assert set(found.vote_nll) == {"Committee", "DS", "MACE", "BWA", "MV"}
    assert all(0 < score < np.log(4) for score in found.vote_nll.values())
    assert found.warnings == [] and found.collapsed == ()
    assert found.disagree < .05


def test_warnings_of_a_check():
    found = Check("Committee", {}, {
        "MV": (.05, .01), "DS": (.05, .03), "BWA": (.01, .001)}, .31,
        ("BWA",))
    better, disagree, collapsed = found.warnings
    assert better.startswith("MV predicts held-out votes better than Com")
    assert better.endswith("--method MV uses it")
    assert "31%" in disagree and "BWA put nearly all" in collapsed


def test_a_committee_that_fails_on_these_votes_gives_a_warning():
    """Its labels are shuffled: the majority predicts held-out votes better."""
    votes, _ = crowd_with_hard_tasks(2, n_tasks=300)
    fitted = fit_labels(votes)
    rng = np.random.default_rng(0)
    def failing(shown, known_truth=None, kind=None):
        bad = committee(shown)
        order = rng.permutation(votes.n_tasks)
        return type(bad)(bad.T[order], bad.members, bad.kept)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(method_check, "committee", failing)
        found = check(votes, fitted)
    assert any("MV predicts" in said for said in found.warnings)


def test_the_error_of_a_gain_is_that_of_independent_tasks():
    """Four equal gains on one task are one observation: the sums are .4 and
    -.2, so the standard error is sqrt(.16 + .04) / 5, not sqrt(.08) / 5."""
    table = pd.DataFrame({"Committee": np.zeros(5),
                          "MV": [.1, .1, .1, .1, -.2]},
                         index=[0, 0, 0, 0, 1])
    [(gain, error)] = method_check._better(table, "Committee").values()
    assert_allclose([gain, error], [.2 / 5, np.sqrt(.2) / 5])


def test_tasks_that_differ_share_no_best_class():
    first = np.array([[.5, .5], [.9, .1], [1, 0], [np.nan] * 2])
    second = np.array([[0, 1], [.8, .2], [.4, .6], [np.nan] * 2])
    assert_array_equal(tasks_that_differ([first, second]),
                       [False, False, True, False])


def test_nothing_to_hide_gives_no_score():
    votes = Votes([0, 1, 2], [0, 1, 0], [0, 1, 0], 3, 2, 2)
    found = check(votes, fit_labels(votes))
    assert found.vote_nll == {} and found.warnings == []


# --- fewer and more votes -----------------------------------------------
@given(st.integers(0, 10 ** 6), st.integers(1, 8))
def test_subsampling_keeps_n_votes_of_each_task(seed, n):
    votes, _ = random_votes(seed)
    subsampled = subsample(votes, n, np.random.default_rng(seed))
    assert_array_equal(subsampled.per_task, np.minimum(votes.per_task, n))
    left = {*zip(votes.task, votes.worker, votes.label)}
    assert {*zip(subsampled.task, subsampled.worker, subsampled.label)} <= left


def test_the_curve_rises_to_todays_accuracy():
    votes, truth = crowd_with_hard_tasks(3, n_tasks=500)
    fit = committee(votes)
    label = best_labels(fit.T, np.random.default_rng(0))
    p = calibrated(fit, votes, label)
    curve = more_votes(votes, p)
    assert curve.votes_per_task[-1] == 9
    assert_allclose(curve.accuracy[-1], p.max(axis=1).mean())
    # A second vote alone decides little: it ties with the first.
    assert (np.diff(curve.accuracy)[1:] > 0).all()
    assert (curve.low <= curve.accuracy).all()
    assert (curve.accuracy <= curve.high).all()
    assert (np.diff(curve.ahead_accuracy) >= 0).all()
    # Judged by the truth the subsampled crowds rise alike.
    subsampled = subsample(votes, 4, np.random.default_rng(0))
    right = (committee(subsampled).T.argmax(axis=1) == truth).mean()
    now = (label == truth).mean()
    four = curve.accuracy[list(curve.votes_per_task).index(4)]
    assert abs((now - right) - (curve.accuracy[-1] - four)) < .05


def test_the_band_of_the_curve_is_that_of_a_mean_over_draws():
    """Tasks are equal, draws are not: 8 draws of .4 and .6 have a standard
    deviation of .107, their mean one of .107 / sqrt(8)."""
    rights = np.empty((2, 8, 50))
    rights[:] = np.tile([.4, .6], 4)[:, None]
    curve = curves._curve(np.array([1.0, 2, 3]), rights, np.full(50, .8), 0,
                          n_samples=4000)
    expected = 2 * 1.96 * np.std(rights[0, :, 0], ddof=1) / np.sqrt(8)
    assert_allclose((curve.high - curve.low)[:2], expected, rtol=.1)
    assert_allclose((curve.high - curve.low)[2], 0, atol=1e-6)


def test_extrapolation_by_hand():
    # .9 - .2 / sqrt(n) at n = 1, 4, 16; it never reaches .95.
    n = np.array([1.0, 4, 16])
    a, b = curves._fit(n, .9 - .2 / np.sqrt(n), .5)
    assert_allclose([a, b], [.9, .2])
    assert curves._reach(a, b, .5, 16, .85) == np.inf
    # 1 - .5 / sqrt(n) is .95 at n = 100.
    a, b = curves._fit(n, 1 - .5 / np.sqrt(n), .5)
    assert_allclose(curves._reach(a, b, .5, 16, .875), 100)
    assert curves._reach(a, b, .5, 16, .96) == 16
    # A falling curve is taken for level.
    assert_allclose(curves._fit(n, np.array([.9, .9, .8]), .5), [.8, 0])


def test_too_few_votes_have_no_curve():
    votes = Votes([0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 1, 0], 2, 2, 2)
    assert more_votes(votes, votes.shares()) is None
    empty = Votes(*np.zeros((3, 0), int), 2, 2, 2)
    assert more_votes(empty, np.full((2, 2), np.nan)) is None


def test_a_crowd_at_the_goal_needs_no_more_votes():
    votes, truth = crowd_with_hard_tasks(4, n_tasks=200, hard=0)
    p = np.eye(4)[truth] * .96 + .01
    best, low, high = more_votes(votes, p).needed
    assert best == low == high == 9


@pytest.mark.parametrize("missing, error, message", [
    (0, TypeError, "not callable"), (1, BadFile, "200 tasks x 50 classes")])
def test_probabilities_beyond_memory_are_refused(monkeypatch, missing, error,
                                                 message):
    """14 arrays of floats, a row per task and worker, a column per class."""
    votes = random_votes(0, 200, 9, 50)[0]
    free = SimpleNamespace(available=14 * 8 * (200 + 9) * 50 - missing)
    monkeypatch.setattr(vote_tables.psutil, "virtual_memory", lambda: free)
    monkeypatch.setattr(analysis, "fit_labels", None)
    with pytest.raises(error, match=message):
        analysis.analyse(SimpleNamespace(votes=votes, kind=None))


def test_the_majoritys_label_stands_beside_that_of_the_method():
    """Three workers are right and five guess. majority_label is always among
    the most voted classes, and it is the label where that is."""
    rng = np.random.default_rng(0)
    rows = [(i, j, int(i % 2 if j < 3 else rng.integers(2)))
            for i in range(200) for j in range(8)]
    votes = pd.DataFrame(rows, columns=["task", "worker", "label"])
    table = aggregate(votes).labels.set_index("task")
    share = votes.groupby("task")["label"].mean()
    differ = table["label"].astype(int) != table["majority_label"].astype(int)
    assert differ.any() and not differ.all()
    of_method = np.where(table["label"].astype(int) == 1, share, 1 - share)
    assert (differ == (of_method < .5)).all()
