"""The GPU run's path, walked on a CPU."""
import subprocess

import pandas as pd
import pytest
from conftest import HANGS


@pytest.mark.slow
def test_smoke_run_ends_with_a_report(checkout):
    done = subprocess.run(
        ["bash", "perf/gpu_day.sh", "--smoke"], cwd=checkout.folder,
        env=checkout.environment(), text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=HANGS)
    assert done.returncode == 0, done.stdout
    assert "[x] every cell has a test accuracy" in done.stdout
    assert len(checkout.result("gpu_smoke")) == 4


def test_what_fell_short_is_named(tmp_path):
    """A cell without a score, a missing repetition, a CPU, a low accuracy and
    too much time are five goals that are not met."""
    import sys

    from conftest import ROOT
    rows = pd.DataFrame({
        "dataset_name": ["CIFAR-10H[classifier=resnet18,workers=truth]"] * 3,
        "solver_name": ["MV", "MV", "DS"], "idx_rep": [0, 1, 0],
        "objective_test_accuracy": [.8, .82, None],
        "objective_test_ece": [.1, .1, None],
        "objective_device": ["CPU"] * 3})
    rows.to_parquet(tmp_path / "gpu.parquet")
    done = subprocess.run(
        [sys.executable, "perf/gpu_report.py", tmp_path / "gpu.parquet",
         "--minutes", "12"], cwd=ROOT, text=True, capture_output=True)
    assert done.returncode == 1
    assert done.stdout.count("- [ ]") == 5, done.stdout
