"""The oracle that is queried for all labels of a task: annotators and an
expert."""
import numpy as np

from benchmark_utils.checks import plain
from benchmark_utils.oracles.requests import (
    OracleError,
    check_ids,
    counted_once,
    first_repeated,
)
from benchmark_utils.oracles.vote_oracle import CountingOracle


class LabelSetOracle(CountingOracle):
    """Answers "does the task show this class?" and counts the answers.

    ``ask`` puts some classes of a task to one annotator, ``ask_expert`` a
    whole task to the expert. Each annotator, and the expert, sees a task once.
    A query is answered whole, or refused with an OracleError. ``n_sets`` and
    ``n_expert`` count the queries; nothing can be written.

    Parameters
    ----------
    answers : (n_tasks, n_annotators, K) bool
    expert : (n_tasks, K) bool
    budget, expert_budget : int
        Label sets of annotators, tasks labelled by the expert.
    """
    __slots__ = ("__answers", "__expert", "__budgets", "__seen",
                 "__by_expert")

    def __init__(self, answers, expert, budget, expert_budget):
        super().__init__(len(answers), answers.shape[2])
        # In closures, so that no attribute holds what was not queried.
        self.__answers = lambda *where: answers[where]
        self.__expert = lambda task: expert[task]
        self.__budgets = int(budget), int(expert_budget)
        self.__seen = np.zeros(answers.shape[:2], bool)
        self.__by_expert = np.zeros(len(answers), bool)

    n_annotators = property(lambda self: self.__seen.shape[1])
    budget = property(lambda self: self.__budgets[0])
    expert_budget = property(lambda self: self.__budgets[1])
    n_sets = property(lambda self: int(self.__seen.sum()))
    n_expert = property(lambda self: int(self.__by_expert.sum()))

    @counted_once
    def ask(self, task, annotator, asked):
        """The answers of an annotator to the ``asked`` (n, K) classes of a
        task: (n, K) bool, False where not asked. task, annotator: (n,) ints.
        """
        task, annotator = check_ids(
            "ask", task=(task, self.n_tasks),
            annotator=(annotator, self.n_annotators))
        asked = plain("ask: asked", asked, OracleError)
        if asked.shape != (len(task), self.n_classes) or (
                asked.dtype.kind != "b"):
            raise OracleError(
                f"ask: asked has shape {asked.shape} and dtype {asked.dtype}"
                f", expected ({len(task)}, {self.n_classes}) and bool")
        pair = task * self.n_annotators + annotator
        again = first_repeated(pair, self.__seen.reshape(-1))
        if again is not None:
            raise OracleError(f"ask: annotator {annotator[again]} was asked "
                              f"about task {task[again]} before")
        _check_left("ask", len(pair), self.budget - self.n_sets, self.budget)
        self.__seen[task, annotator] = True
        return self.__answers(task, annotator) & asked

    @counted_once
    def ask_expert(self, task):
        """The expert's answers to all classes of the tasks, (n, K) bool."""
        task, = check_ids("ask_expert", task=(task, self.n_tasks))
        again = first_repeated(task, self.__by_expert)
        if again is not None:
            raise OracleError("ask_expert: the expert was asked about task "
                              f"{task[again]} before")
        _check_left("ask_expert", len(task),
                    self.expert_budget - self.n_expert, self.expert_budget)
        self.__by_expert[task] = True
        return self.__expert(task)


def _check_left(query, n, left, budget):
    if n > left:
        raise OracleError(f"{query}: {n} more answers, {left} of {budget} "
                          "are left")
