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
              problem=None, title="Label accuracy")
BUYING = dict(id="buying", baseline="random", than="random assignment",
              problem="buy", title="Label acquisition")


def page(gains, settings=None, **facts):
    """Data of a page from {dataset: {method: gain}}. facts: {name: {dataset:
    value}}, where a dataset is not simulated with fixed votes."""
    methods = list(dict.fromkeys(
        method for own in gains.values() for method in own))

    def fact(name, dataset, default):
        return facts.get(name, {}).get(dataset, default)

    return dict(
        measures=[LABELS, BUYING], commit="ab12", date="2026-01-02",
        methods=[dict(id=method, name=method.title(),
                      base=method.partition("-")[0],
                      variant={"a": 1} if "-" in method else {},
                      setting=(settings or {}).get(method, "aggregation"))
                 for method in methods],
        datasets=[dict(id=dataset, source_group=fact("source_group", dataset,
                                                     dataset),
                       crowd=fact("crowd", dataset, "simulated"),
                       buy=fact("buy", dataset, False),
                       truth_share=fact("truth_share", dataset, 1.))
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
    assert base.mean == 0 and base.stability is None and not base.beats
    assert found.others[0].beats and found.others[0].letters == "a"
    assert "a" not in base.letters  # it takes part in the comparison


@pytest.mark.parametrize("crowd, better, holds", [
    ("llm", [], False), ("llm", ["c"], True), ("human", [], True)])
def test_for_language_models_a_measured_method_must_hold_for_others(
        crowd, better, holds):
    """b was not measured; c was, and is better for other models or not."""
    gains = table_of()
    data = page(gains, crowd=dict.fromkeys(gains, crowd))
    data["panel"] = dict(better=better, improvement={"c": [6, 4, 8]})
    c, b = headline(data).others[:2]
    assert (c.id, c.beats, b.id, b.beats) == ("c", holds, "b", True)


def test_variants_are_listed_below_their_method_and_do_not_compete():
    gains = {name: {**own, "b-x": own["b"] + 9., "c-x": own["c"] - 9,
                    "e-x": own["a"]} for name, own in table_of().items()}
    gains["d0"]["c-y"] = 1.  # ran once
    # The same votes, without variants of methods that ran.
    gains["d8"] = {m: gains["d7"][m] for m in ("mv", "a", "b", "c", "e-x")}
    same = dict(source_group={"d8": "d7"})
    found = headline(page(gains, **same))
    # No e ran at its defaults: its variant competes.
    assert [row.id for row in found.rows] == [
        "c", "c-x", "b", "b-x", "mv", "a", "e-x"]
    assert [row.id for row in found.others] == ["c", "b", "a", "e-x"]
    assert ("c-y", 1) in found.left and len(found.datasets) == 9
    b, variant = found.rows[2:4]
    assert_allclose(variant.by_source_group - b.by_source_group, 9)
    alone = {row.id: row for row in headline(page({
        name: {method: gain for method, gain in own.items() if method not in (
            "b-x", "c-x", "c-y")} for name, own in gains.items()}, **same)
        ).rows}
    for row in found.rows:
        if row.variant_of:
            assert row.letters is None and row.stability is None
        else:
            assert row.letters == alone[row.id].letters
            assert row.stability == alone[row.id].stability


def test_a_method_equal_to_the_baseline_does_not_compete():
    gains = {name: {**own, "ns": 0.} for name, own in table_of().items()}
    found = headline(page(gains))
    assert [row.id for row in found.others] == ["c", "b", "a"]
    ns, = [row for row in found.rows if row.id == "ns"]
    assert ns.letters is None and ns.stability is None


def test_better_on_average_is_not_significantly_better():
    """p is .05 at most with all sources, but not without any one of six."""
    gains = {f"d{i}": dict(mv=0., x=2. + .1 * i) for i in range(6)}
    best = headline(page(gains)).others[0]
    assert best.stability.p == 2 / 2 ** 6 and best.stability.low == 2 / 2 ** 5
    assert not best.beats and best.verdict == "better on average, not robustly"
    assert "significantly better" not in answers_text(page(gains))
    other = {name: {**own, "y": .1 * (-1) ** i if i else 30.}
             for i, (name, own) in enumerate({
                 **gains, "d6": gains["d0"], "d7": gains["d0"],
                 "d8": gains["d0"]}.items())}
    assert answers_text(page(other)).endswith("; significantly better: X")
    gains["d6"] = dict(mv=0., x=2.)
    best = headline(page(gains)).others[0]
    assert best.beats and best.verdict == "significantly better"
    assert ("significantly better: p = .016 (.031 to .031 with one source "
            "left out)") in answers_text(page(gains))


def test_datasets_with_the_same_votes_count_once():
    """They are averaged within their source group first."""
    gains = {"a1": dict(mv=0., x=4.), "a2": dict(mv=0., x=0.),
             "b": dict(mv=0., x=5.), "c": dict(mv=0., x=6.)}
    found = headline(page(gains, source_group={"a1": "a", "a2": "a"}))
    best = found.others[0]
    assert found.source_groups == ["a", "b", "c"]
    assert best.by_source_group.tolist() == [2, 5, 6]
    assert best.mean == pytest.approx(13 / 3)
    # Groups a and b only: too few for an interval.
    two = headline(page(gains, source_group={"a1": "a", "a2": "a", "c": "b"}))
    assert not two.ranked and np.isnan(two.others[0].low)


def test_methods_are_compared_where_all_of_them_ran():
    gains = table_of(n=5)
    gains["d0"]["d"] = 50.  # ran once, and well
    found = headline(page(gains))
    assert {row.id for row in found.rows} == {"mv", "a", "b", "c"}
    assert found.left == [("d", 1)] and len(found.datasets) == 5
    # The largest part by source groups x methods.
    on = [dict(id=str(i), source_group=str(i)) for i in range(4)]
    datasets, methods = common_part(
        dict(mv=on, a=on, b=on[:3], c=on[:1]), "mv")
    assert len(datasets) == 3 and methods == ["mv", "a", "b"]


@pytest.mark.parametrize("score", ["labels", "buying"])
@pytest.mark.parametrize("n, ranked, grouped", [
    (1, False, False), (2, False, False), (3, True, False), (5, True, False),
    (6, True, True)])
def test_no_ranking_below_three_datasets_for_any_score(
        n, ranked, grouped, score):
    gains = table_of(n=n)
    found = headline(page(gains, measure=dict.fromkeys(gains, score)),
                     Choice(score=score))
    assert (found.ranked, found.grouped) == (ranked, grouped)
    if not grouped:
        assert {row.letters for row in found.rows} == {None}
    low = found.others[0].low
    assert np.isnan(low) == (n == 2)  # one dataset: its own interval


@pytest.mark.parametrize("n, known, ranked", [
    (5, 5, False), (6, 6, True), (7, 5, False)])
def test_people_and_models_are_ranked_from_six_sources_with_truth(
        n, known, ranked):
    """Before, they are shown, but are no part of the ranking over all."""
    gains = {**table_of(0, 3), **{
        f"m{i}": dict(own) for i, own in enumerate(
            table_of(1, known).values())}, **{
                f"m{i}": dict(mv=None, a=None) for i in range(known, n)}}
    data = page(gains, crowd={name: "mixed" for name in gains if "m" in name},
                truth_share={f"m{i}": None for i in range(known, n)})
    alone, over_all = (headline(data, Choice(crowd=crowd))
                       for crowd in ("mixed", ""))
    assert alone.ranked == ranked and len(alone.datasets) == known
    assert len(over_all.datasets) == 3 + known * ranked


def test_a_run_of_people_and_models_alone_has_a_table():
    gains = {"m0": dict(mv=0., a=1.), "m1": dict(mv=0., a=2.)}
    data = page(gains, crowd=dict.fromkeys(gains, "mixed"))
    assert headline(data).datasets == ["m0", "m1"]


def test_human_llm_and_simulated_labels_have_separate_tables():
    gains = {**table_of(0, 7), **{f"h{i}": own for i, own in enumerate(
        table_of(1, 7).values())}}
    data = page(gains, crowd={name: "human" for name in gains
                              if name.startswith("h")})
    for crowd, letter in (("human", "h"), ("simulated", "d")):
        found = headline(data, Choice(crowd=crowd))
        assert {name[0] for name in found.source_groups} == {letter}
    text = answers_text(data)
    for name in ("Human-annotated", "Simulated"):
        assert f"{name} datasets, fixed votes: C has the best mean" in text
    assert "LLM" not in text


def test_filters_of_datasets():
    gains = {name: dict(mv=0., x=1.) for name in "abcd"}
    data = page(gains, crowd=dict(a="human", b="llm"), buy=dict(d=True))

    def chosen(**choice):
        return headline(data, Choice(**choice)).datasets
    assert chosen() == ["a", "b", "c"] and chosen(v="buy") == []
    assert chosen(v="buy", score="labels") == ["d"]
    assert chosen(crowd="llm") == ["b"]


def test_the_terminal_names_the_best_method_and_its_interval():
    gains = table_of(n=8)
    assert answers_text(page(gains)).startswith(
        "Simulated datasets, fixed votes: C has the best mean, +")
    close = {name: dict(own, b=own["c"] + .01) for name, own in
             gains.items()}
    assert "not significantly different from it: " in answers_text(page({
        name: dict(own, c=own["b"] - .5 * (-1) ** i)
        for i, (name, own) in enumerate(close.items())}))
    noise = {f"d{i}": dict(mv=0., x=(-1.) ** i * (i + 1)) for i in range(8)}
    assert "; not better: p = " in answers_text(page(noise))
    noise = {name: dict(mv=0., x=-own["x"]) for name, own in noise.items()}
    assert ("; better on average, not significantly: p = "
            in answers_text(page(noise)))
    assert "intervals need 3 datasets" in answers_text(page(table_of(n=2)))
    assert "tests need 6 datasets" in answers_text(page(table_of(n=4)))
