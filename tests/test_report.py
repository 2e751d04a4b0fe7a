"""The summary's arithmetic and the page that needs no network."""
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from benchmark_utils.report.page import write_page
from benchmark_utils.report.plots import once
from benchmark_utils.report.runs import (
    BY_TITLE,
    budget_curves,
    cells,
    mean_ranks,
    paired_interval,
    prepare_runs,
    shown_metrics,
)

RECOVERY, TIME = BY_TITLE["Recovery"], BY_TITLE["Time (s)"]


def rows(dataset, solver, values, time=1.0, **extra):
    base = {"dataset_name": dataset, "solver_name": solver, "stop_val": 1,
            "time": time, "run_date": "2026-01-02T03:04:05", "base_seed": 0,
            **extra}
    return [{**base, "idx_rep": i, "objective_label_recovery": value}
            for i, value in enumerate(values)]


def results():
    return pd.DataFrame(
        rows("A[n=1]", "DS[m=1,s=0]", [.9, .8, 1.], 2, p_dataset_n=1,
             p_solver_m=1, p_solver_s=0)
        + rows("A[n=1]", "DS[m=1,s=5]", [.8, .9, .9], 3, p_dataset_n=1,
               p_solver_m=1, p_solver_s=5)
        + rows("A[n=1]", "MV", [.3, .2, .4], 1, p_dataset_n=1)
        + rows("B", "MV", [.5], 1)
        + rows("B", "DS[m=1,s=0]", [.5], 1, p_solver_m=1, p_solver_s=0))


def runs():
    return prepare_runs(results())


def test_short_names_keep_what_differs():
    assert runs()["dataset"].unique().tolist() == ["A", "B"]
    assert runs()["solver"].unique().tolist() == [
        "DS (s=0)", "DS (s=5)", "MV"]


def test_cells():
    table = cells(runs(), RECOVERY)
    best = table["A", "DS (s=0)"]
    assert_allclose([best.mean, best.sd, best.n], [.9, .1, 3])
    assert best.best and not best.close
    # differences .1 -.1 .1: not told apart; .6 each from MV: told apart
    assert table["A", "DS (s=5)"].close and not table["A", "MV"].close
    assert table["B", "MV"].best and table["B", "DS (s=0)"].best  # a tie
    assert np.isnan(table["B", "MV"].sd)
    assert cells(runs(), TIME)["A", "MV"].best  # less is better


def test_last_point_of_a_curve_counts():
    curve = pd.DataFrame(rows("A", "BALD", [.5]) + rows("A", "BALD", [.9]))
    curve["stop_val"] = [20, 1]
    assert prepare_runs(curve)["objective_label_recovery"].tolist() == [.5]


def test_budget_curves():
    """Means over repetitions on a grid; an early end holds its value; an
    offline method is one point."""
    frame = pd.DataFrame(
        rows("A", "BALD", [.2, .2]) + rows("A", "BALD", [.6, .8])
        + rows("A", "BALD", [.9]) + rows("A", "MV", [.5, .7]))
    frame["stop_val"] = [0, 0, 1, 1, 2, 1, 1]
    frame["objective_cost_per_task"] = [0, 0, 1, 1, 2, 2, 2]
    curves = budget_curves(prepare_runs(frame, every_point=True),
                           "objective_label_recovery")
    x, mean, sd = curves["A", "BALD"]
    at = {value: i for i, value in enumerate(x.round(6))}
    assert_allclose([mean[at[v]] for v in (0, .5, 1, 2)],
                    [.2, (.4 + .5) / 2, .7, (.9 + .8) / 2])
    assert_allclose(sd[at[1]], np.std([.6, .8], ddof=1))
    assert_allclose([part[0] for part in curves["A", "MV"]],
                    [2, .6, np.std([.5, .7], ddof=1)])


def test_what_others_pay_for_the_same():
    """MV pays 4 for .7. The curve reaches .7 half-way from 1 to 2 votes in
    the first repetition, never in the second."""
    frame = pd.DataFrame(rows("A", "MV", [.7, .9])
                         + rows("A", "BALD", [.1, .1])
                         + rows("A", "BALD", [.6, .5])
                         + rows("A", "BALD", [.8, .8]))
    frame["stop_val"] = [1, 1, 0, 0, 1, 1, 2, 2]
    frame["objective_cost_per_task"] = [4, 4, 0, 0, 1, 1, 2, 2]
    runs = prepare_runs(frame)
    assert_allclose(runs["label_efficiency_mv"], [np.nan, np.nan, 4 / 1.5, 0])
    assert runs["label_efficiency_linear"].isna().all()


def test_variants_are_named_by_what_is_unusual():
    frame = pd.DataFrame([row for _ in range(4)
                          for row in rows("A", "R", [.5])])
    frame["solver_name"] = [f"R[{i}]" for i in range(4)]
    frame["p_solver_risk"] = [.1, .2, .1, .1]
    frame["p_solver_prior"] = ["none", "none", "class", "none"]
    frame["p_solver_batch"] = [25, 25, 25, 100]
    assert prepare_runs(frame)["solver"].tolist() == [
        "R", "R (risk=0.2)", "R (prior=class)", "R (batch=100)"]


def test_training_time_is_added():
    frame = pd.DataFrame(rows("A", "MV", [1.], 2))
    frame["objective_train_seconds"] = 3.
    assert prepare_runs(frame)["total_time"].tolist() == [5]


def test_columns_without_a_value_are_not_shown():
    frame = pd.DataFrame(rows("A", "MV", [1.]))
    frame["objective_worker_auc"] = np.nan
    assert shown_metrics(prepare_runs(frame)) == [RECOVERY, TIME]


def test_mean_ranks():
    ranks, means = mean_ranks(runs(), RECOVERY)
    assert ranks.to_dict() == {
        "DS (s=0)": (1 + 1.5) / 2, "DS (s=5)": 2, "MV": (3 + 1.5) / 2}
    assert np.isnan(means.loc["DS (s=5)", "B"])


def test_paired_interval_is_students():
    difference = np.array([.1, .3, np.nan, .2, .25])
    expected = stats.ttest_1samp(difference[[0, 1, 3, 4]],
                                 0).confidence_interval(.95)
    assert_allclose(paired_interval(difference), expected)
    assert np.isnan(paired_interval(np.array([1.]))).all()


def online(dataset, solver, low, high):
    """Two points of a curve of a dataset that sells votes."""
    curve = pd.DataFrame(rows(dataset, solver, [low]) + rows(
        dataset, solver, [high]))
    curve["stop_val"] = [0, 1]
    return curve.assign(objective_cost=[0., 9.], objective_n_votes=[0, 9],
                        objective_votes_per_task=[0., 3.],
                        objective_cost_per_task=[0., 3.])


@pytest.fixture
def frame():
    frame = pd.concat([results(), online("Shop", "MV", .2, .6),
                       online("Shop", "Buyer", .3, .7)], ignore_index=True)
    frame["solver_name"] = frame["solver_name"].replace(
        "MV", "<b>MV & co</b>")
    return frame


@pytest.fixture
def page(tmp_path, frame):
    path = tmp_path / "page.html"
    write_page(frame, path)
    return path


def test_page_is_self_contained(page, frame, tmp_path):
    html = page.read_text()
    loads = re.findall(
        r"<(?:script|link|img|iframe)[^>]*(?:src|href)=[^>]*>", html)
    assert not loads and "@import" not in html and "url(" not in html
    assert "&lt;b&gt;MV &amp; co&lt;/b&gt;" in html  # names are escaped
    assert "<b>MV" not in html.replace("<b>MV & co<\\/b>", "")
    assert len(html) < 6e6
    light = tmp_path / "light.html"
    write_page(frame, light, plots=False)
    assert len(light.read_text()) < 1.5e6
    assert "plotly" not in re.sub(r"<script>.*", "", light.read_text(),
                                  flags=re.DOTALL)


def test_the_same_results_give_the_same_page(page, frame, tmp_path):
    again = tmp_path / "again.html"
    write_page(frame, again)
    assert again.read_bytes() == page.read_bytes()


def test_links_lead_to_files_that_exist(tmp_path):
    frame = pd.DataFrame(rows("Digits[n_tasks=9]", "DS[m=1]", [.9, .8])
                         + rows("Digits[n_tasks=9]", "GLAD", [.7, .9]))
    path = tmp_path / "page.html"
    write_page(frame, path, plots=False)
    links = re.findall(r'href="([^"#:]+\.py)"', path.read_text())
    assert {Path(link).name for link in links} == {
        "digits.py", "dawid_skene.py", "glad.py"}
    for link in links:
        assert (tmp_path / link).resolve().is_file()
    for wanted in ("https://doi.org/10.2307/2346806", "Dawid, A. Skene"):
        assert wanted in path.read_text()


def test_links_lead_to_the_repository_where_it_has_an_address(
        tmp_path, monkeypatch):
    monkeypatch.setenv("CROWD_REPOSITORY", "https://example.org/us/it/")
    frame = pd.DataFrame(rows("B", "DS[m=1]", [.9], objective_commit="ab12+")
                         + rows("B", "GLAD", [.7], objective_commit="ab12+"))
    path = tmp_path / "page.html"
    write_page(frame, path, plots=False)
    for wanted in ("https://example.org/us/it/blob/main/solvers/glad.py",
                   "https://example.org/us/it/commit/ab12\""):
        assert wanted in path.read_text()


CHOICES = """<script>(async () => {
  const said = document.body.dataset;
  const board = document.getElementById("board");
  const rows = () => [...board.tBodies[0].rows].filter(row => !row.hidden);
  const column = () => rows().map(row => row.cells[2].dataset.value).join(" ");
  const sort = () => board.tHead.rows[0].cells[2].querySelector(
    "button").click();
  const choose = (selector, value) => {
    const select = document.querySelector(selector);
    select.value = value; select.dispatchEvent(new Event("change")); };
  const shown = selector => [...document.querySelectorAll(selector)].filter(
    element => element.offsetParent !== null);
  choose("[data-filter]", "");
  sort(); said.down = column(); sort(); said.up = column();
  choose("[data-filter]", "B");
  said.filtered = column(); said.address = location.hash;
  said.card = shown(".card").map(card => card.dataset.key).join();
  said.best = rows().map(row => row.cells[2].className.trim()).join();
  choose("[data-filter]", "Shop");
  said.online = rows().map(row => row.cells[0].textContent).join("; ");
  choose("[data-show]", "Time (s)");
  choose("[data-track]", "votes for sale");
  said.ranking = shown("#ranking .score").map(
    block => block.dataset.name + " " + block.dataset.of).join();
  said.elos = shown(".standings td[data-value]:nth-child(2)").length;
  choose("[data-show]", "Recovery");
  said.first = shown(".standings th[scope=row]")[0].textContent;
  await drawPlots();
  said.figures = shown(".figure h3").map(
    title => title.textContent).join("; ");
  said.traces = shown(".figure .plot")[0].data.filter(
    trace => trace.visible).length;
  said.done = "yes";
})();</script></body>"""


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium")
def test_page_works_without_a_network(page, tmp_path):
    """Chromium uses the page's own buttons and choosers; no server can be
    reached."""
    page.write_text(page.read_text().replace("</body>", CHOICES))
    dom = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu",
         "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync",
         "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=390,844",
         f"--user-data-dir={tmp_path / 'chromium'}",
         "--virtual-time-budget=8000", "--dump-dom", page.as_uri()],
        capture_output=True, text=True, timeout=120, check=True).stdout
    said = dict(re.findall(r' data-(\w+)="([^"]*)"', re.search(
        r"<body[^>]*>", dom)[0]))
    assert said.get("done") == "yes", said

    def numbers(name):
        return [float(value) for value in said[name].split(" ")]

    assert_allclose(numbers("down"),
                    [.9, .8666666667, .7, .6, .5, .5, .3])
    assert_allclose(numbers("up"), numbers("down")[::-1])
    assert numbers("filtered") == [.5, .5]
    assert said["card"] == "B" and said["address"] == "#dataset=B"
    assert said["best"] == "best,best"  # a tie
    assert unescape(said["online"]) == "<b>MV & co</b>; Buyer"
    assert said["ranking"] == "Time (s) votes for sale"
    assert said["elos"] == "2" and said["first"] == "Buyer"
    assert "Label recovery against votes bought" in said["figures"]
    assert said["traces"] == "4"  # two solvers, a curve and a band each
    assert re.search(r'<svg class="main-svg"', dom)  # the plot was drawn


def test_plots_prepare_a_frame_once():
    prepared = []
    names = once(lambda df: prepared.append(df) or list(df))
    first, second = pd.DataFrame({"a": []}), pd.DataFrame({"b": []})
    assert [names(df) for df in (first, first, second, second, first)] == [
        ["a"], ["a"], ["b"], ["b"], ["a"]]
    assert len(prepared) == 3
