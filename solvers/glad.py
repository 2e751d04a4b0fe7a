from benchmark_utils.aggregation.glad import glad
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """GLAD: a worker's ability times a task's easiness, by EM.

    P(right) = sigmoid(alpha_j exp(beta_i)), errors uniform over the other
    classes, N(1, 1) priors.
    """
    name = "GLAD"
    votes_only = True
    parameters = {"max_iter": [100]}
    references = [
        "J. Whitehill et al. Whose vote should count more: optimal "
        "integration of labels from labelers of unknown expertise. "
        "NeurIPS 2009. https://proceedings.neurips.cc/paper/2009/hash/"
        "f899139df5e1059396431415e770c6dd-Abstract.html"]

    def run(self, _):
        fit = glad(self.votes, self.max_iter)
        self.soft_labels = fit.T
        self.worker_score, self.task_score = fit.ability, fit.easiness
