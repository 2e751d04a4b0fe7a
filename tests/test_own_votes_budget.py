"""Who is asked about which task, for a number of votes."""
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, random_votes
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from benchmark_utils.own_votes import aggregate
from benchmark_utils.own_votes.__main__ import main
from benchmark_utils.own_votes.budget import assign
from benchmark_utils.own_votes.summary import said_budget
from benchmark_utils.votes import Votes


def some_crowd(seed):
    votes, _ = random_votes(seed, n_votes=80)
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(4), size=votes.n_tasks)
    p[votes.per_task == 0] = np.nan
    measures = SimpleNamespace(by_class=rng.random((votes.n_workers, 4)))
    verdict = [["keep", "review", "remove"][k] for k in rng.choice(
        3, size=votes.n_workers, p=[.7, .15, .15])]
    return votes, p, measures, verdict, rng


@given(st.integers(0, 10 ** 6), st.integers(1, 120),
       st.one_of(st.none(), st.integers(1, 9)))
def test_the_rules_of_an_assignment(seed, budget, cap):
    votes, p, measures, verdict, rng = some_crowd(seed)
    found = assign(votes, p, measures, verdict, budget, rng, cap)
    n = len(found.task)
    assert n + found.n_left == budget
    pairs = [*zip(found.task, found.worker)]
    assert len(set(pairs)) == n
    assert not set(pairs) & {*zip(votes.task, votes.worker)}
    able = next(filter(None, (
        {j for j in range(votes.n_workers)
         if verdict[j] == word and votes.per_worker[j]}
        for word in ("keep", "review"))), set())
    assert set(found.worker) <= able
    most = cap or int(np.ceil(2 * budget / max(len(able), 1)))
    assert max(Counter(found.worker).values(), default=0) <= most
    assert max(Counter(zip(found.round, found.task)).values(), default=0) <= 1
    assert set(found.round) <= {1, 2, 3, 4}
    for turn in (1, 2, 3, 4):  # the most doubtful first
        doubt = found.doubt[found.round == turn]
        assert (np.diff(doubt) <= 1e-12).all()
        assert len(doubt) <= -(-budget // 4)


@pytest.mark.parametrize("verdict, who", [
    ("keep review review", {0}), ("review remove review", {0, 2}),
    ("remove remove remove", set())])
def test_without_workers_to_keep_those_to_review_are_asked(verdict, who):
    votes = Votes([0, 1, 2], [0, 1, 2], [0, 1, 0], 9, 3, 2)
    found = assign(votes, np.full((9, 2), .5), SimpleNamespace(
        by_class=np.full((3, 2), .7)), verdict.split(), 12,
        np.random.default_rng(0), cap=9)
    assert set(found.worker) == who


@pytest.mark.parametrize("verdicts, assigned, said", [
    (dict(keep=2, review=0, remove=0), 0,
     "the workers to keep have voted on all tasks"),
    (dict(keep=0, review=0, remove=3), 0,
     "nobody can be asked: all workers are to be removed"),
    (dict(keep=0, review=3, remove=0), 5,
     "no worker is to keep, so those to review are asked")])
def test_an_unusual_assignment_is_explained(verdicts, assigned, said):
    numbers = dict(verdicts=verdicts, budget=dict(
        assigned=assigned, left=0, gain_at_most=.01))
    assert said in said_budget(numbers)


def test_an_assignment_by_hand():
    votes = Votes([0, 0, 1, 1, 2], [0, 1, 0, 1, 2], [0, 1, 0, 0, 0], 4, 3, 2)
    p = np.array([[.5, .5], [.9, .1], [.7, .3], [np.nan, np.nan]])
    measures = SimpleNamespace(by_class=np.array(
        [[.9, .6], [.8, .8], [.95, .2]]))
    found = assign(votes, p, measures, ["keep"] * 3, 4,
                   np.random.default_rng(0), cap=2, rounds=1)
    # Task 3 has no vote: worker 1 is best on average. Task 0: only worker 2
    # has not voted. Task 2: worker 0 (.81) before 1 (.8). Task 1: worker 2.
    assert_array_equal(found.task, [3, 0, 2, 1])
    assert_array_equal(found.worker, [1, 2, 0, 2])
    assert_allclose(found.doubt, [1, .5, .3, .1])


def test_later_rounds_expect_the_votes_of_earlier_ones():
    """A vote on task 0 is expected to settle it: the next is on task 1."""
    p = np.array([[.6, .4], [.7, .3], [1, 0]])
    votes = Votes([0, 1, 2, 2, 2], [2, 2, 0, 1, 2], np.zeros(5, int), 3, 3, 2)
    measures = SimpleNamespace(by_class=np.full((3, 2), .9))
    for gain, expected in (([0, 0, 0], [0, 0]), ([.3, .1, 0], [0, 1])):
        found = assign(votes, p, measures, ["keep"] * 3, 2,
                       np.random.default_rng(0), rounds=2,
                       gain=np.array(gain))
        assert_array_equal(found.task, expected)
    assert_allclose(found.expected, (.3 + .1) / 3)


@pytest.mark.slow
def test_the_command_writes_assignments(tmp_path, capsys):
    votes = ROOT / "examples" / "votes.csv"
    out = tmp_path / "out"
    assert main([str(votes), "--budget", "12", "--cap", "3", "--output",
                 str(out)]) == 0
    assert "assignments.csv has 12 votes to collect, for up to" in (
        capsys.readouterr().out)
    table = pd.read_csv(out / "assignments.csv")
    assert list(table) == ["round", "task", "worker", "why"]
    assert len(table) == 12 and table["worker"].value_counts().max() <= 3
    workers = pd.read_csv(out / "workers.csv").set_index("worker")
    assert (workers.loc[table["worker"], "verdict"] == "keep").all()
    labels = pd.read_csv(out / "labels.csv").sort_values("probability")
    assert table["task"][0] == labels["task"].iloc[0]
    assert "assigns 12 votes" in (out / "index.html").read_text()
    # The next results may replace these, without the file.
    assert main([str(votes), "--output", str(out), "--replace"]) == 0
    assert not (out / "assignments.csv").exists()
    for option in (["--budget", "0"], ["--budget", "5", "--cap", "-1"]):
        assert main([str(votes), *option, "--output", str(tmp_path / "n")]
                    ) == 2
        assert "must be a positive integer" in capsys.readouterr().err


def test_assignments_from_python():
    found = aggregate(pd.read_csv(ROOT / "examples" / "votes.csv"))
    assert len(found.assign(10).task) == 10
    same = found.assign(10, seed=0).worker
    assert_array_equal(found.assign(10).worker, same)


def test_nobody_to_ask():
    votes, p, measures, _, rng = some_crowd(0)
    found = assign(votes, p, measures, ["remove"] * votes.n_workers, 5, rng)
    assert len(found.task) == 0 and found.n_left == 5
