from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.panel_votes import panel_weights
from benchmark_utils.checks import integer, number
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """DiscountedDS: Dawid-Skene where votes of models count less (ours).

    log T_ik = log rho_k + sum_j w_ij log pi^j_{k, y_ij}; w_ij =
    max(``weight``, 1 / n) for each of the n votes of models on a task, 1 for
    people's. Where only models voted all weights are 1. The M step is DS's.
    """
    name = "DiscountedDS"
    title = "Dawid and Skene, models discounted"
    chosen = "its weight was chosen on babe and BrainBench"
    needs_kinds = True
    votes_only = True
    parameters = {"weight": [.2], "max_iter": [10]}
    accepts = {"weight": number(1e-9, 1), "max_iter": integer(1)}
    defaults_from = {
        "weight": "ours, on babe and brainbench: .1 to .3 differ little",
        "max_iter": "ours: 10, as more overfits"}
    references = papers("dawid1979")

    def run(self, _):
        self.soft_labels = dawid_skene(
            self.votes, self.max_iter, known_truth=self.known_truth,
            vote_weight=panel_weights(self.votes, self.worker_kind,
                                      self.weight)).T
