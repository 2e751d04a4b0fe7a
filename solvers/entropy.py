import numpy as np
from scipy.special import entr

from benchmark_utils.online.solver import OnlineSolver
from benchmark_utils.oracles.vote_oracle import random_workers


class Solver(OnlineSolver):
    """Entropy assignment: the tasks least known, to random workers."""
    name = "EntropyAssign"
    references = [
        "D. Lewis, W. Gale. A sequential algorithm for training text "
        "classifiers. SIGIR 1994. https://arxiv.org/abs/cmp-lg/9407020"]

    def choose(self, belief, free, n):
        tasks = np.flatnonzero(free.any(axis=1))
        unknown = entr(belief.label_posterior[tasks]).sum(axis=1)
        # Equal entropies, as before any vote, in random order.
        order = np.lexsort((self.rng.random(len(tasks)), -unknown))
        task = tasks[order[:n]]
        return task, random_workers(self.rng, free, task)
