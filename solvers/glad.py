import numpy as np

from benchmark_utils.aggregation.glad import glad
from benchmark_utils.checks import integer
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """GLAD: worker ability times task easiness, by EM.

    P(right) = sigmoid(alpha_j exp(beta_i)) with uniform errors and N(1, 1)
    priors of alpha and beta.
    """
    name = "GLAD"
    votes_only = True
    parameters = {"max_iter": [100]}
    accepts = {"max_iter": integer(1)}
    defaults_from = {"max_iter": "until it converges"}
    references = [
        "J. Whitehill et al. Whose vote should count more: optimal "
        "integration of labels from labelers of unknown expertise. "
        "NeurIPS 2009. https://proceedings.neurips.cc/paper/2009/hash/"
        "f899139df5e1059396431415e770c6dd-Abstract.html"]

    def run(self, _):
        votes = self.votes
        fit = glad(votes, self.max_iter, known_truth=self.known_truth)
        self.soft_labels = fit.T
        # Without votes, ability and easiness are those of the prior.
        self.worker_score = np.where(
            votes.per_worker > 0, fit.worker_score, np.nan)
        self.task_score = np.where(votes.per_task > 0, fit.task_score, np.nan)
