"""A confusion matrix for each worker, by sparse products.

Dawid-Skene and its pooled and variational relatives share these steps.
"""
import numpy as np
from scipy import sparse

from benchmark_utils.aggregation.truths import Truths
from benchmark_utils.label_rows import is_sparse, row_of

# Rows handled at once where a temporary of the size of pi would double the
# memory.
CHUNK = 1 << 16


class ConfusionModel(Truths):
    """The two steps of every EM with a confusion matrix for each worker.

    M: pi^j_kl is proportional to n^j_kl = sum_i T_ik 1[y_ij = l], plus
    ``smoothing``, plus ``pooled`` times the confusion matrix of all votes.
    E: T_ik is proportional to prior_ik prod_j pi^j_{k, y_ij}, in logs. Both
    are products with the sparse indicator V (n_tasks, n_answers): V^T T and
    V log pi.

    Parameters
    ----------
    votes : Votes
    smoothing : float
        Pseudo-votes in every cell of every worker's confusion matrix.
    pooled : float
        Pseudo-votes in every row of it, distributed as all votes are.
    known_truth : see `Truths`
    """

    def __init__(self, votes, smoothing=0.0, pooled=0.0, known_truth=None):
        super().__init__(votes, known_truth)
        self.smoothing, self.pooled = smoothing, pooled
        self.V = votes.answer_matrix
        self.first, self.voter = votes.voters()

    def count(self, T):
        """Expected counts n^j_kl of each answer by truth, (n_answers, C), and
        of all votes of each voter, (n_voters, C)."""
        counts = self.V.T @ T
        if not len(counts):
            return counts, counts
        return counts, totals_of(counts, self.first, self.voter)

    def m_step(self, T):
        """log pi (n_answers, K) from the posterior T (n_tasks, K), which is 0
        in the rows of tasks without votes."""
        counts, totals = self.count(T)
        if self.pooled:
            crowd = self.crowd(counts)
            counts += self.pooled * crowd[self.votes.answer_label]
            totals += self.pooled
        if self.smoothing:
            counts += self.smoothing
            totals += self.votes.n_classes * self.smoothing
        totals[totals == 0] = 1  # a class this worker never met: 0 / 1
        log_totals = np.log(totals)
        with np.errstate(divide="ignore"):  # log 0 = -inf is intended
            log_pi = np.log(counts, out=counts)
        for start in range(0, len(log_pi), CHUNK):
            rows = slice(start, start + CHUNK)
            log_pi[rows] -= log_totals[self.voter[rows]]
        return log_pi

    def crowd(self, counts):
        """Confusion matrix of all votes together, (K labels, K truths); 0 in
        the column of a class that no task has."""
        pooled = np.zeros((self.votes.n_classes, counts.shape[1]))
        np.add.at(pooled, self.votes.answer_label, counts)
        return pooled / np.maximum(pooled.sum(axis=0), np.finfo(float).tiny)

    def e_step(self, log_pi, log_prior, vote_weight=None):
        """Posterior T (n_tasks, K), 0 in the rows of tasks without votes, and
        the log-likelihood; log_prior is (K,) or (n_tasks, K). ``vote_weight``
        (n_votes,), above 0, multiplies each vote's log pi."""
        V, votes = self.V, self.votes
        if vote_weight is not None:
            V = sparse.csr_array((vote_weight, (votes.task,
                                                votes.answer_index)), V.shape)
        log_joint = V @ log_pi
        log_joint += log_prior
        return self.posterior(log_joint)


def totals_of(counts, first, voter):
    """Sums over each voter's rows of ``counts`` (n_answers, C), an array or
    CSR: (n_voters, C). ``first`` and ``voter`` are those of `Votes.voters`."""
    if not is_sparse(counts):
        return np.add.reduceat(counts, first, axis=0)
    shape = len(first), counts.shape[1]
    cell = voter[row_of(counts)] * shape[1] + counts.indices
    return np.bincount(cell, counts.data, minlength=shape[0] * shape[1]
                       ).reshape(shape)
