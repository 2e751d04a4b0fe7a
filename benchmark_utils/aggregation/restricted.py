"""Dawid-Skene and the one-coin model with posteriors on voted labels only.

With thousands of classes, a truth without any vote is hardly ever recovered.
Leaving such labels out avoids arrays of size tasks x classes and workers x
classes squared. Known truths are kept and fix the posterior. The results equal
those of the full methods with the posterior set to 0, after each E step, on
labels without votes.
"""
import numpy as np

from benchmark_utils.aggregation.em import fit_em, objective_settles
from benchmark_utils.aggregation.voted_labels import VotedLabels


class Meetings:
    """Pairs of a vote and a candidate truth, a label voted on the same task.

    A meeting is such a pair (vote, cell). Meetings with the same worker, truth
    k and answer l share the entry pi^j_kl; entries of one worker and truth
    share a row of that worker's confusion matrix.
    """

    def __init__(self, votes, known_truth=None):
        self.cells = cells = VotedLabels(votes, known_truth)
        number = cells.per_task[votes.task]  # of meetings of each vote
        vote = np.repeat(np.arange(len(votes)), number)
        start = np.cumsum(cells.per_task) - cells.per_task
        turn = np.arange(len(vote)) - np.repeat(
            np.cumsum(number) - number, number)
        self.cell = start[votes.task[vote]] + turn  # (n_meetings,)
        truth, K = cells.label[self.cell], votes.n_classes
        row = votes.worker[vote] * K + truth
        rows, row = np.unique(row, return_inverse=True)
        entries, self.entry = np.unique(
            row * K + votes.label[vote], return_inverse=True)
        self.row = entries // K  # row of each entry, (n_entries,)
        # The meeting of each vote with its own label: pi^j_kk.
        self.own = self.entry[truth == votes.label[vote]]  # (n_votes,)

    def log_confusion(self, T, smoothing, n_classes):
        """log pi of each entry, (n_entries,), from the cells' posterior."""
        counts = np.bincount(self.entry, T[self.cell],
                             minlength=len(self.row)) + smoothing
        totals = np.bincount(self.row, counts)
        if smoothing:  # of the answers that this worker never gave
            answers = np.bincount(self.row)
            totals += smoothing * (n_classes - answers)
        totals[totals == 0] = 1  # a truth that this worker never met
        with np.errstate(divide="ignore"):  # log 0 = -inf is intended
            return np.log(counts) - np.log(totals)[self.row]


def dawid_skene(votes, max_iter=100, tol=1e-6, smoothing=0.0,
                known_truth=None):
    """Dawid and Skene (1979) with posteriors on voted labels.

    Parameters as in `dawid_skene.dawid_skene`. Returns the posterior as
    `VotedLabels.rows` and pi^j_kk of each vote's worker and label, (n_votes,).
    Linear in the number of meetings, sum_i n_votes_i n_labels_i.
    """
    meetings = Meetings(votes, known_truth)
    cells, K = meetings.cells, votes.n_classes
    n_informed = max(len(cells.first), 1)

    def m_step(T):
        rho = np.bincount(cells.label, T, minlength=K) / n_informed
        with np.errstate(divide="ignore"):
            return meetings.log_confusion(T, smoothing, K), np.log(rho)

    def e_step(parameters):
        log_pi, log_rho = parameters
        log_joint = log_rho[cells.label] + np.bincount(
            meetings.cell, log_pi[meetings.entry], minlength=len(cells))
        return cells.softmax(log_joint)

    (log_pi, _), T, _ = fit_em(m_step, e_step, cells.start(), max_iter,
                               objective_settles(tol))
    return cells.rows(T), np.exp(log_pi[meetings.own])


def one_coin(votes, max_iter=100, tol=1e-6, known_truth=None):
    """The one-coin model of `one_coin.one_coin` with posteriors on voted
    labels. Returns the posterior as `VotedLabels.rows` and the accuracies
    (n_workers,), NaN without votes."""
    cells, K = VotedLabels(votes, known_truth), votes.n_classes
    n_votes = votes.per_worker

    def m_step(T):
        right = np.bincount(votes.worker, T[cells.cell],
                            minlength=votes.n_workers)
        return (right + 1) / (n_votes + 2)

    def e_step(p):
        odds = np.log(p) - np.log1p(-p) + np.log(max(K - 1, 1))
        T, log_norm = cells.softmax(cells.total(odds[votes.worker]))
        return T, log_norm + float(n_votes @ np.log1p(-p))

    p, T, _ = fit_em(m_step, e_step, cells.start(), max_iter,
                     objective_settles(tol))
    return cells.rows(T), np.where(n_votes > 0, p, np.nan)
