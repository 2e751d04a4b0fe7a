"""The posterior over true labels: start, normalisation, known truths."""
from functools import reduce

import numpy as np

from benchmark_utils.aggregation.em import CHUNK


class Truths:
    """What all methods share about the posterior T over the true labels.

    The row of a task without votes is 0 while a method runs, so that it does
    not count in any sum, and NaN at the end. A known truth has probability 1
    throughout.

    Parameters
    ----------
    votes : Votes
    known_truth : (n_tasks,) ints or None
        Classes of gold tasks, -1 = unknown.
    """

    def __init__(self, votes, known_truth=None):
        self.votes, self.informed = votes, votes.per_task > 0
        self.known = np.empty(0, int)  # tasks with a known truth
        if known_truth is not None:
            self.known = np.flatnonzero(known_truth >= 0)
            self.classes = known_truth[self.known]
            self.informed = self.informed | (known_truth >= 0)

    def start(self):
        """The vote shares, (n_tasks, K), which keep more information than the
        majority."""
        T = self.votes.shares()
        T[self.votes.per_task == 0] = 0
        if len(self.known):
            T[self.known] = 0
            T[self.known, self.classes] = 1
        return T

    def posterior(self, log_joint):
        """T from log P(truth, votes), up to a constant for each task, and the
        sum over the tasks of the logarithms of the normalisers.

        ``log_joint`` (n_tasks, K R) is overwritten; columns k R to k R + R - 1
        belong to class k.
        """
        if len(self.known):
            n_subtypes = log_joint.shape[1] // self.votes.n_classes
            of_class = np.arange(log_joint.shape[1]) // n_subtypes
            log_joint[self.known] = np.where(
                of_class == self.classes[:, None], log_joint[self.known],
                -np.inf)
        T = np.asarray(log_joint, float)  # sums of no votes are integers
        log_norm = np.empty(len(T))
        for start in range(0, len(T), CHUNK):
            rows = slice(start, start + CHUNK)
            log_norm[rows] = _normalise(T[rows])
        T[~self.informed] = 0
        return T, float(log_norm[self.informed].sum())

    def prevalence(self, T):
        """Mean of T over tasks with votes or a known truth, (K,)."""
        n_informed = self.informed.sum()
        if not n_informed:
            return np.full(T.shape[1], 1 / T.shape[1])
        return T.sum(axis=0) / n_informed

    def finish(self, T):
        """T with NaN rows for tasks without votes or a known truth."""
        T[~self.informed] = np.nan
        return T


def _normalise(rows):
    """Replace ``rows`` (n, C) by their softmax; returns the logarithms of the
    normalisers, (n,).

    Maximum and sum go column by column, as numpy is slow along short rows.
    """
    # A product of 500 votes underflows, so the largest term is scaled to 1.
    top = reduce(np.maximum, rows.T, -np.inf)
    rows -= top[:, None]
    np.exp(rows, out=rows)
    norm = reduce(np.add, rows.T, 0.0)
    rows /= norm[:, None]
    return np.log(norm) + top
