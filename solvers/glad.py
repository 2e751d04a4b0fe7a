import numpy as np

from benchmark_utils.aggregation.glad import glad
from benchmark_utils.checks import integer
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """GLAD: worker ability times task easiness, by EM.

    P(right) = sigmoid(alpha_j exp(beta_i)) with uniform errors and N(1, 1)
    priors of alpha and beta, as in the authors' code.

    It fails where voters favour a class. Errors do not depend on the class, so
    EM can give nearly all tasks that class and regard who votes otherwise as
    worse than chance, whose votes then count for the other classes. On
    `trec` 95% of the tasks get one class (56% of the truths), and 119 of 762
    workers a negative ability, though 54% of their votes are right; label
    accuracy is .579, that of majority vote .651. Two language-model datasets,
    `flute` and `tempowic`, end with 82% and 100% in one class. To keep
    abilities above 0 would not repair it (.585 on `trec`).
    """
    name = "GLAD"
    votes_only = True
    parameters = {"max_iter": [100]}
    accepts = {"max_iter": integer(1)}
    defaults_from = {"max_iter": "until it converges"}
    references = papers("whitehill2009")

    def run(self, _):
        votes = self.votes
        fit = glad(votes, self.max_iter, known_truth=self.known_truth)
        self.soft_labels = fit.T
        # Without votes, ability and easiness are those of the prior.
        self.worker_score = np.where(
            votes.per_worker > 0, fit.worker_score, np.nan)
        self.task_score = np.where(votes.per_task > 0, fit.task_score, np.nan)
