import numpy as np

from benchmark_utils.online.information_gain import (
    bald_scores,
    sample_confusions,
)
from benchmark_utils.online.learners import log_softmax
from benchmark_utils.online.solver import OnlineSolver, best_pairs


class Solver(OnlineSolver):
    """BALD: the votes that tell most about classifier and workers.

    I(z; (theta, W)) = H(z) - E_{theta, W} H(z | theta, W) over ``n_classifier_samples`` samples
    of the classifier and ``n_worker_samples`` of the workers' confusion rows, the full
    product. f_t of a task with votes is its posterior under sample t.
    """
    name = "BALD"
    parameters = {**OnlineSolver.parameters, "n_classifier_samples": [16],
                  "n_worker_samples": [32]}
    references = [
        "N. Houlsby, F. Huszar, Z. Ghahramani, M. Lengyel. Bayesian active "
        "learning for classification and preference learning. 2011. "
        "https://arxiv.org/abs/1112.5745"]

    def choose(self, belief, free, n):
        log_f = self.model.sample(self.n_classifier_samples) + belief.log_votes[:, None]
        f = np.exp(log_softmax(log_f)).astype(np.float32)
        W = sample_confusions(self.rng, belief.dirichlet, self.n_worker_samples)
        score = bald_scores(f, W.astype(np.float32)).astype(float)
        # Ties at random: equal scores differ by float32's rounding.
        score += 1e-6 * self.rng.random(score.shape)
        return best_pairs(score / self.oracle.cost, free, n)
