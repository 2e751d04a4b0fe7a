"""From result files to what is said of them: names, curves, gains, tables."""
import importlib.util
import json

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT
from numpy.testing import assert_allclose
from results import bought, frame, full, recorded, rows
from scipy import stats

from benchmark_utils import catalogue
from benchmark_utils.report import names
from benchmark_utils.report.bibtex import entries
from benchmark_utils.report.curves import run_curves
from benchmark_utils.report.figures import (
    mean_curves,
    mean_points,
    subsampled_curves,
)
from benchmark_utils.report.gains import gains
from benchmark_utils.report.links import web_address
from benchmark_utils.report.plots import once
from benchmark_utils.report.runs import (
    CLOCKS,
    Contradiction,
    load_results,
    means,
    points_of,
    refuse_contradictions,
    runs_of,
    shown_metrics,
)
from benchmark_utils.report.settings import levels, settings_of
from benchmark_utils.report.tables import cells
from benchmark_utils.report.terminal import tables_text, time_text
from benchmark_utils.scoring import METRICS
from benchmark_utils.scoring.curves import (
    Curve,
    budget_auc,
    label_efficiency,
    votes_to_goal,
)
from benchmark_utils.scoring.outcomes import (
    MOST,
    pack_credits,
    pack_predictions,
    unpack_credits,
    unpack_predictions,
)

BY_NAME = {metric.name: metric for metric in METRICS}
RECOVERY, AREA = BY_NAME["label_recovery"], BY_NAME["budget_auc"]
TO_95 = BY_NAME["votes_to_95"]


# --- names ------------------------------------------------------------

def short(kind, *full):
    return [*names.short_names(kind, full).values()]


def test_names_say_what_is_not_at_its_default():
    assert short("solvers", "DS[max_iter=100,smoothing=0.0,spammer_threshold="
                 "0.0]", "DS[max_iter=100,smoothing=0.1,spammer_threshold=0]",
                 "MV") == ["DS", "DS (smoothing=0.1)", "MV"]
    # So that a name stays when others join.
    assert short("solvers", "DS[max_iter=100,smoothing=0.1,"
                 "spammer_threshold=0.0]") == ["DS (smoothing=0.1)"]
    # Inherited parameters, {**OnlineSolver.parameters, ...}, have defaults.
    assert catalogue.default_parameters(catalogue.catalogue("solvers")[
        "GreedyAssign"])["learner"] == "linear"
    # Coupled ones: the first combination.
    assert catalogue.default_parameters(catalogue.catalogue("datasets")[
        "HammerSpammer"])["votes_per_task"] == "every"


def test_a_parameter_that_is_new_makes_another_name():
    """Results of before must not be averaged with those of today."""
    old, new = short("solvers", "DS[max_iter=100,smoothing=0.0]",
                     "DS[max_iter=100,smoothing=0.0,spammer_threshold=0.0]")
    assert old == "DS (without spammer_threshold)" and new == "DS"


def test_two_settings_under_one_name_are_refused():
    with pytest.raises(names.Ambiguous, match="would both be called MV"):
        short("solvers", "MV[a=1]", "MV[a=1.0]")
    # A solver whose file is not here: what is seen first is its default.
    assert short("solvers", "Theirs[a=1,b=x]", "Theirs[a=2,b=x]") == [
        "Theirs", "Theirs (a=2)"]


def test_parameters_may_hold_commas():
    assert names.parameters_of("D[a=[1,2],b={x: (1,2)},c=]") == (
        "D", {"a": "[1,2]", "b": "{x: (1,2)}", "c": ""})
    assert names.slug("DS (smoothing=0.1)") == "ds-smoothing-0.1"


# --- runs ------------------------------------------------------------

def prepared(*parts):
    return runs_of(points_of(frame(*parts)))


def test_the_last_point_of_a_curve_counts():
    curve = frame(rows("A", "BALD", [.5]), rows("A", "BALD", [.9]))
    curve["stop_val"] = [20, 1]
    assert runs_of(points_of(curve))["objective_label_recovery"].tolist() == [
        .5]


def test_two_clocks():
    """Training does not slow down the labels."""
    runs = prepared(rows("A", "MV", [1.], 2, objective_train_seconds=3.))
    assert [runs[clock.column].tolist() for clock in CLOCKS] == [[2.], [3.]]


def test_recovery_is_drawn_against_the_seconds_of_its_labels():
    """A network that the objective trains on them for 3 seconds is not
    counted."""
    path = ROOT / "plots" / "recovery_vs_time.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    point, = module.Plot.get_instance().plot(frame(
        rows("A", "MV", [.5], 2, objective_train_seconds=3.)), "A")
    assert (point["x"], point["y"]) == ([2.], [.5])


def test_columns_without_a_value_are_not_shown():
    runs = prepared(rows("A", "MV", [1.], objective_worker_auc=np.nan))
    assert shown_metrics(runs) == [RECOVERY, CLOCKS[0]]
    runs = prepared(rows("A", "MV", [1.], objective_macro_f1=1.))
    assert shown_metrics(runs, main=True) == [RECOVERY, CLOCKS[0]]


def files(tmp_path, **tables):
    for name, table in tables.items():
        table.drop(columns="run").to_parquet(tmp_path / f"{name}.parquet")
    return [tmp_path / f"{name}.parquet" for name in tables]


@pytest.mark.parametrize("other, message", [
    (dict(solver="MV"), "a and b both hold MV on A, repetition 0"),
    (dict(solver="DS", base_seed=7),
     r"A: the seed is 0 in a \(MV\), 7 in b \(DS\["),
    (dict(solver="DS", objective_data_version="Y"),
     r"A: the data version is X in a \(MV\), Y in b \(DS\["),
])
def test_files_that_contradict_each_other_are_refused(
        tmp_path, other, message):
    options = {"objective_data_version": "X", **other}
    solver = options.pop("solver")
    paths = files(tmp_path, a=frame(rows("A", "MV", [.5, .6],
                                         objective_data_version="X")),
                  b=frame(rows("A", solver, [.7, .6], **options)))
    with pytest.raises(Contradiction, match=message):
        load_results(paths)


def test_files_that_fit_stand_side_by_side(tmp_path):
    paths = files(tmp_path, a=frame(rows("A", "MV", [.5])),
                  b=frame(rows("A", "DS", [.7]), rows("B", "MV", [.1],
                                                      base_seed=3)))
    assert load_results(paths)["run"].tolist() == ["a", "b", "b"]


def test_a_point_that_stands_twice_is_refused():
    with pytest.raises(Contradiction, match="here holds MV on A, rep.*twice"):
        refuse_contradictions(frame(rows("A", "MV", [.5]),
                                    rows("A", "MV", [.5])))


# --- curves ------------------------------------------------------------

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


def shop(**extra):
    """Majority vote buys 3 votes at once; a policy reaches 95% in one of two
    repetitions, at 1.5; another never does."""
    curve = dict(cost=[0, 1, 2, 3], recovery=[.5, .7, .8, .8])
    return frame(
        bought("A", "MV", [[(3, .8)], [(3, .8)]], final_results=json.dumps(
            dict(majority_curve=curve)), **extra),
        bought("A", "BALD", [[(0, .5), (1, .9), (2, 1.)],
                             [(0, .5), (1, .6), (2, .8)]], **extra),
        bought("A", "RandomAssign", [[(0, .5), (2, .8)], [(0, .5), (3, .8)]],
               **extra))


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


# --- outcomes ------------------------------------------------------------

def test_outcomes_come_back():
    credit = [0, 1, .5, 1 / 3, .25, .2]
    values, n = unpack_credits(pack_credits(credit))
    assert_allclose(values, credit) and n == 6
    sure, right, n = unpack_predictions(pack_predictions(
        np.array([.1, .505, 1]), np.array([True, False, True])))
    assert_allclose(sure, [.1, .505, 1], atol=.5 / 127)
    assert right.tolist() == [1, 0, 1] and n == 3


def test_of_many_tasks_the_same_are_kept():
    credit = np.random.default_rng(0).integers(2, size=3 * MOST)
    text = pack_credits(credit)
    values, n = unpack_credits(text)
    assert len(values) == MOST and n == 3 * MOST and len(text) < 1e4
    other = unpack_credits(pack_credits(1 - credit))[0]
    assert_allclose(values + other, 1)  # the same tasks of both
    with pytest.raises(ValueError, match="outcomes of 7 entries hold"):
        unpack_credits("7" + text[text.index(":"):])


# --- gains ------------------------------------------------------------

def gains_of(metric, table, fixed):
    points = points_of(table)
    return gains(metric, runs_of(points), points, fixed)


def test_gain_over_redrawn_crowds_is_students():
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


def test_gain_on_fixed_votes_draws_tasks_even_of_one_run():
    """One task of 500 is no difference; 60 are."""
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


def test_repetitions_of_one_vote_table_do_not_pass_for_crowds():
    """Two tasks of ten right more, in each of twenty repetitions."""
    base, other = np.zeros((20, 10)), np.zeros((20, 10))
    other[:, :2] = 1
    found = gains_of(RECOVERY, frame(
        recorded("A", "MV", base), recorded("A", "DS", other)), fixed=True)
    assert found["DS"].low <= 0 < found["DS"].high


def test_recovery_of_sold_votes_is_compared_at_equal_cost():
    """A policy that stops at 2 of 3 votes keeps its value; one that has .9
    at 3 votes, for which majority vote has .8, and 1.0 at 4, has .9."""
    table = frame(
        bought("A", "MV", [[(3, .8)]] * 3),
        bought("A", "BALD", [[(0, .5), (2, .7)]] * 3),
        bought("A", "QASCA", [[(0, .5), (3, .9), (4, 1.)]] * 3, budget=4))
    found = gains_of(RECOVERY, table, fixed=False)
    assert found["BALD"].gain == pytest.approx(-.1)
    assert found["QASCA"].gain == pytest.approx(.1)
    assert found["QASCA"].score == pytest.approx(.9)


def test_areas_on_fixed_tasks_draw_tasks():
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


def test_calibration_is_drawn_over_test_examples():
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


# --- settings and tables -----------------------------------------------------

RTE = "TruthInference[crowd=rte,mode=offline,votes_per_task={}]"


def test_some_of_the_votes_are_no_crowd_of_their_own():
    runs = prepared(
        recorded(RTE.format("every"), "MV", np.eye(4)),
        recorded(RTE.format(1), "MV", np.eye(4), ))
    runs.loc[runs["dataset_name"] == RTE.format(1),
             "objective_votes_per_task"] = 1.
    whole, part = runs["dataset"].unique()
    assert [*settings_of(runs)] == [whole]
    assert levels(runs) == {whole: whole, part: whole}
    (kept, mean, _), = subsampled_curves(runs, levels(runs)).values()
    assert kept.tolist() == [1, 3] and mean.tolist() == [.25, .25]


def test_one_task_more_is_not_bold():
    """Of .992 and .990 on 500 tasks nobody knows which is better; of .99 and
    .80 everybody does."""
    right = np.ones(500)
    less, bad = right.copy(), right.copy()
    less[0], bad[:100] = 0, 0
    dataset = RTE.format("every")
    runs = prepared(recorded(dataset, "MV", [right]),
                    recorded(dataset, "DS", [less]))
    assert not any(cell.top for cell in cells(runs, RECOVERY).values())
    runs = prepared(recorded(dataset, "MV", [right]),
                    recorded(dataset, "DS", [less]),
                    recorded(dataset, "GLAD", [bad]))
    assert [cell.top for cell in cells(runs, RECOVERY).values()] == [
        True, True, False]


def test_redrawn_crowds_tell_from_six_repetitions_on():
    def tops(n):
        noise = np.random.default_rng(0).normal(0, .01, size=(2, n))
        runs = prepared(rows("A", "MV", .5 + noise[0]),
                        rows("A", "DS", .9 + noise[1]))
        return [cell.top for cell in cells(runs, RECOVERY).values()]
    assert tops(5) == [False, False] and tops(6) == [False, True]


def test_recoveries_at_unequal_cost_are_never_bold():
    """What is told apart where all had the same votes is not where each
    method spent what it liked; the area under its curve is."""
    def tops(metric, *parts):
        runs = runs_of(points_of(frame(*parts)))
        return [cell.top for cell in cells(runs, metric).values()]

    low, high = np.array([[.5], [.9]]) + np.linspace(0, .01, 10)
    assert tops(RECOVERY, rows("A", "MV", low), rows("A", "DS", high)) == [
        False, True]
    sold = [bought("A", solver, [[(0, .5), (3, value)] for value in values])
            for solver, values in (("RandomAssign", low), ("BALD", high))]
    assert tops(RECOVERY, *sold) == [False, False]
    assert tops(AREA, *sold) == [False, True]


def test_seconds_are_never_bold():
    seconds = [prepared(rows("A", solver, [.5] * 10, time))
               for solver, time in (("MV", 1.), ("DS", 9.))]
    assert not any(cell.top for cell in cells(
        pd.concat(seconds), CLOCKS[0]).values())


def test_the_table_fits_the_terminal():
    runs = prepared(rows("A", "MV", [.5, .6], objective_test_accuracy=.7,
                         objective_test_ece=.1),
                    rows("A", "DS", [.9, .8], objective_test_accuracy=.8,
                         objective_test_ece=.2, objective_macro_f1=.5))
    wide = tables_text(runs, width=200, bold=False)
    assert "0.550 ± 0.071" in wide and "Test ECE" in wide
    assert "Macro F1" not in wide and "1 more scores: --all" in wide
    assert wide.index("DS") < wide.index("MV")  # best first
    for width in (40, 60, 80):
        text = tables_text(runs, width=width, bold=False)
        assert max(map(len, text.split("\n\n")[0].splitlines())) <= width
    assert "columns did not fit" in tables_text(runs, width=40, bold=False)
    assert "Macro F1" in tables_text(runs, every=True, width=200, bold=False)


def test_where_the_time_went_by_hand():
    """10 s of MV on A, 30 s of DS on B, which the objective's training of 60 s
    follows: 100 s."""
    runs = prepared(rows("A", "MV", [.5] * 10, time=1.0),
                    rows("B", "DS", [.5] * 10, time=3.0,
                         objective_train_seconds=6.0))
    assert time_text(runs) == (
        "Time in methods and in training, 100 s: training on their labels "
        "60%, DS 30%, MV 10%\nBy dataset: B 90%, A 10%")
    many = prepared(*(rows("A", f"M{i}", [.5], time=100.0 * (i < 2) + 100)
                      for i in range(8)))
    assert time_text(many) == (
        "Time in methods and in training, 17 minutes: M0 20%, M1 20%, M2 10%, "
        "M3 10%, M4 10%, M5 10%, 2 others 20%\nBy dataset: A 100%")


# --- small things ------------------------------------------------------------

@pytest.mark.parametrize("said, address", [
    ("git@github.com:us/it.git\n", "https://github.com/us/it"),
    ("https://github.com/us/it.git", "https://github.com/us/it"),
    ("https://me:secret@example.org/us/it/", "https://example.org/us/it"),
    ("ssh://git@example.org:2222/us/it", "https://example.org:2222/us/it"),
    ("http://example.org/us/it", "https://example.org/us/it"),
    ("/srv/git/it.git", ""), ("../it", ""), ("", ""),
    ("javascript:alert(1)//x/y", ""), ("file:///srv/it", ""),
    ('https://example.org/"onclick="x', "")])
def test_addresses_of_remotes(said, address):
    assert web_address(said) == address


def test_references_become_bibtex():
    found = entries([
        ("A. Dawid, A. Skene. Maximum likelihood estimation. JRSS C, 1979",
         "https://doi.org/1"),
        ("A. Dawid. Another & one? Venue 1979", None),
        ("who knows", None)])
    first, second, third = found.values()
    assert first == ("@misc{dawid1979,\n  author = {A. Dawid and A. Skene},\n"
                     "  title = {Maximum likelihood estimation},\n"
                     "  howpublished = {JRSS C},\n  year = {1979},\n"
                     "  url = {https://doi.org/1}\n}")
    assert second.startswith("@misc{dawid1979a,") and r"Another \& one?" in (
        second)
    assert "title = {who knows}" in third


def test_plots_prepare_a_frame_once():
    made = []
    remembered = once(lambda df: made.append(df) or list(df))
    first, second = pd.DataFrame({"a": []}), pd.DataFrame({"b": []})
    assert [remembered(df) for df in (first, first, second, second, first)
            ] == [["a"], ["a"], ["b"], ["b"], ["a"]]
    assert len(made) == 3


# --- benchopt's views --------------------------------------------------------

def plot_files():
    return sorted((ROOT / "plots").glob("*.py"))


@pytest.mark.parametrize("path", plot_files(), ids=lambda path: path.stem)
def test_benchopts_views_draw_any_result(path):
    """One with everything, one of a single solver, and both as JSON."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    plot = module.Plot.get_instance()
    plot._check()
    table = json.dumps(dict(n=[0, 4], confidence=[0, 3.], right=[0, 2]))
    whole = pd.concat([shop(), frame(
        rows("B", "MV", [.5, .6], objective_test_accuracy=.7,
             objective_test_ece=.1, objective_test_reliability=table,
             final_results=json.dumps(dict(worker_values=dict(
                 score=[1., 2], n_votes=[3, 4], leave_one_out=[.1, -.1]))))),
        frame(recorded(RTE.format("every"), "MV", np.eye(4)),
              recorded(RTE.format(1), "MV", np.eye(4)))], ignore_index=True)
    for rows_ in (whole, frame(rows("B", "MV", [.5]))):
        data, options = plot._get_all_plots(rows_)
        assert data and json.dumps(data)
        assert all(choices for choices in options.values())


def test_every_view_is_listed():
    config = yaml.safe_load((ROOT / "config.yml").read_text())
    assert {path.stem for path in plot_files()} == set(config["plots"]) == {
        view["plot_kind"] for view in config["plot_configs"].values()}
