"""The page in a browser: controls, addresses, panels and downloads."""
import csv
import json

import pytest

from benchmark_utils.report.comparison.ranking_table import Choice, headline

pytestmark = pytest.mark.slow


def shown_methods(page):
    return page.locator("#board tbody .open").all_inner_texts()


def test_filters_history_and_reset(show):
    page = show()
    start = shown_methods(page)
    page.select_option("[data-f=crowd]", "llm")
    page.click("[data-do=more]")
    page.select_option("[data-f=setting]", "aggregation")
    assert page.evaluate("location.hash") == "#crowd=llm&setting=aggregation"
    page.select_option("[data-f=v]", "buy")
    assert "Label acquisition" in page.inner_text("#h-table")
    page.go_back()
    assert "Label accuracy" in page.inner_text("#h-table")
    page.go_back()
    page.go_back()
    assert page.evaluate("location.hash") == ""
    assert shown_methods(page) == start
    page.go_forward()
    assert page.input_value("[data-f=crowd]") == "llm"
    page.click("[data-do=reset]")
    assert page.input_value("[data-f=crowd]") == "human"
    assert page.evaluate("document.querySelectorAll('option:disabled').length")


def test_search_selects_rows_and_changes_no_number(show):
    page = show()
    gain = page.inner_text("tr:has-text('Aggregator 1') .gain >> nth=0")
    status = page.inner_text("#status")
    page.click("[data-do=more]")
    page.focus("[data-f=q]")
    page.keyboard.type("Aggregator 1", delay=5)
    assert set(shown_methods(page)) == {"Aggregator 1", "Aggregator 10"}
    assert page.evaluate("document.activeElement.dataset.f") == "q"
    assert page.inner_text("tr:has-text('Aggregator 1') .gain >> nth=0"
                           ) == gain
    # A screen reader hears how many there are.
    assert page.get_attribute("#status", "aria-live") == "polite"
    assert page.inner_text("#status") == (
        f"2 of 11 rows match “Aggregator 1”. {status}")
    page.fill("[data-f=q]", "no such <b>thing")
    assert page.inner_text("#status").startswith("0 of 11 rows match")
    assert "no such <b>thing" in page.inner_text("#board")


def test_sorting_announces_its_order(show):
    page = show()
    page.click("[data-sort=name]")
    assert shown_methods(page) == sorted(shown_methods(page))
    assert page.get_attribute("th.name[aria-sort]", "aria-sort"
                              ) == "ascending"
    page.click("[data-sort=name]")
    assert page.get_attribute("th.name", "aria-sort") == "descending"
    assert page.evaluate("document.activeElement.dataset.sort") == "name"


@pytest.mark.parametrize("hash", [
    "#v=nonsense&crowd=martian&vpt=9&score=x&sort=up&m=no&d=no&hl=a,b,c&k=",
    "#crowd=constructor&setting=toString&score=__proto__",
    "#kind=constructor", "#=&&==%E0%A4%A",
    "#nowhere", "#score=buying", "#" + "x=1&" * 3000])
def test_bad_addresses_fall_back(hash, show):
    page = show(hash)
    assert "Label accuracy" in page.inner_text("#h-table")
    assert page.inner_text("#status").startswith("10 methods")
    assert not page.evaluate("document.getElementById('panel').open")


@pytest.mark.parametrize("kind, setting", [
    ("votes", "aggregation"), ("buys", "active"), ("panel", "label_sets"),
    ("inputs", "inputs")])
def test_addresses_with_the_former_names_work(kind, setting, show):
    page = show(f"#v=buy&kind={kind}")
    assert page.input_value("[data-f=setting]") == setting


def test_pins_colour_the_plots(show):
    page = show()
    page.click("[data-pin=m6]")
    assert page.get_attribute("[data-pin=m6]", "aria-pressed") == "true"
    assert page.evaluate("location.hash") == "#hl=m6"
    title = page.locator("#fig-time g.c0 title")
    assert title.text_content() == "Aggregator 6"


def test_method_panel_with_the_keyboard(show):
    page = show()
    page.focus("#board [data-m=m1]")
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    assert page.evaluate("document.activeElement.id") == "panel-title"
    assert "m=m1" in page.evaluate("location.hash")
    for text in ("What Aggregator 1 does", "Published results", "0.928",
                 "smoothing = 1.0", "verified here", "Run it again",
                 "A. Author"):
        assert text in panel.inner_text(), text
    panel.locator("[data-d=human-0]").first.click()
    assert "Entailment" in page.inner_text("#panel-title")
    page.keyboard.press("Escape")
    page.wait_for_function("!document.getElementById('panel').open")
    # Back at the table, not at the first panel, with the focus on its opener.
    assert page.evaluate("location.hash") == ""
    assert page.evaluate("document.activeElement.dataset.m") == "m1"


def test_dataset_panel_shows_tasks_and_workers(show):
    page = show("#d=human-0")
    panel = page.locator("#panel")
    for text in ("Question", "Is it so?", "by experts", "none stated",
                 "90% of workers", "All scores of all methods",
                 "Lowest-scored tasks", "3 × cat and 2 × dog",
                 "votes per task", "Workers"):
        assert text in panel.inner_text(), text
    assert page.evaluate("document.querySelector('.looks img').naturalWidth"
                         ) == 16
    page.goto(page.url.replace("human-0", "human-0-buy"))
    assert "queried one at a time" in panel.inner_text()


def test_submitted_results_are_marked(show):
    page = show()
    assert "submitted" in page.inner_text("tr:has([data-m=m2])")
    assert "verified here" in page.inner_text("tr:has([data-m=m1])")


def test_figures_have_words_and_data(show):
    page = show()
    assert page.evaluate("[...document.querySelectorAll('figure')].map("
                         "f => f.id)") == [
        "fig-time", "fig-wins", "fig-votes", "fig-label-reliability",
        "fig-cost", "fig-budget", "fig-reliability"]
    for figure in page.locator("#figures figure").all():
        assert len(figure.locator("figcaption").inner_text()) > 40
        figure.locator("summary").first.click()
        assert figure.locator("tbody tr").count() > 2
        assert figure.locator("svg[aria-label]").count() > 0
    page.select_option("[data-f=vd]", "human-2")
    assert "vd=human-2" in page.evaluate("location.hash")
    page.wait_for_selector("#fig-votes figcaption:has-text('Dogs')")


def test_figures_are_replaced_where_they_change(show):
    page = show()
    page.click("#fig-budget summary")
    page.select_option("[data-f=crowd]", "all")
    page.wait_for_selector("#fig-wins figcaption:has-text('out of 26')")
    assert page.evaluate("document.querySelector('#fig-budget .data').open")
    page.click("#fig-budget summary")
    assert page.inner_html("#figures") == show("#crowd=all").inner_html(
        "#figures")


def saved(page, button):
    with page.expect_download() as download:
        page.click(button)
    return download.value


def test_downloads(made_data, show):
    page = show("#crowd=llm")
    table = headline(made_data, Choice(crowd="llm"))
    file = saved(page, "[data-do=csv]")
    with open(file.path(), encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert [row["method"] for row in rows] == [row.id for row in table.rows]
    assert float(rows[0]["gain"]) == pytest.approx(table.rows[0].mean,
                                                   abs=1e-4)
    assert set(table.datasets) < set(rows[0])
    view = json.loads(open(saved(page, "[data-do=json]").path()).read())
    assert view["version"] == 1 and view["crowds"] == table.datasets
    assert view["rows"][0]["low"] == pytest.approx(table.rows[0].low,
                                                   abs=1e-4)
    entries = open(saved(page, "[data-do=bib]").path()).read()
    assert entries.count("@misc{") > len(table.rows)
    everything = json.loads(open(saved(page, ".tools [data-do=all]").path(
        )).read())
    assert everything["cells"] == made_data["cells"]


def test_no_cell_of_the_csv_is_a_formula(show):
    page = show()
    assert page.evaluate("csvCell('=cmd()')") == "'=cmd()"
    assert page.evaluate("""csvCell('@a,"b"')""") == '"\'@a,""b"""'
    assert page.evaluate("csvCell(-1.5)") == "-1.5"


def test_link_is_copied(show):
    page = show("#crowd=llm", permissions=["clipboard-read",
                                           "clipboard-write"])
    page.click("[data-do=link]")
    page.wait_for_selector("#toast.on")
    assert page.evaluate("navigator.clipboard.readText()").endswith(
        "#crowd=llm")
