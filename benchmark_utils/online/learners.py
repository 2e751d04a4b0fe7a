"""Classifiers in the loop of online labelling: priors for the labels."""
import numpy as np
from scipy.optimize import minimize_scalar

LEARNERS = ["none", "lean"]


def log_softmax(scores):
    scores = scores - scores.max(axis=-1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))


class SoftmaxRegression:
    """Multinomial logistic regression on soft labels, by Newton's method.

    A Gaussian prior of precision ``ridge`` on the weights; the inverse
    Hessian at the optimum is the Laplace approximation of their posterior.
    """
    def __init__(self, ridge=1.0, max_iter=30, tol=1e-6):
        self.ridge, self.max_iter, self.tol = ridge, max_iter, tol

    def fit(self, X, targets, start=None):
        """X (n, d), targets (n, K) rows summing to one."""
        K, d = targets.shape[1], X.shape[1]
        w = np.zeros((d, K)) if start is None else start.copy()
        value = self._value(X, targets, w)
        for _ in range(self.max_iter):
            p = np.exp(log_softmax(X @ w))
            gradient = X.T @ (p - targets) + self.ridge * w
            self.hessian = self._hessian(X, p)
            step = np.linalg.solve(
                self.hessian, gradient.ravel()).reshape(d, K)
            size = 1.0
            while size > 1e-6:  # Newton alone diverges now and then
                new = self._value(X, targets, w - size * step)
                if new <= value:
                    break
                size /= 2
            else:
                break
            w, done = w - size * step, value - new < self.tol * abs(value)
            value = new
            if done:
                break
        self.w = w
        self.hessian = self._hessian(X, np.exp(log_softmax(X @ w)))
        return self

    def _value(self, X, targets, w):
        return (-(targets * log_softmax(X @ w)).sum()
                + self.ridge / 2 * (w ** 2).sum())

    def _hessian(self, X, p):
        d, K = X.shape[1], p.shape[1]
        weight = -p[:, :, None] * p[:, None, :]  # (n, K, K)
        weight[:, np.arange(K), np.arange(K)] += p
        hessian = np.einsum("na,nkl,nb->akbl", X, weight, X, optimize=True)
        return hessian.reshape(d * K, d * K) + self.ridge * np.eye(d * K)

    def log_probabilities(self, X, w=None):
        return log_softmax(X @ (self.w if w is None else w))

    def samples(self, rng, X, T):
        """log-probabilities under T draws of the weights, (n, T, K)."""
        L = np.linalg.cholesky(np.linalg.inv(self.hessian))
        noise = L @ rng.standard_normal((L.shape[0], T))
        d, K = self.w.shape
        w = self.w[:, :, None] + noise.reshape(d, K, T)
        return log_softmax(np.einsum("nd,dkt->ntk", X, w))


class NoLearner:
    """Online Dawid-Skene: all labels are equally likely before a vote."""
    def __init__(self, X, X_test, n_tasks, n_classes, rng):
        self.log_prior = np.full((n_tasks, n_classes), -np.log(n_classes))

    def update(self, belief, voted):
        """Nothing to learn."""

    def sample(self, T):
        return self.log_prior[:, None]

    def test_probabilities(self):
        return None


class Lean:
    """A classifier in the loop, cross-fitted and calibrated.

    After each step three softmax regressions learn the labels that the votes
    alone suggest, each on two thirds of the tasks with votes, and predict the
    other third (tasks without votes: their mean). One temperature, fitted on
    those held-out predictions, calibrates them. S. Branson, G. Van Horn,
    P. Perona. Lean crowdsourcing. CVPR 2017.
    """
    FOLDS = 3
    MIN_VOTED = 30  # tasks with votes, below which nothing is learnt

    def __init__(self, X, X_test, n_tasks, n_classes, rng):
        self.rng, self.n_classes = rng, n_classes
        flat = X.reshape(len(X), -1).astype(float)
        self.mean, self.std = flat.mean(axis=0), flat.std(axis=0) + 1e-9
        self.X = self._features(X)
        self.X_test = None if X_test is None else self._features(X_test)
        self.fold = rng.permutation(n_tasks) % self.FOLDS
        self.log_prior = np.full((n_tasks, n_classes), -np.log(n_classes))
        self.whole, self.temperature = None, 1.0

    def _features(self, X):
        flat = (X.reshape(len(X), -1) - self.mean) / self.std
        return np.concatenate([flat, np.ones((len(flat), 1))], axis=1)

    def update(self, belief, voted):
        if voted.sum() < self.MIN_VOTED:
            return
        targets = np.exp(log_softmax(belief.log_votes))
        log_p = np.zeros_like(self.log_prior)
        for fold in range(self.FOLDS):
            learnt = voted & (self.fold != fold)
            model = SoftmaxRegression().fit(self.X[learnt], targets[learnt])
            own = voted & (self.fold == fold)
            log_p[own] = model.log_probabilities(self.X[own])
            log_p[~voted] += model.log_probabilities(
                self.X[~voted]) / self.FOLDS
        self.temperature = fit_temperature(log_p[voted], targets[voted])
        self.log_prior = log_softmax(log_p / self.temperature)
        self.whole = SoftmaxRegression().fit(
            self.X[voted], targets[voted],
            start=None if self.whole is None else self.whole.w)

    def sample(self, T):
        """log-probabilities of the tasks under T draws of the classifier."""
        if self.whole is None:
            return self.log_prior[:, None]
        return log_softmax(self.whole.samples(self.rng, self.X, T)
                           / self.temperature)

    def test_probabilities(self):
        if self.X_test is None:
            return None
        if self.whole is None:
            return np.full((len(self.X_test), self.n_classes),
                           1 / self.n_classes)
        return np.exp(log_softmax(self.whole.log_probabilities(
            self.X_test) / self.temperature))


def fit_temperature(log_p, targets):
    """The temperature, .25 to 8, that makes held-out log-probabilities most
    likely under the soft targets. Guo et al., ICML 2017."""
    best = minimize_scalar(
        lambda t: -(targets * log_softmax(log_p / np.exp(t))).sum(),
        bounds=(np.log(.25), np.log(8)), method="bounded")
    return float(np.exp(best.x))
