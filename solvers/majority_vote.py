from benchmark_utils.base import CrowdSolver
from benchmark_utils.metrics import TIE


class Solver(CrowdSolver):
    """Majority vote: the class with most votes; tied classes share it."""
    name = "MV"
    references = [
        "G. James. Majority vote classifiers: theory and applications. "
        "PhD thesis, Stanford, 1998"]

    def run(self, _):
        shares = self.votes.shares()  # (n_tasks, K)
        best = shares >= shares.max(axis=1, keepdims=True) - TIE
        best = best.astype(float)
        best[self.votes.per_task == 0] = float("nan")
        self.soft_labels = best / best.sum(axis=1, keepdims=True)
