"""GLAD: worker abilities and task difficulties."""
import numpy as np
from scipy.special import expit

from benchmark_utils.aggregation.em import Fit, fit_em, objective_settles
from benchmark_utils.aggregation.voted_labels import VotedLabels


def softplus(x):
    """log(1 + exp(x)), faster than logaddexp."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def newton_step(right, z, logit, add_up, halvings=30):
    """One guarded Newton step on every coordinate of z.

    Each step increases sum_votes [right x - softplus(x)] - (z - 1)^2 / 2 in
    its coordinate, where ``logit(z)`` gives x and dx/dz of each vote and
    ``add_up`` sums over the votes of each coordinate. Where sigmoid(x) is flat
    a full step may decrease it; it is then halved. Returns the new z.
    """
    def value(z, x):
        return add_up(right * x - softplus(x)) - (z - 1) ** 2 / 2

    x, slope = logit(z)
    before = value(z, x)
    # Rounding of a sum must not count as a decrease.
    before -= 1e-12 * (1 + np.abs(before))
    sigma = expit(x)
    gradient = add_up((right - sigma) * slope) - (z - 1)
    curvature = add_up(sigma * (1 - sigma) * slope ** 2) + 1
    step = gradient / curvature
    for _ in range(halvings):
        with np.errstate(over="ignore", invalid="ignore"):
            x, _ = logit(z + step)
            worse = ~(value(z + step, x) >= before)
        if not worse.any():
            return z + step
        step[worse] /= 2
    step[worse] = 0
    return z + step


def glad(votes, max_iter=100, tol=1e-6, sweeps=2, known_truth=None):
    """GLAD (Whitehill et al., NeurIPS 2009) for K classes, by EM.

    A vote is right with probability sigmoid(x), x = alpha_j exp(beta_i);
    errors are uniform over the K - 1 other classes, all classes are equally
    likely, and alpha and beta ~ N(1, 1) start at 1. All classes without votes
    on a task are equally likely, so one step takes O(n_votes) for any K.

    Returns a `Fit` with alpha as worker score and exp(beta), higher = easier,
    as task score; without votes they are the prior's 1 and e. The objective is
    log-likelihood plus log-prior, up to a constant.

    Parameters
    ----------
    votes : Votes
    max_iter : int
    tol : of the log-posterior; see `objective_settles`
    sweeps : int
        Newton sweeps over alpha, then beta, in an M step. Each increases the
        expected log-posterior, so EM is monotone with any number.
    known_truth : see `Truths`
    """
    K, task, worker = votes.n_classes, votes.task, votes.worker
    cells = VotedLabels(votes, known_truth)
    voted = votes.per_task > 0
    alpha, beta = np.ones(votes.n_workers), np.ones(votes.n_tasks)
    if K == 1:
        T = np.where((cells.per_task > 0)[:, None], 1.0, np.nan)
        return Fit(T, alpha, np.zeros(1), np.exp(beta))
    log_others = np.log(K - 1)

    def by_task(value):
        return np.bincount(task, value, minlength=votes.n_tasks)

    def by_worker(value):
        return np.bincount(worker, value, minlength=votes.n_workers)

    def e_step(parameters):
        """P(vote right) (n_votes,) and the log-posterior of alpha, beta."""
        alpha, beta = parameters
        x = alpha[worker] * np.exp(beta)[task]
        T, other, log_norm = cells.softmax_of_all(cells.total(x + log_others))
        wrong = by_task(softplus(x)) + votes.per_task * log_others
        log_likelihood = log_norm - wrong - np.log(K)
        log_posterior = (log_likelihood[voted].sum()
                         - ((alpha - 1) ** 2).sum() / 2
                         - ((beta - 1) ** 2).sum() / 2)
        state.update(T=T, other=other)
        return T[cells.cell], float(log_posterior)

    def m_step(right):
        """Newton sweeps. The problem of alpha is concave and separable, that
        of beta separable, with Fisher information as its curvature."""
        nonlocal alpha, beta
        for _ in range(sweeps):
            easiness = np.exp(beta)[task]
            alpha = newton_step(
                right, alpha, lambda a, e=easiness: (a[worker] * e, e),
                by_worker)
            ability = alpha[worker]
            beta = newton_step(
                right, beta, lambda b, a=ability: (a * np.exp(b)[task],) * 2,
                by_task)
        return alpha, beta

    state = {}
    right, _ = e_step((alpha, beta))
    (alpha, beta), _, log_posteriors = fit_em(
        m_step, e_step, right, max_iter, objective_settles(tol))

    return Fit(cells.dense(**state), alpha, log_posteriors, np.exp(beta))
