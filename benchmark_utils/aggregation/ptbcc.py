"""PTBCC: workers are mixtures of two confusion matrices that all share."""
import numpy as np
from scipy.special import entr

from benchmark_utils.aggregation.dirichlet import expected_log, log_evidence
from benchmark_utils.aggregation.em import Fit, fit_em, posterior_settles
from benchmark_utils.aggregation.truths import Truths

# A prior of 0 would have no expected logarithm.
LEAST = 1e-9


def prototypes(K, right=5.0, even=1.0, wrong=1.35):
    """Initial values of the two matrices, (2, K truths, K labels). The odds of
    the right label against any other are ``right`` to ``even`` in the first
    and ``even`` to ``wrong`` in the second."""
    v = np.empty((2, K, K))
    for matrix, on, off in zip(v, (right, even), (even, wrong)):
        matrix[:] = off
        np.fill_diagonal(matrix, on)
        matrix /= on + (K - 1) * off
    return v


class Ptbcc:
    """The two steps. A vote of worker j picks prototype s with probability
    pi_js and is then label l with probability v_s,k,l, if the truth is k.

    The priors of prototypes (a), weights (b) and prevalence (u) are computed
    from the votes at the start, from products r that sum to less than one,
    as in the paper. theta (2, n_votes) is the probability that a vote picked
    each prototype; it is part of the posterior, updated in the M step.
    """

    def __init__(self, votes, known_truth=None):
        self.votes, self.truths = votes, Truths(votes, known_truth)
        self.cell = votes.task * votes.n_classes + votes.label
        self.start = self.truths.start()
        r = self.of_votes(self.start, prototypes(votes.n_classes))
        self.u = np.maximum(self.start.sum(axis=0), LEAST)
        self.b = np.maximum(.4 * self.by_worker(r), LEAST)
        self.a = np.maximum(.5 * self.start.T @ self.by_label(r), LEAST)
        self.theta = r / r.sum(axis=0)
        self.n = self.by_worker(self.theta)

    def of_votes(self, T, matrices):
        """sum_k T_ik matrix[k, y_ij] of each vote, (2, n_votes)."""
        return np.stack([(T @ matrix).ravel()[self.cell]
                         for matrix in matrices])

    def by_worker(self, weights):
        """Sums of the weights (2, n_votes) by worker, (n_workers, 2)."""
        return np.stack([np.bincount(
            self.votes.worker, weight, minlength=self.votes.n_workers)
            for weight in weights], axis=1)

    def by_label(self, weights):
        """Sums of the weights (2, n_votes) by task and label, (2, n_tasks, K).
        """
        return np.stack([self.votes.counts(weight) for weight in weights])

    def m_step(self, T):
        """Expected log v (2, K, K) and log prevalence (K,) from T and theta,
        then theta from them and T; and the bound without its term in T."""
        posteriors = [(T.T @ self.by_label(self.theta), self.a),
                      (self.n, self.b), (T.sum(axis=0), self.u)]
        expected = [expected_log(*posterior) for posterior in posteriors]
        divergence = sum(
            (posterior[0] * logs).sum() - log_evidence(*posterior)
            for posterior, logs in zip(posteriors, expected))
        log_v, log_pi, log_tau = expected
        log_theta = log_pi.T[:, self.votes.worker] + self.of_votes(T, log_v)
        self.theta = np.exp(log_theta - np.logaddexp(*log_theta))
        self.n = self.by_worker(self.theta)
        return log_v, log_tau, ((self.n * log_pi).sum()
                                + entr(self.theta).sum() - divergence)

    def e_step(self, parameters):
        """T from theta and the expected logarithms, and the bound."""
        log_v, log_tau, rest = parameters
        log_joint = log_tau + sum(
            given @ matrix.T
            for given, matrix in zip(self.by_label(self.theta), log_v))
        T, log_norm = self.truths.posterior(log_joint)
        return T, log_norm + rest


def ptbcc(votes, max_iter=500, tol=1e-3, known_truth=None):
    """PTBCC (Chen et al., 2025) with two prototypes, by variational inference.

    Returns a `Fit` with the expected weight of the prototype that is mostly
    right, NaN without votes; the objective is a bound of the log-evidence.

    Parameters
    ----------
    votes : Votes
    max_iter : int
    tol : see `posterior_settles`
    known_truth : see `Truths`
    """
    model = Ptbcc(votes, known_truth)
    _, T, bounds = fit_em(model.m_step, model.e_step, model.start, max_iter,
                          posterior_settles(tol))
    eta = model.b + model.n
    reliable = np.where(votes.per_worker > 0, eta[:, 0] / eta.sum(axis=1),
                        np.nan)
    return Fit(model.truths.finish(T), reliable, bounds)
