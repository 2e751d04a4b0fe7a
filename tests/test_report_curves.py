"""Recovery against cost: areas, votes to a goal, mean curves."""
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
from benchmark_utils.report.results.runs import means, points_of, runs_of
from benchmark_utils.scoring.curves import (
    Curve,
    budget_auc,
    label_efficiency,
    votes_to_goal,
)


def test_scores_of_a_curve():
    curve = Curve(np.array([0., 1, 2]), np.array([.2, .6, 1.]), 4.)
    # Trapezoids .4 and .8, then 2 at the last recovery.
    assert budget_auc(curve) == pytest.approx((.4 + .8 + 2) / 4)
    assert votes_to_goal(curve) == pytest.approx(1 + .35 / .4)
    assert np.isnan(votes_to_goal(Curve(curve.cost, curve.recovery * .9, 4.)))
    assert curve.at(1.5) == pytest.approx(.8) and curve.at(9) == 1
    # Of each task at once: the mean of the areas is the area of the mean.
    tasks = np.array([[0., .4], [.5, .7], [1, 1]])
    areas = budget_auc(Curve(curve.cost, tasks, 4.))
    assert areas.mean() == pytest.approx(budget_auc(
        Curve(curve.cost, tasks.mean(axis=1), 4.)))


def test_the_goal_is_reached_when_it_is_first_reached():
    """Though recovery falls again, or was there from the start."""
    cost = np.array([0., 1, 2, 3])
    falls = Curve(cost, np.array([.5, .95, .99, .9]), 3.)
    assert votes_to_goal(falls) == 1
    assert votes_to_goal(Curve(cost, np.full(4, .96), 3.)) == 0


def test_efficiency_is_against_what_the_baseline_needed_itself():
    """The baseline ends at .8, which it had at 2 of its 8 votes; the curve
    needs 1: twice, not eight times."""
    baseline = Curve(np.array([0., 2, 8]), np.array([.5, .8, .8]), 8.)
    curve = Curve(np.array([0., 1, 8]), np.array([.5, .8, .9]), 8.)
    assert label_efficiency(curve, baseline) == pytest.approx(2)
    assert label_efficiency(Curve(np.array([0., 8]), np.array([.5, .7]), 8.),
                            baseline) == 0


def test_a_curve_with_gold_starts_at_a_guess():
    """Gold questions for 1 of 4 votes: until then a guess, 1/2 of two
    classes, which is part of the area."""
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
    # Majority vote had its .8 at 2 of 3; the first run at .75, then at 2.
    assert_allclose(runs.loc["BALD", "objective_label_efficiency_mv"],
                    [2 / .75, 1])


def test_to_never_reach_the_goal_is_shown_and_worse_than_late():
    runs = runs_of(points_of(shop()))
    table = cells(runs, TO_95)
    assert table["A", "BALD"].text(TO_95) == "never in 1 of 2"
    late = prepared(bought("A", "BALD", [
        [(0, .5), (1, .95)], [(0, .5), (2, .95)], [(0, .5), (1, .6)]]))
    cell = cells(late, TO_95)["A", "BALD"]
    assert cell.mean == 2 and cell.text(TO_95) == "2.00, never in 1 of 3"
    # A method without a curve has no such score at all.
    assert cells(runs, TO_95)["A", "MV"].text(TO_95) == "-"


def test_half_who_never_reach_the_goal_are_infinite():
    """The median where never is later than any cost."""
    late = prepared(bought("A", "BALD", [
        [(0, .5), (1, .95)], [(0, .5), (2, .95)], [(0, .5), (1, .6)]]))
    assert means(late, TO_95).loc["A", "BALD"] == 2
    runs = runs_of(points_of(shop()))
    assert means(runs, TO_95).loc["A", "BALD"] == np.inf


def test_a_baseline_is_the_row_that_is_named():
    """Random buying without inputs comes first in the file; the score is
    against random buying with the learner linear, which needed 2 votes for
    its .8, not 1."""
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
    """A run that ends early keeps its last value; an offline method is a
    point."""
    found = mean_curves(points_of(shop()))
    cost, mean, sd = found["A", "BALD"]
    at = {round(value, 6): i for i, value in enumerate(cost)}
    assert_allclose([mean[at[value]] for value in (0, 1.5, 3)],
                    [.5, (.95 + .7) / 2, .9])
    assert_allclose(sd[at[3]], np.std([1, .8], ddof=1))
    assert [part.tolist() for part in found["A", "MV"]] == [[3], [.8], [0]]


def test_mean_points_leave_out_what_is_missing():
    runs = prepared(rows("A", "MV", [.5, .7], objective_test_ece=.1),
                    rows("A", "DS", [.6]))
    assert mean_points(runs, "objective_test_ece", RECOVERY.column) == {
        ("A", "MV"): (pytest.approx(.1), pytest.approx(.6))}
    assert mean_points(runs, "objective_test_nll", RECOVERY.column) == {}
