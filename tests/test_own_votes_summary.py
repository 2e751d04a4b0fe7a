"""Actions, the numbers of summary.json and the lines of the terminal."""
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from conftest import random_votes

from benchmark_utils.own_votes import aggregate
from benchmark_utils.own_votes.probabilities import MODELS, PEOPLE
from benchmark_utils.own_votes.summary import (
    held,
    lines,
    pairwise_agreement,
    plain,
    said_share,
    summary,
)
from benchmark_utils.own_votes.tables import actions
from benchmark_utils.votes import Votes


def with_probabilities(top, n_votes, n_shared=9):
    """As much of an `Analysis` as `actions` needs."""
    top = np.array(top)
    return SimpleNamespace(
        probability=np.stack([top, 1 - top], axis=1),
        evidence=SimpleNamespace(n_shared=n_shared, acceptable=top >= .9),
        crowd=SimpleNamespace(votes=SimpleNamespace(
            per_task=np.array(n_votes))))


def test_actions_by_hand():
    assert list(actions(with_probabilities(
        [.9, .8999, .75, .7499, .7499, .6, np.nan],
        [2, 20, 3, 7, 8, 9, 0]))) == [
            "accept", "spot-check", "spot-check", "relabel",
            "review manually", "review manually", "relabel"]
    assert list(actions(with_probabilities(
        [.99, .6], [1, 1], n_shared=0))) == ["relabel", "relabel"]


def test_nothing_is_accepted_without_a_second_vote_or_a_truth():
    votes = pd.DataFrame(dict(task=range(40), worker=[0, 1] * 20,
                              label=list("xy") * 20))
    found = aggregate(votes)
    assert found.evidence.n_shared == 0 and found.evidence.share is None
    assert np.isnan(found.expected_accuracy)
    assert set(found.labels["action"]) == {"relabel"}
    assert "No task has two voters" in found.notes[0]
    known = aggregate(votes, gold={3: "x"})
    twice = aggregate(pd.concat([votes, votes[:1].assign(worker=1)]))
    for more in (known, twice):
        assert more.evidence.n_shared == 1 and more.evidence.share.high < 1
        assert np.isnan(more.expected_accuracy)
        assert "Only 1 of 40 tasks" in more.notes[0]


@pytest.fixture(scope="module")
def found():
    votes, truth = random_votes(0, n_votes=300)
    return aggregate(pd.DataFrame(dict(
        task=votes.task, worker=votes.worker, label=votes.label)),
        repeats="count"), truth


def test_a_truth_without_votes_counts_as_an_error(found):
    """No label of the analysis can be right there, and the task is scored."""
    analysis, _ = found
    truth = np.full(analysis.crowd.votes.n_tasks, -1)
    truth[:3] = analysis.label[:3]
    truth[3] = -2
    scores = summary(analysis, truth)["truth"]
    assert scores == {"n_known": 4, "accuracy": .75}
    truth[:] = -1
    assert summary(analysis, truth)["truth"] == {"n_known": 0,
                                                 "accuracy": None}


def test_counts_of_actions_and_verdicts_are_those_of_the_tables(found):
    analysis, _ = found
    numbers = summary(analysis)
    for key, column in (("actions", analysis.labels["action"]),
                        ("verdicts", analysis.workers["verdict"])):
        assert {name: n for name, n in numbers[key].items() if n} == (
            column.value_counts().to_dict())


def test_pairwise_agreement_by_hand():
    # Task 0: 1 of 3 pairs is equal; task 1: 1 of 1; task 2: none.
    votes = Votes([0, 0, 0, 1, 1, 2], [0, 1, 2, 0, 1, 0], [0, 0, 1, 1, 1, 0],
                  3, 3, 2)
    assert pairwise_agreement(votes) == pytest.approx(2 / 4)
    assert pairwise_agreement(votes.select(votes.task == 2)) is None


def test_numbers_that_json_does_not_have_become_none():
    assert plain({"a": [np.inf, np.nan, np.float64(.5)], "b": (1, "x")}) == {
        "a": [None, None, .5], "b": [1, "x"]}


def test_every_step_is_named_in_the_terminal(found):
    numbers = dict(summary(found[0]), actions={
        "accept": 1, "spot-check": 2000, "relabel": 1, "review manually": 3},
        verdicts={"keep": 5, "review": 1, "remove": 2})
    assert lines(numbers, "out")[3] == (
        "Next: accept 1 label, spot-check 2,000, relabel 1 task, review 3 "
        "manually, remove 2 workers, review 1 worker")
    numbers.update(warnings=["the three methods disagree on 40% of the tasks"])
    assert "; but the three methods disagree on 40%" in lines(
        numbers, "out")[2]


@pytest.mark.parametrize("rows, said", [
    ([(1, "a", "x"), (1, "b", "x"), (2, "b", "x")],
     "Agreement: all votes are for one class"),
    ([(1, "a", "x"), (1, "b", "x"), (2, "b", "y")],
     "Agreement: all votes on tasks with two or more are for one class"),
    ([(1, "a", "x"), (2, "b", "y")], "Agreement: unknown, because no task"),
    ([(1, "a", "x"), (1, "a", "y")], "Agreement: unknown, because no task"),
    ([(1, "a", "x"), (1, "b", "y")], "Agreement: two votes on a task are "
     "equal in 0% of cases")])
def test_what_is_said_of_agreement(rows, said):
    found = aggregate(rows)
    assert lines(summary(found), "out")[1].startswith(said)


def test_the_share_in_words():
    share = dict(said=.8, low=.61, middle=.82, high=.93)
    numbers = dict(share_right=share, expected_accuracy=.82,
                   needs_gold=False)
    assert said_share(numbers) == "about 82% are probably right (61% to 93%)"
    numbers.update(expected_accuracy=None)
    assert said_share(numbers) == "probably 61% to 93% are right"
    numbers.update(needs_gold=True, range_held=dict(
        held=15, datasets=16, misleading=dict(held=2, datasets=3)))
    assert said_share(numbers) == (
        "how many are right cannot be known without gold tasks (--gold); the "
        "votes give 61% to 93%, and such ranges held on 15 of 16 recorded "
        "datasets and on 2 of 3 whose tasks were written to mislead models")
    assert said_share(dict(share_right=None)) == (
        "the share of right labels is unknown")
    assert said_share(dict(numbers, share_right=dict(share, low=1))) == (
        "all are known truths")


def test_recorded_datasets_are_counted_by_kind():
    people, models = held([PEOPLE]), held([MODELS])
    for counts in (people, models):
        assert .8 * counts["datasets"] <= counts["held"] <= counts["datasets"]
        assert .8 * counts["gold_draws"] <= counts["gold_held"]
        assert counts["gold_draws"] == 3 * counts["datasets"]
    bad = models["misleading"]
    assert 0 < bad["held"] < bad["datasets"] and people["misleading"] is None
    assert held([PEOPLE, MODELS]) == {
        key: bad if key == "misleading" else people[key] + models[key]
        for key in people}
