from benchmark_utils.online.assignment import random_tasks
from benchmark_utils.online.solver import OnlineSolver
from benchmark_utils.oracles.design import random_workers
from benchmark_utils.papers import papers


class Solver(OnlineSolver):
    """Random assignment: random unfinished tasks, random workers."""
    name = "RandomAssign"
    title = "Random assignment"
    references = papers("liao2021b")

    def query(self, belief, candidates, n):
        task = random_tasks(self.rng, candidates, n)
        return task, random_workers(self.rng, candidates, task)
