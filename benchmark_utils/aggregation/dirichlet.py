"""Dirichlet posteriors of the variational methods."""
from scipy.special import digamma, gammaln


def expected_log(n, prior):
    """Expected logarithms under Dir(prior + n), one for each row (last axis),
    and the divergence of all rows from Dir(prior), which a bound loses.

    ``n`` are expected counts of the same shape as ``prior``, or one that
    broadcasts to it.
    """
    total = (prior + n).sum(axis=-1, keepdims=True)
    prior_total = total - n.sum(axis=-1, keepdims=True)
    expected = digamma(prior + n) - digamma(total)
    divergence = ((gammaln(prior) - gammaln(prior + n) + n * expected).sum()
                  + (gammaln(total) - gammaln(prior_total)).sum())
    return expected, float(divergence)
