"""Rows of label probabilities on voted labels only, for thousands of classes.

No array has size tasks x classes.
"""
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from benchmark_utils.votes import Votes


@dataclass(frozen=True, eq=False)
class VotedLabels:
    """The distinct (task, label) pairs of some votes, called cells.

    Cells are sorted by task, then label, so the cells of a task are adjacent.
    A known truth (``known_truth`` (n_tasks,), -1 = unknown) is a cell too, and
    has probability 1.
    """
    votes: Votes
    known_truth: np.ndarray | None = None

    @cached_property
    def _cells(self):
        votes = self.votes
        task, label = votes.task, votes.label
        if self.known_truth is not None:
            known = np.flatnonzero(self.known_truth >= 0)
            task = np.append(task, known)
            label = np.append(label, self.known_truth[known])
        key, size = task * votes.n_classes + label, (
            votes.n_tasks * votes.n_classes)
        if size > 16 * len(key):
            return np.unique(key, return_inverse=True)
        occurs = np.zeros(size, bool)  # faster than sorting
        occurs[key] = True
        return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[key]

    @property
    def cell(self):
        """Cell of each vote, (n_votes,)."""
        return self._cells[1][:len(self.votes)]

    @cached_property
    def refuted(self):
        """Cells that differ from the known truth of their task."""
        if self.known_truth is None:
            return np.empty(0, int)
        known = self.known_truth[self.task]
        return np.flatnonzero((known >= 0) & (known != self.label))

    @cached_property
    def task(self):
        """Task of each cell, ascending, (n_cells,)."""
        return self._cells[0] // self.votes.n_classes

    @cached_property
    def label(self):
        """Label of each cell, (n_cells,)."""
        return self._cells[0] % self.votes.n_classes

    @cached_property
    def per_task(self):
        """Number of cells of each task, (n_tasks,)."""
        return np.bincount(self.task, minlength=self.votes.n_tasks)

    @cached_property
    def first(self):
        """First cell of each task that has cells, (n_informed_tasks,)."""
        return np.flatnonzero(np.diff(self.task, prepend=-1))

    def __len__(self):
        return len(self.task)

    def total(self, weight=None):
        """Number of votes, or sum of their weights (n_votes,), of each cell,
        (n_cells,)."""
        return np.bincount(self.cell, weight, minlength=len(self))

    def over_task(self, reduce, values):
        """``reduce`` (np.add, np.maximum) over the cells of a task, for each
        of its cells, (n_cells,)."""
        if not len(self):
            return values
        number = self.per_task[self.per_task > 0]
        return np.repeat(reduce.reduceat(values, self.first), number)

    def shares(self, weight=None):
        """Share of each cell in the votes of its task, or in their weights
        (n_votes,), (n_cells,); shares of the votes if all weights are 0."""
        value = self.total(weight).astype(float)
        total = self.over_task(np.add, value)
        if weight is not None:
            weightless = total == 0
            value[weightless] = self.total()[weightless]
            total = self.over_task(np.add, value)
        return value / total

    def start(self):
        """Start of EM: vote shares and known truths, (n_cells,)."""
        with np.errstate(invalid="ignore"):  # 0 / 0 if known without votes
            T = self.shares()
        if self.known_truth is not None:
            known = self.known_truth[self.task]
            T[known >= 0] = (known == self.label)[known >= 0]
        return T

    def softmax(self, log_joint):
        """Posterior of the cells of each task, and the sum over the tasks of
        the logarithms of the normalisers. ``log_joint`` is overwritten."""
        if not len(self):
            return log_joint, 0.0
        log_joint[self.refuted] = -np.inf
        top = self.over_task(np.maximum, log_joint)
        T = np.exp(log_joint - top)
        norm = self.over_task(np.add, T)
        return T / norm, float((np.log(norm) + top)[self.first].sum())

    @cached_property
    def n_others(self):
        """Number of classes of a task that are no cell and may be its truth,
        (n_tasks,): all without votes, none if the truth is known."""
        number = self.votes.n_classes - self.per_task
        if self.known_truth is not None:
            number[self.known_truth >= 0] = 0
        return number

    def softmax_of_all(self, log_odds, top=None):
        """Posterior of the cells, (n_cells,), and of each of the `n_others`
        classes, (n_tasks,), and the log-normalisers, (n_tasks,).

        ``log_odds`` (n_cells,), against a class without votes, are
        overwritten. ``top`` (n_tasks,) is subtracted before exponentiation;
        default: the maximum of a task.
        """
        log_odds = np.asarray(log_odds, float)  # sums of no votes are integers
        log_odds[self.refuted] = -np.inf
        if top is None:
            top = np.zeros(self.votes.n_tasks)
            if len(self):
                at = self.task[self.first]
                best = np.maximum.reduceat(log_odds, self.first)
                top[at] = np.where(self.n_others[at], np.maximum(best, 0),
                                   best)
        weight, other = np.exp(log_odds - top[self.task]), np.exp(-top)
        norm = self.n_others * other + np.bincount(
            self.task, weight, minlength=len(top))
        return weight / norm[self.task], other / norm, np.log(norm) + top

    def dense(self, T, other):
        """Array (n_tasks, K) of the posteriors by `softmax_of_all`; NaN rows
        for tasks without cells."""
        rows = np.empty((self.votes.n_tasks, self.votes.n_classes))
        rows[:] = np.where(self.n_others > 0, other, 0)[:, None]
        rows[self.task, self.label] = T
        rows[self.per_task == 0] = np.nan
        return rows

    def rows(self, T):
        """CSR (n_tasks, K) of values (n_cells,); zeros are not stored, and a
        task without cells has an empty row, which abstains."""
        rows = sparse.csr_array(
            (T, self.label, np.append(0, np.cumsum(self.per_task))),
            shape=(self.votes.n_tasks, self.votes.n_classes))
        rows.eliminate_zeros()
        return rows


def label_majority(votes):
    """Most voted class of each task, ties shared, (n_tasks, K); sparse if
    there are many classes."""
    if not votes.many_classes:
        return votes.majority()
    cells = VotedLabels(votes)
    total = cells.total()
    best = (total == cells.over_task(np.maximum, total)).astype(float)
    return cells.rows(best / cells.over_task(np.add, best))


def label_shares(votes, weight=None):
    """Shares of the votes, or of their weights (n_votes,), (n_tasks, K);
    sparse if there are many classes."""
    if not votes.many_classes:
        return votes.shares(weight)
    cells = VotedLabels(votes)
    return cells.rows(cells.shares(weight))
