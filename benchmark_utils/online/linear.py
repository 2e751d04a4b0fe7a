"""A linear classifier in the loop."""
from functools import cached_property

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from benchmark_utils.online.learners import CrossFitted, log_softmax


class SoftmaxRegression:
    """Multinomial logistic regression from votes or soft labels, by L-BFGS.

    Maximises sum_i log sum_k p_k(x_i) P(seen of i | k), with a Gaussian prior
    of precision ``ridge`` on the weights. A certain label has a likelihood
    for one class only. The inverse Hessian, as if the labels were known, is
    the Laplace approximation of the posterior of the weights.
    """
    def __init__(self, ridge=1.0, tol=1e-4):
        self.ridge, self.tol = ridge, tol

    def fit(self, X, seen):
        """X (n, d), seen (n, K): log-likelihoods, up to a constant per row.
        """
        shape = X.shape[1], seen.shape[1]

        def objective(w):
            w = w.reshape(shape)
            log_p = log_softmax(X @ w)
            joint = log_p + seen
            evidence = logsumexp(joint, axis=1, keepdims=True)
            value = -evidence.sum() + self.ridge / 2 * (w ** 2).sum()
            gradient = (X.T @ (np.exp(log_p) - np.exp(joint - evidence))
                        + self.ridge * w)
            return value, gradient.ravel()

        best = minimize(
            objective, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B",
            options=dict(maxiter=500, gtol=self.tol * len(X), ftol=0))
        self.w, self.X = best.x.reshape(shape), X
        return self

    @cached_property
    def hessian(self):
        """Of the negative log-posterior for known labels, (d K, d K)."""
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
        """Log-probabilities under T draws of the weights, (n, T, K)."""
        L = np.linalg.cholesky(np.linalg.inv(self.hessian))
        noise = L @ rng.standard_normal((L.shape[0], T))
        d, K = self.w.shape
        w = self.w[:, :, None] + noise.reshape(d, K, T)
        return log_softmax(np.einsum("nd,dkt->ntk", X, w))


class LinearLearner(CrossFitted):
    """Softmax regression on the inputs, trained on the votes.

    S. Branson, G. Van Horn, P. Perona. Lean crowdsourcing. CVPR 2017.
    """
    def __init__(self, examples):
        super().__init__(examples)
        flat = examples.X.reshape(len(examples.X), -1).astype(float)
        self.mean, self.std = flat.mean(axis=0), flat.std(axis=0) + 1e-9
        self.inputs = self._features(examples.X)
        if examples.X_test is not None:
            self.test_inputs = self._features(examples.X_test)

    def _features(self, X):
        flat = (X.reshape(len(X), -1) - self.mean) / self.std
        return np.concatenate([flat, np.ones((len(flat), 1))], axis=1)

    def fit(self, learnt, seen):
        return SoftmaxRegression().fit(self.inputs[learnt], seen[learnt])

    def sample(self, T):
        """T draws of the Laplace approximation of the model not trained on
        the task: BALD multiplies f_t by the likelihood of the task's votes,
        which must not be counted twice."""
        if not self.models:
            return self.log_prior[:, None]
        log_p = np.empty((len(self.inputs), T, self.log_prior.shape[1]))
        for fold, model in enumerate(self.models):
            held_out = self.fold == fold
            log_p[held_out] = model.samples(self.rng, self.inputs[held_out], T)
        return log_softmax(log_p / self.temperature)
