"""Gradients of a classifier's loss with respect to votes and workers.

The pipeline is smooth in the weights w of the votes (1 each):

1. T = F(T, w), the fixed point of Dawid-Skene with s pseudo-votes in every
   row of a confusion matrix, distributed as A: C_pk = sum_{v in p} w_v
   T_{i(v) k} for each answer p, a (worker, label); pi_pk = (C_pk +
   A_{k, label}) / (sum of the worker's C_k + s); rho_k = (sum_i T_ik + s / K)
   / (n + s); T_i = softmax_k(log rho_k + sum_{v on i} w_v log pi_{p(v) k}).
2. theta, the minimum of G = mean_i CE(T_i, softmax(phi_i theta)) + ridge / 2
   ||theta||^2, over the tasks that have votes.
3. L, the mean negative log-likelihood of theta on a validation set.

dL/dw by two adjoints, neither of which forms a matrix: H v = dL/dtheta, with
H the Hessian of G, gives dL/dT_i = phi_i v / n, and (I - dF/dT)^T u = dL/dT
gives dL/dw = (dF/dw)^T u. A worker's contribution is -sum_v w_v dL/dw_v over
the worker's votes: the increase of L without the worker, to first order.

Removing a vote is a large change for a task that has three. ``removal``
computes its direct effect exactly: sum_i <dL/dT_i, T_i^(-j) - T_i>, with
T_i^(-j) the posterior of task i without the votes of j and with unchanged
matrices of the other workers (one EM step from T). It needs no adjoint of F.

Koh and Liang (ICML 2017) differentiate the classifier; here the aggregation is
differentiated too.
"""
from dataclasses import dataclass

import numpy as np
from scipy.sparse.linalg import LinearOperator, cg
from scipy.special import log_softmax, softmax

from benchmark_utils.aggregation.influence_labels import (
    NotConverged,
    SmoothDawidSkene,
)


@dataclass(frozen=True, eq=False)
class WorkerValues:
    """contribution (n_workers,): increase of the loss without the worker, to
    first order. removal (n_workers,): the same with the exact change of the
    worker's tasks. Both are 0 for a worker without votes. vote_gradient
    (n_votes,): dL/dw. loss: L, in nats. T (n_tasks, K) and theta (d, K): of
    the pipeline.
    """
    contribution: np.ndarray
    removal: np.ndarray
    vote_gradient: np.ndarray
    loss: float
    T: np.ndarray
    theta: np.ndarray


class Pipeline:
    """Votes to posteriors to classifier to loss; see the module's equations.

    Parameters
    ----------
    votes : Votes
    X : (n_tasks, ...) inputs; standardised here, and a constant is added
    smoothing, ridge : float, > 0
    """
    def __init__(self, votes, X, smoothing=5.0, ridge=1e-2):
        self.votes = votes
        self.voted = votes.per_task > 0
        flat = X.reshape(len(X), -1).astype(float)
        self.mean, self.std = flat.mean(axis=0), flat.std(axis=0)
        self.std[self.std == 0] = 1
        self.labels = SmoothDawidSkene(votes, smoothing)
        self.classifier = RidgeSoftmax(self.features(X)[self.voted], ridge)

    def features(self, X):
        flat = (X.reshape(len(X), -1) - self.mean) / self.std
        return np.concatenate([flat, np.ones((len(flat), 1))], axis=1)

    def probabilities(self, theta, X):
        return softmax(self.features(X) @ theta, axis=1)

    def fit(self, weight=None, tol=1e-12, start=None):
        """T and theta, given the weights of the votes."""
        T = self.labels.fit(weight, tol)
        return T, self.classifier.fit(T[self.voted], start, tol)

    def loss(self, theta, X, y):
        log_p = log_softmax(self.features(X) @ theta, axis=1)
        return float(-log_p[np.arange(len(y)), y].mean())

    def value(self, X, y):
        """`WorkerValues` of the votes on the validation set (X, y)."""
        T, theta = self.fit()
        phi = self.features(X)
        error = softmax(phi @ theta, axis=1)
        error[np.arange(len(y)), y] -= 1
        p = softmax(self.classifier.features @ theta, axis=1)
        v = self.classifier.solve(p, phi.T @ error / len(y))
        of_T = np.zeros_like(T)
        of_T[self.voted] = self.classifier.features @ v / len(p)
        labels, n_workers = self.labels, self.votes.n_workers
        V = labels.matrix(labels.ones)
        gradient = labels.adjoint(T, V, of_T)
        contribution = -np.bincount(self.votes.worker, gradient,
                                    minlength=n_workers)
        task, worker = np.divmod(labels.cells, n_workers)
        change = labels.without_worker(T, V) - T[task]  # (n_cells, K)
        removal = np.bincount(
            worker, np.einsum("ck,ck->c", of_T[task], change),
            minlength=n_workers)
        return WorkerValues(contribution, removal, gradient,
                            self.loss(theta, X, y), T, theta)

    def leave_one_out(self, X, y, tol=1e-6):
        """Increase of the loss on (X, y) when a worker's votes are removed
        and everything is fitted again, (n_workers,); 0 without votes."""
        _, theta = self.fit(tol=tol)
        full = self.loss(theta, X, y)
        rise = np.zeros(self.votes.n_workers)
        for j in np.flatnonzero(self.votes.per_worker):
            _, without = self.fit((self.votes.worker != j) * 1.0, tol, theta)
            rise[j] = self.loss(without, X, y) - full
        return rise


class RidgeSoftmax:
    """Softmax regression on fixed features, fitted to soft labels.

    Parameters
    ----------
    features : (n, d)
    ridge : float, > 0
    """
    def __init__(self, features, ridge=1e-2):
        if ridge <= 0:
            raise ValueError(f"ridge must be above 0, got {ridge}")
        self.features, self.ridge = features, ridge

    def _hessian(self, p):
        """The map v -> H v, (d, K) to (d, K), at the probabilities p."""
        phi, n = self.features, len(self.features)

        def apply(v):
            z = phi @ v
            z = p * (z - (p * z).sum(axis=1, keepdims=True))
            return phi.T @ z / n + self.ridge * v
        return apply

    def solve(self, p, g, tol=1e-12):
        """H^-1 g by conjugate gradients; H is positive definite."""
        hessian = self._hessian(p)
        v, failed = cg(LinearOperator(
            (g.size, g.size),
            lambda v: hessian(v.reshape(g.shape)).ravel(), dtype=float),
            g.ravel(), rtol=tol, maxiter=20 * g.size)
        if failed:
            raise NotConverged("softmax regression: conjugate gradients did "
                               f"not reach their tolerance {tol}")
        return v.reshape(g.shape)

    def fit(self, T, start=None, tol=1e-12, max_iter=100):
        """theta (d, K) by Newton's method with step halving."""
        phi, n = self.features, len(self.features)
        theta = np.zeros((phi.shape[1], T.shape[1])) if start is None else (
            start)

        def value(theta):
            return (-(T * log_softmax(phi @ theta, axis=1)).sum() / n
                    + self.ridge / 2 * (theta ** 2).sum())

        now = value(theta)
        for _ in range(max_iter):
            p = softmax(phi @ theta, axis=1)
            gradient = phi.T @ (p - T) / n + self.ridge * theta
            size = np.abs(gradient).max()
            if size <= tol:
                return theta
            # Far from the minimum a rough step is enough.
            step = self.solve(p, gradient, tol=min(.1, max(size, 1e-10)))
            length, slope = 1.0, (gradient * step).sum()
            while value(theta - length * step) > (
                    now - 1e-4 * length * slope + 1e-15 * abs(now)):
                length /= 2
            theta = theta - length * step
            now = value(theta)
        raise NotConverged(f"softmax regression: gradient {size:.1e} after "
                           f"{max_iter} Newton steps")
