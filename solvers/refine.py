import numpy as np

from benchmark_utils.online.assignment import best_tasks
from benchmark_utils.online.label_sets import RefineSolver
from benchmark_utils.papers import papers


class Solver(RefineSolver):
    """Refine: label sets where the expert gets the most uncertain tasks,
    those with the largest expected number of wrong labels, sum_k min(q_ik, 1 -
    q_ik)."""
    name = "Refine"
    references = papers("beyer2020")

    def query(self, expected_errors, n):
        return best_tasks(self.rng, expected_errors,
                          np.arange(len(expected_errors)), n)
