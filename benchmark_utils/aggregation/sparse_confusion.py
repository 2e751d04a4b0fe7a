"""The two steps of Dawid-Skene where most of the posterior is exactly 0."""
from functools import cached_property

import numpy as np
from scipy import sparse

from benchmark_utils.aggregation.confusion import ConfusionModel
from benchmark_utils.label_rows import dense, is_sparse, row_of

# An entry of a sparse product takes about as long as COST entries of a dense
# one; with fewer than FEW numbers, dense confusion matrices are fast enough.
COST, FEW = 8, 1 << 22


class SparseConfusionModel(ConfusionModel):
    """`ConfusionModel` that skips zeros, as long as most of T is zero.

    EM starts from the vote shares, and without pseudo-votes pi^j_kl = 0 where
    worker j never voted l on a task that may be k. With many classes and few
    votes for each worker, almost all of T and pi is exactly 0. T is then CSR
    (n_tasks, K) and log pi CSR (n_answers, K), where entries that are not
    stored are log 0. The results equal those of dense steps up to rounding.
    """

    @cached_property
    def answers(self):
        """V^T, (n_answers, n_tasks)."""
        return self.V.T.tocsr()

    @cached_property
    def counted(self):
        """V as complex numbers: one product sums log pi in its real part and
        counts the terms in its imaginary part."""
        return self.V.astype(complex)

    def pays(self, T):
        """Whether sparse steps are faster."""
        met = self.votes.per_task @ np.diff(T.indptr)
        return COST * met <= len(self.votes) * T.shape[1]

    def start(self):
        T = super().start()
        size = len(self.votes.answer_worker) * self.votes.n_classes
        if size < FEW or self.smoothing or self.pooled or len(self.known):
            return T
        rows = sparse.csr_array(T)
        return rows if self.pays(rows) else T

    def m_step(self, T):
        if not is_sparse(T) or not self.pays(T):
            return super().m_step(dense(T))
        log_pi = self.answers @ T
        cell = self.voter[row_of(log_pi)] * T.shape[1] + log_pi.indices
        totals = np.bincount(cell, log_pi.data)
        log_pi.data = np.log(log_pi.data) - np.log(totals[cell])
        return log_pi

    def e_step(self, log_pi, log_prior):
        if not is_sparse(log_pi):
            return super().e_step(log_pi, log_prior)
        n_tasks, K = self.votes.n_tasks, self.votes.n_classes
        joint = self.counted @ sparse.csr_array(
            (log_pi.data + 1j, log_pi.indices, log_pi.indptr),
            shape=log_pi.shape)
        joint.sort_indices()
        task = row_of(joint)
        # A class is possible if all votes of the task have a stored log pi.
        possible = joint.data.imag == self.votes.per_task[task]
        task, k = task[possible], joint.indices[possible]
        value = joint.data.real[possible] + log_prior[k]
        top = np.full(n_tasks, -np.inf)
        np.maximum.at(top, task, value)
        value = np.exp(value - top[task])
        norm = np.bincount(task, value, minlength=n_tasks)
        number = np.bincount(task, minlength=n_tasks)
        T = sparse.csr_array(
            (value / norm[task], k, np.append(0, np.cumsum(number))),
            shape=(n_tasks, K))
        T.eliminate_zeros()  # underflow
        log_norm = np.log(norm[self.informed]) + top[self.informed]
        return T, float(log_norm.sum())

    def finish(self, T):
        return super().finish(dense(T))


def probabilities(log_pi):
    """pi, in the memory of log pi."""
    values = log_pi.data if is_sparse(log_pi) else log_pi
    np.exp(values, out=values)
    if is_sparse(log_pi):
        log_pi.sort_indices()
    return log_pi
