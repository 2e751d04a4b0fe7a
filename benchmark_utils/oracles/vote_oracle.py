"""The oracle that online solvers query for votes, and what queries cost."""
import os
import threading
from contextlib import contextmanager

import numpy as np

from benchmark_utils.oracles.answers import NO_ANSWER
from benchmark_utils.oracles.requests import (
    OracleError,
    check_ids,
    check_positive,
    counted_once,
    first_repeated,
)
from benchmark_utils.votes import TIE, Votes


class CountingOracle:
    """The sizes of what can be queried. Queries are counted once: an oracle
    cannot be copied, and nothing can be written."""
    __slots__ = ("__sizes", "__lock", "__process", "__busy")

    def __init__(self, n_tasks, n_classes):
        self.__sizes = int(n_tasks), int(n_classes)
        self.__lock, self.__process = threading.RLock(), os.getpid()
        self.__busy = False

    @contextmanager
    def _one_at_a_time(self, query):
        # Before the lock: another thread may have held it when a process was
        # forked.
        if os.getpid() != self.__process:
            raise OracleError(f"{query}: the oracle counts the queries of the "
                              "process that made it, not of this one")
        with self.__lock:
            if self.__busy:  # such as from a signal handler
                raise OracleError(f"{query}: the oracle is answering another "
                                  "query of this thread")
            self.__busy = True
            try:
                yield
            finally:
                self.__busy = False

    def __reduce__(self):
        raise TypeError("an oracle counts its queries and cannot be copied")

    n_tasks = property(lambda self: self.__sizes[0])
    n_classes = property(lambda self: self.__sizes[1])


class Oracle(CountingOracle):
    """Answers queries for votes, within a budget, and counts their cost.

    Each pair of a task and a worker is answered once. A query is answered
    whole, or refused with an OracleError. The objective reads from the oracle
    what was queried; everything but querying is read-only.

    Parameters
    ----------
    answers : (n_tasks, n_workers) ints
        The votes, NO_ANSWER where a worker gives none; `answers` makes them.
    n_classes : int
    budget : float
        The total that may be spent.
    cap : int, optional
        The largest number of votes of one worker.
    cost, latency : (n_workers,), optional
        Price and seconds of a vote of each worker; default 1 and 0.
    seconds_budget : float, optional
        The seconds of work that may be queried in all.
    gold : n -> (truth (n,), labels (n, n_workers)), optional
        Answers to gold tasks; `gold_answers`.
    expert : (n_tasks,) true labels, optional, at ``expert_price`` each

    `contract.problem_checks` has checked all of them.
    """
    __slots__ = (
        "__answers", "__never", "__asked", "__votes",
        "__per_worker", "__budget", "__seconds_budget", "__cap", "__cost",
        "__latency", "__gold", "__n_gold", "__expert", "__expert_price",
        "__by_expert", "__spent", "__seconds")

    def __init__(self, answers, n_classes, budget, cap=None, cost=None,
                 latency=None, seconds_budget=None, gold=None, expert=None,
                 expert_price=None):
        n_tasks, n_workers = answers.shape
        super().__init__(n_tasks, n_classes)
        # In closures, so that no attribute holds what was not queried.
        self.__answers = lambda task, worker: answers[task, worker]
        self.__gold = gold
        self.__expert = None if expert is None else lambda task: expert[task]
        self.__never = answers == NO_ANSWER
        self.__budget, self.__cap = float(budget), cap
        self.__seconds_budget = (
            np.inf if seconds_budget is None else float(seconds_budget))
        self.__cost = _per_worker(cost, n_workers, 1.0)
        self.__latency = _per_worker(latency, n_workers, 0.0)
        self.__expert_price = None if expert is None else float(expert_price)
        self.__asked = np.zeros((n_tasks, n_workers), bool)
        self.__by_expert = np.zeros(n_tasks, bool)
        self.__votes = Votes(*np.zeros((3, 0), np.intp), n_tasks, n_workers,
                             self.n_classes)
        self.__per_worker = np.zeros(n_workers, np.intp)
        self.__n_gold, self.__spent, self.__seconds = 0, 0.0, 0.0

    # --- what can be queried ------------------------------------------------
    n_workers = property(lambda self: self.__asked.shape[1])
    budget = property(lambda self: self.__budget)
    seconds_budget = property(lambda self: self.__seconds_budget)
    cap = property(lambda self: self.__cap)
    # Of a vote of each worker, (n_workers,), read-only.
    cost = property(lambda self: self.__cost)
    latency = property(lambda self: self.__latency)
    expert_price = property(lambda self: self.__expert_price)
    has_gold = property(lambda self: self.__gold is not None)
    has_expert = property(lambda self: self.__expert is not None)

    # --- what was queried ---------------------------------------------------
    spent = property(lambda self: self.__spent)
    left = property(lambda self: self.__budget - self.__spent)
    # The time of all workers, one after the other.
    seconds = property(lambda self: self.__seconds)
    # Of workers, their answers to gold tasks included.
    n_votes = property(lambda self: len(self.__votes) + self.__n_gold)
    # Tasks that the expert labelled.
    n_expert = property(lambda self: int(self.__by_expert.sum()))
    # Votes on tasks of each worker, (n_workers,), a copy.
    per_worker = property(lambda self: self.__per_worker.copy())

    def votes(self):
        """All answers of the workers on the tasks, in order: `Votes`."""
        return self.__votes

    def candidates(self):
        """Pairs that can be queried now, (n_tasks, n_workers) bool, a copy.
        """
        candidates = ~(self.__asked | self.__never)
        if self.cap is not None:
            candidates[:, self.__per_worker >= self.cap] = False
        candidates[:, ~self.__within(self.cost, self.latency)] = False
        return candidates

    def affordable(self, worker):
        """Which of the votes of these workers budget and time allow if they
        are queried in this order, (n,) bool, a prefix."""
        worker, = check_ids("affordable", worker=(worker, self.n_workers))
        return self.__within(np.cumsum(self.cost[worker]),
                             np.cumsum(self.latency[worker]))

    def __within(self, cost, seconds):
        return ((cost <= self.left + TIE) & (
            seconds <= self.seconds_budget - self.__seconds + TIE))

    # --- queries ------------------------------------------------------------
    @counted_once
    def ask(self, task, worker):
        """The votes of the pairs (task[i], worker[i]); labels (n,).

        Raises
        ------
        OracleError
            If a pair is unknown, not available or queried twice, a worker
            exceeds the cap, or budget or time do not suffice for all.
        """
        task, worker = check_ids("ask", task=(task, self.n_tasks),
                                 worker=(worker, self.n_workers))
        self.__check_pairs(task, worker)
        self.__charge(f"ask: {len(task)} votes", self.cost[worker].sum(),
                      self.latency[worker].sum())
        label = self.__answers(task, worker).astype(np.intp)
        self.__asked[task, worker] = True
        self.__per_worker += np.bincount(worker, minlength=self.n_workers)
        old = self.__votes
        self.__votes = Votes(*map(np.concatenate, (
            (old.task, task), (old.worker, worker), (old.label, label))),
            self.n_tasks, self.n_workers, self.n_classes)
        return label

    def __check_pairs(self, task, worker):
        again = first_repeated(task * self.n_workers + worker,
                               self.__asked.reshape(-1))
        if again is not None:
            raise OracleError(f"ask: task {task[again]} by worker "
                              f"{worker[again]} was asked before")
        never = self.__never[task, worker]
        if never.any():
            i = never.argmax()
            raise OracleError(
                f"ask: task {task[i]} by worker {worker[i]} is not available "
                f"({never.sum()} such pairs)")
        if self.cap is not None:
            over = self.__per_worker + np.bincount(
                worker, minlength=self.n_workers) > self.cap
            if over.any():
                raise OracleError(f"ask: worker {over.argmax()} would exceed "
                                  f"the cap of {self.cap} votes")

    @counted_once
    def ask_gold(self, n):
        """Put n gold tasks to every worker, at the price of votes: the
        answers counted, (n_workers, K, K), rows = truth.

        Raises
        ------
        OracleError
            If n is not a positive integer, there are no gold tasks, they were
            asked before, or budget or time do not suffice.
        """
        n = check_positive("ask_gold", n)
        if self.__gold is None:
            raise OracleError("ask_gold: this dataset has no gold tasks")
        if self.__n_gold:
            raise OracleError("ask_gold: the gold tasks were asked before")
        self.__charge(f"ask_gold: {n} tasks for {self.n_workers} workers",
                      n * self.cost.sum(), n * self.latency.sum())
        self.__n_gold = n * self.n_workers
        truth, labels = self.__gold(n)
        counts = np.zeros((self.n_workers, self.n_classes, self.n_classes))
        np.add.at(counts, (np.arange(self.n_workers), truth[:, None], labels),
                  1)
        return counts

    @counted_once
    def ask_expert(self, task):
        """The expert's labels of these tasks, (n,), at ``expert_price`` each.

        Raises
        ------
        OracleError
            If there is no expert, a task is unknown or asked twice, or the
            budget does not suffice for all.
        """
        task, = check_ids("ask_expert", task=(task, self.n_tasks))
        if self.__expert is None:
            raise OracleError("ask_expert: this dataset has no expert")
        again = first_repeated(task, self.__by_expert)
        if again is not None:
            raise OracleError(f"ask_expert: task {task[again]} was asked "
                              "before")
        self.__charge(f"ask_expert: {len(task)} labels",
                      self.expert_price * len(task))
        self.__by_expert[task] = True
        return np.array(self.__expert(task), np.intp)

    def __charge(self, what, cost, seconds=0.0):
        """Count it as spent, or refuse."""
        if cost > self.left + TIE:
            raise OracleError(f"{what} cost {cost:g}, {self.left:g} of "
                              f"{self.budget:g} is left")
        left = self.seconds_budget - self.__seconds
        if seconds > left + TIE:
            raise OracleError(f"{what} take {seconds:g} seconds, {left:g} of "
                              f"{self.seconds_budget:g} are left")
        self.__spent += float(cost)
        self.__seconds += float(seconds)


def _per_worker(value, n_workers, default):
    value = np.full(n_workers, default) if value is None else np.array(
        value, dtype=float)
    value.setflags(write=False)
    return value
