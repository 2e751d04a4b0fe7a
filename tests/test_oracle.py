"""The oracle's answers do not depend on the order, its bill on nobody."""
import numpy as np
import pytest
from conftest import random_votes

from benchmark_utils.oracles.answers import (
    pair_uniform,
    recorded_answers,
    simulated_answers,
    simulated_gold,
)
from benchmark_utils.oracles.vote_oracle import (
    Oracle,
    OracleError,
    random_design,
)

K, N, W = 3, 40, 6


def confusion(seed=0):
    return np.random.default_rng(seed).dirichlet(np.ones(K), size=(W, K))


def make(budget=100, seed=0, **options):
    truth = np.arange(N) % K
    return Oracle(simulated_answers(confusion(), truth, seed), N, W, K,
                  budget, **options)


def all_pairs():
    return np.repeat(np.arange(N), W), np.tile(np.arange(W), N)


def test_answers_depend_on_seed_and_pair_alone():
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
    answer = simulated_answers(confusion(), truth, seed=3)
    table = np.zeros((W, K, K))
    for j in range(W):
        label = answer(np.arange(n), np.full(n, j))
        np.add.at(table[j], (truth, label), 1)
    table /= table.sum(axis=2, keepdims=True)
    # 20,000 draws a row: five standard errors are below .018.
    assert np.abs(table - confusion()).max() < .018


def test_pair_numbers_are_uniform_and_unrelated():
    task, worker = np.divmod(np.arange(200_000), 20)
    u = pair_uniform(7, task, worker)
    assert u.min() >= 0 and u.max() < 1
    counts = np.bincount((u * 100).astype(int), minlength=100)
    assert np.abs(counts - 2000).max() < 5 * np.sqrt(2000)
    assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < .01
    grid = u.reshape(-1, 20)
    assert abs(np.corrcoef(grid[:-1, 3], grid[1:, 3])[0, 1]) < .05


@pytest.mark.parametrize("task, worker, message", [
    ([0, 1, 0], [2, 2, 2], r"task 0 by worker 2 was asked before"),
    ([5], [1], "task 5 by worker 1 was asked before"),
    ([N], [0], "a task outside 0..39"),
    ([0], [-1], "a worker outside 0..5"),
    ([0.5], [1], "task has dtype float64"),
    ([0, 1], [1], "two of the same length"),
    ([7], [0], "task 7 by worker 0 is not available"),
    ([0, 1, 2, 3], [4, 4, 4, 4], "worker 4 would give more than the cap of 3"),
])
def test_refusals_name_the_pair_and_buy_nothing(task, worker, message):
    available = np.ones((N, W), bool)
    available[7, 0] = False
    oracle = make(available=available, cap=3)
    oracle.ask(5, 1)
    with pytest.raises(OracleError, match=message):
        oracle.ask(np.array(task), np.array(worker))
    assert oracle.n_votes == 1 and oracle.spent == 1
    assert len(oracle.votes()) == 1


def test_budget_and_prices():
    oracle = make(budget=3, cost=[1, 1, 2, 1, 1, .5], latency=[10] * W)
    with pytest.raises(OracleError, match="2 votes cost 4, 3 of 3 is left"):
        oracle.ask(np.array([0, 1]), np.array([2, 2]))
    oracle.ask(np.array([0, 1]), np.array([2, 5]))
    assert (oracle.spent, oracle.left, oracle.seconds) == (2.5, .5, 20)
    free = oracle.free()
    assert not free[:, :5].any()  # only the cheapest is affordable
    assert free[0, 5] and not free[1, 5]
    with pytest.raises(ValueError, match="cost needs 6 numbers from 0"):
        make(cost=[1, 1, 1, 1, 1, -1])


def test_recorded_crowd_replays_its_pairs():
    votes, _ = random_votes(0)
    answer, available = recorded_answers(votes)
    oracle = Oracle(answer, votes.n_tasks, votes.n_workers, votes.n_classes,
                    budget=1000, available=available)
    task, worker = np.nonzero(available)
    label = oracle.ask(task, worker)
    for i, j, answer in zip(task, worker, label):
        first = np.flatnonzero((votes.task == i) & (votes.worker == j))[0]
        assert votes.label[first] == answer
    assert not oracle.free().any()
    with pytest.raises(OracleError, match="is not available"):
        oracle.ask(*np.argwhere(~available)[0])


def test_free_is_a_copy():
    oracle = make()
    oracle.free()[:] = False
    assert oracle.free().all()


@pytest.mark.parametrize("options", [
    {}, dict(cap=10), dict(cost=[1, 2, 1, 1, 1, 3]), dict(budget=500)])
def test_a_plain_design_spends_what_it_can(options):
    oracle = make(**options)
    votes = random_design(oracle, seed=0)
    assert len(votes) == oracle.n_votes and not oracle.free().any()
    assert np.ptp(votes.per_task) <= (1 if options == {} else W)
    assert (votes.per_worker <= options.get("cap", N)).all()


# --- gold questions, experts, time ----------------------------------------
def test_gold_questions_are_paid_and_follow_the_confusion_matrix():
    n = 6000
    oracle = make(budget=W * n + 5, gold=simulated_gold(confusion(), 4))
    counts = oracle.ask_gold(n)
    assert counts.shape == (W, K, K) and oracle.left == 5
    assert oracle.n_votes == W * n and not oracle.given.any()
    np.testing.assert_array_equal(counts.sum(axis=2), n / K)
    assert np.abs(counts / (n / K) - confusion()).max() < .06
    with pytest.raises(OracleError, match="asked before"):
        oracle.ask_gold(1)
    with pytest.raises(OracleError, match="no gold"):
        make().ask_gold(1)
    with pytest.raises(OracleError, match="5 questions to 6 workers cost 30"):
        make(budget=29, gold=simulated_gold(confusion(), 4)).ask_gold(5)


def test_the_expert_is_right_and_expensive():
    truth = np.arange(N) % K
    oracle = make(budget=25, expert=lambda task: truth[task],
                  expert_price=10)
    np.testing.assert_array_equal(oracle.ask_expert([4, 5]), truth[[4, 5]])
    assert (oracle.spent, oracle.n_expert, oracle.n_votes) == (20, 2, 0)
    for tasks, message in (([6], "1 labels cost 10, 5 of 25"),
                           ([4], "asked before"), ([N], "outside 0..39")):
        with pytest.raises(OracleError, match=message):
            oracle.ask_expert(tasks)
    with pytest.raises(OracleError, match="no expert"):
        make().ask_expert([0])
    assert oracle.spent == 20  # a refusal costs nothing


def test_time_runs_out_like_money():
    oracle = make(latency=np.arange(1., W + 1), seconds_budget=7)
    oracle.ask([0, 1], [1, 2])  # 2 + 3 seconds
    assert oracle.seconds == 5
    np.testing.assert_array_equal(oracle.free().any(axis=0),
                                  [True, True] + [False] * 4)
    np.testing.assert_array_equal(
        oracle.affordable(np.array([0, 0, 0])), [True, True, False])
    with pytest.raises(OracleError, match="3 seconds, 2 of 7 are left"):
        oracle.ask([3, 4, 5], [0, 0, 0])
    assert oracle.seconds == 5 and oracle.n_votes == 2


def test_a_free_vote_is_refused():
    with pytest.raises(ValueError, match="costs nothing"):
        make(cost=np.zeros(W))
