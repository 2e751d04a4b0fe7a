"""The store after a command was cut off at any moment."""
import json
import os
import threading

import pandas as pd
import pytest
from filelock import FileLock
from shelf import DIGITS, DS, GLAD, MOONS, MV, WDS, result

from benchmark_utils import safe_files as files
from benchmark_utils.report.store import store

pytestmark = pytest.mark.slow


def replace_cells(shelf):
    """A command that writes a new file, shortens one and removes another."""
    shelf.offer(result([MV, DS], [DIGITS]).assign(
        objective_label_recovery=.25), "new", replace=True)


def killed_after(steps, shelf, monkeypatch, action):
    """Run ``action`` in a process that ends at its ``steps``-th system call
    that changes a file; True if it came to its end before."""
    process = os.fork()
    if process == 0:
        done = 0

        def dying(call):
            def counted(*arguments, **options):
                nonlocal done
                done += 1
                if done == steps:
                    os._exit(9)
                return call(*arguments, **options)
            return counted
        for name in ("replace", "fsync", "unlink"):
            monkeypatch.setattr(os, name, dying(getattr(os, name)))
        try:
            action(shelf)
        except BaseException:
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert code in (0, 9)
    return code == 0


def cells_of(rows):
    return {key: tuple(own["objective_label_recovery"]) for key, own in
            rows.groupby(["dataset_name", "solver_name"])}


STEPS = 11  # system calls that change a file, and one more


@pytest.mark.parametrize("steps", range(1, STEPS + 1))
def test_killed_at_any_moment_nothing_is_lost(shelf, monkeypatch, steps):
    """Each old cell has its old or its new values; no file is half-written;
    the same command completes the change."""
    shelf.offer(result([GLAD], [MOONS]), "third")
    shelf.offer(result([WDS], [DIGITS]), "fourth")
    before = cells_of(shelf.rows())
    wanted = result([MV, DS, WDS], [DIGITS]).assign(
        objective_label_recovery=.25)
    new = cells_of(wanted)

    def action(shelf):
        shelf.offer(wanted, "new", replace=True)
    finished = killed_after(steps, shelf, monkeypatch, action)
    for path in shelf.folder.glob("*.parquet"):
        pd.read_parquet(path)  # whole
    for path in shelf.folder.glob("*.json"):
        json.loads(path.read_text())
    found = shelf.rows()
    for (dataset, solver), values in before.items():
        own = found[(found["dataset_name"] == dataset)
                    & (found["solver_name"] == solver)]
        seen = {tuple(part["objective_label_recovery"])
                for _, part in own.groupby("run")}
        assert seen and seen <= {values, new.get((dataset, solver))}
    whole = cells_of(found) in (before, {**before, **new}) and not found[
        ["dataset_name", "solver_name", "idx_rep"]].duplicated().any()
    # A store that validate accepts is as before or complete.
    assert (shelf.validate() == []) <= whole
    assert finished == (steps == STEPS)
    action(shelf)
    assert cells_of(shelf.rows()) == {**before, **new}
    assert shelf.validate() == []


@pytest.mark.parametrize("written", range(4))
def test_a_full_disk_leaves_whole_files(shelf, monkeypatch, written):
    """The same command completes the change once there is room."""
    def full(path, write):
        nonlocal written
        if written == 0:
            raise OSError(28, "No space left on device")
        written -= 1
        return files.write_whole(path, write)
    before = cells_of(shelf.rows())
    monkeypatch.setattr(store, "write_whole", full)
    with pytest.raises(OSError, match="No space left"):
        replace_cells(shelf)
    assert set(cells_of(shelf.rows())) >= set(before)
    monkeypatch.setattr(store, "write_whole", files.write_whole)
    replace_cells(shelf)
    assert shelf.validate() == []


def test_two_commands_at_once_wait_for_each_other(shelf):
    """The second waits for the lock, then reads what the first wrote."""
    other = threading.Thread(
        target=shelf.offer, args=(result([DS]), "second"))
    with FileLock(shelf.folder / ".lock"):
        other.start()
        other.join(.3)
        assert other.is_alive() and "second.json" not in shelf.content()
    other.join()
    assert "second.json" in shelf.content() and shelf.validate() == []


def test_a_text_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    files.write_text(path, "old")

    def full(descriptor):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.write_text(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["page.html"]
