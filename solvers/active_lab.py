import numpy as np

from benchmark_utils.online.activelab import activelab_scores
from benchmark_utils.online.assignment import best_tasks
from benchmark_utils.online.solver import OnlineSolver
from benchmark_utils.oracles.design import random_workers
from benchmark_utils.papers import papers


class Solver(OnlineSolver):
    """ActiveLab: tasks whose consensus label is least certain.

    CROWDLAB's linear pool of network and votes gives the probability that the
    consensus is right, with a weight that grows with the votes on a task.
    Workers are random. Predictions and the scored labels are those of the
    common loop: only the choice of tasks is ActiveLab's.
    """
    name = "ActiveLab"
    references = papers("goh2023")

    def query(self, belief, candidates, n):
        tasks = np.flatnonzero(candidates.any(axis=1))
        score = activelab_scores(self.oracle.votes(), self.model.log_prior,
                                 self.rng)
        task = best_tasks(self.rng, -score[tasks], tasks, n)
        return task, random_workers(self.rng, candidates, task)
