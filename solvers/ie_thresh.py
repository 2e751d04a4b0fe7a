import numpy as np

from benchmark_utils.checks import number
from benchmark_utils.online.assignment import random_tasks
from benchmark_utils.online.interval_estimation import upper_limits
from benchmark_utils.online.solver import OnlineSolver
from benchmark_utils.papers import papers


class Solver(OnlineSolver):
    """IEThresh: random tasks, all workers whose accuracy may be near the best.

    UI_j is the upper limit of the 95% confidence interval of worker j's
    agreement with the majority of a task's votes. Workers with UI_j >=
    ``threshold`` max UI are all queried about one random unfinished task after
    the other.
    """
    name = "IEThresh"
    parameters = {**OnlineSolver.parameters, "threshold": [.8]}
    accepts = {"threshold": number(0, 1)}
    defaults_from = {"threshold": "the paper"}
    references = papers("donmez2009")

    def query(self, belief, candidates, n):
        limit = upper_limits(self.oracle.votes())
        # The largest limit among workers who can still be queried.
        at_hand = candidates.any(axis=0)
        good = limit >= self.threshold * limit[at_hand].max() - 1e-12
        candidates = candidates & good
        tasks = random_tasks(self.rng, candidates, n)
        row, worker = np.nonzero(candidates[tasks])
        # Random workers where the last task has more than needed.
        order = np.lexsort((self.rng.random(len(row)), row))[:n]
        return tasks[row[order]], worker[order]
