from benchmark_utils.base import CrowdSolver
from benchmark_utils.metrics import entropy


class Solver(CrowdSolver):
    """Majority vote: the class with most votes; tied classes share it."""
    name = "MV"
    references = [
        "G. James. Majority vote classifiers: theory and applications. "
        "PhD thesis, Stanford, 1998"]

    def run(self, _):
        self.soft_labels = self.votes.majority()  # (n_tasks, K)
        # Of the shares: that of a majority is zero unless it is a tie.
        self.task_score = -entropy(self.votes.shares())
