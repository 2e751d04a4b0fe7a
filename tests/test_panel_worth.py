"""The study of panels of models: its formulas on small examples, and the
page that quotes it."""
import runpy
import sys

import numpy as np
import pytest
from conftest import ROOT
from numpy.testing import assert_allclose, assert_array_equal
from worked_panel import KIND, TRUTH, VOTES

from benchmark_utils.report.docs.panel_worth import PanelWorth
from benchmark_utils.votes import Votes


@pytest.fixture(scope="module")
def perf():
    """The names of the script."""
    sys.path.insert(0, str(ROOT / "perf"))
    try:
        return runpy.run_path(str(ROOT / "perf" / "panel_worth.py"))
    finally:
        sys.path.remove(str(ROOT / "perf"))


def test_worth_by_hand(perf):
    worth = perf["worth"]
    assert worth([.5, .7, .8], .6) == 1.5
    assert worth([.5, .7, .6, .8], .75) == 3.5  # made non-decreasing
    assert worth([.5, .7], .7) == 2 and worth([.5, .7], .5) == 0
    assert worth([.5, .7], .71) == np.inf


def test_votes_are_drawn_without_replacement(perf):
    rng = np.random.default_rng(0)
    votes = Votes([0, 0, 0, 1, 2, 2], [0, 1, 2, 0, 1, 2], [0] * 6, 3, 3, 2)
    seen = set()
    for _ in range(50):
        few = perf["drawn"](votes, 2, rng)
        assert_array_equal(few.per_task, [2, 1, 2])
        pairs = [*zip(few.task.tolist(), few.worker.tolist())]
        assert len(set(pairs)) == 5
        seen |= set(pairs)
    assert len(seen) == 6


def test_accuracies_of_the_worked_example(perf):
    """The posteriors of the formula sheet's example, against its truth."""
    rng = np.random.default_rng(0)
    row = perf["cell"]("W", VOTES, TRUTH, KIND, None, rng)
    people = VOTES.select(VOTES.worker < 3).shares()
    right = (people[:, 1] > .5) == TRUTH
    assert row["votes"] == "all" and row["people MV"] == right.mean()
    assert_allclose(row["one vote"], np.mean([
        (p > .5) == z for p, z in zip(
            [.25, .25, .3125, .3125, .75, .75, .6875, .625], TRUTH)]))
    assert_allclose(row["equal DS"], np.mean(
        np.array([0, 1, 0, 0, 1, 0, 1, 0]) == TRUTH))
    panel = VOTES.select(VOTES.worker > 2)
    alike, = [own for own in perf["worths"](
        "W", VOTES.select(VOTES.worker < 3), {"panel": panel}, TRUTH, 3, rng)
        if own["method"] == "MV"]
    assert alike["curve"][2] == row["people MV"]
    assert alike["accuracy"] == row["models MV"]
    assert alike["low"] <= alike["worth"] <= alike["high"]


def test_agreement_is_with_hidden_votes_of_people(perf):
    """People agree on all tasks, models disagree with them on half."""
    task, worker = np.indices((40, 7)).reshape(2, -1)
    label = (task + (worker > 3) * (task % 4 > 1)) % 2
    kind = np.repeat([0, 1], [4, 3])
    row = perf["agreement"]("made up", Votes(
        task, worker, label, 40, 7, 2), kind)
    assert row["people MV"] == 1 and row["models MV"] == .5
    assert row["one vote"] == 1  # three people against one
    assert row["equal MV"] == .75  # three against three


def test_the_stored_study_and_its_sentences():
    found = PanelWorth.stored()
    rows = found.judged
    assert {"human", "llm"} == set(rows["kind"]) and len(rows) > 40
    models = rows.loc[rows["kind"] == "llm", "rho"]
    mean, low, high = found.rho("llm")
    assert mean == pytest.approx(models.mean()) and low < mean < high
    effective = 10 / (1 + 9 * models.clip(0, 1))
    assert found.effective("llm")[0] == pytest.approx(effective.mean())
    difference = found.rho_difference()
    assert difference[0] == pytest.approx(mean - found.rho("human")[0])
    row = found.of("babe", "MV", "13 models")
    assert found.people("babe", "MV", "13 models").startswith(
        "less than 1 (") and row["worth"] == 0
    agreement = found.agreement
    assert found.over("one vote", "equal MV")[0] == pytest.approx(
        100 * (agreement["one vote"] - agreement["equal MV"]).mean())
    best = [agreement[way].tolist() for way in (
        "people MV", "people DS", "models DS", "equal DS")]
    regret = (agreement["discounted"] - np.max(best, axis=0)).tolist()
    for _, rows in found.cells.groupby("crowd"):
        regret.append((rows["discounted"] - rows[[
            "people MV", "people DS", "models DS", "equal DS"]].max(axis=1)
            ).mean())
    assert found.regret()[0] == pytest.approx(100 * np.mean(regret))
