"""The files of a run: beside its results and in the cache."""
import os
import subprocess
import sys
from functools import partial

import click
import numpy as np
import pandas as pd
import pytest
import yaml
from benchopt_internals import new_objective, run_context
from click.testing import CliRunner
from conftest import ROOT
from filelock import FileLock, Timeout

from benchmark_utils.harness import failures
from benchmark_utils.harness.run_folders import folder_name, run_base
from benchmark_utils.safe_files import write_text

QUICK = ["-d", "HammerSpammer[n_tasks=40]", "-r", "1", "--no-plot"]
CSV = "CSV[path=examples/votes.csv,truth=examples/truth.csv]"


@pytest.mark.slow
def test_a_second_run_does_not_overwrite_the_first(checkout):
    run = ["-d", CSV, "-s", "MV", "-r", "1", "--no-plot", "--output", "t"]
    outputs = checkout.folder / "outputs"
    votes = checkout.folder / "examples" / "votes.csv"
    checkout.run(*run)
    first, = (outputs / "t").rglob("labels.csv")
    text = first.read_text()
    lines = votes.read_text().splitlines()
    votes.write_text("\n".join(
        [lines[0], *(line.rpartition(",")[0] + ",cat" for line in lines[1:])]))
    checkout.run(*run)
    second, = (outputs / "t_1").rglob("labels.csv")
    assert (outputs / "t_1.parquet").is_file()
    assert set(pd.read_csv(second)["label"]) == {"cat"}
    assert first.read_text() == text
    # A third run without edits has its files, too.
    checkout.run(*run)
    third, = (outputs / "t_2").rglob("labels.csv")
    assert third.read_text() == second.read_text()


@pytest.mark.slow
def test_scores_are_kept_if_files_cannot_be_written(checkout):
    outputs = checkout.folder / "outputs"
    outputs.mkdir()
    (outputs / "t").write_text("in the way")
    done = checkout.run(*QUICK, "-s", "MV", "--output", "t")
    assert "labels and posteriors were not written: " in done.stdout
    assert checkout.recovery("t")["MV"] > .5


@pytest.mark.parametrize("error, said", [
    (OSError(28, "No space left on device", "t.parquet"),
     "Error: [Errno 28] No space left on device: 't.parquet'"),
    (OSError(30, "Read-only file system", "outputs"),
     "Error: [Errno 30] Read-only file system: 'outputs'"),
    (None, "Error: skipped for an error:\n  MV on D: it died"),
    (KeyError("x"), "")])
def test_a_run_ends_in_words(monkeypatch, error, said):
    """benchopt saves results within the context of its command."""
    @click.command()
    @click.pass_context
    def run(context):
        context.call_on_close(partial(failures._end, context))
        failures.end_with(context, "MV on D", "it died")
        if error is not None:
            raise error
    monkeypatch.setattr(failures, "DEBUG", False)
    done = CliRunner().invoke(run)
    assert done.exit_code == 1 and done.output.startswith(said)
    assert isinstance(done.exception, SystemExit if said else KeyError)


@pytest.mark.parametrize("error", [
    OSError(28, "No space left on device"),
    OSError(30, "Read-only file system")])
def test_a_full_disk_leaves_the_old_files_whole(
        solve, tmp_path, monkeypatch, error):
    solve("HammerSpammer", "MV")
    objective = solve.objective
    run_context(objective, tmp_path / "t", "D", "O", "S", 0)
    objective.save_final_results(**solve.result)
    folder = tmp_path / "t" / "D" / "O" / "S" / "rep_0"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(before) == {"labels.csv", "posteriors.csv", "workers.csv"}
    write = pd.DataFrame.to_csv

    def full(table, path, **options):
        if path.name != "workers":
            return write(table, path, **options)
        path.write_text("worker,n_vo")
        raise error
    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    solve("HammerSpammer", "MV")  # the same cell again
    objective = solve.objective
    run_context(objective, tmp_path / "t", "D", "O", "S", 0)
    flat = np.full_like(solve.result["soft_labels"], .5)
    with pytest.warns(UserWarning, match=f"not written: .*{error.strerror}"):
        shown = objective.save_final_results(
            **dict(solve.result, soft_labels=flat))
    assert shown.startswith("{")
    assert {path.name: path.read_bytes()
            for path in folder.iterdir()} == before


def test_each_name_has_a_folder_of_its_own(benchmark):
    names = ["CSV[path=a/b.csv]", "CSV[path=a:b.csv]", "CSV[path=a_b.csv]",
             "CSV[path=a//b.csv]", "x" * 300, "x" * 301, "é" * 200, "é" * 201]
    folders = [folder_name(name) for name in names]
    assert len(set(folders)) == len(names)
    assert folders[2] == names[2]  # a valid name does not change
    for folder in folders:
        assert len(folder.encode()) <= 255 and "/" not in folder
    assert run_base(new_objective(benchmark)) is None  # outside of a run


def test_two_runs_at_once_do_not_share_a_folder(benchmark, tmp_path,
                                                monkeypatch):
    objective = new_objective(benchmark)
    run_context(objective, tmp_path / "t", "D", "O", "S", 0)
    with FileLock(tmp_path / ".t.lock"):
        with monkeypatch.context() as worker:  # of the run that has it
            worker.setattr(click, "get_current_context", lambda silent: None)
            assert objective.skip(missing="no data") == (True, "no data")
        with (click.Context(click.Command("run")),
              pytest.raises(click.ClickException, match="another run .*/t: ")):
            objective.skip(missing="no data")
    # The run that has the folder may ask again for each dataset.
    with click.Context(click.Command("run")):
        for _ in range(2):
            assert objective.skip(missing="no data") == (True, "no data")
    with pytest.raises(Timeout):
        FileLock(tmp_path / ".t.lock").acquire(timeout=0)


@pytest.mark.slow
def test_random_bytes_in_the_cache(checkout):
    run = [*QUICK, "-s", "MV", "-s", "DS", "--output"]
    checkout.run(*run, "a")
    rng = np.random.default_rng(0)
    for damage, message in (
            ("replaced", "damaged files"), ("cut", "damaged files"),
            ("within", "a cached result cannot be read and is recomputed")):
        paths = [path for path in (checkout.folder / "__cache__").rglob("*")
                 if path.is_file()]
        assert len(paths) > 8
        for path in paths:
            old = path.read_bytes()
            new = rng.bytes(max(len(old), 4))
            if damage == "cut":
                new = old[:len(old) // 2]
            elif damage == "within" and path.suffix == ".pkl":
                new = old[:2] + new[2:-1] + old[-1:]
            path.write_bytes(new)
        done = checkout.run(*run, damage)
        assert "Traceback" not in done.stdout
        assert message in done.stdout
        assert checkout.recovery(damage) == checkout.recovery("a")


def test_the_dask_config_has_no_dashboard_and_warns_of_connections():
    text = (ROOT / "configs" / "parallel" / "dask.yml").read_text()
    assert yaml.safe_load(text)["dask_dashboard_address"] is None
    assert "no authentication" in text


def test_leftovers_of_a_killed_process_are_removed(tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for process, text in (ended.pid, "half"), (os.getppid(), "written now"):
        (tmp_path / f".page.html.{process}.tmp").write_text(text)
    write_text(tmp_path / "page.html", "whole")
    assert {path.read_text() for path in tmp_path.iterdir()} == {
        "whole", "written now"}
