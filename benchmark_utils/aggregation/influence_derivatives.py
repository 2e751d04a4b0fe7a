"""The derivatives of smoothed Dawid-Skene, in the letters of `influence`."""
import numpy as np
from scipy.sparse.linalg import LinearOperator, gmres

from benchmark_utils.aggregation.influence_labels import (
    NotConverged,
    SmoothDawidSkene,
)


class DifferentiableDawidSkene(SmoothDawidSkene):
    """`SmoothDawidSkene` with what implicit differentiation needs."""
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
