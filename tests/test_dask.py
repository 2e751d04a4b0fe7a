"""Distributed runs give the scores of a sequential run."""
import pandas as pd
import pytest

pytestmark = pytest.mark.slow

CELLS = ["-d", "HammerSpammer[n_tasks=40]", "-d", "Digits[n_tasks=200]",
         "-d", "FiveGaussians[n_tasks=60,votes_per_task=1]", "-s", "DS",
         "-s", "CrowdLayer", "-s", "LabelInfo", "-r", "2", "--no-plot",
         "--no-cache"]


def table(frame):
    """All columns but times, in a fixed order of rows."""
    keys = ["dataset_name", "solver_name", "idx_rep", "stop_val"]
    frame = frame.sort_values(keys).reset_index(drop=True)
    scores = [column for column in frame if column.startswith("objective_")
              and column != "objective_train_seconds"]
    return frame[keys + scores]


def test_dask_gives_the_same_bits(checkout):
    pytest.importorskip("distributed", reason="needs dask[distributed]")
    checkout.run(*CELLS, "--output", "sequential")
    done = checkout.run(*CELLS, "--output", "dask", "--parallel-config",
                        "configs/parallel/dask.yml")
    assert "backend: dask" in done.stdout
    expected, found = (table(checkout.result(name))
                       for name in ("sequential", "dask"))
    assert len(expected) > 14  # curves have more than one point
    assert expected["objective_test_accuracy"].nunique() > 5
    pd.testing.assert_frame_equal(found, expected, check_exact=True)
