"""Submitted and verified results, the committed store, the command line."""
import json

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from shelf import DIGITS, DS, GLAD, HAMMER, MV, WDS, result

from benchmark_utils.report import cli, commands
from benchmark_utils.report.store import admission, store
from benchmark_utils.report.store.verification import differences, rerun_config


def test_a_submitted_result_is_compared_with_a_run_of_ours(shelf, capsys):
    other = shelf.save(result().assign(objective_label_recovery=.55), "again")
    options = ["--store", str(shelf.folder)]
    with pytest.raises(SystemExit, match="MV on HammerSpammer.n_tasks=1.: "
                       "Label accuracy is 0.600 as submitted, 0.550 here"):
        cli.main(["verify", "first", str(other), *options])
    assert set(shelf.rows()["status"]) == {"submitted"}
    shelf.save(result(), "again")
    cli.main(["verify", "first", str(other), *options])
    assert "verified here" in capsys.readouterr().out
    assert set(shelf.rows()["status"]) == {"verified here"}
    assert shelf.validate() == []


def test_trained_scores_may_differ_a_little_and_seconds_are_ignored():
    ours = result(time=9., objective_test_accuracy=.70)
    near = result(objective_test_accuracy=.72)
    assert differences(near, ours) == []
    far = result(objective_test_accuracy=.75)
    assert len(differences(far, ours)) == 4
    assert differences(result([MV]), result([GLAD]))[0] == (
        "MV on Digits[n_tasks=2]: 0 of 3 repetitions run again")
    assert differences(result(n=3), result(n=1))[0] == (
        "GLAD[max_iter=9] on Digits[n_tasks=2]: 1 of 3 repetitions run again")
    assert differences(result(n=1), result(n=3)) == []
    missing = result()
    missing.loc[missing["solver_name"] == "MV",
                "objective_label_recovery"] = np.nan
    assert "- here" in differences(result(), missing)[0]


def test_every_repetition_is_compared_and_not_the_mean_alone():
    """MV: .5, .6, .7. Of one of three repetitions .005 * 3 ** .5 = .0087 is
    allowed, of their mean .005."""
    ours = result([MV], [HAMMER])
    swapped = ours.assign(objective_label_recovery=[.7, .6, .5])
    assert differences(swapped, ours) == [
        "MV on HammerSpammer[n_tasks=1]: Label accuracy of repetition 0 is "
        "0.700 as submitted, 0.500 here"]
    for change, same in (([.508, .592, .7], True), ([.509, .591, .7], False),
                         ([.504, .604, .704], True),
                         ([.506, .606, .706], False)):
        changed = ours.assign(objective_label_recovery=change)
        assert (differences(changed, ours) == []) is same, change


def test_every_point_of_a_curve_is_compared():
    ours = pd.concat([result([MV], [HAMMER], stop_val=i) for i in (0, 1)])
    theirs = ours.assign(objective_label_recovery=np.where(
        ours["stop_val"] == 0, .9, ours["objective_label_recovery"]))
    line, = differences(theirs, ours.sample(frac=1, random_state=0))
    assert "Label accuracy of repetition 0 is 0.900 as submitted" in line
    assert differences(ours, ours[ours["stop_val"] == 1]) == [
        "MV on HammerSpammer[n_tasks=1]: 0 of 3 repetitions run again"]


@pytest.mark.parametrize("column, value", [
    ("objective_data_version", "X"), ("objective_protocol", "1"),
    ("base_seed", 7)])
def test_another_origin_does_not_agree(column, value):
    ours = result([MV], [HAMMER])
    theirs = ours.copy()
    theirs.loc[1, column] = value
    line, = differences(theirs, ours)
    assert line == (f"MV on HammerSpammer[n_tasks=1]: {column} of repetition "
                    f"1 is {value} as submitted, {ours.loc[1, column]} here")


def test_both_results_have_the_same_columns():
    more = result(objective_test_accuracy=.7)
    assert differences(more, result()) == [
        "objective_test_accuracy: only in the result as submitted"]
    assert differences(result(), more) == [
        "objective_test_accuracy: only in the result here"]
    assert differences(result(objective_macro_f1=np.nan), result()) == []


def test_a_rerun_has_the_same_number_of_repetitions():
    """And the cells in another order, in other processes."""
    assert yaml.safe_load(rerun_config(result(n=3))) == {
        "dataset": ["datasets/digits.py[n_tasks=2]",
                    "datasets/hammer_spammer.py[n_tasks=1]"],
        "solver": ["solvers/glad.py[max_iter=9]", "solvers/majority_vote.py"],
        "seed": 0, "n-repetitions": 3, "n-jobs": 2}
    mixed = pd.concat([result(datasets=[HAMMER]),
                       result(datasets=[DIGITS], n=2)])
    assert "n-repetitions" not in yaml.safe_load(rerun_config(mixed))


@pytest.mark.slow
def test_the_committed_store_is_in_order(monkeypatch, published_protocol):
    monkeypatch.setattr(admission, "protocol", lambda: published_protocol)
    assert store.validate() == []


@pytest.mark.slow
def test_the_committed_files_are_of_the_committed_results(published):
    """python -m benchmark_utils.report page"""
    said = json.loads((store.STORE / "results.json").read_text("utf-8"))

    def scores(data):
        return {(cell["d"], cell["m"], measure["id"]): cell[measure["id"]][:2]
                for cell in data["cells"] for measure in data["measures"]
                if measure["id"] in cell}
    assert scores(said) == scores(published.data)
    assert commands.PICTURE.stat().st_size < 300_000


def test_the_command_line(shelf, capsys):
    options = ["--store", str(shelf.folder)]
    cli.main(["validate", *options])
    assert "1 result file, all in order" in capsys.readouterr().out
    page = shelf.folder.parent / "site" / "index.html"
    cli.main(["page", *options, "--output", str(page)])
    assert page.is_file() and "MB" in capsys.readouterr().out
    data = json.loads((page.parent / "results.json").read_text())
    assert data["version"] == 1 and data["sources"][0]["file"] == "first"
    head = (page.parent / "csv" / "cells.csv").read_text().splitlines()[0]
    assert head.startswith("dataset,method,name,repetitions,")
    assert ",label_recovery," in head
    with pytest.raises(SystemExit, match="MV of first.parquet already publ"):
        cli.main(["add", "--name", "again", str(
            shelf.folder / "first.parquet"), *options])
    cli.main(["bibtex", "--published", *options])
    assert "@misc{whitehill2009," in capsys.readouterr().out


def test_every_argument_is_explained(capsys):
    _, commands = cli._parser()
    assert set(commands) == {
        "show", "timing", "compare", "json", "csv", "bibtex", "add", "verify",
        "rerun", "validate", "page", "screenshot", "docs", "store-study",
        "provenance"}
    for name, parser in commands.items():
        for action in parser._actions:
            assert action.help, f"{name}: {action.dest}"
    with pytest.raises(SystemExit) as ended:
        cli.main(["-h"])
    assert ended.value.code == 0 and "publish a result" in (
        capsys.readouterr().out)


def test_a_value_that_the_page_cannot_show_is_named(shelf):
    """An unpublished result is shown without admission."""
    wrong = shelf.save(result(final_results='{"worst_tasks": 3}'), "wrong")
    with pytest.raises(SystemExit, match="wrong.parquet: final_results of MV "
                       "on HammerSpammer.n_tasks=1., repetition 0 cannot "
                       "be read"):
        cli.main(["json", str(wrong)])


def test_the_command_docs_writes_what_needs_no_results_first(
        monkeypatch, tmp_path, capsys):
    written = []
    monkeypatch.setattr(commands, "write_text",
                        lambda path, text: written.append(path.name))
    monkeypatch.setattr("benchmark_utils.report.docs.findings.findings",
                        lambda: {tmp_path / "README.md": "all"})
    cli.main(["docs"])
    assert written == ["datasets.md", "methods.md", "scores.md", "README.md"]
    assert f"wrote {tmp_path / 'README.md'}" in capsys.readouterr().out


@settings(max_examples=15)
@given(data=st.data())
def test_no_changed_row_agrees(data):
    """Whatever row, column and value are changed by more than is allowed."""
    ours = result(objective_test_accuracy=.7)
    theirs, row = ours.copy(), data.draw(st.sampled_from(list(ours.index)))
    column = data.draw(st.sampled_from([
        "objective_label_recovery", "objective_test_accuracy", "base_seed",
        "objective_data_version", "objective_protocol"]))
    value = ours.loc[row, column]
    theirs.loc[row, column] = (
        value + "x" if isinstance(value, str) else value + 1
        if column == "base_seed" else
        data.draw(st.sampled_from([np.nan, value - .1, value + .1])))
    line, = differences(theirs.sample(frac=1, random_state=row), ours)
    assert line.startswith("{solver_name} on {dataset_name}: ".format(
        **ours.loc[row]))
    assert differences(theirs, theirs.sample(frac=1, random_state=row)) == []
    assert differences(ours, ours.drop(index=row))[0].endswith(
        "2 of 3 repetitions run again")


@settings(max_examples=15)
@given(names=st.lists(st.sampled_from([MV, GLAD, DS, WDS]), min_size=1,
                      unique=True), seed=st.integers(0, 99))
def test_a_rerun_reverses_the_cells(names, seed):
    config = yaml.safe_load(rerun_config(result(names, base_seed=seed)))
    assert [name.partition(".py")[0] for name in config["solver"]] == [
        file.partition(".py")[0] for _, file in names[::-1]]
    assert config["seed"] == seed and config["n-jobs"] == 2


@pytest.mark.parametrize("command", ["add", "page", "docs"])
def test_a_read_only_checkout_is_named(shelf, monkeypatch, command):
    def fail(*_, **__):
        raise OSError(30, "Read-only file system", "leaderboard/x")
    monkeypatch.setattr(store, "FileLock", fail)
    monkeypatch.setattr(commands, "write_exports", fail)
    monkeypatch.setattr(commands, "docs", fail)
    words = [str(shelf.save(result([DS]), "new"))] * (command == "add")
    words += ["--store", str(shelf.folder)] * (command != "docs")
    with pytest.raises(SystemExit, match="Read-only file system: 'leaderb"):
        cli.main([command, *words])
