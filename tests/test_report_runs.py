"""From result files to runs: times, columns, contradictions."""
import numpy as np
import pytest
from results import RECOVERY, frame, prepared, rows

from benchmark_utils.report.results.runs import (
    CLOCKS,
    Contradiction,
    load_results,
    points_of,
    refuse_contradictions,
    runs_of,
    shown_metrics,
)


def test_the_last_point_of_a_curve_counts():
    curve = frame(rows("A", "BALD", [.5]), rows("A", "BALD", [.9]))
    curve["stop_val"] = [20, 1]
    assert runs_of(points_of(curve))["objective_label_recovery"].tolist() == [
        .5]


def test_aggregation_and_training_have_separate_times():
    runs = prepared(rows("A", "MV", [1.], 2, objective_train_seconds=3.))
    assert [runs[clock.column].tolist() for clock in CLOCKS] == [[2.], [3.]]


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
    (dict(solver="MV"), "a and b both contain MV on A, repetition 0"),
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


def test_files_without_contradictions_are_combined(tmp_path):
    paths = files(tmp_path, a=frame(rows("A", "MV", [.5])),
                  b=frame(rows("A", "DS", [.7]), rows("B", "MV", [.1],
                                                      base_seed=3)))
    assert load_results(paths)["run"].tolist() == ["a", "b", "b"]


def test_a_duplicate_point_is_refused():
    with pytest.raises(Contradiction, match="here contains MV on A.*twice"):
        refuse_contradictions(frame(rows("A", "MV", [.5]),
                                    rows("A", "MV", [.5])))
