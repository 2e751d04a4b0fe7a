"""The page in a browser: its numbers are those of Python."""
import numpy as np
import pytest
from scipy import stats

from benchmark_utils.report.comparison.ranking_table import Choice, headline
from benchmark_utils.report.comparison.tests import (
    told_apart,
    told_from,
    words,
)

pytestmark = pytest.mark.slow

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
def test_numbers_are_those_of_python(choice, made_data, show):
    page = show("#" + "&".join(f"{k}={v}" for k, v in choice.items()))
    theirs = page.evaluate(TABLE)
    table = headline(made_data, python_choice(made_data, choice))
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


def test_answers_say_what_the_table_does(made_data, show):
    page = show()
    cards = page.locator("#answers li").all_inner_texts()
    assert len(cards) >= 6
    people = next(card for card in cards if "Votes only, people" in card)
    table = headline(made_data, Choice(crowd="human", kind="votes"))
    best = table.others[0]
    assert best.beats and best.name in people and "Not decided" not in people
    assert f"{best.mean:+.1f}" in people and "13 crowds of people" in people
    # Four crowds for sale: nobody can be told from anybody.
    buying = next(card for card in cards if "Which votes to buy" in card)
    assert "Not decided" in buying
    page.click("#answers a:has-text('Votes of your own')")
    assert "own_votes votes.csv" in page.inner_text("#own-votes")
    page.wait_for_function("document.activeElement.id === 'own-votes'")
    page.click("#answers a:has-text('only, language')")
    assert page.input_value("[data-f=crowd]") == "llm"
    assert "7 crowds of language models" in page.inner_text("#status")
