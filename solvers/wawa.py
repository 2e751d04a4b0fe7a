from benchmark_utils.aggregation.voted_labels import (
    label_majority,
    label_shares,
)
from benchmark_utils.label_rows import value_at
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """Wawa: workers weighted by their agreement with the majority.

    s_j is the share of the worker's votes that are the majority, where a tie
    of m classes counts 1/m; soft_labels[i, k] is proportional to the sum of
    s_j over the workers j who voted k on task i.
    """
    name = "Wawa"
    votes_only = many_classes = True
    references = papers("wawa2024")

    def run(self, _):
        votes = self.votes
        self.worker_score = votes.worker_mean(
            value_at(label_majority(votes), votes.task, votes.label))
        self.soft_labels = label_shares(
            votes, self.worker_score[votes.worker])
