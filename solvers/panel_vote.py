from benchmark_utils.aggregation.panel_votes import panel_weights
from benchmark_utils.aggregation.voted_labels import label_shares
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """PanelVote: shares of the votes, where all models together are one voter.

    Each of the n votes of models on a task weighs 1 / n, a person's vote 1.
    """
    name = "PanelVote"
    title = "Panel as one voter"
    needs_kinds = True
    votes_only = many_classes = True
    references = papers("calderon2025")

    def run(self, _):
        self.soft_labels = label_shares(self.votes, panel_weights(
            self.votes, self.worker_kind, 0))
