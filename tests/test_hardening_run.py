"""After a failure, finished results are saved and the error is reported."""
import pandas as pd
import pytest

pytestmark = pytest.mark.slow
QUICK = ["-d", "HammerSpammer[n_tasks=40]", "-r", "1", "--no-plot"]
BROKEN_DATASET = '''
import numpy as np
from benchmark_utils.crowds.dataset import CrowdDataset
from benchmark_utils.votes import Votes


class Dataset(CrowdDataset):
    """Wrong in its own way."""
    name = "Broken"
    parameters = {"how": ["typo"]}

    def get_data(self):
        if self.how == "unreadable":
            raise PermissionError(13, "Permission denied", "/srv/votes")
        if self.how == "typo":
            return dict(votes=self.vtes)
        votes = Votes([0, 1], [0, 0], [0, 1], 2, 1, 2)
        data = dict(votes=votes, ground_truth=np.array([0, 1]))
        if self.how == "repetitions":
            return dict(data, repetitions=0)
        if self.how == "hide":
            return dict(data, hide_votes="no")
        if self.how == "leak":
            np.seterr(all="raise")
            return data
        return dict(data, X=np.zeros((2, 1)), X_test=np.zeros((1, 1)),
                    y_test=np.array([-1]), classifier="mlp")
'''
BROKEN_SOLVER = '''
import os
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """Wrong in its own way."""
    name = "Broken"

    def run(self, _):
        os._exit(7)
'''


def test_a_broken_dataset_gives_one_line_and_the_rest_is_saved(checkout):
    (checkout.folder / "datasets" / "broken.py").write_text(BROKEN_DATASET)
    done = checkout.run(
        "-d", "Broken[how=[typo,unreadable,repetitions,hide,wrong,leak]]",
        *QUICK, "-d", "Bluebirds", "-s", "MV", "--no-cache", "--output", "t",
        check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout
    lines = done.stdout.splitlines()
    for how, reason in (
            ("typo", "AttributeError: .* has no attribute 'vtes'"),
            ("unreadable", "PermissionError: .*Permission denied.*/srv/vote"),
            ("repetitions", "ValueError: The 'repetitions' parameter of"),
            ("hide", "ValueError: The 'hide_votes' parameter of get_data "
             "must be one of True, False, got 'no'"),
            ("wrong", r"ValueError: y_test\[0\] = -1 is not in \[0, 2\)")):
        # Where it happened, and again at the end.
        assert pd.Series(lines).str.contains(f"Reason: {reason}").sum() == 1
        assert pd.Series(lines).str.contains(
            rf"^  Broken\[how={how}\]: {reason}").sum() == 1
    assert lines[-6] == "Error: skipped for an error:"
    assert "Broken changed numpy.seterr" in done.stdout
    # A missing file is reported, but it is not an error.
    assert "labels.yaml is missing" in done.stdout
    names = set(checkout.result("t")["dataset_name"])
    assert {name.partition("[")[0] for name in names} == {
        "HammerSpammer", "Broken"}  # a dataset that only leaks is loaded


def test_wrong_values_are_refused_before_anything_runs(checkout):
    (checkout.folder / "datasets" / "broken.py").write_text(
        BROKEN_DATASET.replace("    def get", "    accepts = {'how': lambda "
                               "*given: check(*given)}\n\n    def get")
        + "\n\ndef check(owner, name, value):\n    if value != 'typo':\n"
        "        raise ValueError(f'{owner}: {name} = {value!r} is bad')\n")
    (checkout.folder / "run.yml").write_text(
        "dataset:\n  - Broken:\n      how: [typo, .nan]\n")
    for arguments, message in (
            ([*QUICK, "-s", "MV", "-s", "WAUM[quantile=[.1,7]]"],
             "The 'quantile' parameter of WAUM must be a number in [0, 1], "
             "got 7"),
            ([*QUICK, "-s", "MV", "-s", "WAUM[prune=best]"],
             "The 'prune' parameter of WAUM must be one of waum, random, got "
             "'best'"),
            (["--config", "run.yml", "-s", "MV"], "Broken: how = nan is bad")):
        done = checkout.run(*arguments, "--output", "t", check=False)
        assert done.returncode == 2
        assert done.stdout.splitlines()[-1] == (
            f"Error: Invalid value: {message}")
        assert "Traceback" not in done.stdout and "MV" not in done.stdout
    assert not (checkout.folder / "outputs" / "t.parquet").exists()


def test_cells_before_a_solver_that_ends_the_process_are_cached(checkout):
    """The next run takes them from the cache."""
    (checkout.folder / "solvers" / "broken.py").write_text(BROKEN_SOLVER)
    done = checkout.run(*QUICK, "-s", "MV", "-s", "DS", "-s",
                        "Broken", "--output", "t", check=False)
    assert done.returncode == 7
    again = checkout.run(*QUICK, "-s", "MV", "-s", "DS", "-s", "WDS",
                         "--output", "t").stdout
    cached = [line for line in again.splitlines() if "(cached)" in line]
    assert len(cached) == 2  # one dataset setting, two solvers
    assert len(checkout.recovery("t")) == 3


def test_a_folder_that_cannot_be_made_is_named_without_a_traceback(checkout):
    (checkout.folder / "outputs").write_text("not a folder")
    done = checkout.run("-s", "MV", *QUICK, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stdout
    assert "Error: [Errno 17] File exists: " in done.stdout
    assert "continues from the cell that it had reached" in done.stdout
