from benchmark_utils.online.assignment import random_tasks
from benchmark_utils.online.solver import OnlineSolver
from benchmark_utils.oracles.design import random_workers


class Solver(OnlineSolver):
    """Random assignment: random unfinished tasks, random workers."""
    name = "RandomAssign"
    title = "Random assignment"
    references = [
        "Y. Liao, A. Kar, S. Fidler. Towards good practices for efficiently "
        "annotating large-scale image classification datasets. CVPR 2021. "
        "https://arxiv.org/abs/2104.12690"]

    def query(self, belief, candidates, n):
        task = random_tasks(self.rng, candidates, n)
        return task, random_workers(self.rng, candidates, task)
