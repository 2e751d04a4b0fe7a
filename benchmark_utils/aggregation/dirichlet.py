"""Dirichlet posteriors of the variational methods."""
from scipy.special import digamma, gammaln


def expected_log(n, prior):
    """Expected logarithms under Dir(prior + n), where each row (last axis) is
    a distribution, and the KL divergence from Dir(prior), in nats, summed over
    the rows. The expected counts ``n`` have the shape of ``prior`` or
    broadcast to it."""
    total = (prior + n).sum(axis=-1, keepdims=True)
    prior_total = total - n.sum(axis=-1, keepdims=True)
    expected = digamma(prior + n) - digamma(total)
    divergence = ((gammaln(prior) - gammaln(prior + n) + n * expected).sum()
                  + (gammaln(total) - gammaln(prior_total)).sum())
    return expected, float(divergence)
