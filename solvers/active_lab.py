import numpy as np

from benchmark_utils.online.activelab import activelab_scores
from benchmark_utils.online.assignment import best_tasks
from benchmark_utils.online.solver import OnlineSolver
from benchmark_utils.oracles.design import random_workers


class Solver(OnlineSolver):
    """ActiveLab: the tasks whose consensus label is least assured.

    The linear pool of network and votes of CROWDLAB says how likely the
    consensus is right; each vote on a task makes it count more. Workers are
    random. Predictions are the loop's cross-fitted ones, and so are the
    labels that are scored: only the choice of tasks is ActiveLab's.
    """
    name = "ActiveLab"
    references = [
        "H. W. Goh, J. Mueller. ActiveLab: active learning with re-labeling "
        "by multiple annotators. 2023. https://arxiv.org/abs/2301.11856"]

    def query(self, belief, candidates, n):
        tasks = np.flatnonzero(candidates.any(axis=1))
        score = activelab_scores(self.oracle.votes(), self.model.log_prior,
                                 self.rng)
        task = best_tasks(self.rng, -score[tasks], tasks, n)
        return task, random_workers(self.rng, candidates, task)
