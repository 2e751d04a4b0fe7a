import numpy as np

from benchmark_utils.checks import check_range
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """Consensus: the first label to reach p votes, in the order they came.

    The rule by which live projects retire a task. A task where no label
    reaches p has no consensus: its row is NaN, a guess in the score.
    """
    name = "Consensus"
    votes_only = True
    parameters = {"p": [2]}
    references = [
        "C. Lintott et al. Galaxy Zoo: morphologies derived from visual "
        "inspection of galaxies. MNRAS 389, 2008. "
        "https://arxiv.org/abs/0804.4483"]

    def run(self, _):
        check_range(self.name, "p", self.p, 1, whole=True)
        votes, K = self.votes, self.votes.n_classes
        # How many votes for the same label its task has had so far.
        cell = votes.task * K + votes.label
        order = np.argsort(cell, kind="stable")
        new_cell = np.diff(cell[order], prepend=-1) > 0
        start = np.flatnonzero(new_cell)[np.cumsum(new_cell) - 1]
        count = np.empty(len(votes), np.intp)
        count[order] = np.arange(len(votes)) - start + 1
        # The earliest vote at which a label of the task reaches p.
        reached = np.flatnonzero(count == self.p)
        task, first = np.unique(votes.task[reached], return_index=True)
        self.soft_labels = np.full((votes.n_tasks, K), np.nan)
        self.soft_labels[task] = 0
        self.soft_labels[task, votes.label[reached[first]]] = 1
