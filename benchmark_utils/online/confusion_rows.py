"""Rows of confusion matrices under Dirichlet distributions."""
import numpy as np
from scipy.special import digamma


def dirichlet_row_entropy(alpha):
    """Mean entropy of w ~ Dirichlet(alpha), in nats: alpha (..., L) -> (...).

    E H(w) = digamma(A + 1) - sum_l alpha_l / A digamma(alpha_l + 1), with
    A = sum_l alpha_l.
    """
    alpha = np.asarray(alpha, float)
    A = alpha.sum(axis=-1)
    share = alpha / A[..., None]
    return digamma(A + 1) - (share * digamma(alpha + 1)).sum(axis=-1)


def sample_confusions(rng, alpha, S):
    """S draws of W_jk ~ Dirichlet(alpha_jk): alpha (n_workers, K, L) ->
    (S, n_workers, K, L), rows sum to one.

    Gamma draws, normalised. In logs: below alpha = .01 they underflow, and a
    row of zeros would become 0 / 0. log Gamma(a) = log Gamma(a + 1) +
    log(U) / a, and -log(U) is exponential.
    """
    alpha = np.maximum(np.asarray(alpha, float), 1e-300)  # no 1 / a overflow
    W = np.log(rng.standard_gamma(alpha + 1, size=(S, *alpha.shape)))
    W -= rng.standard_exponential(W.shape) / alpha
    W -= W.max(axis=-1, keepdims=True)
    np.exp(W, out=W)
    W /= W.sum(axis=-1, keepdims=True)
    return W
