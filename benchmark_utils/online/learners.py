"""The base of classifiers in the online loop, which turn inputs into a prior
of the labels."""
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import special
from scipy.optimize import minimize_scalar

log_softmax = partial(special.log_softmax, axis=-1)


@dataclass(frozen=True, eq=False)
class Examples:
    """The data for learners: inputs, recipe, sizes, seed."""
    X: np.ndarray
    X_test: np.ndarray
    recipe: object
    n_tasks: int
    n_classes: int
    seed: int

    def uniform(self):
        return np.full((self.n_tasks, self.n_classes),
                       -np.log(self.n_classes))


class NoLearner:
    """Online Dawid-Skene: a uniform prior of the labels."""
    def __init__(self, examples):
        self.log_prior = examples.uniform()

    def update(self, belief, voted, risk):
        """Without a classifier nothing changes."""

    def sample(self, T):
        return self.log_prior[:, None]

    def test_probabilities(self):
        return None


class CrossFitted:
    """A classifier in the loop, cross-fitted and calibrated.

    After each step three models are trained, each on two thirds of the tasks,
    and predict the other third (tasks without votes: the mean of all three).
    One temperature, fitted to these held-out predictions, calibrates them.
    The prediction for a task thus never depends on its own votes; in sample,
    a network would repeat them with high confidence.

    The models maximise sum_i log sum_k p_k(x_i) P(votes of i | truth k): they
    learn the true labels and not the workers' errors, and a vote of a bad
    worker has little influence.

    A child gives ``fit(learnt, seen)``, which returns a model with
    ``log_probabilities(inputs)``, and may override ``lessons``.
    """
    FOLDS = 3
    # Tasks with votes needed for training: ten in each fold.
    MIN_VOTED = 30

    def __init__(self, examples):
        self.examples = examples
        self.rng = np.random.default_rng(examples.seed)
        self.fold = self.rng.permutation(examples.n_tasks) % self.FOLDS
        self.log_prior = examples.uniform()
        self.models, self.temperature = [], 1.0

    def lessons(self, belief, voted, risk):
        """The tasks to train on, (n_tasks,) bool, and the log-likelihood of
        their observations under every label, (n_tasks, K): here of the votes.
        """
        return voted, log_softmax(belief.log_votes)

    def update(self, belief, voted, risk):
        if voted.sum() < self.MIN_VOTED:
            return
        learnt, seen = self.lessons(belief, voted, risk)
        self.models = [
            self.fit(np.flatnonzero(learnt & (self.fold != fold)), seen)
            for fold in range(self.FOLDS)]
        log_p = np.stack([model.log_probabilities(self.inputs)
                          for model in self.models])  # (FOLDS, n_tasks, K)
        held_out = log_p[self.fold, np.arange(len(self.fold))]
        log_p[:, learnt] = held_out[learnt]
        self.temperature = fit_temperature(
            held_out[voted], log_softmax(belief.log_votes[voted]))
        self.log_p = log_p
        self.log_prior = log_softmax(log_p.mean(axis=0) / self.temperature)

    def sample(self, T):
        """Log-probabilities of the tasks under draws of the classifier,
        (n_tasks, n_draws, K); here the models of the folds. A task in the
        training data has the draws of the one model not trained on it."""
        if not self.models:
            return self.log_prior[:, None]
        return log_softmax(self.log_p.swapaxes(0, 1) / self.temperature)

    def test_probabilities(self):
        examples = self.examples
        if examples.X_test is None:
            return None
        if not self.models:
            return np.full((len(examples.X_test), examples.n_classes),
                           1 / examples.n_classes)
        log_p = np.mean([model.log_probabilities(self.test_inputs)
                         for model in self.models], axis=0)
        return np.exp(log_softmax(log_p / self.temperature))


def fit_temperature(log_p, seen, low=.25, high=8):
    """The temperature of held-out predictions that maximises the likelihood of
    the votes: max_t sum_i log sum_k p_ik^(1/t) P(votes of i | k).

    Vote shares as targets (Guo et al., ICML 2017) assume that votes are always
    right: they would judge a perfect prediction as overconfident.

    Parameters
    ----------
    log_p, seen : (n, K)
        Log-probabilities of the labels; log-likelihood of the votes, up to a
        constant per row.
    low, high : float
        Bounds for a handful of votes that all agree, or all disagree, with
        the predictions: without bounds the fit is then 0 or infinite.
    """
    best = minimize_scalar(
        lambda t: -special.logsumexp(
            log_softmax(log_p / np.exp(t)) + seen, axis=1).sum(),
        bounds=(np.log(low), np.log(high)), method="bounded")
    return float(np.exp(best.x))
