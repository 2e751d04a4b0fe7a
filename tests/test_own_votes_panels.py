"""People and models in the own-votes command; the sheet's worked example."""
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from worked_panel import KIND, TRUTH, VOTES

from benchmark_utils.aggregation.committee import PANEL, committee
from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.panel_votes import panel_weights
from benchmark_utils.own_votes import aggregate
from benchmark_utils.own_votes.__main__ import main
from benchmark_utils.own_votes.files import read_back
from benchmark_utils.own_votes.panels import (
    alternatives,
    compared,
    p_values,
    panel_sizes,
    redrawn,
    rejected,
)
from benchmark_utils.own_votes.summary import lines, summary
from benchmark_utils.votes import Votes

PEOPLE = VOTES.select(KIND[VOTES.worker] == 0)


def answer(model):
    own = VOTES.worker == model
    return VOTES.label[own][np.argsort(VOTES.task[own])]


@pytest.mark.parametrize("model, d, p", [
    (3, [0, .125, 0], [.2393, .3752, .2393]),
    (6, [.25, 0, 0], [.6156, .2393, .2393])])
def test_the_worked_example_of_the_alternative_annotator_test(model, d, p):
    v, each = compared(PEOPLE, answer(model))
    mean = v.worker_mean(each)[:3]
    assert_allclose(mean, d)
    sd = [each[v.worker == j].std(ddof=1) for j in range(3)]
    assert_allclose(p_values(mean, np.array(sd), np.full(3, 8), .2), p,
                    atol=1e-4)
    assert_allclose(v.worker_mean(1. * (each <= 0))[:3].mean(), .75)
    found = alternatives(VOTES, KIND, list("abcdefg"), epsilon=.2, fewest=1)
    row = found[found["model"] == "abcdefg"[model]].iloc[0]
    assert_allclose(row[["n_tasks", "n_people", "difference", "advantage",
                         "omega"]].tolist(), [8, 3, np.mean(d), .75, 0])
    assert row["low"] < np.mean(d) < row["high"]


def test_a_person_with_few_tasks_is_not_compared():
    assert alternatives(VOTES, KIND, list("abcdefg")).empty


def test_numbers_are_compared_by_their_distance():
    """People say 1, 2 and 5, the model 2. For the one who says 5 the others
    are at 1 and 2: the model is nearer. For 1: others 2 and 5, the model is
    nearer. For 2: both say the same."""
    v = Votes([0, 0, 0], [0, 1, 2], [0, 1, 2], 1, 3, 3)
    _, d = compared(v, np.array([1]), np.array([1., 2, 5]))
    assert_array_equal(d, [-1, 0, -1])
    _, d = compared(v, np.array([1]))  # classes: 1 = the other one's vote
    assert_array_equal(d, [-1, 0, -1])
    _, d = compared(v, np.array([0]), np.array([1., 2, 5]))
    assert_array_equal(d, [0, 1, -1])  # 1 is farther than 2 from 1 and 5


def test_a_test_without_variance_is_decided_by_its_side():
    assert_array_equal(p_values(np.array([.3, .1]), np.zeros(2), 8, .2),
                       [1, 0])


def test_rejections_follow_benjamini_and_yekutieli():
    """m = 3, harmonic sum 11/6: limits .0091, .0182, .0273."""
    assert_array_equal(rejected(np.array([.02, .5, .015])), [0, 0, 0])
    assert_array_equal(rejected(np.array([.018, .5, .015])), [1, 0, 1])
    assert_array_equal(rejected(np.array([.027, .019, .0185])), [1, 1, 1])


# --- effective votes ------------------------------------------------------
def panel(copies, n_tasks=600, seed=0):
    """Six voters of accuracy .75; ``copies`` of them make the same errors."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(2, size=n_tasks)
    given = np.where(rng.random((6, n_tasks)) < .75, truth, 1 - truth)
    given[:copies] = given[0]
    task, worker = (x.ravel() for x in np.meshgrid(
        np.arange(n_tasks), np.arange(6)))
    return Votes(task, worker, given.ravel(), n_tasks, 6, 2), truth


def test_a_panel_that_copies_is_one_vote():
    votes, truth = panel(6)
    kind = np.ones(6, int)
    [size] = panel_sizes(votes, kind, truth)
    assert (size.kind, size.n) == ("models", 6)
    assert size.effective < 1.2 and size.of_gold > .99
    votes, truth = panel(0)
    [size] = panel_sizes(votes, kind, truth)
    assert size.effective > 4.5 and abs(size.of_gold) < .05
    assert size.by == "votes and 600 gold tasks"
    known = np.where(np.arange(600) < 49, truth, -1)
    [few], [none] = panel_sizes(votes, kind, known), panel_sizes(votes, kind)
    assert few.rho == none.rho and few.by == "votes alone, correlation +-.14"
    assert np.isfinite(few.of_gold) and np.isnan(none.of_gold)
    # The line at 0, less what redrawn votes show by chance.
    assert abs(none.rho - .08) < .08


def test_each_kind_is_measured_by_its_own_pairs():
    sizes = panel_sizes(VOTES, KIND, TRUTH)
    assert [(s.kind, s.n) for s in sizes] == [("people", 3), ("models", 4)]
    assert_allclose([s.of_gold for s in sizes], [-.3333, .4482], atol=1e-4)


def test_redrawn_votes_follow_the_fit():
    """A worker who is always right where T is certain stays so; another one
    votes at random."""
    task = np.tile(np.arange(400), 3)
    truth = np.arange(400) % 2
    rng = np.random.default_rng(0)
    label = np.concatenate([truth, truth, rng.integers(2, size=400)])
    votes = Votes(task, np.repeat([0, 1, 2], 400), label, 400, 3, 2)
    new = redrawn(votes, dawid_skene(votes, 10), rng)
    assert_array_equal(new.label[:400], new.label[400:800])
    assert .4 < (new.label[800:] == new.label[:400]).mean() < .6


# --- the command ----------------------------------------------------------
def frame():
    names = np.array(["person", "model"])[KIND]
    return pd.DataFrame(dict(task=VOTES.task, worker=[
        f"w{j}" for j in VOTES.worker], label=VOTES.label,
        kind=names[VOTES.worker]))


def test_models_count_less_in_dawid_skene():
    weight = panel_weights(VOTES, KIND, PANEL)
    assert_allclose(weight[VOTES.worker < 3], 1)
    assert_allclose(weight[VOTES.worker > 2], .25)
    expected = dawid_skene(VOTES, 10, vote_weight=weight).T
    assert_array_equal(committee(VOTES, kind=KIND).members["DS"], expected)
    found = aggregate(frame())
    order = [f"{i}" for i in range(8)]
    assert list(found.crowd.task_ids) == order
    assert_allclose(found.workers["rank"].notna(), True)
    assert (found.workers["kind"] == np.array(["person", "model"])[KIND]).all()
    low = found.workers["accuracy_low"]
    assert low[KIND == 0].notna().all() and low[KIND == 1].isna().all()
    assert (found.labels["action"] != "accept").all()
    assert [p.kind for p in found.panels] == ["people", "models"]


def test_the_kinds_come_from_a_column_or_a_file(tmp_path, monkeypatch,
                                                capsys):
    monkeypatch.chdir(tmp_path)
    frame().to_csv("a.csv", index=False)
    frame().drop(columns="kind").to_csv("b.csv", index=False)
    frame()[["worker", "kind"]].drop_duplicates().to_csv(
        "kinds.csv", index=False)
    assert main(["a.csv", "--output", "a"]) == 0
    assert main(["b.csv", "--output", "b", "--kinds", "kinds.csv"]) == 0
    assert main(["b.csv", "--output", "c"]) == 0
    for name in ("labels", "workers", "relabel"):
        assert read_back(f"a/{name}.csv").equals(read_back(f"b/{name}.csv"))
    assert "kind" not in read_back("c/workers.csv")
    out = capsys.readouterr().out
    assert out.count("Panels: 3.0 votes of people per task count as") == 2
    assert "People and models" in open("a/index.html").read()
    assert "People and models" not in open("c/index.html").read()


@pytest.mark.parametrize("change, message", [
    (lambda rows: rows.replace("model", "robot"),
     "line 5: the kind must be person or model, got 'robot'"),
    (lambda rows: rows[:6], "the kind of worker 'w6' is missing (1 worker)"),
    (lambda rows: pd.concat([rows, rows.iloc[:1].assign(kind="model")]),
     "worker 'w0' is both a person and a model")])
def test_wrong_kinds_are_refused(tmp_path, monkeypatch, capsys, change,
                                 message):
    monkeypatch.chdir(tmp_path)
    frame().drop(columns="kind").to_csv("b.csv", index=False)
    change(frame()[["worker", "kind"]].drop_duplicates()).to_csv(
        "kinds.csv", index=False)
    assert main(["b.csv", "--output", "b", "--kinds", "kinds.csv"]) == 2
    assert message in capsys.readouterr().err


def test_a_column_kind_of_another_meaning_is_ignored_with_a_note():
    rows = frame().assign(kind="photo")
    with pytest.warns(UserWarning, match="the column kind is ignored"):
        found = aggregate(rows)
    assert found.crowd.kind is None and found.panels == []


def test_labels_of_a_panel_are_accepted_only_with_gold():
    votes, truth = panel(0)
    rows = pd.DataFrame(dict(task=votes.task, worker=votes.worker,
                             label=votes.label, kind="model"))
    assert (aggregate(rows).labels["action"] != "accept").all()
    gold = {i: truth[i] for i in range(50)}
    assert (aggregate(rows, gold=gold).labels["action"][50:]
            == "accept").any()


@pytest.mark.parametrize("options", [{}, dict(voters="models")])
def test_the_page_of_a_panel_opens_with_what_votes_cannot_show(tmp_path,
                                                              options):
    """Before any range; ten gold tasks give a range that may be told."""
    votes, truth = panel(0, 200)
    pd.DataFrame(dict(task=votes.task, worker=votes.worker,
                      label=votes.label)).to_csv(tmp_path / "v.csv")
    pd.DataFrame(dict(task=range(10), label=truth[:10])).to_csv(
        tmp_path / "gold.csv")
    said = "cannot be known without gold tasks (--gold)"
    arguments = [f"--{name}={value}" for name, value in options.items()]
    for n_gold in (0, 9, 10):
        gold = pd.read_csv(tmp_path / "gold.csv")[:n_gold]
        gold.to_csv(tmp_path / "some.csv")
        page = page_of(tmp_path, arguments + ["--gold", str(
            tmp_path / "some.csv")] * (n_gold > 0))
        card, _, rest = page.partition('class="card"')[2].partition("</a>")
        assert ("<b>Unknown</b>" in card) == (n_gold < 10)
        assert ("%" in card) == (n_gold == 10)
        assert (said in rest.partition("</header>")[0]) == (n_gold < 10)
        assert page.count(" to mislead models") == 1 + (n_gold < 10)
        assert ("draws of 30 gold tasks" in page) == (n_gold > 0)
        assert ("votes of language models cannot show" in page) == (
            n_gold < 10)


def page_of(folder, arguments):
    assert main([str(folder / "v.csv"), "--output", str(folder / "out"),
                 "--replace", *arguments]) == 0
    return (folder / "out" / "index.html").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("subset", ["natural", "neighbor", "gptout",
                                    "manual"])
def test_nothing_is_promised_that_judges_who_fail_contradict(recorded,
                                                             subset):
    """LLMBar, 12 votes a task: no share and no label to accept is promised;
    the range does not hold on one of three subsets written to mislead."""
    problem = recorded(f"llmbar-{subset}", prompts="Vanilla")
    votes = problem.votes
    for voters in (None, "models"):
        found = aggregate(pd.DataFrame(dict(
            task=votes.task, worker=votes.worker, label=votes.label)),
            voters=voters)
        numbers = summary(found)
        assert numbers["needs_gold"] and np.isnan(found.expected_accuracy)
        assert "cannot be known" in lines(numbers, "out")[2]
        assert "and on 2 of 3 whose tasks were written to mislead" in lines(
            numbers, "out")[2]
        share, truth = found.evidence.share, problem.ground_truth
        right = (found.label == truth[[*map(int, found.crowd.task_ids)]])
        assert (share.low <= right.mean() <= share.high) == (
            subset != "neighbor")
        assert numbers["actions"]["accept"] == 0
