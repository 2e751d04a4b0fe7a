"""Softmax regression with its Hessian: step 2 of `influence`."""
import numpy as np
from scipy.sparse.linalg import LinearOperator, cg
from scipy.special import log_softmax, softmax

from benchmark_utils.aggregation.influence_labels import NotConverged


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
