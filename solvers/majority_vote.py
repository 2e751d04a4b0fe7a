from benchmark_utils.aggregation.voted_labels import (
    label_majority,
    label_shares,
)
from benchmark_utils.label_rows import entropy
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """Majority vote: the class with most votes, ties shared."""
    name = "MV"
    title = "Majority vote"
    votes_only = many_classes = True
    references = papers("james1998")

    def run(self, _):
        self.soft_labels = label_majority(self.votes)  # (n_tasks, K)
        # Entropy of the shares, as that of a majority is 0 without a tie.
        self.task_score = -entropy(label_shares(self.votes))
