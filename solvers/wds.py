from benchmark_utils.aggregation import restricted
from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.voted_labels import label_shares
from benchmark_utils.checks import integer
from benchmark_utils.label_rows import value_at
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """Weighted DS: votes weighted by the worker's accuracy on that class.

    soft_labels[i, k] is proportional to the sum of pi^j_kk, estimated by DS,
    over the workers j who voted k on task i.
    """
    name = "WDS"
    title = "Weighted DS"
    votes_only = many_classes = True
    parameters = {"max_iter": [100]}
    accepts = {"max_iter": integer(1)}
    defaults_from = {"max_iter": "until it converges"}
    references = papers("lefort2024")

    def run(self, _):
        votes = self.votes
        if votes.many_classes:
            _, weight = restricted.dawid_skene(
                votes, self.max_iter, known_truth=self.known_truth)
        else:
            pi = dawid_skene(votes, self.max_iter,
                             known_truth=self.known_truth).pi
            weight = value_at(pi, votes.answer_index, votes.label)
        self.soft_labels = label_shares(votes, weight)  # pi^j_kk, (n_votes,)
        self.worker_score = votes.worker_mean(weight)
