"""The page in a browser: its answers, comparisons and empty views."""
import csv
import io
import json

import numpy as np
import pytest
import yaml
from conftest import ROOT
from page_fixture import DIGITS, make_page_data

from benchmark_utils.report.comparison.ranking_table import Choice, headline
from benchmark_utils.report.comparison.tests import student
from benchmark_utils.report.page.build import write_page

pytestmark = pytest.mark.slow


def cards(page, box="#answers"):
    return {card.locator("h3").inner_text(): card.inner_text()
            for card in page.locator(f"{box} li").all()}


@pytest.fixture
def shown(show, tmp_path):
    """shown(data, hash): the page of other data."""
    def opened(data, hash="", **options):
        write_page(data, tmp_path / "other.html")
        return show(hash, at=(tmp_path / "other.html").as_uri(), **options)
    return opened


def changed(data, **parts):
    return {**json.loads(json.dumps(data)), **parts}


def test_the_first_screen_has_news_three_answers_and_the_table(show):
    page = show(width=1300)
    assert page.inner_text("#news") == (
        "What is new in 2026.12 working run: More data.")
    assert len(cards(page)) == 3
    top = "(s) => document.querySelector(s).getBoundingClientRect().top"
    assert page.evaluate(top, "#board tbody tr") < 800
    assert show(width=390, height=844).evaluate(top, "#table") < 844
    assert page.locator("#versions a").get_attribute("href") == (
        "2026.11/index.html")


def test_answers_agree_with_the_table(made_data, show):
    page = show()
    people = cards(page)["Labels from people"]
    table = headline(made_data, Choice(crowd="human", setting="aggregation"))
    best = table.others[0]
    assert best.beats and f"{best.name} exceeds majority vote (p = " in people
    for text in (f"{best.mean:+.1f}", "13 human-annotated datasets",
                 "all seen"):
        assert text in people
    # With four datasets no difference can be significant.
    buying = cards(page, "#more-answers")["Label acquisition from people"]
    assert "Not ranked" in buying and "Best on each" in buying
    page.click("#answers a:has-text('language models')")
    assert page.input_value("[data-f=crowd]") == "llm"
    assert "7 LLM-annotated datasets" in page.inner_text("#status")
    page.click(".project a:has-text('Your own votes')")
    assert "benchmark_utils.own_votes" in page.inner_text("#own-votes")
    page.wait_for_function("document.activeElement.id === 'own-votes'")


def test_an_answer_never_mixes_people_models_and_simulations(show):
    for answer in show().evaluate("""[...answers(), acquisition()].map(a =>
            [...new Set([...a.table.datasets, ...a.each.map(x => x.d)].map(
                d => d.crowd))])"""):
        assert len(answer) == 1


def test_a_larger_mean_that_is_not_robust_is_said_to_be_so(made_data, shown):
    """m5 gains 3 points everywhere; m2 gains 80 on one dataset only."""
    data = changed(made_data)
    for cell in data["cells"]:
        gain = dict(m5=3, m2=80 * (cell["d"] == "human-2")).get(cell["m"], -1)
        if cell["m"] != "mv":
            cell["labels"] = [80, gain, gain - 1, gain + 1, "t"]
    people = cards(shown(data))["Labels from people"]
    assert "Aggregator 5 +3.0" in people
    assert "Aggregator 5 exceeds majority vote" in people
    assert "Aggregator 2 (+6.2) is better on average, not significantly" in (
        people)
    assert ("Aggregator 2 is a method of this project; its members were "
            "chosen on the seen datasets") in people


def test_a_mean_that_is_significant_but_not_robust_is_told_apart(show):
    assert show().evaluate("""String(weakText([["A", .05], ["B", .051]].map(
            ([name, p]) => ({ name, mean: 3, stability: { p } })), "!"))"""
                           ) == ("A (+3.0) is better on average, not robustly!"
                                 " and B (+3.0) is better on average, not "
                                 "significantly!")


def test_the_datasets_that_were_not_seen_have_their_own_mean(made_data,
                                                             shown):
    data = changed(made_data)
    for d in data["datasets"]:
        d["seen"] = d["id"] not in ("human-0", "human-1", "human-2")
    best = headline(made_data, Choice(
        crowd="human", setting="aggregation")).others[0]
    own = [cell["labels"][1] for cell in data["cells"]
           if cell["m"] == best.id and cell["d"] in (
               "human-0", "human-1", "human-2")]
    mean, low, high = student(np.array(own))
    text = (f"{best.name} on the 3 not seen: {mean:+.1f} "
            f"[{low:+.1f}, {high:+.1f}].")
    said = cards(shown(data))["Labels from people"].replace("−", "-")
    assert text in said and "3 not seen" in said
    assert "10 seen, 3 not seen. " in said
    for d in data["datasets"]:  # one source with a dataset of both kinds
        if d["id"] == "human-3":
            d["source_group"] = "human-0"
    assert ("12 human-annotated datasets, 10 seen, 3 not seen (1 of them both)"
            in cards(shown(data))["Labels from people"])


def test_a_run_of_people_and_models_alone_has_a_table(made_data, shown):
    """Beside other datasets they are left out of the mean over all."""
    kept = {"human-0", "human-1"}
    data = changed(made_data, default=dict(
        fixed=dict(crowd=None), buy=dict(crowd=None)))
    for key, part in dict(datasets="id", cells="d").items():
        data[key] = [own for own in data[key] if own[part] in kept]
    for d in data["datasets"]:
        d["crowd"] = "mixed"
    page = shown(data)
    assert page.locator("#board tbody tr").count() > 2
    assert "2 human- and LLM-annotated datasets" in page.inner_text("#status")


def test_a_variant_never_wins(made_data, shown):
    """It competes where its method did not run at the defaults."""
    data = changed(made_data)
    for cell in data["cells"]:
        if cell["m"] == "m1":  # a variant without its method
            cell["labels"][1:4] = [30, 29, 31]
    page = shown(data)
    assert page.locator("#board .open").first.inner_text() == "Aggregator 1"
    for text in [*cards(page).values(),
                 *cards(page, "#more-answers").values()]:
        assert "Aggregator 1 " not in text


def test_the_fastest_is_surely_within_a_point(made_data, shown):
    """m5 is best; m2 is .2 points worse everywhere and faster; m4 is faster
    still and .2 worse on average, but by -5 to +5."""
    data = changed(made_data)
    for cell in data["cells"]:
        off = 5 if cell["d"][-1] in "13579" else -5
        cell["labels"][1] = dict(m5=5, m2=4.8, m4=4.8 + off).get(cell["m"], 0)
        cell["s"][0] = dict(m5=1., m2=.1, m4=.01).get(cell["m"], 2.)
    card = cards(shown(data), "#more-answers")[
        "Fastest, at most 1 point worse than the best"]
    assert "Aggregator 2 100 ms" in card and "−0.2 [−0.2, −0.2]" in card


def test_numbers_of_votes_that_were_not_enough_are_censored(made_data,
                                                            shown):
    """Four datasets: 3, 5 and twice no tried number is within a point."""
    right = [[80, 89.5, 90], [80, 88, 90], [80, 81, 90], [80, 81, 90]]
    curves = {f"human-{i}": {"mv": [[1, 3, 10], own, [0] * 3]}
              for i, own in enumerate(right)}
    for d in (data := changed(made_data, subsampled=curves))["datasets"]:
        d["vpt"] = 10
    card = cards(shown(data), "#more-answers")["How many votes are enough?"]
    assert "More than were tried" in card
    assert "On 1 of 4 human-annotated datasets" in card
    mean, low, high = student(np.array([.5, 2, 9, 9]))
    assert f"it loses {mean:.1f} [{low:.1f}, {high:.1f}]".replace(
        "-", "−") in card
    found = shown(data).evaluate("enoughVotes(['mv'])")
    assert found["n"] == 4 and found["fewer"] == 1
    assert found["median"] == np.inf


def test_three_votes_per_task_have_an_answer(made_data, shown):
    """m5 is 3 points better than MV on each dataset, m2 on average only."""
    data, title = (changed(made_data, subsampled={}),
                   "Which method with 3 votes per task?")
    for i in range(8):
        next(d for d in data["datasets"] if d["id"] == f"human-{i}")["vpt"] = 9
        data["subsampled"][f"human-{i}"] = {
            m: [[1, 3, 9], [70, 80 + gain, 90], [0] * 3] for m, gain in dict(
                mv=-i / 8, m5=3 - i / 8, m2=30 * (i == 2) - i / 8).items()}
    card = cards(shown(data), "#more-answers")[title]
    mean, low, high = student(np.arange(8) / 8 + 10)
    for text in ("Aggregator 5 +3.0 [+3.0, +3.0]", "8 human-annotated",
                 "Aggregator 5 exceeds majority vote (p = ",
                 "Aggregator 2 (+3.8) is better on average, not significantly",
                 "2 methods were tried on 3 random votes of each task",
                 f"majority vote loses {mean:.1f} [{low:.1f}, {high:.1f}]"):
        assert text in card
    data["subsampled"] = dict(list(data["subsampled"].items())[:2])
    assert "No results yet" in cards(shown(data), "#more-answers")[title]


def test_phones_say_who_made_a_method(made_data, shown):
    data = changed(made_data)
    for method in data["methods"]:
        method["chosen"] = "its members were chosen on the seen datasets"
    for said in ("#answers", "#more-answers"):
        page = shown(data, width=390, height=844)
        assert "is a method of this project" in page.inner_text(said)


def test_the_page_lists_the_commands_of_contributing(show):
    asked = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition(
        "## Put your results on the leaderboard")[2].partition("\n## ")[0]
    commands = [line.strip() for line in asked.splitlines()
                if line.startswith("    ")]
    assert len(commands) == 3
    page = show()
    shown = page.locator(".about > div:has(h3:text('Add your method')) "
                         ".command code").all_inner_texts()
    assert shown == commands


def test_two_methods_are_compared(made_data, show):
    page = show("#c=m1,m2")
    cells = {(c["d"], c["m"]): c for c in made_data["cells"]}
    data = {d["id"]: d for d in made_data["datasets"]}
    groups, pairs = {}, {}
    for (d, m), cell in cells.items():
        if m == "m1" and data[d]["crowd"] == "human" and not data[d]["buy"]:
            other = cells[d, "m2"]["labels"][1]
            groups[data[d]["source_group"]] = pairs[d] = (
                cell["labels"][1] - other)
    found = page.evaluate(
        "difference(state, 'm1', 'm2', MEASURE.get('labels'))")
    assert found["over"]["n"] == len(groups)
    assert [found["over"][name] for name in ("mean", "low", "high")] == (
        pytest.approx(student(np.array([*groups.values()]))))
    for x in found["cells"]:
        ids, halves = made_data["pairs"][x["d"]["id"]]["labels"]
        i, j = ids.index("m2"), ids.index("m1")
        one, other = halves[i * (i - 1) + 2 * j:][:2]
        half = .02 * (64 * DIGITS.index(one) + DIGITS.index(other))
        assert x["gain"] == pytest.approx(pairs[x["d"]["id"]])
        assert x["high"] - x["gain"] == pytest.approx(half)
        assert x["gain"] - x["low"] == pytest.approx(half)
    # The address holds it; the methods can be changed.
    assert "Aggregator 1 minus Aggregator 2" in page.inner_text("#panel")
    page.select_option("[data-which='1']", "m4")
    assert page.evaluate("state.c") == "m1,m4"
    assert "Aggregator 4" in page.inner_text("#panel-title")
    page.keyboard.press("Escape")
    page.click("[data-pin=m5]")
    assert "Pin a second" in page.inner_text("#pinned")
    page.click("[data-pin=m6]")
    page.click("[data-c='m5,m6']")
    assert "c=m5%2Cm6" in page.evaluate("location.hash")
    page.keyboard.press("Escape")
    page.click("#board [data-m=m1]")
    page.select_option("[data-with=m1]", "m7")
    assert page.evaluate("state.c") == "m1,m7"


def test_the_heat_map_holds_every_improvement(made_data, show):
    page = show()
    with page.expect_download() as download:
        page.click("[data-do=heat]")
    rows = list(csv.reader(io.StringIO(
        open(download.value.path(), newline="").read())))
    gains = {(c["m"], c["d"]): c["labels"][1] for c in made_data["cells"]}
    assert len(rows) > 10 and len(rows[0]) == 1 + 13
    whole = [row for row in rows[1:] if row[0][0] == "m"]
    table = np.array([[float(gains[row[0], d]) for d in rows[0][1:]]
                      for row in whole])
    assert [[float(x) for x in row[1:]] for row in whole] == table.tolist()
    assert (np.diff(table.mean(axis=1)) <= 1e-9).all()  # best method first
    text = page.locator(".heat tbody tr").first.locator("td").all_inner_texts()
    assert [float(x.replace("−", "-")) for x in text] == pytest.approx(
        table[0].tolist(), abs=.051)


def test_a_method_stands_in_the_view_that_its_name_opens(made_data, shown):
    data = changed(made_data)
    few = ("human-3", "human-4")
    data["cells"] = [c for c in data["cells"]
                     if c["m"] != "m5" or c["d"] in few]
    page = shown(data)
    assert "Aggregator 5" not in page.inner_text("#board")
    page.click("#after .left a:has-text('Aggregator 5')")
    assert "Aggregator 5" in page.inner_text("#board")
    assert page.inner_text("#status").startswith(
        "Only datasets that Aggregator 5 ran on. 10 methods and 1 variant on "
        "2 human")
    page.click("[data-do=more]")
    page.click("[data-do=reset]")
    assert page.evaluate("state.with") == ""


def test_an_empty_view_says_what_would_fill_it(show):
    page = show("#crowd=simulated&in=text")
    board = page.locator("#board")
    assert "No two methods have this score" in board.inner_text()
    for link in board.locator("a").all():
        text, n = link.inner_text(), link.evaluate(
            "a => Number(a.nextSibling.textContent.match(/\\d+/)[0])")
        hash = link.get_attribute("href")
        rows = page.evaluate("hash => headline(stateOf(hash)).rows.length",
                             hash)
        assert rows == n > 1, text
    board.locator("a").first.click()
    assert page.locator("#board tbody tr").count() > 1


def test_twelve_stops_of_the_tab_key_before_the_first_row(show):
    page = show()
    stops = 0
    while not page.evaluate("!!document.activeElement.closest('#board td, "
                            "#board tbody th')"):
        page.keyboard.press("Tab")
        stops += 1
    assert 6 < stops <= 13  # the last one is in the row
    # The arrow keys reach the other scores and orders.
    page.focus("#scores [aria-pressed=true]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.evaluate("state.score") == "network"
    pressed = page.locator("[aria-pressed]").evaluate_all(
        "all => all.map(e => e.getAttribute('aria-pressed'))")
    assert set(pressed) == {"true", "false"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_large_and_marks_are_visible(scheme, show):
    page = show(color_scheme=scheme)
    small = page.evaluate("""[...document.querySelectorAll('body *')].filter(
        e => e.checkVisibility() && [...e.childNodes].some(
            n => n.nodeType === 3 && n.textContent.trim())
        && parseFloat(getComputedStyle(e).fontSize) < 14).map(
            e => e.outerHTML.slice(0, 80))""")
    assert small == []
    colour = """s => { const e = document.querySelector(s);
        return [getComputedStyle(e).stroke,
                getComputedStyle(document.body).backgroundColor]; }"""
    for mark in ("#board .strip .interval", "#board .pin circle"):
        one, other = (luminance(text) for text in page.evaluate(colour, mark))
        light, dark = max(one, other), min(one, other)
        assert (light + .05) / (dark + .05) >= 3, mark


def luminance(text):
    """Relative luminance of rgb(r, g, b), by WCAG 2."""
    rgb = np.array([int(v) for v in text[4:-1].split(",")]) / 255
    linear = np.where(rgb <= .03928, rgb / 12.92,
                      ((rgb + .055) / 1.055) ** 2.4)
    return linear @ [.2126, .7152, .0722]


def test_the_page_cites_what_citation_cff_says(show):
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert cited["cff-version"] == "1.2.0" and cited["message"]
    entry = show().inner_text("#cite pre")
    assert f"title = {{{cited['title']}}}" in entry
    assert f"author = {{{{{cited['authors'][0]['name']}}}}}" in entry
    assert "Version 2026.12, commit 0123456789" in entry


def test_large_pages_have_at_most_twelve_methods_of_wins(shown):
    page = shown(make_page_data(12, 7, 6, 25, 4))
    assert page.locator("#fig-wins rect").count() == 8 * 7
