import numpy as np
from scipy.special import softmax

from benchmark_utils.checks import integer
from benchmark_utils.online.assignment import best_pairs
from benchmark_utils.online.confusion_rows import sample_confusions
from benchmark_utils.online.information_gain import bald_scores
from benchmark_utils.online.solver import OnlineSolver
from benchmark_utils.papers import papers


class Solver(OnlineSolver):
    """BALD: votes with most information about classifier and workers.

    I(z; (theta, W)) = H(z) - E_{theta, W} H(z | theta, W), per unit of cost,
    over all pairs of ``n_classifier_samples`` samples of the classifier and
    ``n_worker_samples`` samples of the workers' confusion matrices. f_t of a
    task is its posterior under sample t of a classifier that was not trained
    on the task, so that the task's votes count once.
    """
    name = "BALD"
    parameters = {**OnlineSolver.parameters, "n_classifier_samples": [16],
                  "n_worker_samples": [32]}
    accepts = {"n_classifier_samples": integer(1, 1000),
               "n_worker_samples": integer(1, 1000)}
    defaults_from = {
        "n_classifier_samples": "our choice; 64 give the same result",
        "n_worker_samples": "our choice; 64 give the same result"}
    references = papers("houlsby2011")

    def query(self, belief, candidates, n):
        log_f = self.model.sample(self.n_classifier_samples)
        f = softmax(log_f + belief.log_votes[:, None], axis=2)
        W = sample_confusions(self.rng, belief.dirichlet,
                              self.n_worker_samples)
        score = bald_scores(f.astype(np.float32), W.astype(np.float32))
        # Ties in float32 are exact only up to its rounding.
        return best_pairs(self.rng, score / self.oracle.cost, candidates, n,
                          tie=1e-6)
