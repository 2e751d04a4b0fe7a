from benchmark_utils.base import CrowdSolver


class Solver(CrowdSolver):
    """Majority vote: the class with most votes; tied classes share it."""
    name = "MV"
    references = [
        "G. James. Majority vote classifiers: theory and applications. "
        "PhD thesis, Stanford, 1998"]

    def run(self, _):
        self.soft_labels = self.votes.majority()  # (n_tasks, K)
