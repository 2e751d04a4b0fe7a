"""EBCC and IBCC: Bayesian confusion matrices, by variational inference."""
import numpy as np
from scipy.special import digamma, entr, gammaln

from benchmark_utils.aggregation.confusion import ConfusionModel
from benchmark_utils.aggregation.dirichlet import expected_log
from benchmark_utils.aggregation.em import Fit, fit_em, posterior_settles
from benchmark_utils.aggregation.spammers import spammer_score


class SubtypeModel(ConfusionModel):
    """The two steps. Votes are independent given class k and subtype r of a
    task; given the class alone they are correlated.

    z_i ~ rho ~ Dir(alpha), g_i | z_i = k ~ tau_k ~ Dir(a_pi / R),
    y_ij | k, r ~ pi^j_kr ~ Dir(beta_k), beta_kl = a_v if l = k, else b_v.
    Z (n_tasks, K R) holds q(z_i = k, g_i = r) in column k R + r. With R = 1
    this is IBCC. Cells of pi without votes keep their prior and cancel.
    """

    def __init__(self, votes, subtypes, alpha, a_pi, a_v, b_v, known_truth):
        super().__init__(votes, known_truth=known_truth)
        K, self.R = votes.n_classes, subtypes
        # Without any pseudo-task of a class the bound is not finite.
        self.alpha = np.maximum(
            self.start().sum(axis=0) if alpha is None else np.full(K, alpha),
            1e-3)
        self.tau = np.full((K, subtypes), a_pi / subtypes)
        # Pseudo-votes, (K truths, K labels) and their sum.
        self.beta = np.full((K, K), b_v) + (a_v - b_v) * np.eye(K)
        self.B = a_v + (K - 1) * b_v

    def m_step(self, Z):
        """Expected log pi (n_answers, K R) and log prior (K R,), and the KL
        divergence of the posteriors of rho, tau and pi from their priors."""
        n, n_total = self.count(Z)
        beta = np.repeat(self.beta.T, self.R, axis=1)[self.votes.answer_label]
        log_pi = digamma(n + beta)
        log_pi -= digamma(n_total + self.B)[self.voter]
        number = Z.sum(axis=0).reshape(-1, self.R)  # (K, R)
        log_rho, of_rho = expected_log(number.sum(axis=1), self.alpha)
        log_tau, of_tau = expected_log(number, self.tau)
        of_pi = ((gammaln(beta) - gammaln(n + beta) + n * log_pi).sum()
                 + (gammaln(n_total + self.B) - gammaln(self.B)).sum())
        return (log_pi, (log_rho[:, None] + log_tau).ravel(),
                of_rho + of_tau + of_pi)

    def e_step(self, parameters):
        """Z and the bound, given the posteriors of the parameters."""
        log_pi, log_prior, divergence = parameters
        Z, log_norm = super().e_step(log_pi, log_prior)
        return Z, log_norm - divergence

    def of_classes(self, Z):
        """T (n_tasks, K): the sum over the subtypes."""
        return Z.reshape(len(Z), -1, self.R).sum(axis=2)


def ebcc(votes, subtypes=1, rng=None, alpha=None, a_pi=.1, a_v=4.0, b_v=1.0,
         max_iter=500, tol=1e-3, known_truth=None):
    """One run of EBCC (Li et al., ICML 2019), by variational inference.

    It starts from the vote shares, divided at random among the subtypes.
    Returns a `Fit`. Worker score: the spammer score of the expected confusion
    matrix, averaged over the subtypes. Task score: minus the entropy of class
    and subtype. The objective is a lower bound of the log-evidence.

    Parameters
    ----------
    votes : Votes
    subtypes : int
        R.
    rng : Generator
        Needed for more than one subtype.
    alpha : float or None
        Pseudo-tasks of each class. None: the sums of the vote shares, as in
        the authors' code.
    a_pi, a_v, b_v : float
        Pseudo-counts, see `SubtypeModel`; the defaults are the authors'.
    max_iter : int
    tol : see `posterior_settles`
    known_truth : see `Truths`
    """
    model = SubtypeModel(votes, subtypes, alpha, a_pi, a_v, b_v, known_truth)
    Z = model.start()
    if subtypes > 1:
        Z = (Z[:, :, None] * rng.dirichlet(np.ones(subtypes), Z.shape)
             ).reshape(len(Z), -1)
    _, Z, bounds = fit_em(model.m_step, model.e_step, Z, max_iter,
                          posterior_settles(tol, of=model.of_classes))
    T = model.of_classes(Z)
    score = spammer_score(votes, model.count(T)[0], model.beta)
    certainty = model.finish(-entr(Z).sum(axis=1))
    return Fit(model.finish(T), score, bounds, certainty)


def best_ebcc(votes, subtypes=(1, 2, 3), restarts=3, rng=None, **options):
    """The run with the highest bound.

    There is one run with R = 1, which is deterministic, and ``restarts`` runs
    with each other number in ``subtypes``. More runs do not help, see
    docs/findings/aggregation.md. ``options`` are those of `ebcc`.
    """
    best = None
    for R in subtypes:
        for _ in range(1 if R == 1 else restarts):
            fit = ebcc(votes, R, rng, **options)
            if best is None or fit.objectives[-1] > best.objectives[-1]:
                best = fit
    return best
