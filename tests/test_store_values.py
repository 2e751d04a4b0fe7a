"""Values of a submitted result that no run writes are refused."""
import json

import numpy as np
import pytest
from shelf import DS, MOONS, result

from benchmark_utils.scoring.outcomes import pack_credits


def table(n_bins=15, n=1, confidence=.5, right=1):
    """A table of `calibration.reliability`, as JSON."""
    return json.dumps(dict(n=[n] * n_bins, confidence=[confidence] * n_bins,
                           right=[right] * n_bins))


def test_the_values_of_a_run_are_admitted(shelf):
    shelf.offer(result(
        [DS], [MOONS], objective_label_reliability=table(),
        objective_error_correlation=json.dumps(dict(
            rho=dict(people=[.1, 0, .2], models=None), effective={},
            votes=dict(people=3.0, models=1.0))),
        final_results=json.dumps(dict(
            worker_values=dict(score=[-1, 2], n_votes=[0, 3]),
            majority_curve=dict(cost=[0, 2.5], recovery=[.5, 1]))),
        objective_device="CPU", run_date="2026-01-02T03:04:05+01:00"))
    assert shelf.validate() == []


@pytest.mark.parametrize("change, message", [
    (dict(objective_label_recovery=np.nan), "repetition 0 is missing, but the "
     "truth of its tasks is known"),
    (dict(objective_label_recovery=None, objective_n_known=0,
          objective_task_credit=pack_credits([1, 0])),
     "is nan, but its objective_task_credit gives 0.5000"),
    (dict(platform="Linux\u202e"), "platform of DS[max_iter=1] on"),
    (dict(objective_device=b"CPU"), "objective_device of DS[max_iter=1] on"),
    (dict(objective_mine=b"1"), "objective_mine of DS[max_iter=1] on"),
    (dict(solver_name="DS[max_iter=1,max_iter=2]"),
     "DS[max_iter=1,max_iter=2] is not a name that benchopt writes"),
    (dict(solver_name="DS[max_iter=1] "), "is not a name that benchopt"),
    (dict(solver_name="DS[max_iter=1"), "is not a name that benchopt"),
    (dict(solver_name="DS[max_iter]"), "is not a name that benchopt"),
    (dict(objective_label_reliability=table(n_bins=14)), "15 bins"),
    (dict(objective_label_reliability=table(right=2)), "sums in [0, n]"),
    (dict(objective_test_reliability=table(confidence=-1)), "in [0, n]"),
    (dict(objective_test_reliability=table(n=-1)), "n must be in [0, inf]"),
    (dict(objective_error_correlation='{"rho": {}, "effective": {}}'),
     "votes must be an object"),
    (dict(final_results=json.dumps(dict(majority_curve=dict(
        cost=[0, 1], recovery=[.5, 7])))), "recovery must be in [0, 1]"),
    (dict(final_results=json.dumps(dict(worker_values=dict(
        score=[-1], n_votes=[-1])))), "n_votes must be in [0, inf]"),
])
def test_values_that_no_run_writes_are_refused(shelf, change, message):
    assert message in shelf.refused(result([DS], [MOONS], **change))


def test_dates_of_several_time_zones_are_read(shelf):
    rows = result([DS], [MOONS])
    rows["run_date"] = ["2026-01-02T03:04", "2026-01-02T03:04+02:00", "x"]
    assert "run_date of DS[max_iter=1] on TwoMoons, repetition 2 must" in (
        shelf.refused(rows))


@pytest.mark.parametrize("replace", [False, True])
def test_rows_without_names_are_refused(shelf, replace):
    rows = result([DS])
    assert "new.parquet lacks solver_name" in shelf.refused(
        rows.drop(columns="solver_name"), replace=replace)
    rows["solver_name"] = [["DS"]] * len(rows)
    assert "solver_name of ['DS'] on" in shelf.refused(rows, replace=replace)
