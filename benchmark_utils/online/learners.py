"""What every classifier in the loop of online labelling shares: it turns the
inputs into a prior for the labels."""
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import special
from scipy.optimize import minimize_scalar

log_softmax = partial(special.log_softmax, axis=-1)


@dataclass(frozen=True, eq=False)
class Examples:
    """What learners are given: inputs, recipe, sizes, seed."""
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
    """Online Dawid-Skene: all labels are equally likely before a vote."""
    def __init__(self, examples):
        self.log_prior = examples.uniform()

    def update(self, belief, voted, risk):
        """Nothing to learn."""

    def sample(self, T):
        return self.log_prior[:, None]

    def test_probabilities(self):
        return None


class CrossFitted:
    """A classifier in the loop, cross-fitted and calibrated.

    After each step three models learn, each from two thirds of the tasks, and
    predict the other third (tasks without votes: the mean of all three). One
    temperature, fitted on those held-out predictions, calibrates them. What a
    task's own votes say never reaches it through the model: in sample, a
    network repeats the votes and calls itself sure.

    Votes are no labels: the models maximise sum_i log sum_k p_k(x_i)
    P(votes of i | truth k), so they learn what the truth is like and not how
    workers err, and one vote of a bad worker moves them little.

    A child gives ``fit(examples, seen)``, a model with
    ``log_probabilities(inputs)``, and may choose what is learnt from.
    """
    FOLDS = 3
    # Tasks with votes, below which nothing is learnt: ten in each fold.
    MIN_VOTED = 30

    def __init__(self, examples):
        self.examples = examples
        self.rng = np.random.default_rng(examples.seed)
        self.fold = self.rng.permutation(examples.n_tasks) % self.FOLDS
        self.log_prior = examples.uniform()
        self.models, self.temperature = [], 1.0

    def lessons(self, belief, voted, risk):
        """Which tasks to learn from, (n_tasks,) bool, and the log-likelihood
        of what is seen of each under every label, (n_tasks, K): here the
        votes."""
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
        """log-probabilities of the tasks under draws of the classifier,
        (n_tasks, n_draws, K); here under the models of the folds, those alone
        that have not learnt from the task: of a task learnt from, one."""
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
    """The temperature under which held-out predictions make the votes
    likeliest: max_t sum_i log sum_k p_ik^(1/t) P(votes of i | k).

    Soft labels made of the votes would do as targets (Guo et al., ICML 2017)
    were votes always right; a perfect prediction would be called too sure.

    Parameters
    ----------
    log_p, seen : (n, K)
        Log-probabilities of the labels; log-likelihood of the votes, up to a
        constant per row.
    low, high : float
        Bounds that only a handful of votes reaches, when they all agree with
        the predictions, or none does: without bounds, the fit is then 0 or
        infinite.
    """
    best = minimize_scalar(
        lambda t: -special.logsumexp(
            log_softmax(log_p / np.exp(t)) + seen, axis=1).sum(),
        bounds=(np.log(low), np.log(high)), method="bounded")
    return float(np.exp(best.x))
