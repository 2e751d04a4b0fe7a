"""The page in a browser: numbers, controls, addresses, accessibility.

Needs Chromium and the packages of requirements.txt (playwright drives it,
axe-playwright-python brings axe-core); without them every test is skipped.
"""
import csv
import json

import numpy as np
import pytest
from browser import chromium
from page_fixture import make_page_data
from scipy import stats

from benchmark_utils.report.headline import Choice, headline
from benchmark_utils.report.page import write_page
from benchmark_utils.report.statistics import (
    told_apart,
    told_from,
    words,
)

DESKTOP, PHONE = 1300, 390
VIEWS = ["", "#v=buy", "#crowd=all&score=network&in=any", "#m=m1",
         "#d=human-0", "#k=2&kind=buys"]


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def data():
    return make_page_data()


@pytest.fixture(scope="module")
def address(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "index.html"
    write_page(data, path)
    return path.as_uri()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A page with everything but many rows, for what looks at each of its
    elements."""
    path = tmp_path_factory.mktemp("small") / "index.html"
    write_page(make_page_data(7, 1, 1, 5, 2), path)
    return path.as_uri()


@pytest.fixture(scope="module")
def axe():
    return pytest.importorskip("axe_playwright_python.sync_playwright").Axe()


@pytest.fixture
def show(browser, address):
    """show(hash, width): the page, drawn. Errors of its scripts fail the
    test, and so does a request for anything but the page."""
    contexts, errors = [], []

    def opened(hash="", width=DESKTOP, height=900, at=address, **options):
        context = browser.new_context(
            viewport=dict(width=width, height=height), offline=True,
            accept_downloads=True, **options)
        context.set_default_timeout(300_000)  # a busy machine is no fault
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: message.type == "error"
                and errors.append(message.text))
        page.on("request", lambda request: request.url.startswith(
            ("file:", "data:", "blob:")) or errors.append(request.url))
        page.goto(at + hash)
        if options.get("java_script_enabled", True):
            page.wait_for_selector("#about-text h3")
        return page
    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def visit(page, hash):
    """Go to another view of the page that is open."""
    page.goto(page.url.partition("#")[0] + (hash or "#"))
    page.wait_for_function(
        "JSON.stringify(stateOf(location.hash)) === JSON.stringify(state)")


# --- numbers ----------------------------------------------------------------

CHOICES = [
    {}, dict(crowd="all"), dict(crowd="llm", kind="votes"),
    dict(crowd="all", score="network"), dict(score="calibration"),
    dict(v="buy"), dict(v="buy", crowd="all", kind="buys"),
    dict(v="buy", crowd="simulated", score="labels"),
    dict(vpt="4to10", w="gt100"), dict(k="ge10", crowd="all"),
    {"in": "images", "crowd": "all", "kind": "inputs"}]
TABLE = """() => { const table = headline(state); return {
    rows: table.rows.map(row => ({ id: row.id, mean: row.mean, low: row.low,
        high: row.high, group: row.group ?? null, beats: !!row.beats,
        aggregate: row.aggregate, train: row.train })),
    settings: table.settings.map(d => d.id), left: table.left.length,
    ranking: table.ranked && table.base ? rankings(table.rows.map(
        row => row.byFamily), table.rows.indexOf(table.base)) : null }; }"""


def python_choice(data, choice):
    start = data["default"][choice.get("v", "fixed")]
    state = {**start, **choice}
    if "in" in state:
        state["inputs"] = state.pop("in")
    return Choice(**{key: "" if value == "all" else value
                     for key, value in state.items()})


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_numbers_are_those_of_python(choice, data, show):
    page = show("#" + "&".join(f"{k}={v}" for k, v in choice.items()))
    theirs = page.evaluate(TABLE)
    table = headline(data, python_choice(data, choice))
    assert [row["id"] for row in theirs["rows"]] == [
        row.id for row in table.rows]
    assert theirs["settings"] == table.settings
    assert theirs["left"] == len(table.left)
    assert len(table.rows) > 2  # the choice compares something
    for row, shown in zip(table.rows, theirs["rows"]):
        for name in ("mean", "low", "high", "aggregate", "train"):
            ours = getattr(row, name)
            ours = None if ours is None or np.isnan(ours) else ours
            assert shown[name] == pytest.approx(ours, abs=1e-9), name
        assert (shown["group"], shown["beats"]) == (row.group, row.beats)
    assert (theirs["ranking"] is None) == (table.ranking is None)
    for i, shown in enumerate(theirs["ranking"] or []):
        assert shown["elo"] == pytest.approx(table.ranking.elo[i], abs=.01)
        assert shown["rank"] == pytest.approx(table.ranking.rank[i])
        assert shown["wins"] == pytest.approx(table.ranking.won[i])


def test_statistics_are_those_of_python(show):
    page = show()
    for freedom in (2, 5, 12, 40):
        assert page.evaluate(f"studentQuantile({freedom})") == pytest.approx(
            stats.t.ppf(.975, freedom), abs=1e-7)
    assert page.evaluate("[0, 1, 2, 99].map(i => randomWord(i, 0))") == (
        words(0, 100)[[0, 1, 2, 99]].tolist())
    rng, told = np.random.default_rng(0), []
    for n_methods, n_crowds in [(4, 7), (6, 12), (5, 13), (12, 30)]:
        table = rng.normal(size=(n_crowds, n_methods)) + np.linspace(
            0, 1.5, n_methods)
        theirs = page.evaluate("""gains => { const told = toldApart(gains,
            { seed: 0, n: 1999 }); return gains.map((_, i) =>
            gains.map((_, j) => i !== j && told(i, j))); }""",
                               table.T.tolist())
        assert theirs == (told_apart(table) <= .05).tolist()
        from_first = page.evaluate(
            """gains => { const told = toldFrom(gains.slice(1), gains[0],
            { seed: 0, n: 1999 }); return gains.map((_, i) =>
            i > 0 && told(i - 1)); }""", table.T.tolist())
        assert from_first == (told_from(table, 0) <= .05).tolist()
        told.append(np.mean(theirs))
    assert 0 < np.mean(told) < 1


@pytest.mark.parametrize("n", [6, 9, 20])
def test_interval_of_the_median_holds_it_as_often_as_it_says(n, show):
    page, values = show(), list(range(n))
    found = page.evaluate("v => medianOverCrowds(v)", values)
    assert found["median"] == np.median(values)
    below = found["low"]  # so many values lie outside on each side
    assert stats.binom.cdf(below, n, .5) <= .025 < stats.binom.cdf(
        below + 1, n, .5)
    assert found["high"] == n - 1 - below
    assert page.evaluate("medianOverCrowds([1, 2, 3]).low") is None


def test_answers_say_what_the_table_does(data, show):
    page = show()
    cards = page.locator("#answers li").all_inner_texts()
    assert len(cards) >= 6
    people = next(card for card in cards if "Votes only, people" in card)
    table = headline(data, Choice(crowd="human", kind="votes"))
    best = table.others[0]
    assert best.beats and best.name in people and "Not decided" not in people
    assert f"{best.mean:+.1f}" in people and "13 crowds of people" in people
    # Four crowds for sale: nobody can be told from anybody.
    buying = next(card for card in cards if "Which votes to buy" in card)
    assert "Not decided" in buying
    page.click("#answers a:has-text('Votes of your own')")
    assert "benchmark_utils.mine votes.csv" in page.inner_text("#own-votes")
    page.wait_for_function("document.activeElement.id === 'own-votes'")
    page.click("#answers a:has-text('only, language')")
    assert page.input_value("[data-f=crowd]") == "llm"
    assert "7 crowds of language models" in page.inner_text("#status")


# --- controls ---------------------------------------------------------------

def shown_methods(page):
    return page.locator("#board tbody .open").all_inner_texts()


def test_filters_history_and_reset(show):
    page = show()
    start = shown_methods(page)
    page.select_option("[data-f=crowd]", "llm")
    page.select_option("[data-f=kind]", "votes")
    assert page.evaluate("location.hash") == "#crowd=llm&kind=votes"
    page.click("[data-v=buy]")
    assert "Accuracy while buying" in page.inner_text("#h-table")
    page.go_back()
    assert "Labels right" in page.inner_text("#h-table")
    page.go_back()
    page.go_back()
    assert page.evaluate("location.hash") == ""
    assert shown_methods(page) == start
    page.go_forward()
    assert page.input_value("[data-f=crowd]") == "llm"
    page.click("[data-do=reset]")
    assert page.input_value("[data-f=crowd]") == "human"
    assert page.evaluate("document.querySelectorAll('option:disabled').length")


def test_search_narrows_rows_but_no_number(show):
    page = show()
    gain = page.inner_text("tr:has-text('Aggregator 1') .gain >> nth=0")
    status = page.inner_text("#status")
    page.focus("[data-f=q]")
    page.keyboard.type("Aggregator 1", delay=5)
    assert set(shown_methods(page)) == {"Aggregator 1", "Aggregator 10"}
    assert page.evaluate("document.activeElement.dataset.f") == "q"
    assert page.inner_text("tr:has-text('Aggregator 1') .gain >> nth=0"
                           ) == gain
    assert page.inner_text("#status") == status
    page.fill("[data-f=q]", "no such <b>thing")
    assert "no such <b>thing" in page.inner_text("#board")


def test_sorting_says_its_order(show):
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
    "#crowd=constructor&kind=toString&score=__proto__", "#=&&==%E0%A4%A",
    "#nowhere", "#score=buying", "#" + "x=1&" * 3000])
def test_bad_addresses_fall_back(hash, show):
    page = show(hash)
    assert "Labels right" in page.inner_text("#h-table")
    assert page.inner_text("#status").startswith("11 methods")
    assert not page.evaluate("document.getElementById('panel').open")


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
    for text in ("What Aggregator 1 does", "Published numbers", "0.928",
                 "smoothing = 1.0", "verified here", "Run it again",
                 "A. Author"):
        assert text in panel.inner_text(), text
    panel.locator("[data-d=human-0]").first.click()
    assert "Entailment" in page.inner_text("#panel-title")
    page.keyboard.press("Escape")
    page.wait_for_function("!document.getElementById('panel').open")
    # Back at the view, not at the panel before, with the focus on its opener.
    assert page.evaluate("location.hash") == ""
    assert page.evaluate("document.activeElement.dataset.m") == "m1"


def test_crowd_panel_has_the_evidence(show):
    page = show("#d=human-0")
    panel = page.locator("#panel")
    for text in ("What is asked", "Is it so?", "by experts", "none stated",
                 "middle 90%", "All scores of all methods",
                 "Tasks worth a look", "3 × cat and 2 × dog",
                 "votes per task", "Workers"):
        assert text in panel.inner_text(), text
    assert page.evaluate("document.querySelector('.looks img').naturalWidth"
                         ) == 16
    page.goto(page.url.replace("human-0", "human-0-buy"))
    assert "sold one by one" in panel.inner_text()


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
    assert "Dogs" in page.inner_text("#fig-votes figcaption")


# --- what a reader takes along ----------------------------------------------

def saved(page, button):
    with page.expect_download() as download:
        page.click(button)
    return download.value


def test_downloads(data, show):
    page = show("#crowd=llm")
    table = headline(data, Choice(crowd="llm"))
    file = saved(page, "[data-do=csv]")
    with open(file.path(), encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert [row["method"] for row in rows] == [row.id for row in table.rows]
    assert float(rows[0]["gain"]) == pytest.approx(table.rows[0].mean,
                                                   abs=1e-4)
    assert set(table.settings) < set(rows[0])
    view = json.loads(open(saved(page, "[data-do=json]").path()).read())
    assert view["version"] == 1 and view["crowds"] == table.settings
    assert view["rows"][0]["low"] == pytest.approx(table.rows[0].low,
                                                   abs=1e-4)
    entries = open(saved(page, "[data-do=bib]").path()).read()
    assert entries.count("@misc{") > len(table.rows)
    everything = json.loads(open(saved(page, ".project [data-do=all]").path(
        )).read())
    assert everything["cells"] == data["cells"]


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


# --- every reader -----------------------------------------------------------

@pytest.mark.parametrize("width", [320, PHONE, 760, 761, 1000, 1180, 1400])
def test_nothing_overflows(width, show):
    page = show(width=width)
    for view in VIEWS:
        visit(page, view)
        wide = page.evaluate("[document.documentElement.scrollWidth, "
                             "document.getElementById('panel').scrollWidth]")
        assert max(wide) <= width, view


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_axe_finds_nothing(width, scheme, show, small, axe):
    page = show(width=width, color_scheme=scheme, at=small)
    for view in VIEWS:
        visit(page, view)
        page.evaluate("document.querySelectorAll('details').forEach("
                      "fold => { fold.open = true; })")
        if width == PHONE and not view:
            page.click("[data-do=more]")
        found = axe.run(page)
        assert found.violations_count == 0, (view, found.generate_report())


def test_axe_would_find_something(show, small, axe):
    page = show(at=small)
    page.evaluate("document.body.style.setProperty('--soft', '#bbb')")
    page.evaluate("document.getElementById('board').append(new Image())")
    found = {violation["id"] for violation in axe.run(page).response[
        "violations"]}
    assert {"color-contrast", "image-alt"} <= found


def test_readers_without_javascript(show):
    page = show(java_script_enabled=False)
    assert page.locator("noscript table tbody tr").count() == 11
    said = page.locator("noscript p").first
    assert said.is_visible() and "need JavaScript" in said.inner_text()
    assert not page.locator("[data-do=csv]").is_visible()


def test_print_shows_content_without_controls(show):
    page = show()
    page.emulate_media(media="print")
    assert page.locator("#board table").is_visible()
    for control in ("#bar", ".tools", ".top nav"):
        assert not page.locator(control).first.is_visible()


def test_hostile_results_run_nothing(data, show, tmp_path):
    bad = json.loads(json.dumps(data))
    attack = "\"'><img src=x onerror='window.hacked=1'></script><script>" \
        "window.hacked=1</script>"
    for entry in [*bad["methods"], *bad["datasets"], *bad["scores"],
                  *bad["sources"]]:
        entry.update({key: entry[key] + attack for key in (
            "name", "idea", "summary", "licence", "question", "title", "help",
            "file") if key in entry})
        entry.update(papers=[[attack, "javascript:window.hacked=1"]])
    bad["looks"]["human-0"]["mv"][0].update(truth=attack, image=attack)
    bad["bib"] = {}
    write_page(bad, tmp_path / "bad.html")
    page = show(at=(tmp_path / "bad.html").as_uri())
    for hash in ("#m=m1", "#d=human-0", "#hl=m1,m2"):
        visit(page, hash)
        assert "onerror" in page.inner_text("body")
        assert page.locator("img[onerror], [href^=javascript]").count() == 0
    assert page.evaluate("window.hacked") is None


def test_a_result_without_its_baseline(data, show, tmp_path):
    gone = {"mv", "randomassign"}
    rest = {**data, "methods": [m for m in data["methods"]
                                if m["id"] not in gone]}
    rest["cells"] = [
        {**cell, **{name: [cell[name][0], None, None, None, "n"]
                    for name in ("labels", "network", "calibration",
                                 "buying") if name in cell}}
        for cell in data["cells"] if cell["m"] not in gone]
    write_page(rest, tmp_path / "rest.html")
    page = show(at=(tmp_path / "rest.html").as_uri())
    assert "No two methods" in page.inner_text("#board")
    for view in ("#v=buy", "#d=human-0", "#m=m1"):
        visit(page, view)
    assert "Aggregator 1" in page.inner_text("#panel-title")


def test_60_settings_and_40_methods_are_drawn(show, tmp_path):
    """The seconds are printed (pytest -s), not asserted: first content should
    come within 500 ms and a redraw within 150 ms on an idle machine."""
    large = make_page_data(24, 16, 12, 25, 10)
    write_page(large, tmp_path / "large.html")
    page = show("#crowd=all", at=(tmp_path / "large.html").as_uri())
    assert page.locator("#board tbody tr").count() >= 25
    painted, complete = page.evaluate(
        "[performance.getEntriesByName('first-contentful-paint')[0].startTime,"
        " performance.getEntriesByType('mark')[0].startTime]")
    # Processor time of the page's thread, layout included: what else the
    # machine does must not count.
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", dict(timeDomain="threadTicks"))

    def busy():
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in metrics
                    if metric["name"] == "TaskDuration")
    times = []
    for crowd in ("human", "all") * 4:
        start = busy()
        page.evaluate("""crowd => { headlines.clear(); go({ crowd });
                         document.body.getBoundingClientRect(); }""", crowd)
        times.append(1000 * (busy() - start))
    redraw = np.median(times[1::2])
    print(f"first content {painted:.0f} ms, everything {complete:.0f} ms, "
          f"redraw {redraw:.0f} ms")
    assert 0 < painted <= complete and redraw > 0
