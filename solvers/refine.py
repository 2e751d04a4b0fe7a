import numpy as np

from benchmark_utils.online.assignment import best_tasks
from benchmark_utils.online.label_sets import RefineSolver


class Solver(RefineSolver):
    """Refine: label sets where the expert gets the most uncertain tasks,
    those with the largest expected number of wrong labels, sum_k min(q_ik, 1 -
    q_ik)."""
    name = "Refine"
    references = [
        "L. Beyer, O. Henaff, A. Kolesnikov, X. Zhai, A. van den Oord. Are "
        "we done with ImageNet? 2020. https://arxiv.org/abs/2006.07159"]

    def query(self, expected_errors, n):
        return best_tasks(self.rng, expected_errors,
                          np.arange(len(expected_errors)), n)
