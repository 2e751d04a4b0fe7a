"""Where online solvers ask for votes, one by one, and what that costs."""
import numpy as np

from benchmark_utils.oracles.answers import NO_ANSWER
from benchmark_utils.oracles.requests import (
    OracleError,
    check_ids,
    check_limit,
    check_number,
    check_per_worker,
    check_same_length,
    first_repeated,
)
from benchmark_utils.votes import TIE, Votes


class CountingOracle:
    """The sizes of what can be asked. What was asked is counted once: there
    are no copies, and nothing can be written."""
    __slots__ = ("__sizes",)

    def __init__(self, n_tasks, n_classes):
        self.__sizes = int(n_tasks), int(n_classes)

    def __reduce__(self):
        raise TypeError("an oracle counts what it is asked: it has no copies")

    @property
    def n_tasks(self):
        return self.__sizes[0]

    @property
    def n_classes(self):
        return self.__sizes[1]


class Oracle(CountingOracle):
    """Answers queries for votes, within a budget, and counts their cost.

    Each pair of a task and a worker is answered once. A query is answered
    whole or, with an OracleError that says why, not at all. The objective
    reads what was asked off the oracle, so everything but asking is
    read-only, and an oracle cannot be copied.

    Parameters
    ----------
    answers : (n_tasks, n_workers) ints
        The votes, NO_ANSWER where a worker gives none; `answers` makes them.
    n_classes : int
    budget : float
        Total that may be spent.
    cap : int, optional
        Most votes that one worker gives.
    cost, latency : (n_workers,), optional
        Price and seconds of a vote by each worker; default 1 and 0.
    seconds_budget : float, optional
        Seconds of work that may be asked for in all.
    gold : n -> (truth (n,), labels (n, n_workers)), optional
        Answers to questions whose truth is known; `gold_answers`.
    expert : (n_tasks,) true labels, optional, at ``expert_price`` each
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
        if expert is not None and (np.asarray(expert) < 0).any():
            raise ValueError("oracle: an expert needs the truth of every task")
        super().__init__(n_tasks, n_classes)
        # In closures, so that no attribute holds what was not asked for.
        self.__answers = lambda task, worker: answers[task, worker]
        self.__gold = gold
        self.__expert = None if expert is None else lambda task: expert[task]
        self.__never = answers == NO_ANSWER
        self.__budget = check_limit("budget", budget)
        self.__seconds_budget = (np.inf if seconds_budget is None else
                                 check_limit("seconds_budget", seconds_budget))
        self.__cap = None if cap is None else check_number("oracle: cap", cap)
        self.__cost = check_per_worker("cost", cost, n_workers, 1.0)
        if (self.__cost == 0).any():
            raise ValueError("oracle: a vote that costs nothing has no gain "
                             "per cost; give it a small one")
        self.__latency = check_per_worker("latency", latency, n_workers, 0.0)
        self.__expert_price = (None if expert is None else
                               check_limit("expert_price", expert_price))
        self.__asked = np.zeros((n_tasks, n_workers), bool)
        self.__by_expert = np.zeros(n_tasks, bool)
        self.__votes = Votes(*np.zeros((3, 0), np.intp), n_tasks, n_workers,
                             self.n_classes)
        self.__per_worker = np.zeros(n_workers, np.intp)
        self.__n_gold, self.__spent, self.__seconds = 0, 0.0, 0.0

    # --- what can be asked --------------------------------------------------
    @property
    def n_workers(self):
        return self.__asked.shape[1]

    @property
    def budget(self):
        return self.__budget

    @property
    def seconds_budget(self):
        return self.__seconds_budget

    @property
    def cap(self):
        return self.__cap

    @property
    def cost(self):
        """Price of a vote of each worker, (n_workers,), read-only."""
        return self.__cost

    @property
    def latency(self):
        """Seconds of a vote of each worker, (n_workers,), read-only."""
        return self.__latency

    @property
    def expert_price(self):
        return self.__expert_price

    @property
    def has_gold(self):
        return self.__gold is not None

    @property
    def has_expert(self):
        return self.__expert is not None

    # --- what was asked: read by the objective, not told by the solver ------
    @property
    def spent(self):
        return self.__spent

    @property
    def left(self):
        return self.__budget - self.__spent

    @property
    def seconds(self):
        """Time the workers took, one after the other."""
        return self.__seconds

    @property
    def n_votes(self):
        """By workers, answers to gold questions among them."""
        return len(self.__votes) + self.__n_gold

    @property
    def n_expert(self):
        """Tasks that the expert labelled."""
        return int(self.__by_expert.sum())

    @property
    def per_worker(self):
        """Votes on tasks by each worker, (n_workers,), a copy."""
        return self.__per_worker.copy()

    def votes(self):
        """All answers of the workers on the tasks, in order: `Votes`."""
        return self.__votes

    def candidates(self):
        """Pairs that can be asked for now, (n_tasks, n_workers) bool, a copy.
        """
        candidates = ~(self.__asked | self.__never)
        if self.cap is not None:
            candidates[:, self.__per_worker >= self.cap] = False
        candidates[:, ~self.__within(self.cost, self.latency)] = False
        return candidates

    def affordable(self, worker):
        """Which of the votes of these workers budget and time allow if they
        are asked for in this order, (n,) bool, a prefix."""
        return self.__within(np.cumsum(self.cost[worker]),
                             np.cumsum(self.latency[worker]))

    def __within(self, cost, seconds):
        return ((cost <= self.left + TIE) & (
            seconds <= self.seconds_budget - self.__seconds + TIE))

    # --- asking -------------------------------------------------------------
    def ask(self, task, worker):
        """The votes of the pairs (task[i], worker[i]); labels (n,).

        Raises
        ------
        OracleError
            If a pair is unknown, not available, asked twice, over a worker's
            cap, or budget or time do not suffice for all.
        """
        task = check_ids("ask", "task", task, self.n_tasks)
        worker = check_ids("ask", "worker", worker, self.n_workers)
        check_same_length("ask", task=task, worker=worker)
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
                raise OracleError(f"ask: worker {over.argmax()} would give "
                                  f"more than the cap of {self.cap} votes")

    def ask_gold(self, n):
        """Put n questions of known truth to every worker, at the price of
        votes: the answers counted, (n_workers, K, K), rows = truth.

        Raises
        ------
        OracleError
            If n is not an integer from 1, there are no such questions, they
            were asked before, or budget or time do not suffice.
        """
        n = check_number("ask_gold", n)
        if self.__gold is None:
            raise OracleError("ask_gold: there are no gold questions")
        if self.__n_gold:
            raise OracleError("ask_gold: they were asked before")
        self.__charge(f"ask_gold: {n} questions to {self.n_workers} workers",
                      n * self.cost.sum(), n * self.latency.sum())
        self.__n_gold = n * self.n_workers
        truth, labels = self.__gold(n)
        counts = np.zeros((self.n_workers, self.n_classes, self.n_classes))
        np.add.at(counts, (np.arange(self.n_workers), truth[:, None], labels),
                  1)
        return counts

    def ask_expert(self, task):
        """The expert's labels of these tasks, (n,), at ``expert_price`` each.

        Raises
        ------
        OracleError
            If there is no expert, a task is unknown or asked twice, or the
            budget does not suffice for all.
        """
        task = check_ids("ask_expert", "task", task, self.n_tasks)
        if self.__expert is None:
            raise OracleError("ask_expert: there is no expert")
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
