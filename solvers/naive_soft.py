from benchmark_utils.aggregation.voted_labels import label_shares
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """Naive soft: the share of each class in the votes of a task."""
    name = "NS"
    title = "Naive soft"
    votes_only = many_classes = True
    references = [
        "J. Peterson, R. Battleday, T. Griffiths, O. Russakovsky. Human "
        "uncertainty makes classification more robust. ICCV 2019. "
        "https://arxiv.org/abs/1908.07086"]

    def run(self, _):
        self.soft_labels = label_shares(self.votes)  # (n_tasks, K)
