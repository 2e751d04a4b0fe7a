"""Which tasks to relabel, by which workers, and the confused classes."""
import numpy as np
import pandas as pd
import pytest
from conftest import random_votes, toy_votes
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from benchmark_utils.own_votes import aggregate
from benchmark_utils.own_votes.relabel import (
    expected_gain,
    relabel_order,
    whom_to_ask,
)
from benchmark_utils.own_votes.tables import mixed_up, most_confused
from benchmark_utils.votes import Votes


@given(st.integers(0, 10 ** 6))
def test_expected_gain_is_what_a_simulated_vote_brings(seed):
    """By the definition: draw the vote, update, take the best class."""
    rng = np.random.default_rng(seed)
    K = 3
    p = rng.dirichlet(np.ones(K), size=5)
    G = rng.dirichlet(np.ones(K), size=K)
    for i, gain in enumerate(expected_gain(p, G)):
        after = 0
        for label in range(K):
            chance = p[i] @ G[:, label]
            posterior = p[i] * G[:, label] / chance
            after += chance * posterior.max()
        assert_allclose(gain, after - p[i].max(), atol=1e-12)


def test_gains_that_are_known():
    perfect = np.eye(2)
    p = np.array([[.5, .5], [.8, .2], [1, 0]])
    # A perfect vote settles the task: the gain is all the doubt.
    assert_allclose(expected_gain(p, perfect), [.5, .2, 0])
    # A vote that tells nothing gains nothing.
    assert_allclose(expected_gain(p, np.full((2, 2), .5)), 0)
    # At .8 no vote of an accuracy of .7 can turn the label.
    weak = np.array([[.7, .3], [.3, .7]])
    assert_allclose(expected_gain(p, weak), [.2, 0, 0], atol=1e-12)
    assert np.isnan(expected_gain(np.full((1, 2), np.nan), weak)).all()


def test_order_by_gain_then_doubt_then_chance():
    gain = np.array([0, .1, 0, np.nan, .1 + 1e-13, 0])
    doubt = np.array([.2, .3, .4, np.nan, .35, .2])
    orders = {tuple(relabel_order(gain, doubt, np.random.default_rng(s)))
              for s in range(20)}
    assert orders == {(3, 4, 1, 2, 0, 5), (3, 4, 1, 2, 5, 0)}


def test_whom_to_ask():
    votes = toy_votes()  # task 0: all four workers; 1: w0 w2 w3; 2: w1 w3
    by_class = np.array([[.9, .5], [.8, .9], [.7, .7], [.99, .99]])
    p = np.array([[.5, .5], [1, 0], [0, 1]])
    verdict = ["keep", "keep", "keep", "remove"]
    asked = whom_to_ask(votes, np.array([2, 1, 0]), p, by_class, verdict,
                        np.random.default_rng(0))
    # Task 2 is class 1: w2 (.7) before w0 (.5); w1 has voted, w3 must go.
    assert_array_equal(asked, [[2, 0, -1], [1, -1, -1], [-1, -1, -1]])
    nobody = whom_to_ask(votes, np.array([0]), p, by_class, ["review"] * 4,
                         np.random.default_rng(0))
    assert_array_equal(nobody, [[-1, -1, -1]])


@pytest.mark.parametrize("verdict", ["review", "remove"])
def test_only_workers_to_keep_are_asked(verdict):
    """w0 has not voted on task 1 and would be the best choice."""
    votes = Votes([0, 0, 1], [0, 1, 2], [0, 1, 0], 2, 4, 2)
    by_class = np.array([[.9, .9], [.7, .7], [.6, .6], [.99, .99]])
    asked = whom_to_ask(votes, np.array([1]), np.array([[.5, .5], [.5, .5]]),
                        by_class, [verdict, "keep", "keep", "keep"],
                        np.random.default_rng(0))
    assert_array_equal(asked, [[1, -1, -1]])  # w3 has no vote at all


def test_of_many_workers_the_best_of_a_class_are_on_the_short_list(
        monkeypatch):
    """The best worker of each class is found, whatever the others are."""
    from benchmark_utils.own_votes import relabel
    monkeypatch.setattr(relabel, "SHORT_LIST", 4)
    votes, _ = random_votes(0, n_workers=50, n_votes=400)
    rng = np.random.default_rng(0)
    skill, task = rng.random((50, 4)), np.arange(4)
    asked = whom_to_ask(votes.select(votes.task > 3), task, np.eye(4)[
        np.arange(votes.n_tasks) % 4], skill, ["keep"] * 50, rng)
    may = np.flatnonzero(votes.select(votes.task > 3).per_worker)
    for k in task:
        assert_array_equal(asked[k], may[np.argsort(-skill[may, k])][:3])


def test_many_tasks_are_asked_about_in_chunks(monkeypatch):
    from benchmark_utils.own_votes import relabel
    votes, _ = random_votes(0)
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(4), size=votes.n_tasks)
    G = rng.dirichlet(np.ones(4), size=4)
    arguments = (votes, np.arange(votes.n_tasks), p, rng.random((9, 4)),
                 ["keep"] * 9)
    whole = whom_to_ask(*arguments, np.random.default_rng(1))
    gains = expected_gain(p, G)
    monkeypatch.setattr(relabel, "CHUNK", 7)
    monkeypatch.setattr(relabel, "CELLS", 8)
    assert_array_equal(whom_to_ask(*arguments, np.random.default_rng(1)),
                       whole)
    assert_allclose(expected_gain(p, G), gains)


def test_mixed_up_by_hand():
    votes = toy_votes()  # votes 1 0 1 1 | 1 0 0 | 1 1
    p = np.array([[0, 1.0], [1, 0], [0, 1]])
    table = mixed_up(votes, p, ["no", "yes"])
    assert list(table["truth"]) == ["no", "yes"] or len(table) == 2
    rows = table.set_index(["truth", "vote"])
    no_yes, yes_no = rows.loc[("no", "yes")], rows.loc[("yes", "no")]
    assert (no_yes["votes"], no_yes["tasks"]) == (1, 1)
    assert_allclose(no_yes["share"], 1 / 3)
    assert (yes_no["votes"], yes_no["tasks"]) == (1, 1)
    assert_allclose(yes_no["share"], 1 / 6)


def frame(votes):
    return pd.DataFrame({"task": votes.task, "worker": votes.worker,
                         "label": votes.label})


def test_the_tables_have_a_row_for_everything():
    votes, _ = random_votes(0, n_votes=300)
    found = aggregate(frame(votes), repeats="count")
    n_tasks, n_workers = len(set(votes.task)), len(set(votes.worker))
    assert len(found.labels) == len(found.relabel) == n_tasks
    assert len(found.workers) == n_workers
    assert list(found.relabel["rank"]) == list(range(1, n_tasks + 1))
    assert set(found.relabel["task"]) == set(found.labels["task"])
    gain = found.relabel["expected_gain"].to_numpy()
    assert (np.diff(gain) <= 1e-9).all()
    top = found.labels["probability"]
    assert (top >= found.labels["runner_up_probability"]).all()
    assert (found.labels["votes_for_label"] <= found.labels["n_votes"]).all()
    assert set(found.labels["action"]) <= {
        "accept", "spot-check", "relabel", "review manually"}
    # No worker is asked about a task twice.
    voted = {*zip(votes.task.astype(str), votes.worker.astype(str))}
    for place in (1, 2, 3):
        asked = {*zip(found.relabel["task"], found.relabel[f"ask_{place}"])}
        assert not asked & voted


def test_most_confused_pairs_match_a_loop():
    votes, _ = random_votes(1, n_votes=400)
    found = aggregate(frame(votes), repeats="count")
    v, p = found.crowd.votes, found.probability
    workers = found.workers
    for j in range(v.n_workers):
        counts = np.zeros((4, 4))
        for i, k in zip(v.task[v.worker == j], v.label[v.worker == j]):
            counts[:, k] += p[i]
        wrong = counts - np.diag(np.diag(counts))
        row = workers.iloc[j]
        if wrong.max() < .5:
            assert row["most_confused_vote"] == ""
            continue
        truth, vote = np.unravel_index(wrong.argmax(), wrong.shape)
        assert row["most_confused_truth"] == found.crowd.class_names[truth]
        assert row["most_confused_vote"] == found.crowd.class_names[vote]
        assert_allclose(row["most_confused_share"],
                        wrong.max() / counts[truth].sum())


def test_the_most_confused_share_by_hand():
    """The worker meets class a four times and votes b once (25%), and class b
    twenty times and votes a four times (20%): most frequent is b as a."""
    truth = np.repeat([0, 1], [4, 20])
    label = np.repeat([0, 1, 0, 1], [3, 1, 4, 16])
    votes = Votes(np.arange(24), np.zeros(24, int), label, 24, 1, 2)
    found = most_confused(votes, np.eye(2)[truth])
    assert [column[0] for column in found] == [1, 0, pytest.approx(4 / 20)]


def test_gold_counts_and_is_not_asked_about():
    votes, truth = random_votes(2, n_votes=300)
    gold = {int(i): int(truth[i]) for i in np.unique(votes.task)[:8]}
    found = aggregate(frame(votes), gold=gold, repeats="count")
    table = found.labels.set_index("task")
    for task, label in gold.items():
        assert table.loc[str(task), "label"] == str(label)
        assert table.loc[str(task), "probability"] == pytest.approx(1)
    gain = found.relabel.set_index("task")["expected_gain"]
    assert (gain[[str(task) for task in gold]] == 0).all()
    on_gold = np.isin(votes.task, list(gold))
    assert found.workers["gold_votes"].sum() == on_gold.sum()
    assert found.workers["gold_right"].sum() == (
        votes.label == truth[votes.task])[on_gold].sum()


def test_wrong_gold_and_wrong_frames_are_named():
    table = pd.DataFrame({"task": [1, 2], "worker": "a", "label": ["x", "y"]})
    with pytest.raises(ValueError, match="truth of task '2' is a label that"):
        aggregate(table, gold={2: "z"})
    with pytest.raises(ValueError, match="named 'who'"):
        aggregate(table, worker="who")
    with pytest.raises(ValueError, match="row 2: the label is empty.*Remove"):
        aggregate(table.assign(label=["x", None]))
    with pytest.raises(ValueError, match="has no rows"):
        aggregate(table[:0])


@pytest.mark.parametrize("table", [
    dict(task=[1], worker=[1], label=["x"]),
    dict(task=[1, 2, 3], worker=[1, 1, 1], label=["x", "y", "x"]),
    dict(task=[1, 1, 2], worker=[1, 2, 1], label=["x", "x", "x"]),
    dict(task=[1, 1, 1], worker=[1, 1, 1], label=["x", "y", "y"]),
    dict(task=[1] * 6, worker=range(6), label=list("aabbcc"))])
def test_tiny_crowds_have_an_answer(table):
    """One vote, one worker, one class, one worker often, one task."""
    found = aggregate(pd.DataFrame(table))
    assert (found.labels["probability"] > 0).all()
    assert (found.workers["verdict"] == "keep").all()
    assert len(found.relabel) == len(found.labels)
    assert isinstance(found.confusion, pd.DataFrame)


def test_the_order_of_rows_changes_nothing():
    """Up to ties, which a crowd of many votes has none of."""
    votes, _ = random_votes(3, n_tasks=40, n_votes=400)
    table = frame(votes)
    first = aggregate(table, repeats="count")
    again = aggregate(table.sample(frac=1, random_state=0), repeats="count")
    pd.testing.assert_frame_equal(first.labels, again.labels)
    columns = ["worker", "accuracy", "informedness", "agreement", "verdict"]
    pd.testing.assert_frame_equal(first.workers[columns],
                                  again.workers[columns])
