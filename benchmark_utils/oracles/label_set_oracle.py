"""Annotators and an expert, who say which labels a task has."""
import numpy as np

from benchmark_utils.oracles.requests import (
    OracleError,
    check_ids,
    check_same_length,
    first_repeated,
)
from benchmark_utils.oracles.vote_oracle import CountingOracle


class LabelSetOracle(CountingOracle):
    """Answers "does the task show this class?" and counts the answers.

    ``ask`` puts some classes of a task to one annotator, ``ask_expert`` a
    whole task to the expert. Each annotator sees a task once, the expert too.
    A query is answered whole or refused by an OracleError. How much was
    asked is read off ``n_sets`` and ``n_expert``; nothing can be written.

    Parameters
    ----------
    answers : (n_tasks, n_annotators, K) bool
    expert : (n_tasks, K) bool
    budget, expert_budget : int
        Label sets that annotators give, tasks that the expert answers.
    """
    __slots__ = ("__answers", "__expert", "__budgets", "__seen",
                 "__by_expert")

    def __init__(self, answers, expert, budget, expert_budget):
        if expert.shape != (len(answers), answers.shape[2]):
            raise ValueError(f"label sets: the expert's answers have shape "
                             f"{expert.shape}, those of annotators "
                             f"{answers.shape}")
        super().__init__(len(answers), answers.shape[2])
        # In closures, so that no attribute holds what was not asked for.
        self.__answers = lambda *where: answers[where]
        self.__expert = lambda task: expert[task]
        self.__budgets = int(budget), int(expert_budget)
        self.__seen = np.zeros(answers.shape[:2], bool)
        self.__by_expert = np.zeros(len(answers), bool)

    @property
    def n_annotators(self):
        return self.__seen.shape[1]

    @property
    def budget(self):
        return self.__budgets[0]

    @property
    def expert_budget(self):
        return self.__budgets[1]

    @property
    def n_sets(self):
        """Label sets that annotators gave."""
        return int(self.__seen.sum())

    @property
    def n_expert(self):
        """Tasks that the expert answered."""
        return int(self.__by_expert.sum())

    def ask(self, task, annotator, asked):
        """What an annotator says of the ``asked`` (n, K) classes of a task:
        (n, K) bool, False where not asked. task, annotator: (n,) ints."""
        task = check_ids("ask", "task", task, self.n_tasks)
        annotator = check_ids("ask", "annotator", annotator,
                              self.n_annotators)
        asked = np.asarray(asked)
        check_same_length("ask", task=task, annotator=annotator)
        if asked.shape != (len(task), self.n_classes) or (
                asked.dtype.kind != "b"):
            raise OracleError(
                f"ask: classes of shape {asked.shape} and dtype {asked.dtype}"
                f", ({len(task)}, {self.n_classes}) bool is needed")
        pair = task * self.n_annotators + annotator
        again = first_repeated(pair, self.__seen.reshape(-1))
        if again is not None:
            raise OracleError(f"ask: annotator {annotator[again]} was asked "
                              f"about task {task[again]} before")
        _check_left("ask", len(pair), self.budget - self.n_sets, self.budget)
        self.__seen[task, annotator] = True
        return self.__answers(task, annotator) & asked

    def ask_expert(self, task):
        """What the expert says of all classes of the tasks, (n, K) bool."""
        task = check_ids("ask_expert", "task", task, self.n_tasks)
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
