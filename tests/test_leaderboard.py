"""The store of published results: what enters, what is refused and why, and
what is left when a command is cut off at any moment."""
import json
import os
import threading

import numpy as np
import pandas as pd
import pytest
import yaml
from filelock import FileLock
from results import published

from benchmark_utils.report import checks, cli, commands, files, store
from benchmark_utils.report.data import page_data
from benchmark_utils.report.readme import with_ranking
from benchmark_utils.report.verification import differences, rerun_config
from benchmark_utils.scoring.outcomes import pack_credits

MV = ("MV", "solvers/majority_vote.py")
GLAD = ("GLAD[max_iter=9]", "solvers/glad.py")
DS = ("DS[m=1]", "solvers/dawid_skene.py")
WDS = ("WDS[m=1]", "solvers/wds.py")
HAMMER = ("HammerSpammer[n=1]", "datasets/hammer_spammer.py")
DIGITS = ("Digits[m=2]", "datasets/digits.py")
MOONS = ("TwoMoons", "datasets/two_moons.py")


def result(solvers=(MV, GLAD), datasets=(HAMMER, DIGITS), n=3, **columns):
    return published(solvers, datasets, n, **columns)


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A store with one file, and functions that offer it another. Only
    commits that start with abcdef are of this repository."""
    monkeypatch.setattr(checks, "_is_commit",
                        lambda commit: commit.startswith("abcdef"))
    monkeypatch.setattr(store, "all_commits_are_here", lambda: True)

    class Shelf:
        folder = tmp_path / "leaderboard"

        @staticmethod
        def save(rows, name):
            rows.to_parquet(tmp_path / f"{name}.parquet")
            return tmp_path / f"{name}.parquet"

        @staticmethod
        def offer(rows, name="new", **options):
            return store.add(Shelf.save(rows, name), folder=Shelf.folder,
                             **options)

        @staticmethod
        def refused(rows, **options):
            before = Shelf.content()
            with pytest.raises(store.Refused) as error:
                Shelf.offer(rows, **options)
            assert Shelf.content() == before
            return str(error.value)

        @staticmethod
        def content():
            return {path.name: path.read_bytes()
                    for path in sorted(Shelf.folder.iterdir())
                    if path.name != ".lock"}

        @staticmethod
        def rows():
            return store.read_store(Shelf.folder)

        @staticmethod
        def check():
            return store.check(Shelf.folder)

    Shelf.offer(result(), "first")
    return Shelf


def test_rows_come_back_with_their_origin(shelf):
    rows = shelf.rows()
    assert len(rows) == 12 and set(rows["run"]) == {"first"}
    assert set(rows["status"]) == {"submitted"}
    assert not {"obj_description", "objective_name"} & set(rows)
    said = json.loads((shelf.folder / "first.json").read_text())
    assert said["commits"] == ["abcdef12"] and said["seed"] == ["0"]
    assert said["machine"]["processor"] == ["A CPU"]
    assert said["datasets"]["Digits[m=2]"] == {
        "repetitions": "0-2", "data_versions": ["D0", "D1", "D2"]}
    assert shelf.check() == []


def test_a_new_solver_joins_and_a_new_dataset_may(shelf):
    shelf.offer(result([DS]), "second")
    shelf.offer(result([DS], [MOONS], n=1), "third", status=store.VERIFIED)
    rows = shelf.rows()
    assert rows.groupby("run")["solver_name"].nunique().to_dict() == {
        "first": 2, "second": 1, "third": 1}
    assert rows.groupby("run")["status"].first().to_dict() == {
        "first": "submitted", "second": "submitted",
        "third": "verified here"}
    assert shelf.check() == []


@pytest.mark.parametrize("change, message", [
    (dict(objective_data_version="X"),
     "HammerSpammer[n=1]: objective_data_version of repetition 0 is X in "
     "new.parquet, H0 in leaderboard/first.parquet"),
    (dict(base_seed=7), "Digits[m=2]: base_seed is [7] in new.parquet, [0] in "
     "leaderboard/first.parquet"),
    (dict(n=5), "HammerSpammer[n=1]: repetitions is 0-4 in new.parquet, 0-2 "
     "in leaderboard/first.parquet"),
    (dict(n=2), "Digits[m=2]: repetitions is 0-1 in new.parquet, 0-2 in"),
    (dict(objective_protocol="99"), "HammerSpammer[n=1]: objective_protocol "
     "of repetition 0 is 99 in new.parquet, "),
    (dict(objective_protocol="99"), "new.parquet: objective_protocol is 99, "
     "this checkout's is "),
    (dict(objective_protocol="1+ab"), "files that score were edited"),
    (dict(objective_commit="abcdef+"), "objective_commit is 'abcdef+'"),
    (dict(objective_commit=""), "commit first, then run with --no-cache"),
    (dict(objective_commit="1234567"),
     "objective_commit 1234567 is no commit of this repository"),
    (dict(objective_commit="--help"), "objective_commit is '--help'"),
    (dict(solvers=[("Mine[a=1]", "solvers/mine.py")]),
     "no file in solvers/ has the name Mine"),
    (dict(solvers=[("MV", "solvers/mine.py")]), "MV came from "
     "solvers/mine.py, here it is solvers/majority_vote.py"),
    (dict(datasets=[("Yours", "datasets/yours.py")]),
     "no file in datasets/ has the name Yours"),
    (dict(datasets=[("CSV[path=a]", "datasets/csv_votes.py")]),
     "CSV reads votes that only you have"),
])
def test_what_may_not_stand_beside_the_rest_is_refused(
        shelf, change, message):
    assert message in shelf.refused(result(**{"solvers": [DS], **change}))


@pytest.mark.parametrize("change, message", [
    (dict(objective_label_recovery=7.5), "objective_label_recovery of "
     "DS[m=1] on HammerSpammer[n=1], repetition 0 is 7.5; a number in [0, 1] "
     "is needed (6 such rows)"),
    (dict(objective_test_ece=-3.), "objective_test_ece of"),
    (dict(objective_label_recovery=np.inf), "inf; a number in [0, 1]"),
    (dict(objective_test_nll=np.inf), "inf; a number in [0, inf)"),
    (dict(objective_label_recovery="0.9"), "'0.9'; a number is needed"),
    (dict(objective_label_recovery=True), "a number is needed"),
    (dict(time=-1.), "time of DS[m=1]"),
    (dict(time=np.nan), "time of DS[m=1]"),
    (dict(time="fast"), "'fast'; a number is needed"),
    (dict(idx_rep=.5), "0.5; a whole number in [0, inf) is needed"),
    (dict(objective_n_votes=-2), "objective_n_votes of"),
    (dict(solver_name=3), "solver_name of 3 on"),
    (dict(dataset_name="Digits\n| x"), "a text of one line is needed"),
    (dict(solver_name="MV\u202e"), "a text of one line is needed"),
    (dict(objective_data_version=None), "objective_data_version of"),
    (dict(objective_test_reliability="{'n': 3}"), "objective_test_reliability "
     "of DS[m=1] on HammerSpammer[n=1], repetition 0 cannot be read"),
    (dict(final_results="[1]"), "it is no JSON object"),
    (dict(objective_task_credit="9:!!"), "objective_task_credit of"),
    (dict(objective_task_credit=pack_credits([1, 0, 0, 0])),
     "objective_label_recovery of DS[m=1] on HammerSpammer[n=1], repetition "
     "0 is 0.5000, but its tasks say 0.2500"),
])
def test_values_that_cannot_be_are_refused(shelf, change, message):
    assert message in shelf.refused(result([DS], **change))


def test_rows_that_stand_twice_are_refused(shelf):
    twice = pd.concat([result([DS]), result([DS]).iloc[:2]])
    assert "new.parquet holds DS[m=1] on HammerSpammer[n=1], repetition 0 " \
        "twice (2 such rows)" in shelf.refused(twice)
    assert "new.parquet has no rows" in shelf.refused(result([DS]).iloc[:0])


def test_results_of_before_are_refused(shelf):
    rows = result([DS]).drop(columns="objective_data_version")
    assert "new.parquet has no objective_data_version" in shelf.refused(rows)


def test_a_file_that_is_none_is_refused(shelf):
    path = shelf.folder.parent / "broken.parquet"
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(store.Refused, match="broken.parquet cannot be read"):
        store.add(path, folder=shelf.folder)


def test_a_file_that_contradicts_itself_is_refused(shelf):
    rows = result([DS, WDS], [MOONS])
    rows.loc[4, "objective_data_version"] = "X"
    assert ("TwoMoons: objective_data_version of repetition 1 is T1 in "
            "new.parquet, X in new.parquet") in shelf.refused(rows)
    holes = result([DS, WDS], [MOONS]).drop(index=5)
    assert "WDS[m=1] lacks repetitions 2 in new.parquet" in shelf.refused(
        holes)


def test_published_cells_stay_unless_replaced(shelf):
    rows = result([MV, DS], [DIGITS]).assign(objective_label_recovery=.25)
    assert "Digits[m=2]: MV of new.parquet: in leaderboard/first.parquet" in (
        shelf.refused(rows))
    shelf.offer(rows, replace=True)
    table = shelf.rows().groupby(["dataset_name", "solver_name"])[
        ["objective_label_recovery", "run"]].agg("first")
    assert table.loc["Digits[m=2]", "MV"].tolist() == [.25, "new"]
    assert table.loc["HammerSpammer[n=1]", "MV"].tolist() == [.5, "first"]
    assert len(table) == 5 and shelf.check() == []
    # Whatever is left of the first file goes with its last row.
    shelf.offer(result(), "third", replace=True)
    assert set(shelf.content()) == {"new.parquet", "new.json",
                                    "third.parquet", "third.json"}
    assert shelf.check() == []
    # The same run again, under its own name.
    shelf.offer(result(), "third", replace=True)
    assert shelf.check() == []


def test_a_name_is_taken_once_and_stays_in_the_folder(shelf):
    assert "first.parquet is there" in shelf.refused(
        result([DS]), name="first")
    for name in ("../escaped", "/tmp/escaped", ".hidden", "a/b", "results"):
        with pytest.raises(store.Refused, match="letters, digits"):
            store.add(shelf.save(result([DS]), "new"), name=name,
                      folder=shelf.folder)


def test_check_sees_edits_of_the_store(shelf):
    shelf.offer(result([DS]), "second")
    path = shelf.folder / "second.parquet"
    rows = pd.read_parquet(path)
    rows.assign(objective_label_recovery=1.).to_parquet(path)
    line, = shelf.check()
    assert line.startswith("second.json does not describe second.parquet")
    # Nothing enters a store that is not in order.
    assert "second.json does not describe" in shelf.refused(result([WDS]))
    rows.assign(objective_data_version="X").to_parquet(path)
    assert any("objective_data_version of repetition 0 is X" in line
               for line in shelf.check())
    path.with_suffix(".json").unlink()
    assert "second.json is missing" in shelf.check()
    path.with_suffix(".json").write_text("{broken")
    assert any("second.json cannot be read" in line for line in shelf.check())
    path.with_suffix(".json").write_text("[]")
    assert "second.json is no object" in shelf.check()
    path.write_bytes(b"")
    assert any("second.parquet cannot be read" in line
               for line in shelf.check())
    with pytest.raises(store.Refused, match="second.parquet cannot be read"):
        shelf.rows()


def test_check_sees_commits_that_are_gone(shelf, monkeypatch):
    monkeypatch.setattr(checks, "_is_commit", lambda commit: False)
    assert any("is no commit of this repository" in line
               for line in shelf.check())
    # A clone without history cannot tell.
    monkeypatch.setattr(store, "all_commits_are_here", lambda: False)
    assert shelf.check() == []


def test_commits_are_looked_up_in_git():
    if not checks.all_commits_are_here():
        pytest.skip("needs a git checkout with its history")
    assert checks._is_commit("HEAD~0") and not checks._is_commit("0000000")


# --- cut off at any moment ------------------

class Killed(BaseException):
    """The process ends here: nothing is cleaned up."""


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


STEPS = 15  # system calls that change a file, and one more
FEW = (2, 6, 8, 10, 13)


@pytest.mark.parametrize("steps", [
    step if step in FEW else pytest.param(step, marks=pytest.mark.slow)
    for step in range(1, STEPS + 1)])
def test_killed_at_any_moment_nothing_is_lost(shelf, monkeypatch, steps):
    """All old cells are there, or their new values; no file is half-written;
    check says what is left to do, and the same command does it."""
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
    assert (shelf.check() == []) <= whole  # in order: then it is
    assert finished == (steps == STEPS)
    action(shelf)
    assert cells_of(shelf.rows()) == {**before, **new}
    assert shelf.check() == []


def test_a_full_disk_changes_nothing(shelf, monkeypatch):
    shelf.offer(result([WDS], [DIGITS]), "fourth")
    before, count = shelf.content(), 0

    def full(path, write):
        nonlocal count
        count += 1
        if count == 3:
            raise OSError(28, "No space left on device")
        return files.stage(path, write)
    monkeypatch.setattr(store, "stage", full)
    with pytest.raises(OSError, match="No space left"):
        replace_cells(shelf)
    assert shelf.content() == before


def test_two_commands_at_once_take_turns(shelf):
    """The second waits for the lock, then sees what the first has done."""
    other = threading.Thread(
        target=shelf.offer, args=(result([DS]), "second"))
    with FileLock(shelf.folder / ".lock"):
        other.start()
        other.join(.3)
        assert other.is_alive() and "second.json" not in shelf.content()
    other.join()
    assert "second.json" in shelf.content() and shelf.check() == []


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


# --- submitted and verified ------------------

def test_a_submitted_result_is_compared_with_a_run_of_ours(shelf, capsys):
    other = shelf.save(result().assign(objective_label_recovery=.55), "again")
    options = ["--store", str(shelf.folder)]
    with pytest.raises(SystemExit, match="MV on HammerSpammer.n=1.: Recovery "
                       "is 0.600 as submitted, 0.550 here"):
        cli.main(["verify", "first", str(other), *options])
    assert set(shelf.rows()["status"]) == {"submitted"}
    shelf.save(result(), "again")
    cli.main(["verify", "first", str(other), *options])
    assert "verified here" in capsys.readouterr().out
    assert set(shelf.rows()["status"]) == {"verified here"}
    assert shelf.check() == []


def test_networks_may_differ_a_little_and_seconds_at_will():
    ours = result(time=9., objective_test_accuracy=.70)
    near = result(objective_test_accuracy=.72)
    assert differences(near, ours) == []
    far = result(objective_test_accuracy=.75)
    assert len(differences(far, ours)) == 4
    assert differences(result([MV]), result([GLAD]))[0] == (
        "MV on Digits[m=2]: 0 of 3 repetitions run again")
    assert differences(result(n=3), result(n=1))[0] == (
        "GLAD[max_iter=9] on Digits[m=2]: 1 of 3 repetitions run again")
    assert differences(result(n=1), result(n=3)) == []
    missing = result().drop(columns="objective_label_recovery")
    assert "- here" in differences(result(), missing)[0]


def test_what_is_run_again_is_repeated_as_often():
    assert yaml.safe_load(rerun_config(result(n=3))) == {
        "dataset": ["Digits[m=2]", "HammerSpammer[n=1]"],
        "solver": ["GLAD[max_iter=9]", "MV"], "seed": 0, "n-repetitions": 3}
    mixed = pd.concat([result(datasets=[HAMMER]),
                       result(datasets=[DIGITS], n=2)])
    assert "n-repetitions" not in yaml.safe_load(rerun_config(mixed))


# --- the committed store and the command line ------------------

def test_the_committed_store_is_in_order():
    assert store.check() == []


@pytest.fixture(scope="module")
def committed():
    """The page's data of the committed results, or a skip."""
    rows = store.read_store()
    if rows is None:
        pytest.skip("no result is published yet")
    return page_data(rows)


def test_the_committed_files_are_of_the_committed_results(committed):
    """python -m benchmark_utils.report page --readme"""
    said = json.loads((store.STORE / "results.json").read_text("utf-8"))

    def scores(data):
        return {(cell["d"], cell["m"], measure["id"]): cell[measure["id"]][:2]
                for cell in data["cells"] for measure in data["measures"]
                if measure["id"] in cell}
    assert scores(said) == scores(committed)
    text = commands.README.read_text("utf-8")
    assert with_ranking(text, committed) == text
    assert commands.PICTURE.stat().st_size < 300_000


def test_the_command_line(shelf, capsys):
    options = ["--store", str(shelf.folder)]
    cli.main(["check", *options])
    assert "1 result file, all in order" in capsys.readouterr().out
    page = shelf.folder.parent / "site" / "index.html"
    cli.main(["page", *options, "--output", str(page)])
    assert page.is_file() and "MB" in capsys.readouterr().out
    data = json.loads((page.parent / "results.json").read_text())
    assert data["version"] == 1 and data["sources"][0]["file"] == "first"
    assert (page.parent / "csv" / "cells.csv").read_text().startswith(
        "dataset,method,repetitions,label_recovery,")
    with pytest.raises(SystemExit, match="in leaderboard/first.parquet alrea"):
        cli.main(["add", "--name", "again", str(
            shelf.folder / "first.parquet"), *options])
    cli.main(["bibtex", "--published", *options])
    assert "@misc{whitehill2009," in capsys.readouterr().out


def test_every_argument_is_explained(capsys):
    _, commands = cli._parser()
    assert {"show", "add", "check", "page", "picture", "json", "csv",
            "scores", "verify", "rerun", "bibtex"} <= set(commands)
    for name, parser in commands.items():
        for action in parser._actions:
            assert action.help, f"{name}: {action.dest}"
    with pytest.raises(SystemExit) as ended:
        cli.main(["-h"])
    assert ended.value.code == 0 and "publish a result" in (
        capsys.readouterr().out)
