import numpy as np

from benchmark_utils.checks import number
from benchmark_utils.online.assignment import random_tasks
from benchmark_utils.online.solver import OnlineSolver
from benchmark_utils.papers import papers
from benchmark_utils.votes import TIE


class Solver(OnlineSolver):
    """Greedy assignment: random tasks, the most accurate worker for each.

    argmax_j sum_k ybar_ik wbar_j[k, k], ties at random; one worker gives at
    most a share ``cap`` of the votes of a step.
    """
    name = "GreedyAssign"
    title = "Greedy assignment"
    parameters = {**OnlineSolver.parameters, "cap": [.5]}
    accepts = {"cap": number(0, 1)}
    defaults_from = {"cap": "our choice: at most half of a batch"}
    references = papers("liao2021b")

    def query(self, belief, candidates, n):
        # (n_workers, K): accuracy on each class
        accuracy = belief.mean_confusion.diagonal(axis1=1, axis2=2)
        score = belief.label_posterior @ accuracy.T  # (n_tasks, n_workers)
        score += TIE * self.rng.random(score.shape)
        most = max(int(np.ceil(self.cap * n)), 1)
        asked = np.zeros(candidates.shape[1], int)
        pairs = []
        for i in random_tasks(self.rng, candidates, n):
            may = candidates[i] & (asked < most)
            if may.any():
                j = np.where(may, score[i], -1).argmax()
                asked[j] += 1
                pairs.append((i, j))
        return np.array(pairs).T
