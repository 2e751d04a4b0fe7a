from benchmark_utils.aggregation.voted_labels import label_shares
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """Naive soft: the share of each class in the votes of a task."""
    name = "NS"
    title = "Naive soft"
    votes_only = many_classes = True
    references = papers("peterson2019")

    def run(self, _):
        self.soft_labels = label_shares(self.votes)  # (n_tasks, K)
