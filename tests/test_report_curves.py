"""Learning curves: areas, votes to a goal, mean curves."""
import numpy as np
import pytest
from numpy.testing import assert_allclose
from results import (
    AREA,
    RECOVERY,
    TO_95,
    bought,
    frame,
    full,
    prepared,
    rows,
    shop,
)

from benchmark_utils.report.comparison.tables import cells
from benchmark_utils.report.results import names
from benchmark_utils.report.results.curves import run_curves
from benchmark_utils.report.results.figures import mean_curves, mean_points
from benchmark_utils.report.results.runs import points_of, runs_of
from benchmark_utils.scoring.curves import (
    Curve,
    budget_auc,
    label_efficiency,
    votes_to_goal,
)


def test_scores_of_a_curve():
    curve = Curve(np.array([0., 1, 2]), np.array([.2, .6, 1.]), 4.)
    # Trapezoids .4 and .8, then 2 at the last label accuracy.
    assert budget_auc(curve) == pytest.approx((.4 + .8 + 2) / 4)
    assert votes_to_goal(curve) == pytest.approx(1 + .35 / .4)
    assert np.isnan(votes_to_goal(Curve(curve.cost, curve.recovery * .9, 4.)))
    assert curve.at(1.5) == pytest.approx(.8) and curve.at(9) == 1
    # For several tasks the mean of the areas is the area of the mean.
    tasks = np.array([[0., .4], [.5, .7], [1, 1]])
    areas = budget_auc(Curve(curve.cost, tasks, 4.))
    assert areas.mean() == pytest.approx(budget_auc(
        Curve(curve.cost, tasks.mean(axis=1), 4.)))


def test_the_goal_is_reached_when_it_is_first_reached():
    """Even if the label accuracy falls again, or starts above the goal."""
    cost = np.array([0., 1, 2, 3])
    falls = Curve(cost, np.array([.5, .95, .99, .9]), 3.)
    assert votes_to_goal(falls) == 1
    assert votes_to_goal(Curve(cost, np.full(4, .96), 3.)) == 0


def test_efficiency_is_relative_to_the_first_cost_of_the_final_accuracy():
    """The baseline ends at .8, which it has from 2 of its 8 votes on. The
    curve needs 1 vote: an efficiency of 2, not 8."""
    baseline = Curve(np.array([0., 2, 8]), np.array([.5, .8, .8]), 8.)
    curve = Curve(np.array([0., 1, 8]), np.array([.5, .8, .9]), 8.)
    assert label_efficiency(curve, baseline) == pytest.approx(2)
    assert label_efficiency(Curve(np.array([0., 8]), np.array([.5, .7]), 8.),
                            baseline) == 0


def test_a_curve_with_gold_starts_at_a_guess():
    """Gold tasks cost 1 of 4 votes. Until then the labels are guesses, 1/2 for
    two classes, and count in the area."""
    points = points_of(frame(bought("A", "BALD", [[(1, .5), (2, 1.)]],
                                    budget=4)))
    curve = run_curves(points)["A", "BALD", 0]
    assert curve.cost.tolist() == [0, 1, 2]
    assert curve.recovery.tolist() == [.5, .5, 1]
    runs = runs_of(points)
    assert runs[AREA.column].tolist() == [
        pytest.approx((.5 + .75 + 2) / 4)]


def test_scores_of_curves_are_columns_of_runs():
    runs = runs_of(points_of(shop())).set_index(["solver", "idx_rep"])
    assert runs.loc["MV", AREA.column].isna().all()
    assert runs["bought"].groupby("solver", sort=False).all().to_dict() == {
        "MV": False, "BALD": True, "RandomAssign": True}
    assert_allclose(runs.loc["BALD", AREA.column],
                    [(.7 + .95 + 1) / 3, (.55 + .7 + .8) / 3])
    assert_allclose(runs.loc["BALD", TO_95.column], [1.5, np.nan])
    # Majority vote reaches .8 at 2 of 3 votes, the runs at .75 and at 2.
    assert_allclose(runs.loc["BALD", "objective_label_efficiency_mv"],
                    [2 / .75, 1])


def test_runs_that_never_reach_the_goal_are_shown_and_count_as_worst():
    runs = runs_of(points_of(shop()))
    table = cells(runs, TO_95)
    assert table["A", "BALD"].text(TO_95) == "never in 1 of 2"
    late = prepared(bought("A", "BALD", [
        [(0, .5), (1, .95)], [(0, .5), (2, .95)], [(0, .5), (1, .6)]]))
    cell = cells(late, TO_95)["A", "BALD"]
    assert cell.mean == 2 and cell.text(TO_95) == "2.00, never in 1 of 3"
    # A method without a curve does not have the score.
    assert cells(runs, TO_95)["A", "MV"].text(TO_95) == "-"


def test_half_of_the_runs_without_the_goal_are_infinite():
    """Never is larger than any cost in the median."""
    late = prepared(bought("A", "BALD", [
        [(0, .5), (1, .95)], [(0, .5), (2, .95)], [(0, .5), (1, .6)]]))
    assert cells(late, TO_95)["A", "BALD"].mean == 2
    runs = runs_of(points_of(shop()))
    assert cells(runs, TO_95)["A", "BALD"].mean == np.inf


def test_a_baseline_is_the_row_that_is_named():
    """Random assignment without inputs comes first in the file. The score is
    relative to random assignment with the linear learner, which reaches .8 at
    2 votes, not at 1."""
    named = names.parameters_of(full("RandomAssign"))[1]
    assert named["learner"] == "linear"
    other = bought("A", "RandomAssign", [[(0, .5), (1, .8), (3, .8)]])
    for row in other:
        row["solver_name"] = row["solver_name"].replace(
            "learner=linear", "learner=none")
    runs = runs_of(points_of(frame(
        other, bought("A", "RandomAssign", [[(0, .5), (2, .8), (3, .8)]]),
        bought("A", "BALD", [[(0, .5), (.5, .8), (3, .9)]]))))
    assert_allclose(runs[runs["solver"] == "BALD"][
        "objective_label_efficiency_linear"], 4)


def test_mean_curves():
    """A run that ends early keeps its last value. A method with fixed votes
    has a single point."""
    found = mean_curves(points_of(shop()))
    cost, mean, sd = found["A", "BALD"]
    at = {round(value, 6): i for i, value in enumerate(cost)}
    assert_allclose([mean[at[value]] for value in (0, 1.5, 3)],
                    [.5, (.95 + .7) / 2, .9])
    assert_allclose(sd[at[3]], np.std([1, .8], ddof=1))
    assert [part.tolist() for part in found["A", "MV"]] == [[3], [.8], [0]]


def test_mean_points_leave_out_missing_values():
    runs = prepared(rows("A", "MV", [.5, .7], objective_test_ece=.1),
                    rows("A", "DS", [.6]))
    assert mean_points(runs, "objective_test_ece", RECOVERY.column) == {
        ("A", "MV"): (pytest.approx(.1), pytest.approx(.6))}
    assert mean_points(runs, "objective_test_nll", RECOVERY.column) == {}
