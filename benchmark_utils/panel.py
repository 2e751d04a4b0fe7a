"""The counter where annotators and an expert say which labels a task has."""
import numpy as np

from benchmark_utils.oracle import OracleError, pair_uniform


class Panel:
    """Sells answers "does the task show this class?" and counts them.

    ``ask`` puts some classes of a task to one annotator, ``ask_expert`` a
    whole task to the expert. Each annotator sees a task once, the expert too.
    A request is answered whole or refused by an OracleError. What was bought
    is read off ``n_sets`` and ``n_expert``.

    Parameters
    ----------
    answer : (task, annotator) -> yes (n, K) bool
    expert : task -> yes (n, K) bool
        Closures that know the truth, so that none can be read off a panel.
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


def simulated_panel(truth_sets, visibility, annotators, expert, seed):
    """Answer functions of annotators and expert for a `Panel`.

    Annotator j says yes to a class that the task shows with probability
    sensitivity_j times its visibility, to another with 1 - specificity_j; the
    expert sees all. The answer of (task, who, class) is a counter-based hash
    of the seed, whatever is asked when.

    Parameters
    ----------
    truth_sets : (n_tasks, K) bool
    visibility : (n_tasks, K) in [0, 1]
    annotators : (n_annotators, 2), sensitivity and specificity of each
    expert : sensitivity and specificity
    """
    K = truth_sets.shape[1]

    def says_yes(task, who, yes):
        cell = task[:, None] * K + np.arange(K)
        u = pair_uniform(seed, cell.ravel(), np.repeat(who, K))
        return u.reshape(-1, K) < yes

    def answer(task, annotator):
        sensitivity, specificity = annotators[annotator].T
        shown = sensitivity[:, None] * visibility[task]
        return says_yes(task, annotator, np.where(
            truth_sets[task], shown, 1 - specificity[:, None]))

    def expert_answer(task):
        who = np.full(len(task), len(annotators))
        return says_yes(task, who, np.where(
            truth_sets[task], expert[0], 1 - expert[1]))
    return answer, expert_answer
