"""The answers of an oracle and what it counts."""
import numpy as np
import pytest
from conftest import random_votes
from toy_oracle import (
    TRUTH,
    K,
    N,
    W,
    all_pairs,
    confusion,
    gold,
    make,
)

from benchmark_utils.contract.problem import Problem
from benchmark_utils.oracles.answers import (
    NO_ANSWER,
    recorded_answers,
    simulated_answers,
)
from benchmark_utils.oracles.design import random_design
from benchmark_utils.oracles.vote_oracle import Oracle, OracleError


def test_answers_do_not_depend_on_the_order_of_queries():
    task, worker = all_pairs()
    together = make(budget=N * W).ask(task, worker)
    order = np.random.default_rng(1).permutation(len(task))
    single = make(budget=N * W)
    answers = np.empty(len(task), int)
    for part in np.array_split(order, 17):
        answers[part] = single.ask(task[part], worker[part])
    np.testing.assert_array_equal(answers, together)
    other = make(budget=N * W, seed=1).ask(task, worker)
    assert (other != together).mean() > .3


def test_answers_follow_the_confusion_matrix():
    n = 60_000
    truth = np.arange(n) % K
    labels = simulated_answers(np.random.default_rng(3), confusion(), truth)
    counts = np.zeros((W, K, K))
    for j in range(W):
        np.add.at(counts[j], (truth, labels[:, j]), 1)
    counts /= counts.sum(axis=2, keepdims=True)
    # 20,000 draws per row: five standard errors are below .018.
    assert np.abs(counts - confusion()).max() < .018
    with pytest.raises(ValueError, match="that of task 2 is unknown"):
        simulated_answers(np.random.default_rng(0), confusion(),
                          np.array([0, 1, -1]))


# --- budget, prices, time --------------------------------------------------
def test_budget_and_prices():
    oracle = make(budget=3, cost=[1, 1, 2, 1, 1, .5], latency=[10] * W)
    with pytest.raises(OracleError, match="2 votes cost 4, 3 of 3 is left"):
        oracle.ask(np.array([0, 1]), np.array([2, 2]))
    oracle.ask(np.array([0, 1]), np.array([2, 5]))
    assert (oracle.spent, oracle.left, oracle.seconds) == (2.5, .5, 20)
    candidates = oracle.candidates()
    assert not candidates[:, :5].any()  # only the cheapest is affordable
    assert candidates[0, 5] and not candidates[1, 5]


def test_recorded_pairs_are_replayed():
    votes, _ = random_votes(0)
    answers = recorded_answers(votes)
    oracle = Oracle(answers, votes.n_classes, budget=1000)
    task, worker = np.nonzero(oracle.candidates())
    label = oracle.ask(task, worker)
    for i, j, answer in zip(task, worker, label):
        first = np.flatnonzero((votes.task == i) & (votes.worker == j))[0]
        assert votes.label[first] == answer
    assert len(task) == len({*zip(votes.task, votes.worker)})
    assert not oracle.candidates().any()
    with pytest.raises(OracleError, match="is not available"):
        oracle.ask(*np.argwhere(answers == NO_ANSWER)[0])


def test_many_classes_fit_into_the_table():
    """The table has the smallest type: int8 up to 128 classes, int16 from 129
    on. No label overflows."""
    from benchmark_utils.votes import Votes
    for n_classes in (2, 127, 128, 129, 32_768, 32_769):
        votes = Votes([0, 1], [0, 0], [n_classes - 1, 0], 2, 1, n_classes)
        assert recorded_answers(votes).tolist() == [[n_classes - 1], [0]]


@pytest.mark.parametrize("options", [
    {}, dict(cap=10), dict(cost=[1, 2, 1, 1, 1, 3]), dict(budget=500)])
def test_a_uniform_design_spends_the_budget(options):
    oracle = make(**options)
    votes = random_design(oracle, seed=0)
    assert len(votes) == oracle.n_votes and not oracle.candidates().any()
    assert np.ptp(votes.per_task) <= (1 if options == {} else W)
    assert (votes.per_worker <= options.get("cap", N)).all()


def test_time_is_limited_like_the_budget():
    oracle = make(latency=np.arange(1., W + 1), seconds_budget=7)
    oracle.ask([0, 1], [1, 2])  # 2 + 3 seconds
    assert oracle.seconds == 5
    np.testing.assert_array_equal(oracle.candidates().any(axis=0),
                                  [True, True] + [False] * 4)
    np.testing.assert_array_equal(
        oracle.affordable(np.array([0, 0, 0])), [True, True, False])
    with pytest.raises(OracleError, match="3 seconds, 2 of 7 are left"):
        oracle.ask([3, 4, 5], [0, 0, 0])
    assert oracle.seconds == 5 and oracle.n_votes == 2


# --- gold tasks and experts ------------------------------------------------
def test_gold_tasks_have_a_price_and_follow_the_confusion_matrix():
    n = 6000
    oracle = make(budget=W * n + 5, gold=gold())
    counts = oracle.ask_gold(n)
    assert counts.shape == (W, K, K) and oracle.left == 5
    assert oracle.n_votes == W * n and not oracle.per_worker.any()
    np.testing.assert_array_equal(counts.sum(axis=2), n / K)
    assert np.abs(counts / (n / K) - confusion()).max() < .06
    with pytest.raises(OracleError, match="asked before"):
        oracle.ask_gold(1)
    with pytest.raises(OracleError, match="no gold tasks"):
        make().ask_gold(1)
    with pytest.raises(OracleError, match="5 tasks for 6 workers cost 30"):
        make(budget=29, gold=gold()).ask_gold(5)


def test_the_first_gold_tasks_do_not_depend_on_their_number():
    truth, few = gold()(4)
    np.testing.assert_array_equal(truth, [0, 1, 2, 0])
    np.testing.assert_array_equal(gold()(9)[1][:4], few)


def test_gold_answers_are_independent_of_the_votes():
    """The tasks have the truths of the gold tasks, in the same order: with one
    random stream, gold answers would reveal the votes."""
    problem = Problem(ground_truth=TRUTH, oracle=dict(
        confusion=confusion(), budget=1e6))
    truth, labels = gold_answers_of(problem, seed=7)
    np.testing.assert_array_equal(truth, TRUTH)
    oracle = problem.handed_out(7)["oracle"]
    votes = oracle.ask(*all_pairs()).reshape(N, W)
    assert .25 < (labels == votes).mean() < .6


def gold_answers_of(problem, seed):
    """The answers to an oracle's gold tasks, (truth, labels), from the counts
    for growing n."""
    labels = np.empty((problem.n_tasks, problem.n_workers), int)
    before = np.zeros((problem.n_workers, K, K))
    for n in range(1, problem.n_tasks + 1):
        counts = problem.handed_out(seed)["oracle"].ask_gold(n)
        worker, _, labels[n - 1] = np.nonzero(counts - before)
        np.testing.assert_array_equal(worker, np.arange(problem.n_workers))
        before = counts
    return np.arange(problem.n_tasks) % K, labels


def test_the_expert_is_right_and_expensive():
    oracle = make(budget=25, expert=TRUTH, expert_price=10)
    np.testing.assert_array_equal(oracle.ask_expert([4, 5]), TRUTH[[4, 5]])
    assert (oracle.spent, oracle.n_expert, oracle.n_votes) == (20, 2, 0)
    for tasks, message in (([6], "1 labels cost 10, 5 of 25"),
                           ([4], "task 4 was asked before")):
        with pytest.raises(OracleError, match=message):
            oracle.ask_expert(tasks)
    with pytest.raises(OracleError, match="no expert"):
        make().ask_expert([0])
    assert oracle.spent == 20  # a refusal costs nothing
