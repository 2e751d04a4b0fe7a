"""Every figure of README and docs/findings comes from a stored result."""
import re

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from results import frame
from results import rows as rows_of
from scipy import stats

from benchmark_utils.report.docs import findings as pages
from benchmark_utils.report.docs.findings import Untrue, claim, wrapped
from benchmark_utils.report.docs.studies import (
    CI,
    STUDIES,
    Study,
    aside,
    interval,
    minus,
    number,
    points,
    store_study,
)
from benchmark_utils.report.store.verification import unequal
from benchmark_utils.scoring.provenance import protocol

TEMPLATES = sorted(pages.PAGES.glob("*.md.j2"))
# A result of a run in prose: three decimals, a spread, an interval.
FIGURE = re.compile(r"(?<![\w.])[-+]?\d?\.\d{3,}(?!\d)|±\s*\d|"
                    r"\((95% CI )?[-+]?\d*\.\d+ to [-+]?\d*\.\d+\)")


@pytest.mark.slow
def test_the_pages_are_those_of_the_results(monkeypatch, published):
    """python -m benchmark_utils.report docs"""
    monkeypatch.setattr(pages, "Published", lambda folder: published)
    made = pages.findings()
    for path, text in made.items():
        assert path.read_text("utf-8") == text, path
    written = {path.name for path in (ROOT / "docs" / "findings").glob("*.md")}
    assert written - {path.name for path in made} <= {"README.md"}


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: page.name)
def test_no_figure_is_typed(page):
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "",
                  page.read_text("utf-8"), flags=re.S)
    assert not FIGURE.findall(text)


def test_typed_figures_are_noticed():
    for text in ("a gain of .052 on", "0.9142", "± 3", "(0.8 to 5.8)",
                 "(95% CI -.14 to .10)", "it is -.479 less"):
        assert FIGURE.search(text), text
    for text in ("a risk of .05", "version 1.10.0", "[networks](a.md)",
                 "10.1145/2187836", "(.4 to .8 in the paper)"):
        assert not FIGURE.search(text), text


@pytest.mark.parametrize("path", sorted(STUDIES.glob("*.csv")),
                         ids=lambda path: path.stem)
def test_studies_are_of_one_protocol(path):
    """It may be an earlier one: the page names it."""
    rows = pd.read_csv(path)
    assert rows["objective_protocol"].nunique() == 1
    assert rows["objective_protocol"].iloc[0] <= int(protocol())
    assert (ROOT / "configs" / "studies" / f"{path.stem}.yml").is_file()
    assert not rows.duplicated(["dataset", "solver", "idx_rep"]).any()


def test_a_study_gives_mean_spread_and_paired_interval():
    rng = np.random.default_rng(0)
    one, other = rng.normal(.9, .01, 5), rng.normal(.8, .02, 5)
    runs = pd.concat([pd.DataFrame(dict(
        dataset="Digits", solver=solver, idx_rep=range(5),
        objective_test_accuracy=values, objective_seconds=1.,
        objective_commit="abc", objective_protocol=2,
        run_date="2026-01-02"))
        for solver, values in (("A", one), ("B", other))])
    study = Study("networks", runs.sample(frac=1, random_state=0))
    assert study.score("Digits", "A", "test_accuracy") == (
        f"{one.mean():.3f} ± {one.std(ddof=1):.3f}".replace("0.", "."))
    low, high = stats.ttest_rel(one, other).confidence_interval()
    np.testing.assert_allclose(
        study.difference("Digits", "A", "B", "test_accuracy"),
        [(one - other).mean(), low, high])
    assert study.source == (
        "`configs/studies/networks.yml`, commit abc, 2026-01-02, protocol 2")
    table = study.table("test_accuracy", {"Digits": "Digits"},
                        {"ours": "A", "theirs": "B"})
    assert "**" in table.splitlines()[2] and "**" not in (
        table.splitlines()[3])
    with pytest.raises(ValueError, match="networks has no C on Digits"):
        study.score("Digits", "C", "test_accuracy")


def test_numbers_are_written_as_in_papers():
    assert number(.0517) == ".052" and number(-.4786) == "-.479"
    assert number(1.25, 1) == "1.2" and number(np.nan) == "never"
    assert number(10.05, 2) == "10.05" and number(0.) == ".000"
    found = (.032, .026, -.0391)
    assert interval(found) == ".032 (.026 to -.039)"
    assert interval(found, CI) == ".032 (95% CI .026 to -.039)"
    assert aside(found) == ".032, 95% CI .026 to -.039"
    assert points(found, CI, 100) == "+3.2 (95% CI 2.6 to -3.9)"
    assert minus((.2, .1, .4)) == (-.2, -.4, -.1)


def test_a_study_keeps_its_origin(tmp_path, monkeypatch):
    rows = frame(rows_of("Digits", "MV", [.8, .9]),
                 rows_of("Digits", "DS", [.7, .6])).assign(
                     objective_commit="abc1234", objective_protocol="2")
    path = tmp_path / "networks.parquet"
    rows.to_parquet(path)
    monkeypatch.setattr("benchmark_utils.report.docs.studies.commit_problems",
                        lambda rows, name: [])
    kept = pd.read_csv(store_study(path, folder=tmp_path / "results"))
    assert set(kept["objective_commit"]) == set(rows["objective_commit"])
    assert len(kept) == len(rows.drop_duplicates(
        ["dataset_name", "solver_name", "idx_rep"]))
    with pytest.raises(ValueError, match="the file lies in the folder"):
        store_study(path, "../networks", folder=tmp_path / "results")
    monkeypatch.setattr("benchmark_utils.report.docs.studies.commit_problems",
                        lambda rows, name: ["no commit"])
    with pytest.raises(ValueError, match="no commit"):
        store_study(path, folder=tmp_path / "results")


def test_two_runs_are_the_same_to_the_last_bit_or_not():
    one = frame(rows_of("Digits", "MV", [.8, np.nan]),
                rows_of("Digits", "DS", [.7, .6]))
    again = one.sample(frac=1, random_state=1).assign(
        time=9., objective_commit="else", objective_train_seconds=3.)
    assert unequal(one, again) == []
    again.loc[again["solver_name"] == "MV", "objective_label_recovery"] = .8
    line, = unequal(one, again)
    assert "objective_label_recovery" in line and "nan, " in line
    again = again[again["solver_name"] != "MV"]
    assert len(unequal(one, again)) == 2
    close = one.assign(objective_label_recovery=np.nextafter(
        one["objective_label_recovery"], 1))
    assert len(unequal(one, close)) == 3  # a NaN stays one


def test_a_false_claim_stops_the_page():
    held = claim(True)
    text = f"It is\n  {held}\nso. {held}\n\n- a\n{held}\n- b"
    assert wrapped(text) == "It is so.\n\n- a\n- b\n"
    with pytest.raises(Untrue, match="DS beats MV"):
        claim(False, "DS beats MV")


def test_pages_are_filled_but_tables_and_commands_are_not():
    long = "word " * 30
    assert all(len(line) <= 50 for line in wrapped(f"- {long}", 50)
               .splitlines())
    text = wrapped(f"# Title\n\n{long}\n\n- {long}\n- b\n\n| a | {long} |\n\n"
                   f"    command {long}\n")
    lines = text.splitlines()
    assert f"| a | {long} |" in text
    assert f"    command {long}".rstrip() in text
    assert max(len(line) for line in lines if line.startswith("word")) <= 80
    assert "\n  word" in text and "\n- b" in text


def test_the_readme_has_one_block_between_its_marks():
    text = "\n".join(["before", *pages.MARKS, "after"])
    once = pages.with_block(text, "a block\n")
    assert once == "\n".join(["before", pages.MARKS[0], "a block",
                              pages.MARKS[1], "after"])
    assert pages.with_block(once, "a block") == once
    with pytest.raises(ValueError, match="README.md has no"):
        pages.with_block("nothing", "a block")
