"""Raykar and Yu's spammer score of a worker's confusion matrix."""
import numpy as np

from benchmark_utils.aggregation.confusion import CHUNK, totals_of
from benchmark_utils.label_rows import dense


def spammer_score(votes, counts, prior=None):
    """Distance of each worker's confusion matrix to rank one, (n_workers,).

    s_j = 1 / (R (R - 1)) sum_{k < k'} ||pi^j_k - pi^j_k'||^2 over the R
    classes that the worker met (Raykar and Yu, JMLR 2012, eq. 8, over all K:
    with few votes per worker the other rows are unknown). 0 = votes do not
    depend on the truth, as a spammer's; 1 = votes are always right; NaN if
    the worker met fewer than two classes.

    Parameters
    ----------
    votes : Votes
    counts : (n_answers, K), an array or CSR
        n^j_kl, or pi^j_kl itself.
    prior : (K truths, K labels), optional
        Pseudo-votes in every worker's matrix: pi^j_kl is proportional to
        n^j_kl + prior_kl. A class with pseudo-votes counts as met.
    """
    K = votes.n_classes
    score = np.full(votes.n_workers, np.nan)
    first, row = votes.voters()
    if not len(first):
        return score
    prior = np.zeros((K, K)) if prior is None else prior
    total = totals_of(counts, first, row) + prior.sum(axis=1)
    weight = np.divide(1, total, out=np.zeros_like(total), where=total > 0)
    R = (total > 0).sum(axis=1)  # (n_voters,)

    def spread(pi, R):
        """sum_{k<k'} (pi_kl - pi_k'l)^2 of each row l of pi."""
        return R * np.einsum("lk,lk->l", pi, pi) - pi.sum(axis=1) ** 2

    of_answer = np.empty(counts.shape[0])
    for start in range(0, counts.shape[0], CHUNK):
        rows = slice(start, start + CHUNK)
        w, r = weight[row[rows]], R[row[rows]]
        pseudo = prior.T[votes.answer_label[rows]]
        of_answer[rows] = (spread((dense(counts[rows]) + pseudo) * w, r)
                           - spread(pseudo * w, r))
    # Labels that a worker never gave have the prior's share alone.
    squares = (np.add.reduceat(of_answer, first)
               + R * (weight ** 2 @ (prior ** 2).sum(axis=1))
               - ((weight @ prior) ** 2).sum(axis=1))
    score[votes.answer_worker[first]] = np.divide(
        squares, R * (R - 1), out=np.full(len(first), np.nan), where=R > 1)
    return score
