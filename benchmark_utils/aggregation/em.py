"""The loop of every expectation-maximisation and its stopping rule."""
import numpy as np


def fit_em(m_step, e_step, posterior, max_iter, tol):
    """Alternate M and E steps until the log-likelihood settles.

    Parameters
    ----------
    m_step : posterior -> parameters
    e_step : parameters -> (posterior, log_likelihood)
    posterior : the first M step's input
    max_iter : int, at least 1
    tol : float
        Stop when the log-likelihood changes by at most ``tol`` of its size.

    Returns
    -------
    parameters, posterior, log_likelihoods (n_iter,)
    """
    if max_iter < 1:
        raise ValueError(f"max_iter = {max_iter}, at least 1 is needed")
    log_likelihoods = []
    for _ in range(max_iter):
        parameters = None  # frees the old ones before the new are built
        parameters = m_step(posterior)
        posterior, log_likelihood = e_step(parameters)
        log_likelihoods.append(log_likelihood)
        if len(log_likelihoods) > 1:
            last, now = log_likelihoods[-2:]
            if abs(now - last) <= tol * abs(last):
                break
    return parameters, posterior, np.array(log_likelihoods)
