"""MACE: some votes are known, the others guessed."""
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma

from benchmark_utils.aggregation.em import fit_em, never_settles
from benchmark_utils.aggregation.truths import Truths

# The authors' priors: Beta(.5, .5) on the knowing share, 10 pseudo-guesses on
# each label of a worker.
KNOWING, GUESSES = .5, 10.0


@dataclass(frozen=True, eq=False)
class MaceFit:
    """T (n_tasks, K): posterior of the truth, NaN row = no vote. knowing
    (n_workers,): expected share of a worker's votes that were known, not
    guessed; NaN = no vote. scores (n_iter,): log-likelihood of the votes under
    the variational weights, which sum to less than one.
    """
    T: np.ndarray
    knowing: np.ndarray
    scores: np.ndarray


class Mace:
    """The two steps. A vote of worker j is known with probability theta_j and
    then right, else guessed, with probability xi_jl of label l:
    P(y_ij = l | z_i = k) = g_j xi_jl + theta_j 1[l = k], g = 1 - theta.

    Only the (worker, label) that occur are held: parameters are log(theta_j),
    log(g_j xi_jl) by answer, (n_answers,) each.
    """

    def __init__(self, votes, known_truth=None):
        self.votes, self.truths = votes, Truths(votes, known_truth)
        self.n_given = np.bincount(votes.answer_index,
                                   minlength=len(votes.answer_worker))

    def equal(self):
        """The start: half of the votes known, guesses uniform."""
        n_answers, K = len(self.votes.answer_worker), self.votes.n_classes
        return np.full(n_answers, np.log(.5)), np.full(
            n_answers, np.log(.5 / K))

    def e_step(self, parameters):
        """The share of each vote that was known, T_{i, y_ij} theta_j / (g_j
        xi_{j, y_ij} + theta_j), summed by answer (n_answers,), and the score;
        keeps ``T``."""
        votes, (log_known, log_guessed) = self.votes, parameters
        odds = np.logaddexp(0, log_known - log_guessed)
        self.T, log_norm = self.truths.posterior(
            votes.counts(odds[votes.answer_index]))
        right = np.bincount(
            votes.answer_index, self.T[votes.task, votes.label],
            minlength=len(self.n_given))
        known = right * np.exp(log_known - log_guessed - odds)
        n_tasks = self.truths.informed.sum()
        return known, (log_norm + float(self.n_given @ log_guessed)
                       - n_tasks * np.log(votes.n_classes))

    def m_step(self, known):
        """Variational: exp of the expected logarithm of each parameter."""
        votes, worker = self.votes, self.votes.answer_worker
        guessed = self.n_given - known
        by_worker = [np.bincount(worker, sums, minlength=votes.n_workers)
                     for sums in (known, guessed)]
        total = digamma(votes.per_worker + 2 * KNOWING)
        log_theta, log_g = (digamma(sums + KNOWING) - total
                            for sums in by_worker)
        log_xi = digamma(guessed + GUESSES) - digamma(
            by_worker[1] + GUESSES * votes.n_classes)[worker]
        return log_theta[worker], log_g[worker] + log_xi


def mace(votes, max_iter=50, known_truth=None):
    """Variational Bayes with the authors' priors and 50 iterations.

    The start is theirs without noise, which is as good as the best of their
    ten noisy ones and needs no seed.

    Parameters
    ----------
    votes : Votes
    max_iter : int
    known_truth : see `Truths`
    """
    model = Mace(votes, known_truth)
    known, _ = model.e_step(model.equal())
    _, known, scores = fit_em(
        model.m_step, model.e_step, known, max_iter, never_settles)
    sums = np.bincount(votes.answer_worker, known, minlength=votes.n_workers)
    share = np.where(votes.per_worker > 0, (sums + KNOWING) / (
        votes.per_worker + 2 * KNOWING), np.nan)
    return MaceFit(model.truths.finish(model.T), share, scores)
