import numpy as np
from scipy.special import entr

from benchmark_utils.online.assignment import best_tasks
from benchmark_utils.online.solver import OnlineSolver
from benchmark_utils.oracles.design import random_workers
from benchmark_utils.papers import papers


class Solver(OnlineSolver):
    """Entropy assignment: tasks of largest entropy, random workers."""
    name = "EntropyAssign"
    title = "Entropy assignment"
    references = papers("lewis1994")

    def query(self, belief, candidates, n):
        tasks = np.flatnonzero(candidates.any(axis=1))
        unknown = entr(belief.label_posterior[tasks]).sum(axis=1)
        task = best_tasks(self.rng, unknown, tasks, n)
        return task, random_workers(self.rng, candidates, task)
