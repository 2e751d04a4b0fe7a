from benchmark_utils.aggregation.ptbcc import ptbcc
from benchmark_utils.checks import integer
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """PTBCC: workers are mixtures of two shared confusion matrices.

    Each vote of worker j picks a prototype s with probability pi_js and is
    then label l with probability v_s,k,l; by variational inference. A worker's
    score is the expected weight of the prototype that is mostly right.
    """
    name = "PTBCC"
    votes_only = True
    parameters = {"max_iter": [500]}
    accepts = {"max_iter": integer(1)}
    defaults_from = {"max_iter": "the paper"}
    references = papers("chen2025")

    def run(self, _):
        fit = ptbcc(self.votes, self.max_iter, known_truth=self.known_truth)
        self.soft_labels, self.worker_score = fit.T, fit.worker_score
