"""Smoothed Dawid-Skene as a map, the first part of the pipeline of
`influence`, whose letters it uses."""
import numpy as np
from scipy import sparse
from scipy.special import softmax


class NotConverged(RuntimeError):
    """An iteration did not reach its tolerance; the message says which."""


def accuracy_by_agreement(votes):
    """The accuracy d of workers who are all alike and err evenly, from how
    often two votes on a task agree: a = d^2 + (1 - d)^2 / (K - 1).

    One more pair, agreeing by chance, keeps d below 1; without a task that
    has two votes, d is chance.
    """
    K, counts = votes.n_classes, votes.counts()
    n_equal = (counts * (counts - 1)).sum()
    n_pairs = (votes.per_task * (votes.per_task - 1)).sum()
    a = (n_equal + 1 / K) / (n_pairs + 1)
    return (1 + np.sqrt((K - 1) * max(K * a - 1, 0))) / K


class SmoothDawidSkene:
    """The map F of smoothed Dawid-Skene.

    Parameters
    ----------
    votes : Votes
    smoothing : float, > 0
        Pseudo-votes in every row of the confusion matrices, a share
        ``accuracy`` of them right, and in rho; a positive number keeps every
        logarithm smooth.
    accuracy : float, optional
        Default: `accuracy_by_agreement` of these votes, a constant of F.
    """
    def __init__(self, votes, smoothing=5.0, accuracy=None):
        if smoothing <= 0:
            raise ValueError(f"smoothing = {smoothing}, a number > 0 is "
                             "needed")
        self.votes, self.smoothing = votes, smoothing
        K = votes.n_classes
        if accuracy is None:
            accuracy = accuracy_by_agreement(votes)
        spread = np.full((K, K), smoothing * (1 - accuracy) / max(K - 1, 1))
        np.fill_diagonal(spread, smoothing * accuracy)
        self.prior = spread[votes.answer_label]  # A, (n_answers, K truths)
        self.ones = np.ones(len(votes))
        new = np.diff(votes.answer_worker, prepend=-1) > 0
        # One row per task and worker who voted on it.
        self.cells, self.cell = np.unique(
            votes.task * votes.n_workers + votes.worker, return_inverse=True)
        self.first = np.flatnonzero(new)  # first pair of each voter
        self.voter = np.cumsum(new) - 1  # (n_answers,)

    def matrix(self, weight):
        """Weights of the votes by task and pair, CSR (n_tasks, n_answers)."""
        votes = self.votes
        return sparse.csr_array(
            (weight, (votes.task, votes.answer_index)),
            shape=(votes.n_tasks, len(votes.answer_worker)))

    def _m_step(self, T, V):
        """C + A and the totals of its workers, each (n_answers, K), and sum_i
        T_i + s / K, (K,)."""
        C, s = V.T @ T, self.smoothing
        totals = np.add.reduceat(C, self.first, axis=0) + s
        return (C + self.prior, totals[self.voter],
                T.sum(axis=0) + s / self.votes.n_classes)

    def _log_parameters(self, T, V):
        C, totals, R = self._m_step(T, V)
        return np.log(C) - np.log(totals), np.log(R) - np.log(R.sum())

    def step(self, T, V):
        """F(T, w): an M and an E step."""
        log_pi, log_rho = self._log_parameters(T, V)
        z = V @ log_pi
        z += log_rho
        z -= z.max(axis=1, keepdims=True)
        np.exp(z, out=z)
        # A product with ones is a sum along the rows, several times faster.
        z /= (z @ np.ones(len(log_rho)))[:, None]
        return z

    def fit(self, weight=None, tol=1e-12, max_iter=20_000):
        """The fixed point reached from the vote shares, (n_tasks, K).

        Raises
        ------
        NotConverged
            If a step still changes T by more than ``tol``.
        """
        weight = self.ones if weight is None else weight
        V, T = self.matrix(weight), self.votes.shares(weight)
        T[np.isnan(T)] = 1 / self.votes.n_classes
        for _ in range(max_iter):
            before, T = T, self.step(T, V)
            if np.abs(T - before).max() <= tol:
                return T
        raise NotConverged(
            f"smoothed Dawid-Skene: a step still changes the posterior by "
            f"{np.abs(T - before).max():.1e} after {max_iter} steps; more "
            f"smoothing than {self.smoothing} may help")

    def without_worker(self, T, V):
        """T of a task without the votes of one of its workers, for each task
        and worker: rows (n_cells, K) in the order of ``self.cells``."""
        log_pi, _ = self._log_parameters(T, V)
        share = sparse.csr_array(
            (self.ones, (self.cell, self.votes.answer_index)),
            shape=(len(self.cells), len(log_pi)))
        task = self.cells // self.votes.n_workers
        return softmax(np.log(T[task]) - share @ log_pi, axis=1)
