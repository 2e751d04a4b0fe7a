"""The store of published results: what it accepts, what it refuses and why."""
import base64
import json
import re
import zlib

import numpy as np
import pandas as pd
import pytest
from shelf import DIGITS, DS, GLAD, MOONS, MV, WDS, result

from benchmark_utils.report import cli
from benchmark_utils.report.page.links import release
from benchmark_utils.report.store import admission as checks
from benchmark_utils.report.store import store
from benchmark_utils.scoring.outcomes import pack_credits, pack_predictions


def test_rows_come_back_with_their_origin(shelf):
    rows = shelf.rows()
    assert len(rows) == 12 and set(rows["run"]) == {"first"}
    assert set(rows["status"]) == {"submitted"}
    assert not {"obj_description", "objective_name"} & set(rows)
    said = json.loads((shelf.folder / "first.json").read_text())
    assert said["commits"] == ["abcdef12"] and said["seed"] == ["0"]
    assert said["machine"]["processor"] == ["A CPU"]
    assert said["datasets"]["Digits[n_tasks=2]"] == {
        "repetitions": "0-2", "data_versions": ["D0", "D1", "D2"]}
    assert shelf.validate() == []


def test_a_new_solver_joins_and_a_new_dataset_may(shelf):
    shelf.offer(result([DS]), "second")
    shelf.offer(result([DS], [MOONS], n=1), "third", status=store.VERIFIED)
    rows = shelf.rows()
    assert rows.groupby("run")["solver_name"].nunique().to_dict() == {
        "first": 2, "second": 1, "third": 1}
    assert rows.groupby("run")["status"].first().to_dict() == {
        "first": "submitted", "second": "submitted",
        "third": "verified here"}
    assert shelf.validate() == []


@pytest.mark.parametrize("change, message", [
    (dict(objective_data_version="X"),
     "HammerSpammer[n_tasks=1]: objective_data_version of repetition 0 "
     "differs: H0 in leaderboard/first.parquet (MV), X in new.parquet "
     "(DS[max_iter=1])"),
    (dict(base_seed=7), "Digits[n_tasks=2]: base_seed differs: 0 in "
     "leaderboard/first.parquet (MV), 7 in new.parquet (DS[max_iter=1])"),
    (dict(n=5), "HammerSpammer[n_tasks=1]: set of repetitions differs: 0-2 in "
     "leaderboard/first.parquet (MV), 0-4 in new.parquet (DS[max_iter=1])"),
    (dict(n=2), "Digits[n_tasks=2]: set of repetitions differs: 0-2 in "
     "leaderboard/first.parquet (MV), 0-1 in new.parquet (DS[max_iter=1])"),
    (dict(objective_protocol="99"), "99 in new.parquet (DS[max_iter=1])"),
    (dict(objective_protocol="99"), "new.parquet: objective_protocol is 99, "
     "here it is "),
    (dict(objective_protocol="1+ab"), "files that score were edited"),
    (dict(objective_commit="abcdef+"), "objective_commit is 'abcdef+'"),
    (dict(objective_commit=""), "commit first, then run with --no-cache"),
    (dict(objective_commit="1234567"),
     "objective_commit 1234567 is not a commit of this repository"),
    (dict(objective_commit="--help"), "objective_commit is '--help'"),
    (dict(solvers=[("Mine[a=1]", "solvers/mine.py")]),
     "no file in solvers/ has the name Mine"),
    (dict(solvers=[("MV", "solvers/mine.py")]), "MV came from "
     "solvers/mine.py, here: solvers/majority_vote.py"),
    (dict(datasets=[("Yours", "datasets/yours.py")]),
     "no file in datasets/ has the name Yours"),
    (dict(datasets=[("CSV[path=a]", "datasets/csv_votes.py")]),
     "others do not have the votes that CSV reads"),
    (dict(solvers=[("DS[max_iter=1,depth=2,seed=3]", DS[1])]),
     "DS[max_iter=1,depth=2,seed=3] has parameters that "
     "solvers/dawid_skene.py does not have: depth, seed"),
    (dict(datasets=[("Digits[n_taks=9]", DIGITS[1])]),
     "parameters that datasets/digits.py does not have: n_taks"),
    (dict(datasets=[("Bluebirds", "datasets/bluebirds.py")]),
     "objective_label_recovery of DS[max_iter=1] on Bluebirds, repetition 0 "
     "lacks objective_task_credit, from which it is recomputed"),
])
def test_rows_that_cannot_be_compared_are_refused(shelf, change, message):
    assert message in shelf.refused(result(**{"solvers": [DS], **change}))


@pytest.mark.parametrize("change, message", [
    (dict(objective_label_recovery=7.5), "objective_label_recovery of "
     "DS[max_iter=1] on HammerSpammer[n_tasks=1], repetition 0 must be a "
     "number in [0, 1], got 7.5 (6 such rows)"),
    (dict(objective_test_ece=-3.), "objective_test_ece of"),
    (dict(objective_label_recovery=np.inf),
     "must be a number in [0, 1], got inf"),
    (dict(objective_test_nll=np.inf), "must be a number in [0, inf), got inf"),
    (dict(objective_label_recovery="0.9"), "must be a number, got '0.9'"),
    (dict(objective_label_recovery=True), "must be a number, got True"),
    (dict(time=-1.), "time of DS[max_iter=1]"),
    (dict(time=np.nan), "time of DS[max_iter=1]"),
    (dict(time="fast"), "must be a number, got 'fast'"),
    (dict(idx_rep=.5), "must be a whole number in [0, inf), got 0.5"),
    (dict(objective_n_votes=-2), "objective_n_votes of"),
    (dict(solver_name=3), "solver_name of 3 on"),
    (dict(dataset_name="Digits\n| x"), "must be a text of one line"),
    (dict(solver_name="MV\u202e"), "must be a text of one line"),
    (dict(run_date="| yesterday |"),
     "must be a date such as 2026-01-02T03:04, got"),
    (dict(objective_data_version=None), "objective_data_version of"),
    (dict(objective_test_reliability="{'n': 3}"), "objective_test_reliability "
     "of DS[max_iter=1] on HammerSpammer[n_tasks=1], repetition 0 cannot be "
     "read"),
    (dict(final_results="[1]"), "it is not a JSON object"),
    (dict(objective_task_credit="9:!!"), "objective_task_credit of"),
    (dict(objective_task_credit=pack_credits([1, 0, 0, 0])),
     "objective_label_recovery of DS[max_iter=1] on HammerSpammer[n_tasks=1], "
     "repetition 0 is 0.5000, but its objective_task_credit gives 0.2500"),
    (dict(objective_test_accuracy=.5, objective_test_outcomes=pack_predictions(
        np.ones(4), np.array([1, 0, 0, 0]))),
     "0.5000, but its objective_test_outcomes gives 0.2500"),
])
def test_impossible_values_are_refused(shelf, change, message):
    assert message in shelf.refused(result([DS], **change))


def test_repeated_rows_are_refused(shelf):
    twice = pd.concat([result([DS]), result([DS]).iloc[:2]])
    assert "new.parquet holds DS[max_iter=1] on HammerSpammer[n_tasks=1], " \
        "repetition 0 twice (2 such rows)" in shelf.refused(twice)
    assert "new.parquet has no rows" in shelf.refused(result([DS]).iloc[:0])


def test_results_of_older_versions_are_refused(shelf):
    rows = result([DS]).drop(columns="objective_data_version")
    assert "new.parquet lacks objective_data_version" in shelf.refused(rows)


def test_an_unreadable_file_is_refused(shelf):
    path = shelf.folder.parent / "broken.parquet"
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(store.Refused, match="broken.parquet cannot be read"):
        store.add(path, folder=shelf.folder)


def test_a_file_that_contradicts_itself_is_refused(shelf):
    rows = result([DS, WDS], [MOONS])
    rows.loc[4, "objective_data_version"] = "X"
    assert ("TwoMoons: objective_data_version of repetition 1 differs: T1 in "
            "new.parquet (DS[max_iter=1]), X in new.parquet "
            "(WDS[max_iter=1])") in shelf.refused(rows)
    holes = result([DS, WDS], [MOONS]).drop(index=5)
    assert ("TwoMoons: set of repetitions differs: 0-2 in new.parquet "
            "(DS[max_iter=1]), 0-1 in new.parquet (WDS[max_iter=1])") in (
                shelf.refused(holes))


def test_published_cells_stay_unless_replaced(shelf):
    rows = result([MV, DS], [DIGITS]).assign(objective_label_recovery=.25)
    assert "Digits[n_tasks=2]: MV of new.parquet already published" in (
        shelf.refused(rows))
    shelf.offer(rows, replace=True)
    table = shelf.rows().groupby(["dataset_name", "solver_name"])[
        ["objective_label_recovery", "run"]].agg("first")
    assert table.loc["Digits[n_tasks=2]", "MV"].tolist() == [.25, "new"]
    assert table.loc["HammerSpammer[n_tasks=1]", "MV"].tolist() == [
        .5, "first"]
    assert len(table) == 5 and shelf.validate() == []
    # The first file is removed with its last row.
    shelf.offer(result(), "third", replace=True)
    assert set(shelf.content()) == {"new.parquet", "new.json",
                                    "third.parquet", "third.json"}
    assert shelf.validate() == []
    # The same run again, under its own name.
    shelf.offer(result(), "third", replace=True)
    assert shelf.validate() == []


def test_a_name_is_used_once_and_is_inside_the_folder(shelf):
    assert "first.parquet exists" in shelf.refused(
        result([DS]), name="first")
    for name in ("../escaped", "/tmp/escaped", ".hidden", "a/b", "results"):
        with pytest.raises(store.Refused, match="may have letters, digits"):
            store.add(shelf.save(result([DS]), "new"), name=name,
                      folder=shelf.folder)


def test_validate_reports_edits_of_the_store(shelf):
    shelf.offer(result([DS]), "second")
    path = shelf.folder / "second.parquet"
    rows = pd.read_parquet(path)
    rows.assign(objective_label_recovery=1.).to_parquet(path)
    line, = shelf.validate()
    assert line.startswith("second.json does not describe second.parquet")
    # Nothing is added to a store that is not in order.
    assert "second.json does not describe" in shelf.refused(result([WDS]))
    rows.assign(objective_data_version="X").to_parquet(path)
    assert any("objective_data_version of repetition 0 differs" in line
               for line in shelf.validate())
    path.with_suffix(".json").unlink()
    assert "second.json is missing" in shelf.validate()
    path.with_suffix(".json").write_text("{broken")
    assert any("second.json cannot be read" in line
               for line in shelf.validate())
    path.with_suffix(".json").write_text("[]")
    assert "second.json is not a JSON object" in shelf.validate()
    path.write_bytes(b"")
    assert any("second.parquet cannot be read" in line
               for line in shelf.validate())
    with pytest.raises(store.Refused, match="second.parquet cannot be read"):
        shelf.rows()


def test_validate_reports_missing_commits(shelf, monkeypatch):
    monkeypatch.setattr(checks, "_is_commit", lambda commit: False)
    assert any("is not a commit of this repository" in line
               for line in shelf.validate())
    # In a clone without history commits are not checked.
    monkeypatch.setattr(store, "all_commits_are_here", lambda: False)
    assert shelf.validate() == []


def test_commits_are_looked_up_in_git():
    if not checks.all_commits_are_here():
        pytest.skip("needs a git checkout with its history")
    assert checks._is_commit("HEAD~0") and not checks._is_commit("0000000")


@pytest.mark.parametrize("solver, said", [
    ("GLAD[max_iter=9.0]", r"GLAD\[max_iter=9\] and GLAD\[max_iter=9.0\] "
     "would both be called"),
    ("GLAD[max_iter=-9]", "would both have the address glad-max-iter-9")])
def test_two_methods_with_one_name_are_refused_by_add(shelf, solver, said):
    """Before they are published, not by the page."""
    shelf.offer(result([("GLAD[max_iter=0]", GLAD[1])], [MOONS]), "third")
    if "-9" in solver:
        shelf.offer(result([("GLAD[max_iter=9]", GLAD[1])], [MOONS]), "more")
    reasons = shelf.refused(result([(solver, GLAD[1])], [MOONS]))
    assert re.search(said, reasons), reasons


@pytest.mark.parametrize("change", [
    dict(objective_test_reliability="{}"),
    dict(objective_label_reliability='{"n": "x"}'),
    dict(final_results='{"worst_tasks": 3}'),
    dict(final_results='{"worst_tasks": [{"a": 1}]}'),
    dict(final_results='{"worker_values": {"score": "x"}}'),
    dict(final_results='{"worker_values": {"score": [NaN], "n_votes": [1]}}'),
    dict(final_results='{"worst_tasks": ' + "[" * 10 ** 5 + "]" * 10 ** 5
         + "}"),
    dict(objective_label_reliability='{"n":' * 10 ** 5 + "1" + "}" * 10 ** 5),
    dict(final_results=r'{"worst_tasks": [{"task": "\ud800", "truth": "a", '
         '"votes": {}}]}'),
    dict(objective_n_votes='{"a": 1}')])
def test_json_that_the_page_cannot_show_is_refused(shelf, change):
    assert "new.parquet: " in shelf.refused(
        result([DS], [MOONS], **change))
    assert shelf.validate() == []


def test_version_json_names_the_version_and_folders_the_earlier_ones(tmp_path):
    assert release(tmp_path) == dict(name="", working=False, new="",
                                     earlier=[])
    for name in ("2026.9", "2026.11", "csv"):
        (tmp_path / name).mkdir()
    for name in ("2026.9", "2026.11"):
        (tmp_path / name / "index.html").write_text("a page")
    (tmp_path / "version.json").write_text(json.dumps(dict(
        name="2026.12", working=True, new="More data.")))
    assert release(tmp_path) == dict(
        name="2026.12", working=True, new="More data.",
        earlier=["2026.11", "2026.9"])
    assert not [reason for reason in store.validate(tmp_path)
                if "version" in reason]
    with pytest.raises(store.Refused, match="--name"):
        store.add(tmp_path / "version.parquet", folder=tmp_path)


def test_earlier_versions_are_checked_under_their_own_protocol(
        shelf, monkeypatch):
    """In a folder of their own, they stay in order when the protocol is
    raised, and join no later rows."""
    earlier = shelf.folder / "2026.01"
    earlier.mkdir()
    for path in shelf.folder.glob("first.*"):
        path.rename(earlier / path.name)
    (earlier / "version.json").write_text('{"protocol": "3"}')
    monkeypatch.setattr(checks, "protocol", lambda: "4")
    assert shelf.validate() == [] and shelf.rows() is None
    (earlier / "version.json").write_text('{"protocol": "2"}')
    reason, = shelf.validate()
    assert reason.startswith("2026.01/first.parquet: objective_protocol is 3, "
                             "here it is 2")
    (earlier / "first.json").unlink()
    assert "2026.01/first.json is missing" in shelf.validate()


def test_outcomes_are_not_unpacked_beyond_their_number(shelf):
    """100 MB of zeros in 130 kB; a number of 5,000 digits."""
    data = base64.b64encode(zlib.compress(bytes(10 ** 8), 9)).decode()
    for n, said in (("4", "hold 5 or more"), ("9" * 5000, "digits")):
        reasons = shelf.refused(result(
            [DS], [MOONS], objective_task_credit=f"{n}:{data}"))
        assert "objective_task_credit of DS[max_iter=1]" in reasons
        assert said in reasons


def test_large_datasets_keep_a_part_of_their_credits(shelf):
    """20,000 of 40,000, half of them right; .03 is more than the error of
    such a part can be."""
    credit = np.arange(40_000) % 2
    columns = dict(objective_task_credit=pack_credits(credit))
    shelf.offer(result([DS], [MOONS], objective_label_recovery=.5, **columns))
    assert "WDS[max_iter=1] on TwoMoons, repetition 0 is 0.5300, but its " \
        "objective_task_credit gives " in shelf.refused(result(
            [WDS], [MOONS], objective_label_recovery=.53, **columns))


def test_texts_may_be_categories(shelf):
    rows = result([DS], [MOONS])
    texts = rows.select_dtypes(exclude="number").columns
    shelf.offer(rows.astype(dict.fromkeys(texts, "category")))
    assert shelf.validate() == [] and len(shelf.rows()) == 15
    for column in ("solver_name", "run_date"):
        wrong = rows.assign(**{column: ""}).astype({column: "category"})
        assert f"new.parquet: {column} of" in shelf.refused(wrong)


def test_a_result_without_any_label_accuracy_is_shown(shelf, capsys):
    """Say, of a dataset without a known truth."""
    shelf.offer(result(datasets=[MOONS], objective_label_recovery=np.nan,
                       objective_n_known=0))
    for name in ("first.parquet", "first.json"):
        (shelf.folder / name).unlink()
    assert shelf.validate() == []
    cli.main(["page", "--store", str(shelf.folder)])
    assert "wrote" in capsys.readouterr().out
