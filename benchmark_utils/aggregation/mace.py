"""MACE: a worker knows the truth of a task or guesses."""
import numpy as np
from scipy import sparse
from scipy.special import digamma

from benchmark_utils.aggregation.em import Fit, fit_em
from benchmark_utils.aggregation.voted_labels import VotedLabels

# The authors' priors: Beta(.5, .5) on the share of known votes, and 10
# pseudo-guesses of each label for each worker.
KNOWING, GUESSES = .5, 10.0


class Mace:
    """The two steps. Worker j knows with probability theta_j and is then
    right; otherwise the vote is a guess, label l with probability xi_jl:
    P(y_ij = l | z_i = k) = g_j xi_jl + theta_j 1[l = k], g = 1 - theta.

    The parameters are log(theta_j) and log(g_j xi_jl) of each answer, a
    (worker, label) that occurs; (n_answers,) each.
    """

    def __init__(self, votes, known_truth=None):
        self.votes, self.cells = votes, VotedLabels(votes, known_truth)
        self.informed = self.cells.per_task > 0
        # Number of votes of each answer in each cell.
        self.V = sparse.csr_array(
            (np.ones(len(votes)), (self.cells.cell, votes.answer_index)),
            shape=(len(self.cells), len(votes.answer_worker)))
        self.answers = self.V.T.tocsr()  # faster than V.T
        self.n_given, self.zero = self.V.sum(axis=0), np.zeros(votes.n_tasks)

    def equal(self):
        """The start: half of the votes are known, guesses are uniform."""
        n_answers, K = len(self.votes.answer_worker), self.votes.n_classes
        return np.full(n_answers, np.log(.5)), np.full(
            n_answers, np.log(.5 / K))

    def e_step(self, parameters):
        """Expected number of known votes of each answer, (n_answers,), the
        sum of T_{i, y_ij} theta_j / (g_j xi_{j, y_ij} + theta_j), and the
        score. Keeps ``T``, of the voted labels and of the other classes, which
        have no votes and so are equally likely."""
        log_known, log_guessed = parameters
        ratio = np.exp(log_known - log_guessed)
        log_odds = self.V @ np.log1p(ratio)  # most often exp does not overflow
        top = self.zero if log_odds.max(initial=0) < 700 else None
        T, other, log_norm = self.cells.softmax_of_all(log_odds, top)
        self.T = T, other
        known = (self.answers @ T) * (ratio / (1 + ratio))
        return known, float(
            (log_norm[self.informed] - np.log(self.votes.n_classes)).sum()
            + self.n_given @ log_guessed)

    def m_step(self, known):
        """The expected logarithm of each parameter."""
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
    """MACE (Hovy et al., NAACL 2013) by variational Bayes with the authors'
    priors and number of iterations.

    It starts from the mean of the authors' random starts. This is as good as
    the best of their ten starts and needs no seed. Returns a `Fit` with the
    expected share of known votes of each worker, NaN without votes; the
    objective is the log-likelihood under the variational weights, which sum to
    less than one.

    Parameters
    ----------
    votes : Votes
    max_iter : int
    known_truth : see `Truths`
    """
    model = Mace(votes, known_truth)
    known, _ = model.e_step(model.equal())
    _, known, scores = fit_em(
        model.m_step, model.e_step, known, max_iter,
        lambda *_: False)
    sums = np.bincount(votes.answer_worker, known, minlength=votes.n_workers)
    share = np.where(votes.per_worker > 0, (sums + KNOWING) / (
        votes.per_worker + 2 * KNOWING), np.nan)
    return Fit(model.cells.dense(*model.T), share, scores)
