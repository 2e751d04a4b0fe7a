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
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, cg, gmres
from scipy.special import log_softmax, softmax


class NotConverged(RuntimeError):
    """An iteration did not reach its tolerance; the message says which."""


class SmoothDawidSkene:
    """The map F of smoothed Dawid-Skene and its derivatives.

    Parameters
    ----------
    votes : Votes
    smoothing : float, > 0
        Pseudo-votes in every row of the confusion matrices, a share
        ``diagonal`` of them right, and in rho; a positive number keeps every
        logarithm smooth.
    """
    def __init__(self, votes, smoothing=5.0, diagonal=.85):
        if smoothing <= 0:
            raise ValueError(f"smoothing = {smoothing}, a number > 0 is "
                             "needed")
        self.votes, self.smoothing = votes, smoothing
        K = votes.n_classes
        spread = np.full((K, K), smoothing * (1 - diagonal) / max(K - 1, 1))
        np.fill_diagonal(spread, smoothing * diagonal)
        self.prior = spread[votes.answer_label]  # A, (n_answers, K truths)
        self.ones = np.ones(len(votes))
        new = np.diff(votes.answer_worker, prepend=-1) > 0
        # One row per task and worker who voted on it.
        self.cells, self.cell = np.unique(
            votes.task * votes.n_workers + votes.worker, return_inverse=True)
        self.first = np.flatnonzero(new)  # first pair of each voter
        self.voter = np.cumsum(new) - 1  # (n_answers,)

    def matrix(self, weight):
        """Weights of the votes by task and pair, CSR (n_tasks, n_answers)."""
        votes = self.votes
        return sparse.csr_array(
            (weight, (votes.task, votes.answer_index)),
            shape=(votes.n_tasks, len(votes.answer_worker)))

    def _m_step(self, T, V):
        """C + A and the totals of its workers, each (n_answers, K), and sum_i
        T_i + s / K, (K,)."""
        C, s = V.T @ T, self.smoothing
        totals = np.add.reduceat(C, self.first, axis=0) + s
        return (C + self.prior, totals[self.voter],
                T.sum(axis=0) + s / self.votes.n_classes)

    def _log_parameters(self, T, V):
        C, totals, R = self._m_step(T, V)
        return np.log(C) - np.log(totals), np.log(R) - np.log(R.sum())

    def step(self, T, V):
        """F(T, w): an M and an E step."""
        log_pi, log_rho = self._log_parameters(T, V)
        z = V @ log_pi
        z += log_rho
        z -= z.max(axis=1, keepdims=True)
        np.exp(z, out=z)
        # A product with ones is a sum along the rows, several times faster.
        z /= (z @ np.ones(len(log_rho)))[:, None]
        return z

    def fit(self, weight=None, tol=1e-12, max_iter=20_000):
        """The fixed point reached from the vote shares, (n_tasks, K).

        Raises
        ------
        NotConverged
            If a step still changes T by more than ``tol``.
        """
        weight = self.ones if weight is None else weight
        V, T = self.matrix(weight), self.votes.shares(weight)
        T[np.isnan(T)] = 1 / self.votes.n_classes
        for _ in range(max_iter):
            before, T = T, self.step(T, V)
            if np.abs(T - before).max() <= tol:
                return T
        raise NotConverged(
            f"smoothed Dawid-Skene: a step still changes the posterior by "
            f"{np.abs(T - before).max():.1e} after {max_iter} steps; more "
            f"smoothing than {self.smoothing} may help")

    def without_worker(self, T, V):
        """T of a task without the votes of one of its workers, for each task
        and worker: rows (n_cells, K) in the order of ``self.cells``."""
        log_pi, _ = self._log_parameters(T, V)
        share = sparse.csr_array(
            (self.ones, (self.cell, self.votes.answer_index)),
            shape=(len(self.cells), len(log_pi)))
        task = self.cells // self.votes.n_workers
        return softmax(np.log(T[task]) - share @ log_pi, axis=1)

    def pull_back(self, T, V, u):
        """(dF/dT)^T u (n_tasks, K) and (dF/dw)^T u (n_votes,), where T =
        F(T, w)."""
        votes = self.votes
        C, totals, R = self._m_step(T, V)
        log_pi = np.log(C) - np.log(totals)
        z = T * (u - (T * u).sum(axis=1, keepdims=True))  # softmax
        of_log_pi, of_log_rho = V.T @ z, z.sum(axis=0)
        of_totals = np.add.reduceat(of_log_pi, self.first, axis=0)[self.voter]
        of_C = of_log_pi / C - of_totals / totals
        of_R = of_log_rho / R - of_log_rho.sum() / R.sum()
        of_T = V @ of_C + of_R
        of_w = np.einsum("vk,vk->v", z[votes.task], log_pi[votes.answer_index])
        of_w += np.einsum("vk,vk->v", of_C[votes.answer_index], T[votes.task])
        return of_T, of_w

    def adjoint(self, T, V, g, tol=1e-12):
        """(dF/dw)^T u with (I - dF/dT)^T u = g, (n_votes,), by GMRES."""
        def apply(u):
            u = u.reshape(T.shape)
            return (u - self.pull_back(T, V, u)[0]).ravel()

        u, failed = gmres(
            LinearOperator((T.size, T.size), apply, dtype=float), g.ravel(),
            rtol=tol, restart=100, maxiter=50)
        if failed:
            raise NotConverged("the adjoint of smoothed Dawid-Skene: GMRES "
                               f"misses its tolerance {tol}")
        return self.pull_back(T, V, u.reshape(T.shape))[1]


class RidgeSoftmax:
    """Softmax regression on fixed features, fitted to soft labels.

    Parameters
    ----------
    features : (n, d)
    ridge : float, > 0
    """
    def __init__(self, features, ridge=1e-2):
        if ridge <= 0:
            raise ValueError(f"ridge = {ridge}, a number > 0 is needed")
        self.features, self.ridge = features, ridge

    def _hessian(self, p):
        """theta -> H theta, (d, K) to (d, K), at the probabilities p."""
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
            raise NotConverged("softmax regression: conjugate gradients miss "
                               f"their tolerance {tol}")
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
            # No more exact than this step deserves.
            step = self.solve(p, gradient, tol=min(.1, max(size, 1e-10)))
            length, slope = 1.0, (gradient * step).sum()
            while value(theta - length * step) > (
                    now - 1e-4 * length * slope + 1e-15 * abs(now)):
                length /= 2
            theta = theta - length * step
            now = value(theta)
        raise NotConverged(f"softmax regression: gradient {size:.1e} after "
                           f"{max_iter} Newton steps")


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
        self.labels = SmoothDawidSkene(votes, smoothing)
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
        """`WorkerValues` of the votes and workers on the evaluation set (X, y)."""
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
