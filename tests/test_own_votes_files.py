"""Results on disk: complete, and safe to open in a spreadsheet."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark_utils.own_votes import files
from benchmark_utils.own_votes.__main__ import main
from benchmark_utils.own_votes.files import (
    Refused,
    check_folder,
    read_back,
    safe_cells,
    write_results,
)


def frames(label="cat"):
    one = pd.DataFrame({"task": ["a"], "label": [label]})
    return dict.fromkeys(files.TABLES, one)


def write(folder, label="cat", **options):
    return write_results(folder, frames(label), {"seed": 0},
                         lambda summary: f"<p>{label}", **options)


@pytest.mark.parametrize("cell", [
    "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
    "'quoted"])
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(cell):
    table, n = safe_cells(pd.DataFrame({cell: [cell, "plain"], "x": [-1, 2]}))
    assert n == 1
    assert table.iloc[:, 0].tolist() == ["'" + cell, "plain"]
    assert table.columns[0] == "'" + cell
    assert table["x"].tolist() == [-1, 2]  # our numbers are numbers


@given(st.lists(st.text(
    alphabet=st.sampled_from("=+-@'\t\r\n,;\"abé "), min_size=1, max_size=6
).map(str.strip).filter(bool), min_size=1, max_size=10))
def test_ids_come_back_as_they_were(tmp_path_factory, ids):
    folder = tmp_path_factory.mktemp("round") / "out"
    table = pd.DataFrame({"task": ids})
    write_results(folder, dict.fromkeys(files.TABLES, table), {},
                  lambda summary: "")
    assert read_back(folder / "labels.csv")["task"].tolist() == ids


def test_the_summary_lists_the_files_and_their_sums(tmp_path):
    import hashlib
    summary = write(tmp_path / "out")
    on_disk = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert on_disk == summary
    for name, facts in on_disk["files"].items():
        content = (tmp_path / "out" / name).read_bytes()
        assert facts["sha256"] == hashlib.sha256(content).hexdigest()
        assert facts["rows"] == 1
    assert {p.name for p in (tmp_path / "out").iterdir()} == files.OURS


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    check_folder(folder)  # empty is fine
    write(folder)
    with pytest.raises(Refused, match="not empty; .*--replace"):
        check_folder(folder)
    (folder / "notes.txt").write_text("notes")
    with pytest.raises(Refused, match="other files, such as 'notes.txt'"):
        check_folder(folder, replace=True)
    with pytest.raises(Refused, match="notes.txt"):
        write(folder, replace=True)
    assert (folder / "notes.txt").read_text() == "notes"
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="is not a directory"):
        check_folder(tmp_path / "file", replace=True)
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(Refused, match="is not a directory"):
        check_folder(tmp_path / "link", replace=True)


def test_replaced_results_are_kept_and_nothing_is_stale(tmp_path):
    folder = tmp_path / "out"
    for label in ("first", "second", "third"):
        write(folder, label, replace=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "out", "out.previous"]
    for name, label in (("out", "third"), ("out.previous", "second")):
        assert (tmp_path / name / "index.html").read_text() == f"<p>{label}"
        assert label in (tmp_path / name / "labels.csv").read_text()


@pytest.mark.parametrize("step", ["page", "put"])
def test_a_run_that_fails_leaves_the_old_results(tmp_path, monkeypatch, step):
    folder = tmp_path / "out"
    write(folder, "old")

    def fail(*_):
        raise OSError("disk full")

    if step == "put":
        monkeypatch.setattr(files, "_put", fail)
    with pytest.raises(OSError, match="disk full"):
        write_results(folder, frames("new"), {},
                      fail if step == "page" else lambda s: "", replace=True)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert "old" in (folder / "labels.csv").read_text()


def test_what_a_killed_run_left_is_swept_away_and_a_living_one_is_not(
        tmp_path):
    dead, alive, other = (tmp_path / name for name in (
        ".out.999999999.ab.partial", f".out.{os.getpid()}.ab.partial",
        ".elsewhere.999999999.ab.partial"))
    for folder in (dead, alive, other):
        folder.mkdir()
    write(tmp_path / "out")
    assert not dead.exists() and alive.exists() and other.exists()


def test_two_at_once_one_wins_whole(tmp_path):
    """The other wrote its results meanwhile: this one refuses."""
    folder = tmp_path / "out"

    def page(summary):
        write(folder, "faster")
        return "<p>slower"

    with pytest.raises(Refused, match="not empty"):
        write_results(folder, frames("slower"), {}, page)
    assert (folder / "index.html").read_text() == "<p>faster"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_numbers_have_four_digits_and_missing_ones_are_empty(tmp_path):
    """Also in a table without rows, and in two columns of one name."""
    table = pd.DataFrame([[1, .5, float("nan"), "a"], [2, 1 / 3, 1., "b\r"]],
                         columns=["n", "x", "x", "label"])
    for name, frame, text in (
            ("a", table[:1], "n,x,x,label\n1,0.5000,,a\n"),
            ("b", table[:0], "n,x,x,label\n"),
            ("c", table, '"n","x","x","label"\n1,"0.5000","","a"\n'
             '2,"0.3333","1.0000","b\r"\n')):
        files._write(frame, tmp_path / name)
        assert (tmp_path / name).read_bytes().decode() == text


def command(folder, name, more="", **environment):
    """Run on a small file in a shell, which adds ``more``."""
    (folder / os.fsdecode(name)).write_text(
        "task,worker,label\na,v,x\na,w,y\n", encoding="utf-8")
    return subprocess.run(
        ["bash", "-c", 'exec "$0" -m benchmark_utils.own_votes "$1" '
         f'--output "$2" {more}', sys.executable, folder / os.fsdecode(name),
         folder / "ö"], cwd=Path(__file__).parents[1],
        env={**os.environ, **environment}, capture_output=True, text=True)


@pytest.mark.parametrize("name, more, encoding, status", [
    (b"v\xff.csv", "", "utf-8", 0), (b"v.csv", "", "ascii", 0),
    (b"v.csv", "2>&-", "utf-8", 0), (b"v.csv", "> /dev/full", "utf-8", 2)])
def test_whatever_is_printed_the_results_are_whole(tmp_path, name, more,
                                                   encoding, status):
    done = command(tmp_path, name, more, PYTHONIOENCODING=encoding)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert ("could not be printed" in done.stderr) == (status == 2)
    assert (tmp_path / "ö" / "index.html").exists()
    assert not list(tmp_path.glob(".*"))


def test_the_folder_one_is_in_and_a_link_for_a_sample(tmp_path, monkeypatch,
                                                      capsys):
    votes = tmp_path / "v.csv"
    votes.write_text("task,worker,label\na,v,x\na,w,y\n")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert main([str(votes), "--output", ".", "--gold-sample", "1"]) == 0
    assert (tmp_path / "here" / "labels.csv").exists()
    assert (tmp_path / "here-gold.csv").exists()
    (tmp_path / "out-gold.csv").symlink_to("nowhere")
    assert main([str(votes), "--output", str(tmp_path / "out"),
                 "--gold-sample", "1"]) == 2
    assert "out-gold.csv exists" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
