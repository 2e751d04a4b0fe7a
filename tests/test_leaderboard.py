"""The store of published results: what enters, what is refused and why."""
import ast
import json
import re
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from numpy.testing import assert_allclose

from benchmark_utils import leaderboard
from benchmark_utils.report import store
from benchmark_utils.report.store import provenance
from benchmark_utils.votes import Votes

TWO = ("HammerSpammer[n=1]", "Digits[m=2]")


def result(solvers=("MV", "GLAD[max_iter=9]"), datasets=TWO, n=3, **columns):
    """Rows as benchopt writes them; ``columns`` go over the defaults."""
    return pd.DataFrame([{
        "dataset_name": dataset, "solver_name": solver, "idx_rep": i,
        "stop_val": 1, "time": .5, "base_seed": 0, "obj_description": "long",
        "objective_name": "Crowdsourced labels", "file_solver": "x.py",
        "run_date": "2026-01-02T03:04:05", "platform": "Linux",
        "system-processor": "A CPU", "objective_label_recovery": .5 + i / 10,
        "objective_data_version": f"{dataset[0]}{i}", "objective_commit": "ab",
        "objective_protocol": provenance.protocol(), **columns}
        for dataset in datasets for solver in solvers for i in range(n)])


@pytest.fixture
def published(tmp_path):
    """A store with one file, and a function that offers it another."""
    class Shelf:
        folder = tmp_path / "leaderboard"

        @staticmethod
        def offer(rows, name="new", **options):
            path = tmp_path / f"{name}.parquet"
            rows.to_parquet(path)
            return store.add(path, folder=Shelf.folder, **options)

        @staticmethod
        def refused(rows, **options):
            before = sorted(Shelf.folder.iterdir())
            with pytest.raises(store.Refused) as error:
                Shelf.offer(rows, **options)
            assert sorted(Shelf.folder.iterdir()) == before
            return str(error.value)

        @staticmethod
        def rows():
            return store.read_store(Shelf.folder)

    Shelf.offer(result(), "first")
    return Shelf


def test_rows_come_back_with_their_provenance(published):
    rows = published.rows()
    assert len(rows) == 12 and set(rows["run"]) == {"first"}
    assert not {"obj_description", "file_solver", "objective_name"} & set(rows)
    facts = json.loads((published.folder / "first.json").read_text())
    assert facts["commits"] == ["ab"] and facts["seed"] == ["0"]
    assert facts["machine"]["processor"] == ["A CPU"]
    assert facts["datasets"]["Digits[m=2]"] == {
        "repetitions": "0-2", "data_versions": ["D0", "D1", "D2"]}
    assert store.check(published.folder) == []


def test_a_new_solver_joins_and_a_new_dataset_may(published):
    published.offer(result(["DS"]), "second")
    published.offer(result(["DS"], ["TwoMoons"], n=1), "third")
    rows = published.rows()
    assert rows.groupby("run")["solver_name"].nunique().to_dict() == {
        "first": 2, "second": 1, "third": 1}
    assert store.check(published.folder) == []


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
    (dict(objective_commit="ab+"), "objective_commit is 'ab+'"),
    (dict(objective_commit=""), "commit first, then run with --no-cache"),
    (dict(solvers=["Mine[a=1]"]), "no file in solvers/ has the name Mine"),
    (dict(datasets=["Yours"]), "no file in datasets/ has the name Yours"),
    (dict(datasets=["CSV[path=a]"]), "CSV reads votes that only you have"),
])
def test_what_may_not_stand_beside_the_rest_is_refused(
        published, change, message):
    assert message in published.refused(result(
        **{"solvers": ["DS"], **change}))


def test_results_of_before_are_refused(published):
    rows = result(["DS"]).drop(columns="objective_data_version")
    assert "new.parquet has no objective_data_version" in published.refused(
        rows)


def test_a_file_that_contradicts_itself_is_refused(published):
    rows = result(["DS", "WDS"], ["TwoMoons"])
    rows.loc[4, "objective_data_version"] = "X"
    assert ("TwoMoons: objective_data_version of repetition 1 is T1 in "
            "new.parquet, X in new.parquet") in published.refused(rows)
    holes = result(["DS", "WDS"], ["TwoMoons"]).drop(index=5)
    assert "WDS lacks repetitions 2 in new.parquet" in published.refused(holes)


def test_published_cells_stay_unless_replaced(published):
    rows = result(["MV", "DS"], ["Digits[m=2]"]).assign(
        objective_label_recovery=.25)
    assert "Digits[m=2]: MV of new.parquet: in leaderboard/first.parquet" in (
        published.refused(rows))
    published.offer(rows, replace=True)
    table = published.rows().groupby(["dataset_name", "solver_name"])[
        ["objective_label_recovery", "run"]].agg("first")
    assert table.loc["Digits[m=2]", "MV"].tolist() == [.25, "new"]
    assert table.loc["HammerSpammer[n=1]", "MV"].tolist() == [.5, "first"]
    assert len(table) == 5 and store.check(published.folder) == []
    # Whatever is left of the first file goes with its last row.
    published.offer(result(), "third", replace=True)
    assert {path.stem for path in published.folder.iterdir()} == {
        "new", "third"}
    assert store.check(published.folder) == []
    # The same run again, under its own name.
    published.offer(result(), "third", replace=True)
    assert store.check(published.folder) == []


def test_a_name_is_taken_once(published):
    assert "first.parquet is there" in published.refused(
        result(["DS"]), name="first")


def test_check_sees_edits_of_the_store(published):
    published.offer(result(["DS"]), "second")
    path = published.folder / "second.parquet"
    rows = pd.read_parquet(path)
    rows.assign(objective_label_recovery=1.).to_parquet(path)
    assert store.check(published.folder) == [
        "second.json does not describe second.parquet: one of them was edited"]
    rows.assign(objective_data_version="X").to_parquet(path)
    assert any("objective_data_version of repetition 0 is X" in line
               for line in store.check(published.folder))
    path.with_suffix(".json").unlink()
    assert "second.json is missing" in store.check(published.folder)


def test_the_committed_store_is_in_order():
    assert store.check() == []


def test_the_command_line(published, capsys):
    options = ["--store", str(published.folder)]
    leaderboard.main([*options, "check"])
    assert "1 result files, all in order" in capsys.readouterr().out
    page = published.folder.parent / "page.html"
    leaderboard.main([*options, "page", "--no-plots", "--output", str(page)])
    assert page.is_file() and "MB" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="in leaderboard/first.parquet alrea"):
        leaderboard.main([*options, "add", "--name", "again", str(
            published.folder / "first.parquet")])


def test_the_readme_holds_the_ranking_of_the_published_results(published):
    text = "\n".join(["before", *leaderboard.MARKS, "after"])
    once = leaderboard.with_ranking(text, published.rows())
    assert re.search(r"^before\n<!-- .*\n\| Elo, all votes given .*"
                     r"\| GLAD +\|.*<!-- /leaderboard -->\nafter$", once,
                     re.DOTALL)
    assert leaderboard.with_ranking(once, published.rows()) == once
    with pytest.raises(ValueError, match="README.md has no"):
        leaderboard.with_ranking("nothing", published.rows())


def test_the_committed_readme_is_up_to_date():
    rows, text = store.read_store(), leaderboard.README.read_text()
    if rows is None:
        pytest.skip("no result is published yet")
    assert leaderboard.with_ranking(text, rows) == text


def test_the_committed_page_is_up_to_date(tmp_path):
    """Tables say what the results say, the picture is there."""
    rows, page = store.read_store(), store.STORE / "index.html"
    if rows is None:
        pytest.skip("no result is published yet")
    from benchmark_utils.report.page import write_page
    write_page(rows, tmp_path / "index.html", plots=False)

    def numbers(path):
        return [float(value) for value in re.findall(
            r'data-value="([^"]*)"', path.read_text())]
    assert_allclose(numbers(tmp_path / "index.html"), numbers(page),
                    rtol=1e-6)
    assert leaderboard.PICTURE.stat().st_size < 300_000


# --- provenance -------------------------------------------------------------

def votes(label=1, dtype=np.int64):
    return Votes(*(np.array(ids, dtype) for ids in (
        [0, 0, 1], [0, 1, 1], [0, label, 1])), 2, 2, 2)


def data(votes=None, X=0.5, **options):
    votes = votes or globals()["votes"]()
    return provenance.data_version(
        dict(task=votes.task, label=votes.label, sizes=[votes.n_tasks]),
        np.array([X, 1 / 3, np.nan]), options, None, "mlp")


def test_data_version_is_the_same_everywhere():
    """Written down: a change of the hash would refuse every old result."""
    assert data() == "3274f8c84f43"
    assert data(votes(dtype=np.int32)) == data()
    assert data(X=.5 + 1e-12) == data(X=.5 - 1e-12) == data()
    assert data(X=-0.0) == data(X=0.0)


def test_data_version_sees_every_change():
    versions = [data(), data(votes(label=0)), data(X=.50001), data(X=np.inf),
                data(budget=3), data(budget=3.), data(budget="3"),
                data(cap=3), data(cap=None), data(cap=[3]), data(cap=[[3]])]
    assert len(set(versions)) == len(versions)


def test_who_edits_the_scores_says_what_it_means():
    lock = json.loads(provenance.LOCK.read_text())
    assert provenance.protocol() == str(lock["version"]), (
        "files that score have changed: python -m benchmark_utils.scoring.provenance "
        "--keep if no number can, else --raise, which asks for new results")


def test_what_the_objective_scores_with_is_of_the_protocol():
    imported = {
        node.module.replace(".", "/") + ".py"
        for node in ast.walk(ast.parse((ROOT / "objective.py").read_text()))
        if isinstance(node, ast.ImportFrom)
        and node.module.startswith("benchmark_utils")}
    # These only write down what was scored.
    assert imported - set(provenance.SCORING) == {
        f"benchmark_utils/{name}.py"
        for name in ("export", "provenance", "task_view")}


def test_an_unannounced_edit_is_another_protocol(tmp_path, monkeypatch):
    for name in provenance.SCORING:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    version = provenance.protocol()
    metrics = tmp_path / "benchmark_utils" / "metrics.py"
    metrics.write_text(metrics.read_text() + "\nK = 2\n")
    assert re.fullmatch(version + r"\+[0-9a-f]{8}", provenance.protocol())


# --- from a run to the page -------------------------------------------------

def test_a_contributors_result_is_merged_and_ranked(checkout):
    """Two runs, two commits; the page ranks both without running again."""
    def git(*words):
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words],
            cwd=checkout.folder, check=True, capture_output=True)

    def publish(name, *words, check=True):
        checkout.run("-d", "HammerSpammer[n_tasks=40]", "-r", "3", *words,
                     "--no-plot", "--output", name)
        return checkout.python("-m", "benchmark_utils.report.leaderboard", "add",
                               f"outputs/{name}.parquet", check=check).stdout

    for old in (checkout.folder / "leaderboard").glob("*.[pj][as]*"):
        old.unlink()
    shutil.copy(ROOT / ".gitignore", checkout.folder)
    git("init")
    git("add", ".")
    git("commit", "-m", "all")
    publish("ours", "-s", "MV", "-s", "Consensus")
    solver = (checkout.folder / "solvers" / "template_solver.py").read_text()
    (checkout.folder / "solvers" / "oracle.py").write_text(re.sub(
        'name = ".*"', 'name = "Newcomer"', solver))
    refused = publish("wrong", "-s", "Newcomer", "--seed", "5", check=False)
    for reason in ("commit first", "base_seed is [5] in wrong.parquet, [0] in",
                   "objective_data_version of repetition 0 is"):
        assert reason in refused
    git("add", ".")
    git("commit", "-m", "Newcomer")
    publish("theirs", "-s", "Newcomer", "--no-cache")

    checkout.python("-m", "benchmark_utils.report.leaderboard", "page", "--no-plots")
    page = (checkout.folder / "leaderboard" / "index.html").read_text()
    ranking = page[page.index('class="standings"'):]
    names = re.findall(r'<th class="name" scope="row">(?:<a [^>]*>)?(\w+)',
                       ranking[:ranking.index("</table>")])
    rows = pd.concat([checkout.result("ours"), checkout.result("theirs")])
    means = rows.groupby("solver_name")["objective_label_recovery"].mean()
    assert names[0] == means.idxmax().partition("[")[0]
    assert set(names) == {"MV", "Consensus", "Newcomer"}
    assert 'href="../solvers/oracle.py"' in page
