"""The votes of a dataset: one sparse, validated, read-only structure."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from benchmark_utils.checks import check_ids, check_range, plain

# Sums in another order differ in the last digits: shares, scores and prices
# closer than this are equal.
TIE = 1e-9
# Label probabilities are sparse from this number of classes on, or if a dense
# array would have more than this number of entries, a GiB.
MANY_CLASSES, MOST_NUMBERS = 1000, 1 << 27
# Truths that are not a class: unknown, or a label that no vote has.
UNKNOWN, UNVOTED = -1, -2


@dataclass(frozen=True, eq=False)
class Votes:
    """Task, worker and label of each vote, in the given order.

    Several votes of one worker on one task are allowed and all count. Tasks
    and workers without votes are allowed. Everything below is computed from
    the three arrays on first use and kept; nothing is dense in tasks x
    workers or in workers x classes squared.

    Parameters
    ----------
    task, worker, label : integer arrays, (n_votes,)
        Ids in 0..n_tasks-1, 0..n_workers-1 and 0..n_classes-1, copied and
        read-only.
    n_tasks, n_workers, n_classes : int

    Raises
    ------
    ValueError
        If the arrays are not one-dimensional integers of equal length or an
        id is out of range. The message names the array and the entry.
    """
    task: np.ndarray
    worker: np.ndarray
    label: np.ndarray
    n_tasks: int
    n_workers: int
    n_classes: int

    def __post_init__(self):
        sizes = {"task": "n_tasks", "worker": "n_workers",
                 "label": "n_classes"}
        for name, size in sizes.items():
            check_range("votes", size, getattr(self, size), 0, whole=True)
            # As Python's integers, whose products do not overflow.
            object.__setattr__(self, size, int(getattr(self, size)))
            ids = check_ids("votes", name, getattr(self, name),
                            getattr(self, size))
            object.__setattr__(self, name, _read_only(ids))
        lengths = {name: len(getattr(self, name)) for name in sizes}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"votes: arrays have unequal lengths {lengths}")
        if self.n_classes < 1:
            raise ValueError("votes: n_classes must be at least 1, got "
                             f"{self.n_classes}")

    def __len__(self):
        return len(self.task)

    @property
    def many_classes(self):
        """Are there too many classes for arrays (n_tasks, n_classes)? Label
        probabilities are then sparse, see `label_rows`."""
        return (self.n_classes >= MANY_CLASSES
                or self.n_tasks * self.n_classes > MOST_NUMBERS)

    # --- counts ---------------------------------------------------------
    @cached_property
    def per_task(self):
        """Number of votes of each task, (n_tasks,)."""
        return _read_only(np.bincount(self.task, minlength=self.n_tasks))

    @cached_property
    def per_worker(self):
        """Number of votes of each worker, (n_workers,)."""
        return _read_only(np.bincount(self.worker, minlength=self.n_workers))

    @cached_property
    def n_voters(self):
        """Number of different workers of each task, (n_tasks,)."""
        pairs = np.sort(self.task * self.n_workers + self.worker)
        pairs = pairs[np.diff(pairs, prepend=-1) > 0]  # faster than np.unique
        return _read_only(np.bincount(pairs // max(self.n_workers, 1),
                                      minlength=self.n_tasks))

    @cached_property
    def once(self):
        """Whether a vote is the first of its task, worker and label,
        (n_votes,): an annotation that was exported twice is one annotation.
        """
        key = (self.task * self.n_workers + self.worker
               ) * self.n_classes + self.label
        first = np.zeros(len(self), bool)
        first[np.unique(key, return_index=True)[1]] = True
        return _read_only(first)

    def counts(self, weight=None):
        """Votes (or their weights) per task and class, (n_tasks, n_classes).
        """
        shape = self.n_tasks, self.n_classes
        cell = self.task * self.n_classes + self.label
        plain("weight", weight)
        return np.bincount(cell, weight, minlength=shape[0] * shape[1]
                           ).reshape(shape)

    def shares(self, weight=None):
        """Share of each class in the votes of a task, (n_tasks, n_classes).

        With ``weight`` (n_votes,), the share of the weight; a task whose
        votes all have weight 0 keeps its unweighted shares. The row of a task
        without votes is NaN.
        """
        shares = self.counts(weight).astype(float)
        total = shares.sum(axis=1)
        if weight is not None:
            weightless = (total == 0) & (self.per_task > 0)
            if weightless.any():
                shares[weightless] = self.counts()[weightless]
                total[weightless] = self.per_task[weightless]
        total[self.per_task == 0] = np.nan
        shares /= total[:, None]
        return shares

    def majority(self):
        """The most frequent class of each task, ties shared equally; a NaN
        row has no votes. (n_tasks, n_classes)"""
        shares = self.shares()
        best = (shares >= shares.max(axis=1, keepdims=True) - TIE).astype(
            float)
        best[self.per_task == 0] = np.nan
        return best / best.sum(axis=1, keepdims=True)

    def worker_mean(self, value):
        """Mean of ``value`` (n_votes,) over each worker's votes, without NaN
        entries; NaN for a worker without any other. (n_workers,)"""
        known = ~np.isnan(plain("value", value))
        worker = self.worker[known]
        total = np.bincount(worker, value[known], minlength=self.n_workers)
        number = np.bincount(worker, minlength=self.n_workers)
        return np.divide(total, number, out=np.full(self.n_workers, np.nan),
                         where=number > 0)

    def voters(self):
        """First answer of each worker who voted, (n_voters,), and the number
        of the voter who gave each answer, (n_answers,)."""
        new = np.diff(self.answer_worker, prepend=-1) > 0
        return np.flatnonzero(new), np.cumsum(new) - 1

    def select(self, keep):
        """The votes where ``keep`` (n_votes,) is True; same ids and sizes."""
        plain("keep", keep)
        return Votes(self.task[keep], self.worker[keep], self.label[keep],
                     self.n_tasks, self.n_workers, self.n_classes)

    def of_tasks(self, tasks):
        """The votes on some ``tasks`` (n,), which become tasks 0, 1, ..."""
        plain("tasks", tasks)
        number = np.full(self.n_tasks, -1)
        number[tasks] = np.arange(len(tasks))
        keep = number[self.task] >= 0
        return Votes(number[self.task[keep]], self.worker[keep],
                     self.label[keep], len(tasks), self.n_workers,
                     self.n_classes)

    def reordered(self, rng, task, worker):
        """The same votes where task ``task[i]`` becomes task i and worker
        ``worker[j]`` worker j; sorted by task, in random order within a task.
        """
        new_task, new_worker = np.argsort(task), np.argsort(worker)
        ids = new_task[self.task]
        order = np.lexsort((rng.random(len(ids)), ids))
        return Votes(ids[order], new_worker[self.worker[order]],
                     self.label[order], self.n_tasks, self.n_workers,
                     self.n_classes)

    # --- indicators for the EM kernels ----------------------------------
    @cached_property
    def _answers(self):
        answers, index = np.unique(self.worker * self.n_classes + self.label,
                                   return_inverse=True)
        return _read_only(answers), _read_only(index)

    @property
    def answer_index(self):
        """Index of each vote's (worker, label) pair, (n_votes,).

        Only pairs that occur have a number, sorted by worker, then label.
        """
        return self._answers[1]

    @cached_property
    def answer_worker(self):
        """Worker of each pair, ascending, (n_answers,)."""
        return _read_only(self._answers[0] // self.n_classes)

    @cached_property
    def answer_label(self):
        """Label of each pair, (n_answers,)."""
        return _read_only(self._answers[0] % self.n_classes)

    @cached_property
    def answer_matrix(self):
        """Number of times that each answer was given on each task: CSR
        (n_tasks, n_answers)."""
        ones = np.ones(len(self))
        matrix = sparse.csr_array(
            (ones, (self.task, self.answer_index)),
            shape=(self.n_tasks, len(self.answer_worker)))
        for part in (matrix.data, matrix.indices, matrix.indptr):
            _read_only(part)
        return matrix


def _read_only(array):
    """All solvers of a process share the array."""
    if array.base is not None:
        array.base.setflags(write=False)
    array.setflags(write=False)
    return array
