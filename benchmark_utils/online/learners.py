"""Classifiers in the loop of online labelling: priors for the labels."""
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import SoftLabels


def log_softmax(scores):
    scores = scores - scores.max(axis=-1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))


class SoftmaxRegression:
    """Multinomial logistic regression on soft labels, by L-BFGS.

    A Gaussian prior of precision ``ridge`` on the weights; the inverse
    Hessian at the optimum is the Laplace approximation of their posterior.
    """
    def __init__(self, ridge=1.0, tol=1e-4):
        self.ridge, self.tol = ridge, tol

    def fit(self, X, targets, start=None):
        """X (n, d), targets (n, K) rows summing to one."""
        shape = X.shape[1], targets.shape[1]

        def objective(w):
            w = w.reshape(shape)
            log_p = log_softmax(X @ w)
            value = (-(targets * log_p).sum()
                     + self.ridge / 2 * (w ** 2).sum())
            gradient = X.T @ (np.exp(log_p) - targets) + self.ridge * w
            return value, gradient.ravel()

        best = minimize(
            objective, np.zeros(shape).ravel() if start is None
            else start.ravel(), jac=True, method="L-BFGS-B",
            options=dict(maxiter=500, gtol=self.tol * len(X), ftol=0))
        self.w, self.X = best.x.reshape(shape), X
        return self

    @cached_property
    def hessian(self):
        """Of the negative log-posterior at the optimum, (d K, d K)."""
        (d, K), X = self.w.shape, self.X
        p = np.exp(self.log_probabilities(X))
        hessian = np.empty((d, K, d, K))
        for k in range(K):
            for m in range(k + 1):
                weight = p[:, k] * ((k == m) - p[:, m])
                block = X.T @ (weight[:, None] * X)
                hessian[:, k, :, m] = hessian[:, m, :, k] = block
        return hessian.reshape(d * K, d * K) + self.ridge * np.eye(d * K)

    def log_probabilities(self, X):
        return log_softmax(X @ self.w)

    def samples(self, rng, X, T):
        """log-probabilities under T draws of the weights, (n, T, K)."""
        L = np.linalg.cholesky(np.linalg.inv(self.hessian))
        noise = L @ rng.standard_normal((L.shape[0], T))
        d, K = self.w.shape
        w = self.w[:, :, None] + noise.reshape(d, K, T)
        return log_softmax(np.einsum("nd,dkt->ntk", X, w))


class NoLearner:
    """Online Dawid-Skene: all labels are equally likely before a vote."""
    def __init__(self, problem):
        self.log_prior = problem.uniform()

    def update(self, belief, voted, risk):
        """Nothing to learn."""

    def sample(self, T):
        return self.log_prior[:, None]

    def test_probabilities(self):
        return None


@dataclass(frozen=True, eq=False)
class Problem:
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


class CrossFitted:
    """A classifier in the loop, cross-fitted and calibrated.

    After each step three models learn, each from two thirds of the tasks, and
    predict the other third (tasks without votes: the mean of all three). One
    temperature, fitted on those held-out predictions, calibrates them. What a
    task's own votes say never reaches it through the model: in sample, a
    network repeats the votes and calls itself sure.

    A child gives ``fit(examples, targets)``, a model with
    ``log_probabilities(inputs)``, and may choose what is learnt from.
    """
    FOLDS = 3
    MIN_VOTED = 30  # tasks with votes, below which nothing is learnt

    def __init__(self, problem):
        self.problem = problem
        self.rng = np.random.default_rng(problem.seed)
        self.fold = self.rng.permutation(problem.n_tasks) % self.FOLDS
        self.log_prior = problem.uniform()
        self.models, self.temperature = [], 1.0

    def lessons(self, belief, voted, risk):
        """Which tasks to learn from, (n_tasks,) bool, and their soft labels,
        (n_tasks, K): what the votes alone say of the tasks with votes."""
        return voted, np.exp(log_softmax(belief.log_votes))

    def update(self, belief, voted, risk):
        if voted.sum() < self.MIN_VOTED:
            return
        learnt, targets = self.lessons(belief, voted, risk)
        self.models = [
            self.fit(np.flatnonzero(learnt & (self.fold != fold)), targets)
            for fold in range(self.FOLDS)]
        every = np.stack([model.log_probabilities(self.inputs)
                          for model in self.models])  # (FOLDS, n_tasks, K)
        log_p = every.mean(axis=0)
        held_out = every[self.fold, np.arange(len(self.fold))]
        log_p[learnt] = held_out[learnt]
        votes_say = np.exp(log_softmax(belief.log_votes[voted]))
        self.temperature = fit_temperature(held_out[voted], votes_say)
        self.log_prior = log_softmax(log_p / self.temperature)

    def sample(self, T):
        """log-probabilities of the tasks under T draws of the classifier, or
        under the ensemble of folds, (n_tasks, T, K)."""
        if not self.models:
            return self.log_prior[:, None]
        each = [model.log_probabilities(self.inputs) for model in self.models]
        return log_softmax(np.stack(each, axis=1) / self.temperature)

    def test_probabilities(self):
        problem = self.problem
        if problem.X_test is None:
            return None
        if not self.models:
            return np.full((len(problem.X_test), problem.n_classes),
                           1 / problem.n_classes)
        log_p = np.mean([model.log_probabilities(self.test_inputs)
                         for model in self.models], axis=0)
        return np.exp(log_softmax(log_p / self.temperature))


class Lean(CrossFitted):
    """Softmax regression on the inputs, from the votes alone.

    S. Branson, G. Van Horn, P. Perona. Lean crowdsourcing. CVPR 2017.
    """
    def __init__(self, problem):
        super().__init__(problem)
        flat = problem.X.reshape(len(problem.X), -1).astype(float)
        self.mean, self.std = flat.mean(axis=0), flat.std(axis=0) + 1e-9
        self.inputs = self._features(problem.X)
        if problem.X_test is not None:
            self.test_inputs = self._features(problem.X_test)
        self.whole = None

    def _features(self, X):
        flat = (X.reshape(len(X), -1) - self.mean) / self.std
        return np.concatenate([flat, np.ones((len(flat), 1))], axis=1)

    def fit(self, examples, targets):
        return SoftmaxRegression().fit(self.inputs[examples],
                                       targets[examples])

    def update(self, belief, voted, risk):
        super().update(belief, voted, risk)
        if self.models:
            learnt, targets = self.lessons(belief, voted, risk)
            learnt = np.flatnonzero(learnt)
            self.whole = SoftmaxRegression().fit(
                self.inputs[learnt], targets[learnt],
                start=None if self.whole is None else self.whole.w)

    def sample(self, T):
        """T draws of the Laplace approximation."""
        if self.whole is None:
            return self.log_prior[:, None]
        return log_softmax(self.whole.samples(self.rng, self.inputs, T)
                           / self.temperature)


class SemiSupervised(CrossFitted):
    """The recipe's network, from the votes and from pseudo-labels.

    Tasks whose risk is below the threshold are learnt with their whole
    posterior, the model's part included, also where nobody voted yet. Liao,
    Kar, Fidler, CVPR 2021, section 4.
    """
    EPOCHS = 20

    def __init__(self, problem):
        super().__init__(problem)
        self.inputs, self.test_inputs = problem.X, problem.X_test
        self.recipe = replace(problem.recipe, epochs=self.EPOCHS)

    def lessons(self, belief, voted, risk):
        targets = np.exp(log_softmax(belief.log_votes))
        sure = 1 - belief.ybar.max(axis=1) < risk
        targets[sure] = belief.ybar[sure]
        return voted | sure, targets

    def fit(self, examples, targets):
        training = Training(self.recipe, self.inputs[examples],
                            self.problem.n_classes, self.problem.seed)
        return NetworkModel(training.fit(SoftLabels(targets[examples])))


class NetworkModel:
    """A trained network as the learners see it."""
    def __init__(self, training):
        self.training = training

    def log_probabilities(self, X):
        return self.training.log_probabilities(X).double().cpu().numpy()


LEARNERS = {"none": NoLearner, "lean": Lean,
            "semisupervised": SemiSupervised}


def fit_temperature(log_p, targets):
    """The temperature, .25 to 8, that makes held-out log-probabilities most
    likely under the soft targets. Guo et al., ICML 2017."""
    best = minimize_scalar(
        lambda t: -(targets * log_softmax(log_p / np.exp(t))).sum(),
        bounds=(np.log(.25), np.log(8)), method="bounded")
    return float(np.exp(best.x))
