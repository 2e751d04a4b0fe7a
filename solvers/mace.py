from benchmark_utils.aggregation.mace import mace
from benchmark_utils.checks import integer
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """MACE: each vote is known or guessed, by variational Bayes.

    Worker j knows the truth with probability theta_j, otherwise votes l with
    probability xi_jl; classes are equally likely. A worker's score is the
    expected share of known votes.
    """
    name = "MACE"
    votes_only = True
    parameters = {"max_iter": [50]}
    accepts = {"max_iter": integer(1)}
    defaults_from = {"max_iter": "the authors' code"}
    references = papers("hovy2013")

    def run(self, _):
        fit = mace(self.votes, self.max_iter, known_truth=self.known_truth)
        self.soft_labels, self.worker_score = fit.T, fit.worker_score
