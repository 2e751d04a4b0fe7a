"""Which worker to ask about which task, for a number of votes."""
from dataclasses import dataclass

import numpy as np

from benchmark_utils.own_votes.verdicts import may_be_asked

ROUNDS = 4


@dataclass(frozen=True, eq=False)
class Assignments:
    """Votes to collect, arrays (n,)."""
    round: np.ndarray  # from 1
    task: np.ndarray
    worker: np.ndarray
    doubt: np.ndarray  # expected, of the task's label before the vote
    expected: float  # mean gain in accuracy, over all tasks
    n_left: int  # votes that no worker may give


def assign(votes, probability, measures, verdict, budget, rng, cap=None,
           rounds=ROUNDS, gain=None, may=None):
    """`Assignments` of ``budget`` votes: the most doubtful tasks first, at
    most one new vote per task and round, each to the worker most likely to be
    right among those that `may_be_asked`, have not voted on the task and are
    below their cap.

    Parameters
    ----------
    probability : (n_tasks, K), calibrated, NaN row = no vote
    cap : most votes of a worker, default twice an equal share
    gain : (n_tasks,), by how much a vote is expected to lower the doubt
    may : (n_tasks, n_workers) bool, the pairs that can be asked, default all
    """
    able = may_be_asked(verdict, votes.per_worker)
    if cap is None:
        cap = int(np.ceil(2 * budget / max(len(able), 1)))
    p = np.nan_to_num(probability, nan=1 / votes.n_classes)
    doubt = np.where(votes.per_task > 0, 1 - p.max(axis=1), 1)
    gain = np.zeros(votes.n_tasks) if gain is None else np.nan_to_num(gain)
    left, found = np.zeros(votes.n_workers, int), []
    left[able] = cap
    order = np.argsort(votes.task, kind="stable")
    start = np.searchsorted(votes.task[order], np.arange(votes.n_tasks + 1))
    asked = [set(votes.worker[order[a:b]])
             for a, b in zip(start[:-1], start[1:])]
    skill = measures.by_class + 1e-9 * rng.random(measures.by_class.shape)
    promised = 0.0
    for turn in range(rounds):
        n = budget // rounds + (turn < budget % rounds)
        for i in np.lexsort((rng.random(len(doubt)), -doubt)):
            if not n or not left.any():
                break
            free = left > 0
            if may is not None:
                free = free & may[i]
            free[list(asked[i])] = False
            if not free.any():
                continue
            j = int(np.where(free, skill @ p[i], -1).argmax())
            found.append((turn + 1, i, j, doubt[i]))
            asked[i].add(j)
            left[j] -= 1
            n -= 1
            promised += min(gain[i], doubt[i])
            doubt[i] -= min(gain[i], doubt[i])
    columns = [np.array(column) for column in zip(*found)] or [
        np.zeros(0, int)] * 3 + [np.zeros(0)]
    return Assignments(*columns, promised / max(votes.n_tasks, 1),
                       budget - len(found))
