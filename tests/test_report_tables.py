"""Datasets, tables and the methods in bold."""
import numpy as np
import pandas as pd
from results import (
    AREA,
    RECOVERY,
    RTE,
    bought,
    frame,
    prepared,
    recorded,
    rows,
)

from benchmark_utils.report.comparison.tables import cells
from benchmark_utils.report.results.figures import subsampled_curves
from benchmark_utils.report.results.runs import CLOCKS, points_of, runs_of
from benchmark_utils.report.results.settings import levels, settings_of
from benchmark_utils.report.terminal import tables_text, time_text


def test_subsampled_votes_are_not_a_dataset_of_their_own():
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


def test_facts_of_a_dataset_are_those_of_the_run_with_most_votes():
    """Whichever solver comes first in the file."""
    runs = prepared(bought("A", "BALD", [[(0, .5), (1, .9)]]),
                    bought("A", "MV", [[(3, .8)]]),
                    bought("A", "RandomAssign", [[(0, .5), (2, .8)]]))
    entry, = settings_of(runs).values()
    assert (entry["votes"], entry["vpt"]) == (30, 3)


def test_one_task_more_is_not_bold():
    """On 500 tasks .998 and 1 do not differ significantly; .998 and .80 do.
    """
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


def test_simulations_need_six_repetitions_for_a_difference():
    def tops(n):
        noise = np.random.default_rng(0).normal(0, .01, size=(2, n))
        runs = prepared(rows("A", "MV", .5 + noise[0]),
                        rows("A", "DS", .9 + noise[1]))
        return [cell.top for cell in cells(runs, RECOVERY).values()]
    assert tops(5) == [False, False] and tops(6) == [False, True]


def test_label_accuracies_at_unequal_cost_are_never_bold():
    """Label accuracies at different costs are not compared, but areas under
    learning curves are."""
    def tops(metric, *parts):
        runs = runs_of(points_of(frame(*parts)))
        return [cell.top for cell in cells(runs, metric).values()]

    low, high = np.array([[.5], [.9]]) + np.linspace(0, .01, 10)
    assert tops(RECOVERY, rows("A", "MV", low), rows("A", "DS", high)) == [
        False, True]
    active = [bought("A", solver, [[(0, .5), (3, value)] for value in values])
              for solver, values in (("RandomAssign", low), ("BALD", high))]
    assert tops(RECOVERY, *active) == [False, False]
    assert tops(AREA, *active) == [False, True]


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


def test_shares_of_time_by_hand():
    """10 s of MV on A, 30 s of DS on B, which the objective's training of 60 s
    follows: 100 s."""
    runs = prepared(rows("A", "MV", [.5] * 10, time=1.0),
                    rows("B", "DS", [.5] * 10, time=3.0,
                         objective_train_seconds=6.0))
    assert time_text(runs) == (
        "Time of methods and of training, 100 s: networks trained on labels "
        "60%, DS 30%, MV 10%\nBy dataset: B 90%, A 10%")
    many = prepared(*(rows("A", f"M{i}", [.5], time=100.0 * (i < 2) + 100)
                      for i in range(8)))
    assert time_text(many) == (
        "Time of methods and of training, 17 minutes: M0 20%, M1 20%, M2 10%, "
        "M3 10%, M4 10%, M5 10%, 2 others 20%\nBy dataset: A 100%")
