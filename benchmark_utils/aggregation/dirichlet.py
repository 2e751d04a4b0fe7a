"""Dirichlet posteriors of the variational methods."""
from scipy.special import digamma, gammaln


def expected_log(n, prior):
    """Expected logarithms under Dir(prior + n), where each row (last axis) is
    a distribution, and the KL divergence from Dir(prior) summed over the rows.

    Parameters
    ----------
    n : expected counts; of the shape of ``prior`` or broadcast to it
    prior : pseudo-counts

    Returns
    -------
    expected : of the shape of prior + n
    divergence : float, nats
    """
    total = (prior + n).sum(axis=-1, keepdims=True)
    prior_total = total - n.sum(axis=-1, keepdims=True)
    expected = digamma(prior + n) - digamma(total)
    divergence = ((gammaln(prior) - gammaln(prior + n) + n * expected).sum()
                  + (gammaln(total) - gammaln(prior_total)).sum())
    return expected, float(divergence)
