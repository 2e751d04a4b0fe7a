"""The counter at which online solvers buy votes, one at a time."""
import numpy as np

from benchmark_utils.votes import Votes


class OracleError(ValueError):
    """A request that the oracle refuses; nothing was bought."""


class Oracle:
    """Sells votes, counts what they cost, and refuses what it must.

    Each pair of a task and a worker is sold once. A request is answered whole
    or, with an OracleError that says why, not at all.

    Parameters
    ----------
    answer : (task, worker) -> labels, arrays
        Knows the votes; `simulated_answers` or `recorded_answers`. A closure,
        so that no truth can be read off an oracle.
    n_tasks, n_workers, n_classes : int
    budget : float
        Total that may be spent.
    available : (n_tasks, n_workers) bool, optional
        The pairs that can be sold; default all.
    cap : int, optional
        Most votes that one worker gives.
    cost, latency : (n_workers,), optional
        Price and seconds of a vote by each worker; default 1 and 0.
    seconds_budget : float, optional
        Seconds of work that may be bought in all.
    gold : n -> (truth (n,), labels (n_workers, n)), optional
        Answers to questions whose truth is known; `simulated_gold`.
    expert : task -> labels, optional, at ``expert_price`` each
    """

    def __init__(self, answer, n_tasks, n_workers, n_classes, budget,
                 available=None, cap=None, cost=None, latency=None,
                 seconds_budget=None, gold=None, expert=None,
                 expert_price=None):
        self._answer = answer
        self.n_tasks, self.n_workers = n_tasks, n_workers
        self.n_classes, self.budget, self.cap = n_classes, budget, cap
        self.cost = _per_worker("cost", cost, n_workers, 1.0)
        self.latency = _per_worker("latency", latency, n_workers, 0.0)
        shape = n_tasks, n_workers
        self._free = (np.ones(shape, bool) if available is None
                      else np.array(available, bool))
        if self._free.shape != shape:
            raise ValueError(f"oracle: available has shape "
                             f"{self._free.shape}, {shape} is needed")
        self._never = ~self._free  # not for sale from the start
        self._bought = []
        self._given = np.zeros(n_workers, np.intp)
        self._spent = self._seconds = 0.0
        self.seconds_budget = (np.inf if seconds_budget is None
                               else seconds_budget)
        self._gold, self._n_gold = gold, 0
        self._expert, self.expert_price = expert, expert_price
        self._by_expert = np.zeros(n_tasks, bool)

    # --- what was paid: read by the objective, not told by the solver -----
    @property
    def spent(self):
        return self._spent

    @property
    def left(self):
        return self.budget - self._spent

    @property
    def seconds(self):
        """Time the workers took, one after the other."""
        return self._seconds

    @property
    def n_votes(self):
        """By workers, answers to gold questions among them."""
        return int(self._given.sum()) + self._n_gold

    @property
    def n_expert(self):
        """Tasks that the expert labelled."""
        return int(self._by_expert.sum())

    @property
    def has_gold(self):
        return self._gold is not None

    @property
    def has_expert(self):
        return self._expert is not None

    @property
    def given(self):
        """Votes on tasks by each worker, (n_workers,), a copy."""
        return self._given.copy()

    def free(self):
        """Pairs that can be bought now, (n_tasks, n_workers) bool, a copy."""
        free = self._free.copy()
        if self.cap is not None:
            free[:, self._given >= self.cap] = False
        free[:, ~self._paid(self.cost, self.latency)] = False
        return free

    def affordable(self, worker):
        """Which of these votes can be paid if they are bought in this order,
        (n,) bool, a prefix."""
        return self._paid(np.cumsum(self.cost[worker]),
                          np.cumsum(self.latency[worker]))

    def _paid(self, cost, seconds):
        slack = 1e-9
        return ((cost <= self.left + slack)
                & (seconds <= self.seconds_budget - self._seconds + slack))

    def ask(self, task, worker):
        """Buy the votes of the pairs (task[i], worker[i]); labels (n,).

        Raises
        ------
        OracleError
            If a pair is unknown, not for sale, asked twice, over a worker's
            cap, or the budget or the time does not do for all.
        """
        task, worker = np.atleast_1d(task), np.atleast_1d(worker)
        self._check(task, worker)
        self._charge(f"ask: {len(task)} votes", self.cost[worker].sum(),
                     self.latency[worker].sum())
        label = np.asarray(self._answer(task, worker))
        self._free[task, worker] = False
        self._given += np.bincount(worker, minlength=self.n_workers)
        self._bought.append(np.stack([task, worker, label]))
        return label

    def _check(self, task, worker):
        if task.shape != worker.shape or task.ndim != 1:
            raise OracleError(f"ask: shapes {task.shape} and {worker.shape}, "
                              "two of the same length are needed")
        for name, ids, size in (("task", task, self.n_tasks),
                                ("worker", worker, self.n_workers)):
            if ids.dtype.kind not in "iu":
                raise OracleError(f"ask: {name} has dtype {ids.dtype}")
            if len(ids) and not (0 <= ids.min() and ids.max() < size):
                raise OracleError(f"ask: a {name} outside 0..{size - 1}")
        first = np.unique(task * self.n_workers + worker, return_index=True)[1]
        again = np.ones(len(task), bool)
        again[first] = False
        again |= ~self._free[task, worker] & ~self._never[task, worker]
        for wrong, why in ((again, "was asked before"),
                           (self._never[task, worker], "is not available")):
            if wrong.any():
                i = np.flatnonzero(wrong)[0]
                raise OracleError(f"ask: task {task[i]} by worker {worker[i]} "
                                  f"{why} ({wrong.sum()} such pairs)")
        if self.cap is not None:
            over = self._given + np.bincount(
                worker, minlength=self.n_workers) > self.cap
            if over.any():
                raise OracleError(
                    f"ask: worker {np.flatnonzero(over)[0]} would give more "
                    f"than the cap of {self.cap} votes")

    def _charge(self, what, cost, seconds=0.0):
        """Put it on the bill, or refuse."""
        if cost > self.left + 1e-9:
            raise OracleError(f"{what} cost {cost:g}, {self.left:g} of "
                              f"{self.budget:g} is left")
        if self._seconds + seconds > self.seconds_budget + 1e-9:
            raise OracleError(
                f"{what} take {seconds:g} seconds, "
                f"{self.seconds_budget - self._seconds:g} of "
                f"{self.seconds_budget:g} are left")
        self._spent += float(cost)
        self._seconds += float(seconds)

    def ask_gold(self, n):
        """Put n questions of known truth to every worker, at the price of
        votes: the answers counted, (n_workers, K, K), rows = truth.

        Raises
        ------
        OracleError
            If there are none for sale, or the budget does not pay for them.
        """
        if self._gold is None:
            raise OracleError("ask_gold: no gold questions for sale")
        if self._n_gold:
            raise OracleError("ask_gold: they were asked before")
        self._charge(f"ask_gold: {n} questions to {self.n_workers} workers",
                     n * self.cost.sum(), n * self.latency.sum())
        self._n_gold = n * self.n_workers
        truth, labels = self._gold(n)
        counts = np.zeros((self.n_workers, self.n_classes, self.n_classes))
        for j in range(self.n_workers):
            np.add.at(counts[j], (truth, labels[j]), 1)
        return counts

    def ask_expert(self, task):
        """The expert's labels of these tasks, (n,), at ``expert_price`` each.

        Raises
        ------
        OracleError
            If there is no expert, a task is unknown, asked twice, or the
            budget does not pay for all.
        """
        if self._expert is None:
            raise OracleError("ask_expert: no expert for sale")
        task = np.atleast_1d(task)
        if len(task) and not (0 <= task.min() and task.max() < self.n_tasks):
            raise OracleError(
                f"ask_expert: a task outside 0..{self.n_tasks - 1}")
        again = self._by_expert[task]
        if again.any() or len(np.unique(task)) < len(task):
            raise OracleError("ask_expert: a task was asked before")
        self._charge(f"ask_expert: {len(task)} labels",
                     self.expert_price * len(task))
        self._by_expert[task] = True
        return np.asarray(self._expert(task))

    def votes(self):
        """All that was bought of the workers on the tasks, in order."""
        task, worker, label = (
            np.concatenate(self._bought, axis=1) if self._bought
            else np.zeros((3, 0), np.intp))
        return Votes(task, worker, label, self.n_tasks, self.n_workers,
                     self.n_classes)


def _per_worker(name, value, n_workers, default):
    value = np.full(n_workers, default) if value is None else np.asarray(
        value, dtype=float)
    if value.shape != (n_workers,) or (value < 0).any():
        raise ValueError(f"oracle: {name} needs {n_workers} numbers from 0")
    if name == "cost" and (value == 0).any():
        raise ValueError("oracle: a vote that costs nothing has no value per "
                         "price; give it a small one")
    return value


def random_workers(rng, free, tasks):
    """A random worker for each of the tasks, among the ``free`` (n_tasks,
    n_workers) pairs."""
    keys = np.where(free[tasks], rng.random((len(tasks), free.shape[1])), -1)
    return keys.argmax(axis=1)


def random_design(oracle, seed):
    """Spend the whole budget as a plain design does: every task in turn gets
    a vote of a random worker. An offline method thus pays at the same counter
    as the online ones."""
    rng = np.random.default_rng(seed)
    while True:
        free = oracle.free()
        task = rng.permutation(np.flatnonzero(free.any(axis=1)))
        if not len(task):
            return oracle.votes()
        worker = random_workers(rng, free, task)
        if oracle.cap is not None:  # a worker's last votes go to the first
            turn = np.zeros(len(task), int)
            for j in np.unique(worker):
                turn[worker == j] = np.arange((worker == j).sum())
            left = oracle.cap - np.bincount(
                oracle.votes().worker, minlength=oracle.n_workers)
            within = turn < left[worker]
            task, worker = task[within], worker[within]
        paid = oracle.affordable(worker)
        oracle.ask(task[paid], worker[paid])
