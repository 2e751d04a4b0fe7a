from scipy.special import entr

from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """Majority vote: the class with most votes; tied classes share it."""
    name = "MV"
    votes_only = True
    references = [
        "G. James. Majority vote classifiers: theory and applications. "
        "PhD thesis, Stanford, 1998"]

    def run(self, _):
        self.soft_labels = self.votes.majority()  # (n_tasks, K)
        # Of the shares: that of a majority is zero unless it is a tie.
        self.task_score = -entr(self.votes.shares()).sum(axis=1)
