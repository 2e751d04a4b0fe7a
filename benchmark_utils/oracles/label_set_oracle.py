"""The counter where annotators and an expert say which labels a task has."""
import numpy as np

from benchmark_utils.oracles.vote_oracle import OracleError


class LabelSetOracle:
    """Sells answers "does the task show this class?" and counts them.

    ``ask`` puts some classes of a task to one annotator, ``ask_expert`` a
    whole task to the expert. Each annotator sees a task once, the expert too.
    A request is answered whole or refused by an OracleError. What was bought
    is read off ``n_sets`` and ``n_expert``.

    Parameters
    ----------
    answer : (task, annotator) -> yes (n, K) bool
    expert : task -> yes (n, K) bool
        Closures that know the truth, so that none can be read off an oracle.
    n_tasks, n_annotators, n_classes : int
    budget, expert_budget : int
        Label sets that annotators give, tasks that the expert answers.
    """
    def __init__(self, answer, expert, n_tasks, n_annotators, n_classes,
                 budget, expert_budget):
        self._answer, self._expert = answer, expert
        self.n_tasks, self.n_annotators = n_tasks, n_annotators
        self.n_classes = n_classes
        self.budget, self.expert_budget = budget, expert_budget
        self._seen = np.zeros((n_tasks, n_annotators), bool)
        self._refined = np.zeros(n_tasks, bool)

    @property
    def n_sets(self):
        """Label sets bought of annotators."""
        return int(self._seen.sum())

    @property
    def n_expert(self):
        """Tasks that the expert answered."""
        return int(self._refined.sum())

    def ask(self, task, annotator, asked):
        """What an annotator says of the ``asked`` (n, K) classes of a task:
        (n, K) bool, False where not asked. task, annotator: (n,) ints."""
        task, annotator = _ids("task", task, self.n_tasks), _ids(
            "annotator", annotator, self.n_annotators)
        asked = np.asarray(asked, bool)
        if not len(task) == len(annotator) == len(asked) or (
                asked.shape[1:] != (self.n_classes,)):
            raise OracleError(
                f"ask: {len(task)} tasks, {len(annotator)} annotators and "
                f"classes of shape {asked.shape} do not fit")
        pair = task * self.n_annotators + annotator
        _once("ask", f"annotator {annotator[0] if len(pair) else ''}", pair,
              self._seen.reshape(-1), self.budget)
        self._seen.reshape(-1)[pair] = True
        return self._answer(task, annotator) & asked

    def ask_expert(self, task):
        """What the expert says of all classes of the tasks, (n, K) bool."""
        task = _ids("task", task, self.n_tasks)
        _once("ask_expert", "the expert", task, self._refined,
              self.expert_budget)
        self._refined[task] = True
        return self._expert(task)


def _ids(name, ids, size):
    ids = np.asarray(ids)
    if ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
        raise OracleError(f"{name}: a list of integers is needed")
    if len(ids) and not (0 <= ids.min() and ids.max() < size):
        raise OracleError(f"a {name} outside 0..{size - 1}")
    return ids.astype(np.intp)


def _once(request, who, key, done, budget):
    """Refuse what was answered before and what is beyond the budget."""
    if len(np.unique(key)) < len(key) or done[key].any():
        raise OracleError(f"{request}: a task was put to {who} before")
    if len(key) > budget - done.sum():
        raise OracleError(f"{request}: {len(key)} more answers, "
                          f"{budget - done.sum()} of {budget} are left")
