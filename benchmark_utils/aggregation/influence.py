"""What each vote and each worker adds to a classifier, by its gradient.

The pipeline, smooth in the weights w of the votes (1 each):

1. T = F(T, w), the fixed point of Dawid-Skene with s pseudo-votes in every
   row of a confusion matrix, spread as A: C_pk = sum_{v in p} w_v T_{i(v) k}
   for each (worker, label) pair p; pi_pk = (C_pk + A_{k, label}) / (sum of
   the worker's C_k + s); rho_k = (sum_i T_ik + s / K) / (n + s); T_i =
   softmax_k(log rho_k + sum_{v on i} w_v log pi_{p(v) k}).
2. theta, the minimum of G = mean_i CE(T_i, softmax(phi_i theta)) + ridge / 2
   ||theta||^2, over the tasks that have votes.
3. L, the mean negative log-likelihood of theta on an evaluation set.

dL/dw by two adjoints, neither of which forms a matrix: H v = dL/dtheta, with
H the Hessian of G, gives dL/dT_i = phi_i v / n, and (I - dF/dT)^T u = dL/dT
gives dL/dw = (dF/dw)^T u. A worker's contribution is -sum_v w_v dL/dw_v over
the worker's votes: to first order, by how much L rises without the worker.

Taking a vote away is no small change for a task that has three. ``removal``
makes it in full where it is cheap: sum_i <dL/dT_i, T_i^(-j) - T_i>, with
T_i^(-j) the posterior of task i without the votes of j, the matrices of the
others as they are (one EM step from T). No adjoint is needed.

P. W. Koh, P. Liang. Understanding black-box predictions via influence
functions. ICML 2017; here through the aggregation too.
"""
from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax, softmax

from benchmark_utils.aggregation.influence_classifier import RidgeSoftmax
from benchmark_utils.aggregation.influence_derivatives import (
    DifferentiableDawidSkene,
)


@dataclass(frozen=True, eq=False)
class WorkerValues:
    """contribution (n_workers,): by how much the loss rises without the
    worker, to first order. removal (n_workers,): the same with the change of
    the worker's tasks in full. Both 0 for a worker without votes.
    vote_gradient (n_votes,): dL/dw. loss: L. T (n_tasks, K), theta (d, K):
    the pipeline's.
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
    X : (n_tasks, ...) inputs, standardised here; a constant is added
    smoothing, ridge : float, > 0
    """
    def __init__(self, votes, X, smoothing=5.0, ridge=1e-2):
        self.votes = votes
        self.voted = votes.per_task > 0
        flat = X.reshape(len(X), -1).astype(float)
        self.mean, self.std = flat.mean(axis=0), flat.std(axis=0)
        self.std[self.std == 0] = 1
        self.labels = DifferentiableDawidSkene(votes, smoothing)
        self.classifier = RidgeSoftmax(self.features(X)[self.voted], ridge)

    def features(self, X):
        flat = (X.reshape(len(X), -1) - self.mean) / self.std
        return np.concatenate([flat, np.ones((len(flat), 1))], axis=1)

    def probabilities(self, theta, X):
        return softmax(self.features(X) @ theta, axis=1)

    def fit(self, weight=None, tol=1e-12, start=None):
        """T and theta under these weights of the votes."""
        T = self.labels.fit(weight, tol)
        return T, self.classifier.fit(T[self.voted], start, tol)

    def loss(self, theta, X, y):
        log_p = log_softmax(self.features(X) @ theta, axis=1)
        return float(-log_p[np.arange(len(y)), y].mean())

    def value(self, X, y):
        """`WorkerValues` of the votes on the evaluation set (X, y)."""
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
        """How much the loss on (X, y) rises when a worker's votes are taken
        away and everything is fitted anew, (n_workers,); 0 without votes."""
        _, theta = self.fit(tol=tol)
        full = self.loss(theta, X, y)
        rise = np.zeros(self.votes.n_workers)
        for j in np.flatnonzero(self.votes.per_worker):
            _, without = self.fit((self.votes.worker != j) * 1.0, tol, theta)
            rise[j] = self.loss(without, X, y) - full
        return rise
