import numpy as np

from benchmark_utils.checks import integer
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """Consensus: the first label to reach p votes, in random order.

    Citizen-science projects retire a task by this rule. Where no label reaches
    p, the row is NaN, which is scored as a guess. The order is drawn for each
    repetition, since the stored order may carry information. ``p`` = 2 is our
    choice for datasets with 3 to 10 votes a task; live projects require more,
    Snapshot Serengeti 5 to call an image empty (Swanson et al.). A task's
    score is minus the number of votes until consensus.
    """
    name = "Consensus"
    votes_only = True
    parameters = {"p": [2]}
    accepts = {"p": integer(1)}
    defaults_from = {
        "p": "our choice, the fewest that can agree; projects often take 5"}
    references = papers("lintott2008", "swanson2015")

    def run(self, _):
        votes, K = self.votes, self.votes.n_classes
        order = np.random.default_rng(self.seed).permutation(len(votes))
        task, label = votes.task[order], votes.label[order]
        # The votes with which a label of a task reaches p.
        reached = np.flatnonzero(_number_so_far(task * K + label) == self.p)
        decided, first = np.unique(task[reached], return_index=True)
        self.soft_labels = np.full((votes.n_tasks, K), np.nan)
        self.soft_labels[decided] = 0
        self.soft_labels[decided, label[reached[first]]] = 1
        self.task_score = np.full(votes.n_tasks, np.nan)
        self.task_score[decided] = -_number_so_far(task)[reached[first]]


def _number_so_far(key):
    """Number of equal entries up to and including each one, (n,)."""
    order = np.argsort(key, kind="stable")
    new = np.diff(key[order], prepend=-1) > 0
    start = np.flatnonzero(new)[np.cumsum(new) - 1]
    number = np.empty(len(key), np.intp)
    number[order] = np.arange(len(key)) - start + 1
    return number
