"""Estimates with intervals from gold tasks; the sheet's worked example."""
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from recorded import recorded_crowd
from worked_panel import TRUTH, VOTES

from benchmark_utils.own_votes.__main__ import main
from benchmark_utils.own_votes.estimates import (
    draw,
    estimates,
    regression,
    share,
    where_differ,
    wilson,
)
from benchmark_utils.own_votes.files import Refused, read_back
from benchmark_utils.own_votes.probabilities import fit_labels
from benchmark_utils.votes import Votes

M = VOTES.shares()[:, 1]
GOLD = [0, 3, 5, 6]


def test_the_worked_example():
    assert_allclose(wilson(2, 4, 8)[:3], [.5, .2024, .7976], atol=1e-4)
    assert_allclose(wilson(0, 4, 8)[:3], [0, 0, .3543], atol=1e-4)
    f = (TRUTH[GOLD] == 1) * 1.
    assert_allclose(regression(f, M[GOLD], M)[:3], [.6210, 0, 1], atol=1e-4)
    assert_allclose(regression(0 * f, M[GOLD], M)[:3], [.0438, 0, .7762],
                    atol=1e-4)
    assert_allclose(regression(TRUTH * 1., M, M)[:3], .5)


def test_gold_alone_is_a_t_interval():
    """f = 1, 1, 0, -1 of 10: mean .25, squares 2.75, variance 3.75 / 6, t of
    2 degrees 4.3027, finite 1 - .4."""
    f = np.array([1., 1, 0, -1])
    half = 4.30265 * np.sqrt(3.75 / 6 / 3 * .6)
    found = regression(f, np.zeros(4), np.arange(10.), -1, use_votes=False)
    assert_allclose(found[:3], [.25, -1, 1])  # cut to the range
    wide = regression(f, np.zeros(4), np.arange(10.), -9, use_votes=False)
    assert_allclose(wide.low, .25 - half, rtol=1e-5)


@given(st.integers(1, 30), st.integers(1, 40), st.data())
def test_an_interval_holds_its_estimate(n, more, data):
    n_right = data.draw(st.integers(0, n))
    found = wilson(n_right, n, n + more)
    assert -1e-12 <= found.low <= n_right / n <= found.high <= 1 + 1e-12
    f = np.array(data.draw(st.lists(st.sampled_from([-1., 0., 1.]),
                                    min_size=n, max_size=n)))
    m = np.array(data.draw(st.lists(st.floats(-1, 1), min_size=n + more,
                                    max_size=n + more)))
    found = regression(f, m[:n], m, -1)
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert found.high > found.low
    if n <= 2:
        assert found.high - found.low > .5


def test_below_ten_gold_tasks_the_votes_are_not_used():
    m = np.linspace(0, 1, 100)
    assert share((m[:9] > .5) * 1., m[:9], m).method == "Wilson"
    assert share((m[:50:5] > .3) * 1., m[:50:5], m).method == "regression"


def table(p, truth, predictions=None, seed=0):
    label = p.argmax(axis=1)
    return estimates(p, label, truth, ["no", "yes"], predictions or {}, seed)


def hidden(truth, gold):
    found = np.full(len(truth), -1)
    found[gold] = truth[gold]
    return found


def made_up(n=200, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.integers(2, size=n)
    p = np.where(truth == 1, .7, .3) + rng.uniform(-.3, .3, n)
    a, b = (np.where(rng.random(n) < right, truth, 1 - truth)
            for right in (.9, .8))
    return np.column_stack([1 - p, p]), truth, dict(a=a, b=b)


def test_a_difference_is_that_of_the_tasks_that_differ():
    p, truth, predictions = made_up()
    found, notes = table(p, truth, predictions)  # all known: exact
    rows = found.set_index(["quantity", "name"])
    a, b = ((predictions[name] == truth).mean() for name in "ab")
    for column in ("estimate", "low", "high"):
        assert_allclose(rows.loc[("difference", "a - b"), column], a - b)
        assert_allclose(rows.loc[("accuracy", "a"), column], a)
        assert_allclose(rows.loc[("share", "yes"), column], truth.mean())
    differ = where_differ(predictions)
    assert (predictions["a"] != predictions["b"]).sum() == len(differ)
    gold = draw(differ, 0)[:25]
    found, notes = table(p, hidden(truth, gold), predictions)
    assert list(found["quantity"]) == ["difference"] and len(notes) == 1
    assert found["low"][0] <= a - b <= found["high"][0]
    part = len(differ) / len(truth)
    assert found["high"][0] <= part and found["low"][0] >= -part


def test_gold_that_was_not_drawn_gets_a_warning():
    p, truth, _ = made_up()
    assert table(p, hidden(truth, draw(np.arange(200), 3)[:40]), seed=3)[
        1] == []
    _, [note] = table(p, hidden(truth, np.arange(40)))
    assert "drawn at random" in note


def test_equal_classifiers_differ_by_nothing():
    p, truth, predictions = made_up()
    found, _ = table(p, hidden(truth, draw(np.arange(200), 0)[:30]), dict(
        a=predictions["a"], b=predictions["a"]))
    assert_allclose(found.iloc[-1][["estimate", "low", "high"]].tolist(), 0)


# --- the command ----------------------------------------------------------
@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    p, truth, predictions = made_up(60)
    rng = np.random.default_rng(1)
    rows = [(i, f"w{j}", truth[i] if rng.random() < .8 else 1 - truth[i])
            for i in range(60) for j in range(4)]
    pd.DataFrame(rows, columns=["task", "worker", "label"]).to_csv(
        "votes.csv", index=False)
    pd.concat([pd.DataFrame(dict(task=np.arange(60), label=c, name=name))
               for name, c in predictions.items()]).to_csv(
                   "guesses.csv", index=False)
    return truth, predictions


def test_a_sample_is_drawn_filled_in_and_used(files, capsys):
    truth, predictions = files
    assert main(["votes.csv", "--output", "a", "--gold-sample", "20"]) == 0
    sample = pd.read_csv("a-gold.csv")
    assert list(sample["task"]) == list(draw(np.arange(60), 0)[:20])
    assert sample["label"].isna().all()
    assert main(["votes.csv", "--output", "b", "--gold-sample", "20"]) == 0
    assert main(["votes.csv", "--output", "a", "--replace",
                 "--gold-sample", "20"]) == 2
    assert "it may hold truths" in capsys.readouterr().err
    sample["label"] = truth[sample["task"]]
    sample.to_csv("a-gold.csv", index=False)
    assert main(["votes.csv", "--output", "c", "--gold", "a-gold.csv",
                 "--estimate", "--predictions", "guesses.csv"]) == 0
    out = capsys.readouterr()
    assert "Estimates: share of 0" in out.out
    assert "drawn at random" not in out.err
    rows = read_back("c/estimates.csv")
    assert list(rows["quantity"]) == [
        "share", "share", "accuracy", "accuracy", "difference"]
    differ = read_back("c/differ.csv")
    assert set(map(int, differ["task"])) == set(
        np.flatnonzero(predictions["a"] != predictions["b"]))
    assert (differ["a"] != differ["b"]).all()
    assert "Estimates from gold tasks" in open("c/index.html").read()


def test_the_fit_of_the_estimates_does_not_see_the_gold(files):
    """With gold that contradicts every vote, the prediction stays that of the
    votes: the slope is negative, and the label count is that without gold."""
    truth, _ = files
    gold = draw(np.arange(60), 0)[:30]
    pd.DataFrame(dict(task=gold, label=1 - truth[gold])).to_csv(
        "gold.csv", index=False)
    assert main(["votes.csv", "--output", "a"]) == 0
    assert main(["votes.csv", "--output", "b", "--gold", "gold.csv",
                 "--estimate"]) == 0
    labels = read_back("a/labels.csv")["label"]
    rows = read_back("b/estimates.csv").set_index("name")
    assert_allclose(float(rows.loc["1", "by_labels"]), (labels == "1").mean(),
                    atol=5e-5)


@pytest.mark.parametrize("arguments, message", [
    (["--estimate"], "--estimate needs --gold"),
    (["--gold-sample", "0"], "--gold-sample must be a positive integer"),
    (["--predictions", "voter.csv"], "is also the voter 'w1'"),
    (["--predictions", "copy.csv"], "is also the voter 'w2'"),
    (["--predictions", "far.csv"], "none of its 1 tasks has a vote")])
def test_what_cannot_be_estimated_is_refused(files, capsys, arguments,
                                             message):
    votes = pd.read_csv("votes.csv")
    guesses = pd.read_csv("guesses.csv")
    guesses.assign(name="w1").head(60).to_csv("voter.csv", index=False)
    votes[votes["worker"] == "w2"][["task", "label"]].to_csv(
        "copy.csv", index=False)
    pd.DataFrame(dict(task=["x"], label=[1])).to_csv("far.csv", index=False)
    assert main(["votes.csv", "--output", "z", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_gold_without_votes_is_refused():
    p, truth, _ = made_up()
    with pytest.raises(Refused, match="no gold task has a vote"):
        table(p, np.full(200, -1))


# --- coverage -------------------------------------------------------------
def mixed(folder, name):
    folder = folder / "mixed" / name
    votes, voters, truth = (pd.read_csv(folder / f"{table}.csv")
                            for table in ("votes", "voters", "truth"))
    usual = voters["prompt"].isin(["zero-shot"]) | (voters["kind"] == "person")
    votes = votes[votes["voter"].isin(voters["voter"][usual])]
    return Votes(*votes[["task", "voter", "label"]].to_numpy().T, len(truth),
                 len(voters), 2), truth["truth"].fillna(-1).to_numpy(int)


@pytest.mark.slow
@pytest.mark.parametrize("n", [30, 100])
def test_intervals_hold_on_recorded_datasets(real_data, n):
    """400 draws of gold tasks from rte, web and babe, the shares of classes
    and classifiers that are right as often as a vote; widths are printed."""
    held = {}
    for name in ("rte", "web", "babe"):
        votes, truth = (mixed(real_data, name) if name == "babe" else
                        recorded_crowd(real_data, name))
        keep = np.flatnonzero((truth >= 0) & (votes.per_task > 0))
        votes, truth = votes.of_tasks(keep), truth[keep]
        p = fit_labels(votes).fit.T
        rng = np.random.default_rng(5)
        c, d = (np.where(rng.random(len(truth)) < right, truth, (
            truth + 1) % votes.n_classes) for right in (.85, .75))
        row = np.arange(len(truth))
        targets = {f"{name} share {k}": ((truth == k) * 1., p[:, k], 0)
                   for k in range(votes.n_classes)}
        targets[f"{name} accuracy"] = (c == truth) * 1., p[row, c], 0
        differ = np.flatnonzero(c != d)
        targets[f"{name} difference"] = (
            ((c == truth) * 1. - (d == truth))[differ],
            (p[row, c] - p[row, d])[differ], -1)
        for target, (f, m, least) in targets.items():
            found, width, alone = [], [], []
            for seed in range(400):
                g = np.random.default_rng([seed, n]).permutation(len(f))[:n]
                e = regression(f[g], m[g], m, least)
                found.append(e.low <= f.mean() <= e.high)
                width.append(e.high - e.low)
                w = (wilson(f[g].sum(), len(g), len(f)) if not least else
                     regression(f[g], m[g], m, -1, use_votes=False))
                alone.append(w.high - w.low)
            held[target] = np.mean(found)
            print(f"n {n:3d}  {target:16s} holds {held[target]:.3f}, width "
                  f"{np.mean(width):.3f}, gold alone {np.mean(alone):.3f}")
    assert .94 <= np.mean(list(held.values())) <= .985
    assert min(held.values()) >= .91
