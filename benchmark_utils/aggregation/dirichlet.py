"""Dirichlet posteriors of the variational methods."""
from scipy.special import digamma, gammaln


def expected_log(n, prior):
    """Expected logarithms under Dir(prior + n), where each row (last axis) is
    a distribution. The expected counts ``n`` have the shape of ``prior`` or
    broadcast to it."""
    return digamma(prior + n) - digamma((prior + n).sum(-1, keepdims=True))


def log_evidence(n, prior):
    """Log-probability of counts ``n`` with the distributions integrated out,
    in nats, summed over the rows: -KL(Dir(prior + n) || Dir(prior)) plus the
    sum of n times `expected_log`."""
    total = (prior + n).sum(axis=-1)
    prior_total = total - n.sum(axis=-1)
    return float((gammaln(prior + n) - gammaln(prior)).sum()
                 - (gammaln(total) - gammaln(prior_total)).sum())
