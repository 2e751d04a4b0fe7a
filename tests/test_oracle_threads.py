"""Threads of a solver share its oracle: what is delivered, charged and
recorded stays equal. Other processes are refused."""
import os
import sys
import threading
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_oracle import TRUTH, K, N, W, gold, make

from benchmark_utils.oracles.label_set_oracle import LabelSetOracle
from benchmark_utils.oracles.requests import OracleError


@pytest.fixture(autouse=True, scope="module")
def often():
    """Switch between threads as often as possible."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def together(*jobs):
    """The results of functions that run in a thread each, None where the
    oracle refused."""
    start, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def work(i):
        start.wait()
        results[i] = jobs[i]()
    threads = [threading.Thread(target=work, args=(i,))
               for i in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def asking(ask, queries):
    """Put queries one after the other; the answers by query."""
    def job():
        answers = {}
        for query in queries:
            try:
                answers[query] = ask(query)
            except OracleError:
                continue
        return answers
    return job


@settings(max_examples=15)
@given(budget=st.integers(1, N * W + 10), cap=st.none() | st.integers(1, N),
       size=st.integers(1, 4), seed=st.integers(0, 99), shared=st.booleans())
def test_what_is_delivered_is_charged_and_recorded(budget, cap, size, seed,
                                                   shared):
    cost = np.linspace(.5, 2, W)
    oracle = make(budget=budget, cap=cap, cost=cost)
    rng = np.random.default_rng(seed)
    pairs = rng.permutation(N * W)
    batches = [tuple(batch) for batch in np.array_split(
        pairs, len(pairs) // size)]
    # Each thread has queries of its own, or all put the same ones.
    parts = [batches] * 4 if shared else [batches[i::4] for i in range(4)]
    found = together(*[asking(lambda batch: oracle.ask(
        np.array(batch) // W, np.array(batch) % W), part) for part in parts])
    votes = oracle.votes()
    delivered = sorted(
        (pair, label) for answers in found for batch, labels in answers.items()
        for pair, label in zip(batch, labels))
    assert delivered == sorted(zip(votes.task * W + votes.worker, votes.label))
    assert len({pair for pair, _ in delivered}) == len(delivered)
    assert oracle.n_votes == len(delivered)
    assert oracle.spent == pytest.approx(cost[votes.worker].sum())
    assert oracle.spent <= budget + 1e-6
    assert oracle.per_worker.tolist() == votes.per_worker.tolist()
    assert cap is None or max(oracle.per_worker) <= cap
    assert oracle.candidates().sum() == 0 or len(votes) < N * W


def test_an_expert_and_gold_tasks_are_paid_once():
    oracle = make(budget=10 * N, expert=TRUTH, expert_price=2, gold=gold())
    found = together(*[asking(lambda i: oracle.ask_expert([i]), range(N))] * 4,
                     *[asking(oracle.ask_gold, [1, 1, 1])] * 4)
    assert sum(map(len, found[:4])) == oracle.n_expert == N
    assert sum(map(len, found[4:])) == 1
    assert oracle.spent == 2 * N + W


def test_label_sets_are_delivered_once():
    n = 300
    oracle = LabelSetOracle(np.ones((n, 1, K), bool), np.ones((n, K), bool),
                            n // 2, n // 3)
    yes = np.ones((1, K), bool)
    found = together(
        *[asking(lambda i: oracle.ask([i], [0], yes), range(n))] * 4,
        *[asking(lambda i: oracle.ask_expert([i]), range(n))] * 4)
    assert sum(map(len, found[:4])) == oracle.n_sets == n // 2
    assert sum(map(len, found[4:])) == oracle.n_expert == n // 3


def test_a_query_of_another_process_is_refused():
    """A forked process would get answers that nothing counts, even while a
    thread of its parent holds the lock."""
    sets = LabelSetOracle(np.ones((2, 1, K), bool), np.ones((2, K), bool),
                          2, 2)
    oracle = make(budget=1000, expert=TRUTH, expert_price=2, gold=gold())
    queries = [lambda: oracle.ask([0], [0]), lambda: oracle.ask_gold(1),
               lambda: oracle.ask_expert([0]), lambda: sets.ask_expert([0]),
               lambda: sets.ask([0], [0], np.ones((1, K), bool))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fork beside threads
        child = os.fork()
    if not child:
        refused = 0
        try:
            for query in queries:
                try:
                    query()
                except OracleError as error:
                    refused += "process" in str(error)
        finally:
            os._exit(refused)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == len(queries)
    for query in queries:
        query()


@pytest.mark.parametrize("line", range(6))
def test_a_query_within_a_query_is_refused(line):
    """Such as one of a signal handler, which runs between two lines of the
    first one: its votes would not be recorded."""
    oracle, found, seen = make(budget=100), [], []

    def handler(frame, event, _):
        if event == "line" and frame.f_code.co_name == "ask":
            seen.append(frame.f_lineno)
            if len(seen) == line + 1:
                try:
                    found.extend(oracle.ask([1], [1]))
                except OracleError as error:
                    assert "another query of this thread" in str(error)
        return handler
    before = sys.gettrace()
    sys.settrace(handler)
    try:
        found.extend(oracle.ask([0], [0]))
    finally:
        sys.settrace(before)
    assert len(seen) > line
    assert len(found) == oracle.n_votes == oracle.spent == 1
    oracle.ask([1], [1])  # it is answering no longer
