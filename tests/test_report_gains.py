"""Improvements over the baseline and their intervals."""
import numpy as np
import pytest
from numpy.testing import assert_allclose
from results import AREA, BY_NAME, RECOVERY, bought, frame, recorded, rows
from scipy import stats

from benchmark_utils.report.comparison.gains import gains
from benchmark_utils.report.results.runs import points_of, runs_of
from benchmark_utils.scoring.outcomes import pack_credits, pack_predictions


def gains_of(metric, table, fixed):
    points = points_of(table)
    return gains(metric, runs_of(points), points, fixed)[0]


def margins_of(metric, table, fixed):
    points = points_of(table)
    return gains(metric, runs_of(points), points, fixed)[1]


def test_margins_of_pairs_over_repetitions_are_students():
    """Of DS minus GLAD, as if GLAD were the baseline; the baseline's own."""
    table = frame(rows("A", "MV", [.5, .6, .7]), rows("A", "DS", [.7, .7, .9]),
                  rows("A", "GLAD", [.1, .2, .6]), rows("A", "NS", [.5, .6]))
    half = margins_of(RECOVERY, table, fixed=False)
    for i, j, difference in ((1, 0, [.2, .1, .2]), (1, 2, [.6, .5, .3])):
        interval = stats.ttest_1samp(difference, 0).confidence_interval(.95)
        expected = (interval.high - interval.low) / 2
        assert half[i, j] == half[j, i] == pytest.approx(expected)
    assert half[1, 1] == 0
    assert np.isnan(half[3, :3]).all()  # NS lacks a repetition
    table = frame(rows("A", "MV", [.5, .6]), rows("A", "DS", [.7, .7]))
    assert np.isnan(margins_of(RECOVERY, table, fixed=False)).all()


def test_margins_of_pairs_on_the_same_votes_resample_tasks():
    """1.96 standard errors of the mean difference of 400 tasks; repetitions
    that differ add their own."""
    rng = np.random.default_rng(0)
    right = rng.random((3, 400)) < [[.6], [.7], [.8]]
    table = frame(*(recorded("A", solver, [own]) for solver, own in zip(
        ("MV", "DS", "GLAD"), right)))
    half = margins_of(RECOVERY, table, fixed=True)
    for i, j in ((1, 0), (2, 1)):
        difference = 1. * right[i] - right[j]
        assert half[i, j] == pytest.approx(
            1.96 * difference.std() / 20, rel=.06)
    twice = frame(recorded("A", "MV", right[[0, 0]]),
                  recorded("A", "DS", right[[1, 2]]))
    spread = np.ptp((right[1:] * 1. - right[0]).mean(axis=1)) / np.sqrt(2)
    same = frame(recorded("A", "MV", right[[0, 0]]), recorded(
        "A", "DS", np.stack([right[1:].mean(axis=0)] * 2)))
    assert margins_of(RECOVERY, twice, True)[1, 0] == pytest.approx(np.hypot(
        margins_of(RECOVERY, same, True)[1, 0],
        stats.norm.ppf(.975) * spread / np.sqrt(2)), rel=1e-6)


def test_margins_are_unknown_without_outcomes_or_a_baseline():
    table = frame(rows("A", "MV", [.5]), rows("A", "DS", [.7]))
    assert np.isnan(margins_of(RECOVERY, table, fixed=True)).all()
    assert margins_of(RECOVERY, frame(rows("A", "DS", [.7])), True) is None


def test_intervals_over_repetitions_are_students():
    table = frame(rows("A", "MV", [.5, .6, .7]), rows("A", "DS", [.7, .7, .9]),
                  rows("A", "GLAD", [.1, .2]))
    found = gains_of(RECOVERY, table, fixed=False)
    expected = stats.ttest_1samp([.2, .1, .2], 0).confidence_interval(.95)
    assert_allclose([found["DS"].gain, found["DS"].low, found["DS"].high],
                    [.5 / 3, *expected])
    assert found["DS"].how == "r" and found["DS"].score == pytest.approx(
        2.3 / 3)
    # Two paired repetitions: a gain, no interval.
    assert found["GLAD"].gain == pytest.approx(-.4)
    assert np.isnan(found["GLAD"].low) and found["GLAD"].how == "n"


def test_tasks_are_resampled_even_for_one_run():
    """One task of 500 is not a significant difference; 60 tasks are."""
    right = np.ones(500)
    one, many = right.copy(), right.copy()
    one[0], many[:60] = 0, 0
    table = frame(recorded("A", "MV", [right]), recorded("A", "DS", [one]),
                  recorded("A", "GLAD", [many]))
    found = gains_of(RECOVERY, table, fixed=True)
    assert found["DS"].how == "t" and found["DS"].low < 0 <= found["DS"].high
    assert found["GLAD"].high < -.09 and found["GLAD"].low > -.15
    half = 1.96 * np.sqrt(.12 * .88 / 500)
    assert found["GLAD"].low == pytest.approx(-.12 - half, abs=.004)


def test_repetitions_on_the_same_votes_are_not_independent():
    """Two more correct tasks of ten, in each of twenty repetitions."""
    base, other = np.zeros((20, 10)), np.zeros((20, 10))
    other[:, :2] = 1
    found = gains_of(RECOVERY, frame(
        recorded("A", "MV", base), recorded("A", "DS", other)), fixed=True)
    assert found["DS"].low <= 0 < found["DS"].high


def test_label_accuracy_is_compared_at_equal_cost():
    """Majority vote has .8 at 3 votes. A policy that stops at 2 votes keeps
    its value; one with .9 at 3 votes and 1.0 at 4 votes counts as .9."""
    table = frame(
        bought("A", "MV", [[(3, .8)]] * 3),
        bought("A", "BALD", [[(0, .5), (2, .7)]] * 3),
        bought("A", "QASCA", [[(0, .5), (3, .9), (4, 1.)]] * 3, budget=4))
    found = gains_of(RECOVERY, table, fixed=False)
    assert found["BALD"].gain == pytest.approx(-.1)
    assert found["QASCA"].gain == pytest.approx(.1)
    assert found["QASCA"].score == pytest.approx(.9)


def test_areas_under_curves_resample_tasks():
    def curve(solver, per_task):
        points = []
        for step, credit in enumerate(np.array(per_task).T):
            row, = bought("A", solver, [[(step, credit.mean())]], budget=1,
                          n_tasks=len(credit))
            points.append({**row, "stop_val": step,
                           "objective_task_credit": pack_credits(credit)})
        return points

    rng = np.random.default_rng(0)
    base = np.column_stack([np.full(200, .5), rng.integers(2, size=200)])
    better = base.copy()
    better[:40, 1] = 1
    found = gains_of(AREA, frame(curve("RandomAssign", base),
                                 curve("BALD", better)), fixed=True)
    per_task = (better - base).mean(axis=1)
    assert found["BALD"].how == "t"
    assert found["BALD"].gain == pytest.approx(per_task.mean())
    half = 1.96 * per_task.std() / np.sqrt(200)
    assert_allclose([found["BALD"].low, found["BALD"].high],
                    per_task.mean() + np.array([-half, half]), atol=.006)


def test_calibration_resamples_test_examples():
    metric = BY_NAME["test_ece"]

    def network(solver, ece, sure, right):
        return rows("A", solver, [.5], objective_test_ece=ece,
                    objective_test_outcomes=pack_predictions(sure, right))

    sure = np.full(1000, .9)
    good, bad = np.arange(1000) < 900, np.arange(1000) < 600
    found = gains_of(metric, frame(network("MV", .3, sure, bad),
                                   network("DS", 0., sure, good)), fixed=True)
    assert found["DS"].how == "e" and found["DS"].gain == pytest.approx(.3)
    assert .25 < found["DS"].low < found["DS"].high < .35
