"""The one-coin model, ZenCrowd's: one accuracy for each worker."""
import numpy as np

from benchmark_utils.aggregation.em import Fit, fit_em, objective_settles
from benchmark_utils.aggregation.truths import Truths

ERRORS = ("uniform", "pooled")


def one_coin(votes, max_iter=100, tol=1e-6, errors="uniform",
             known_truth=None):
    """Posterior over the true labels where worker j is right with probability
    p_j, whatever the truth (Demartini et al., 2012), by EM.

    M: p_j = (sum_{i in I_j} T_{i, y_ij} + a) / (N_j + a + b), a = b = 1; with
    the papers' 0, a worker who is always right would outweigh all others.
    E: log T_ik = sum_{j: y_ij = k} [log p_j - log((1 - p_j) / (K - 1))] +
    const: errors are uniform over the other classes. The prevalence is not
    estimated, since that can collapse all tasks into one class.

    ``errors`` = ``pooled``, a variant of ours: an error on class k is class l
    with probability e_kl, from the errors of all workers plus .5; the prior of
    p_j is 3 votes of the mean accuracy, and the prevalence is estimated. It
    may collapse where workers share a bias.

    Returns a `Fit` with the accuracies p, NaN without votes; the objective is
    the log-likelihood of the votes, up to a constant.

    Parameters
    ----------
    votes : Votes
    max_iter : int
    tol : see `objective_settles`
    errors : one of ERRORS
    known_truth : see `Truths`
    """
    truths, K = Truths(votes, known_truth), votes.n_classes
    worker, n_votes, given = votes.worker, votes.per_worker, votes.counts()
    # log e_kl up to a term for each task, (n_tasks, K)
    uniform = (given - votes.per_task[:, None]) * np.log(max(K - 1, 1))

    def m_step(T):
        right = np.bincount(worker, T[votes.task, votes.label],
                            minlength=votes.n_workers)
        if errors == "uniform":
            return (right + 1) / (n_votes + 2), uniform
        share = right.sum() / max(len(votes), 1)
        p = np.clip((right + 3 * share) / (n_votes + 3), 1e-6, 1 - 1e-6)
        e = T.T @ given + .5  # (K truths, K labels)
        np.fill_diagonal(e, 0)
        e /= np.maximum(e.sum(axis=1, keepdims=True), .5)
        np.fill_diagonal(e, 1)
        with np.errstate(divide="ignore"):  # a class that no task has
            return p, given @ np.log(e).T + np.log(truths.prevalence(T))

    def e_step(parameters):
        p, of_errors = parameters
        log_joint = votes.counts((np.log(p) - np.log1p(-p))[worker])
        T, log_norm = truths.posterior(log_joint + of_errors)
        return T, log_norm + float(n_votes @ np.log1p(-p))

    (p, _), T, log_likelihoods = fit_em(
        m_step, e_step, truths.start(), max_iter, objective_settles(tol))
    return Fit(truths.finish(T), np.where(n_votes > 0, p, np.nan),
               log_likelihoods)
