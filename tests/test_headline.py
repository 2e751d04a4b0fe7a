"""The headline table: its datasets, their weights and the tests."""
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from benchmark_utils.report.comparison.ranking_table import (
    Choice,
    common_part,
    headline,
)
from benchmark_utils.report.comparison.tests import student
from benchmark_utils.report.terminal import answers_text

LABELS = dict(id="labels", baseline="mv", than="majority vote",
              problem=None, title="Labels right")
BUYING = dict(id="buying", baseline="random", than="random buying",
              problem="buy", title="Accuracy while buying")


def page(gains, settings=None, **facts):
    """The page's data of {dataset: {method: gain}}; facts: {name: {dataset:
    value}} of the datasets that are not simulated with votes given."""
    methods = list(dict.fromkeys(
        method for own in gains.values() for method in own))

    def fact(name, dataset, default):
        return facts.get(name, {}).get(dataset, default)

    return dict(
        measures=[LABELS, BUYING], commit="ab12", date="2026-01-02",
        methods=[dict(id=method, name=method.title(),
                      setting=(settings or {}).get(method, "aggregation"))
                 for method in methods],
        datasets=[dict(id=dataset, family=fact("family", dataset, dataset),
                       crowd=fact("crowd", dataset, "simulated"),
                       buy=fact("buy", dataset, False),
                       inputs=fact("inputs", dataset, "none"),
                       vpt=fact("vpt", dataset, 5), workers=10, classes=2)
                  for dataset in gains],
        cells=[{"d": dataset, "m": method, "s": [.1, None],
                fact("measure", dataset, "labels"):
                [80, gain, gain - 1, gain + 1, "t"]}
               for dataset, own in gains.items()
               for method, gain in own.items() if gain is not None])


def table_of(seed=0, n=8, methods=("a", "b", "c")):
    rng = np.random.default_rng(seed)
    return {f"d{i}": dict({"mv": 0.}, **{
        method: float(np.round(rng.normal(3 * j, 1), 2))
        for j, method in enumerate(methods)}) for i in range(n)}


def test_gains_against_pandas():
    gains = table_of()
    found = headline(page(gains))
    table = pd.DataFrame(gains).T
    expected = table.mean().sort_values(ascending=False)
    assert [row.id for row in found.rows] == expected.index.tolist()
    for row in found.others:
        assert_allclose([row.mean, row.low, row.high], student(table[row.id]))
    base, = [row for row in found.rows if row.base]
    assert base.mean == 0 and base.group is None and not base.beats
    assert found.others[0].beats and found.others[0].group == 1


def test_a_crowd_with_two_settings_counts_once():
    """Settings are averaged within their family first."""
    gains = {"a1": dict(mv=0., x=4.), "a2": dict(mv=0., x=0.),
             "b": dict(mv=0., x=5.), "c": dict(mv=0., x=6.)}
    found = headline(page(gains, family={"a1": "a", "a2": "a"}))
    best = found.others[0]
    assert found.families == ["a", "b", "c"]
    assert best.by_family.tolist() == [2, 5, 6]
    assert best.mean == pytest.approx(13 / 3)
    # Known and unknown skills of one simulator are two crowds at most.
    two = headline(page(gains, family={"a1": "a", "a2": "a", "c": "b"}))
    assert not two.ranked and np.isnan(two.others[0].low)


def test_methods_are_compared_where_all_of_them_ran():
    gains = table_of(n=5)
    gains["d0"]["d"] = 50.  # ran once, and well
    found = headline(page(gains))
    assert {row.id for row in found.rows} == {"mv", "a", "b", "c"}
    assert found.left == [("d", 1)] and len(found.datasets) == 5
    # The largest part by families x methods.
    on = [dict(id=str(i), family=str(i)) for i in range(4)]
    datasets, methods = common_part(
        dict(mv=on, a=on, b=on[:3], c=on[:1]), "mv")
    assert len(datasets) == 3 and methods == ["mv", "a", "b"]


@pytest.mark.parametrize("score", ["labels", "buying"])
@pytest.mark.parametrize("n, ranked, grouped", [
    (1, False, False), (2, False, False), (3, True, False), (5, True, False),
    (6, True, True)])
def test_no_ranking_below_three_crowds_for_any_score(
        n, ranked, grouped, score):
    gains = table_of(n=n)
    found = headline(page(gains, measure=dict.fromkeys(gains, score)),
                     Choice(score=score))
    assert (found.ranked, found.grouped) == (ranked, grouped)
    if not grouped:
        assert {row.group for row in found.rows} == {None}
    low = found.others[0].low
    assert np.isnan(low) == (n == 2)  # one crowd: its own interval


def test_people_language_models_and_simulations_are_chosen_apart():
    gains = {**table_of(0, 7), **{f"h{i}": own for i, own in enumerate(
        table_of(1, 7).values())}}
    data = page(gains, crowd={name: "human" for name in gains
                              if name.startswith("h")})
    for crowd, letter in (("human", "h"), ("simulated", "d")):
        found = headline(data, Choice(crowd=crowd))
        assert {name[0] for name in found.families} == {letter}
    text = answers_text(data)
    assert "People, fixed votes: C, +" in text
    assert "Simulated crowds, fixed votes: C, +" in text
    assert "Language models" not in text


def test_filters_of_crowds():
    gains = {name: dict(mv=0., x=1.) for name in "abcd"}
    data = page(gains, vpt=dict(a=3, b=3.01, c=10.5),
                inputs=dict(a="images", b="text"), buy=dict(d=True))

    def chosen(**choice):
        return headline(data, Choice(**choice)).datasets
    assert chosen() == ["a", "b", "c"] and chosen(v="buy") == []
    assert chosen(v="buy", score="labels") == ["d"]
    assert chosen(vpt="le3") == ["a"] and chosen(vpt="4to10") == ["b"]
    assert chosen(vpt="gt10") == ["c"]
    assert chosen(inputs="any") == ["a", "b"]
    assert chosen(inputs="none") == ["c"] and chosen(inputs="text") == ["b"]
    assert chosen(k="3to9") == [] and chosen(w="le20") == ["a", "b", "c"]


def test_the_terminal_says_who_won_and_how_sure():
    gains = table_of(n=8)
    assert answers_text(page(gains)).startswith(
        "Simulated crowds, fixed votes: C, +")
    close = {name: dict(own, b=own["c"] + .01) for name, own in
             gains.items()}
    assert "not significantly different: " in answers_text(page({
        name: dict(own, c=own["b"] - .5 * (-1) ** i)
        for i, (name, own) in enumerate(close.items())}))
    noise = {f"d{i}": dict(mv=0., x=(-1.) ** i * (i + 1)) for i in range(8)}
    assert "not decided" in answers_text(page(noise))
    assert "not ranked, 2 crowds" in answers_text(page(table_of(n=2)))
    assert "groups take 6" in answers_text(page(table_of(n=4)))
