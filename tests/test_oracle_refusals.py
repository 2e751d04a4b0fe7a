"""An oracle counts every answer, whatever the query."""
import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_oracle import TRUTH, K, N, W, counted, gold, make, table

from benchmark_utils.oracles.answers import NO_ANSWER
from benchmark_utils.oracles.vote_oracle import Oracle, OracleError


@pytest.mark.parametrize("task, worker, message", [
    ([0, 1, 0], [2, 2, 2], r"task 0 by worker 2 was asked before"),
    ([5], [1], "task 5 by worker 1 was asked before"),
    ([1, N], [0, 0], "= 40 is outside 0..39"),
    ([0], [-1], r"worker\[0\] = -1 is outside 0..5"),
    ([0.5], [1], "task has dtype float64"),
    ([0], [np.nan], "worker has dtype float64"),
    ([True], [1], "task has dtype bool"),
    (["0"], [1], "task has dtype <U1"),
    ([[0, 1]], [[1, 1]], r"task has shape \(1, 2\)"),
    ([0, 1], [1], "2 tasks, 1 workers"),
    ([7], [0], "task 7 by worker 0 is not available"),
    ([0, 1, 2, 3], [4, 4, 4, 4], "worker 4 would exceed the cap of 3"),
])
def test_refusals_name_the_pair_and_count_nothing(task, worker, message):
    answers = table()
    answers[7, 0] = NO_ANSWER
    oracle = make(answers=answers, cap=3)
    oracle.ask(5, 1)
    before = counted(oracle)
    with pytest.raises(OracleError, match=message):
        oracle.ask(np.array(task), np.array(worker))
    assert counted(oracle) == before and oracle.spent == 1


@pytest.mark.parametrize("n", [-1000, 0, -1, np.nan, 1.0, 2.5, True, "3",
                               None, np.array([1, 2]), [2]])
def test_the_number_of_gold_tasks_is_a_positive_integer(n):
    oracle = make(budget=1000, gold=gold())
    before = counted(oracle)
    with pytest.raises(OracleError, match="must be a positive integer, got"):
        oracle.ask_gold(n)
    assert counted(oracle) == before
    oracle.ask_gold(np.int16(2))
    assert oracle.spent == 2 * W


@pytest.mark.parametrize("tasks, message", [
    (np.arange(N)[None], r"task has shape \(1, 40\)"),
    ([3, 3], "task 3 was asked before"), ([-1], r"task\[0\] = -1 is outside"),
    ([N], "= 40 is outside 0..39"), ([1.0], "dtype float64"),
    ([[0], [1]], "shape"), (np.array([True] * N), "dtype bool")])
def test_queries_to_the_expert_are_checked(tasks, message):
    oracle = make(budget=400, expert=TRUTH, expert_price=10)
    before = counted(oracle)
    with pytest.raises(OracleError, match=message):
        oracle.ask_expert(tasks)
    assert counted(oracle) == before


@settings(max_examples=60)
@given(kind=st.sampled_from(["i1", "u1", "i2", "u2", "i4", "u8", "i8"]),
       seed=st.integers(0, 99))
def test_small_integer_types_query_the_same_pairs(kind, seed):
    """int8 and int16 overflow in task * n_workers."""
    n_tasks, n_workers = (120, 90) if np.iinfo(kind).max < 400 else (400, 200)
    answers = np.random.default_rng(seed).integers(
        K, size=(n_tasks, n_workers))
    oracle = Oracle(answers, K, 1e6)
    order = np.random.default_rng(seed).permutation(n_tasks * n_workers)
    for part in np.array_split(order[:500], 5):
        task, worker = np.divmod(part, n_workers)
        np.testing.assert_array_equal(
            oracle.ask(task.astype(kind), worker.astype(kind)),
            answers[task, worker])
    assert oracle.n_votes == 500
    votes = oracle.votes()
    np.testing.assert_array_equal(
        votes.task * n_workers + votes.worker, order[:500])


@settings(max_examples=60)
@given(st.data())
def test_counts_and_costs_agree_for_random_queries(data):
    """Random valid and invalid queries: all answers are counted, within
    budget, cap and time."""
    cost = np.array([1, 2, 1, .5, 1, 3])
    oracle = make(budget=30, cap=7, cost=cost, latency=np.arange(W) * 1.0,
                  seconds_budget=60, gold=gold(), expert=TRUTH,
                  expert_price=4)
    given_labels, spent, n_votes = {}, 0.0, 0
    for _ in range(data.draw(st.integers(1, 12))):
        kind = data.draw(st.sampled_from(["votes", "votes", "expert",
                                          "gold"]))
        size = data.draw(st.integers(0, 6))
        ids = st.integers(-1, N)
        try:
            if kind == "votes":
                task = data.draw(st.lists(ids, min_size=size, max_size=size))
                worker = data.draw(st.lists(st.integers(-1, W),
                                            min_size=size, max_size=size))
                labels = oracle.ask(np.array(task, int),
                                    np.array(worker, int))
                given_labels.update(zip(zip(task, worker), labels))
                spent += cost[worker].sum() if size else 0
                n_votes += size
            elif kind == "expert":
                task = data.draw(st.lists(ids, min_size=size, max_size=size))
                assert (oracle.ask_expert(np.array(task, int))
                        == TRUTH[task]).all() if size else True
                spent += 4 * size
            else:
                n = data.draw(st.integers(-3, 3))
                oracle.ask_gold(n)
                spent += n * cost.sum()
                n_votes += n * W
        except OracleError:
            pass
        assert oracle.spent == pytest.approx(spent) and spent <= 30 + 1e-6
        assert oracle.n_votes == n_votes
    votes = oracle.votes()
    assert len(votes) == len(given_labels)
    for i, j, label in zip(votes.task, votes.worker, votes.label):
        assert given_labels[i, j] == label == table()[i, j]
    assert (oracle.per_worker <= 7).all() and oracle.seconds <= 60
    np.testing.assert_array_equal(oracle.per_worker, votes.per_worker)


# --- only queries change an oracle -----------------------------------------
@pytest.mark.parametrize("name", [
    "budget", "cost", "latency", "cap", "expert_price", "seconds_budget",
    "spent", "left", "seconds", "n_votes", "n_expert", "per_worker",
    "has_gold", "has_expert", "n_tasks", "votes", "ask", "candidates", "new"])
def test_nothing_can_be_overwritten(name):
    oracle = make(gold=gold(), expert=TRUTH, expert_price=10)
    with pytest.raises(AttributeError):
        setattr(oracle, name, 0)
    with pytest.raises(AttributeError):
        delattr(oracle, name)
    assert not hasattr(oracle, "__dict__")


def test_arrays_that_are_handed_out_are_copies_or_read_only():
    given_cost = np.full(W, 2.0)
    oracle = make(cost=given_cost, cap=2)
    given_cost[:] = 0  # the array of the caller
    for array in (oracle.cost, oracle.latency):
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 0
    oracle.ask([0, 1], [1, 1])
    oracle.candidates()[:] = True
    oracle.per_worker[:] = 0
    with pytest.raises(ValueError, match="read-only"):
        oracle.votes().task[:] = 3
    assert not oracle.candidates()[:, 1].any()
    assert oracle.spent == 4 and oracle.per_worker[1] == 2
    with pytest.raises(OracleError, match="the cap of 2"):
        oracle.ask([2], [1])


@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy, pickle.dumps])
def test_an_oracle_cannot_be_copied(how):
    with pytest.raises(TypeError, match="cannot be copied"):
        how(make())
