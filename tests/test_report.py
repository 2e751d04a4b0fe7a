"""The summary's arithmetic and the page that needs no network."""
import re
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from benchmark_utils.report.page import write_page
from benchmark_utils.report.summary import (
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
    assert_allclose(runs["efficiency_mv"], [np.nan, np.nan, 4 / 1.5, 0])
    assert runs["efficiency_lean"].isna().all()


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


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.html"
    frame = results()
    frame["solver_name"] = frame["solver_name"].replace(
        "MV", "<b>MV & co</b>")
    write_page(frame, path)
    return path


def test_page_is_self_contained(page):
    html = page.read_text()
    loads = re.findall(
        r"<(?:script|link|img|iframe)[^>]*(?:src|href)=[^>]*>", html)
    assert not loads
    assert "&lt;b&gt;MV &amp; co&lt;/b&gt;" in html  # names are escaped
    assert len(html) < 6e6


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium")
def test_page_renders_and_sorts_without_a_network(page, tmp_path):
    """Chromium runs the page's own buttons, no server can be reached."""
    html = page.read_text().replace("</body>", """<script>
      const board = document.getElementById("board");
      const column = () => [...board.tBodies[0].rows].map(
        row => row.hidden ? "" : row.cells[2].dataset.value).join(" ");
      board.tHead.rows[0].cells[2].querySelector("button").click();
      document.body.dataset.down = column();
      board.tHead.rows[0].cells[2].querySelector("button").click();
      document.body.dataset.up = column();
      const select = document.querySelector("[data-filter=board]");
      select.value = "B"; select.dispatchEvent(new Event("change"));
      document.body.dataset.filtered = column();
    </script></body>""")
    page.write_text(html)
    dom = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu",
         "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync",
         "--host-resolver-rules=MAP * ~NOTFOUND",
         f"--user-data-dir={tmp_path / 'chromium'}",
         "--virtual-time-budget=8000", "--dump-dom", page.as_uri()],
        capture_output=True, text=True, timeout=120, check=True).stdout

    def column(name):
        values = re.search(f'data-{name}="([^"]*)"', dom)[1].split(" ")
        return [float(value) for value in values if value]

    assert_allclose(column("down"), [.9, .8666666667, .5, .5, .3])
    assert_allclose(column("up"), sorted(column("down")))
    assert column("filtered") == [.5, .5]
    assert re.search(r'<svg class="main-svg"', dom)  # the plot was drawn
