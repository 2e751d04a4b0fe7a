"""Vectorised simulation of crowds: assignment of workers, and labels."""
import math
import re
from contextlib import suppress

import numpy as np

from benchmark_utils.checks import plain
from benchmark_utils.draws import draw_labels
from benchmark_utils.votes import Votes

# Random keys drawn at once when workers are assigned by sorting.
CHUNK = 1 << 21
# Largest number of entries of an array that is drawn: 2 GiB of floats.
MOST = 1 << 28


def votes_per_task_value(owner, name, value):
    """Raise a ValueError unless ``value`` is a positive number of votes,
    ``every`` or a range such as ``1to20``."""
    between = re.fullmatch(r"([1-9]\d{,8})to([1-9]\d{,8})", str(value))
    if between:
        right = int(between[1]) <= int(between[2])
    else:
        right = (isinstance(value, str) and value == "every"
                 or type(value) is int and 1 <= value < 10**9)
    if right:
        return
    raise ValueError(
        f"{owner}: {name} must be a positive integer, 'every' or a range such "
        f"as '1to20'; got {value!r}")


def votes_per_task_counts(rng, votes_per_task, n_tasks, available):
    """Number of votes of each task, (n_tasks,).

    ``votes_per_task`` is an int, ``every`` or a range such as ``1to20`` for a
    uniform number. ``available``, an int or (n_tasks,), is the number of votes
    that exist; it caps a range.

    Raises
    ------
    ValueError
        If the value is none of these, or exceeds the available votes.
    """
    votes_per_task_value("simulation", "votes_per_task", votes_per_task)
    available = np.broadcast_to(available, n_tasks)
    if votes_per_task == "every":
        return available.copy()
    if isinstance(votes_per_task, int):
        if (votes_per_task > available).any():
            raise ValueError(f"votes_per_task = {votes_per_task}, but a task "
                             f"has only {available.min()} votes")
        return np.full(n_tasks, votes_per_task)
    low, high = map(int, votes_per_task.split("to"))
    high = np.minimum(high, available)
    return rng.integers(np.minimum(low, high), high + 1, size=n_tasks)


def chance_value(owner, name, value):
    """Raise a ValueError unless ``value`` is a number in [0, 1] or a range of
    such numbers, for example ``0.4to0.8``."""
    low = high = np.nan
    if isinstance(value, (int, float, str)):
        with suppress(ValueError):
            low, high = _ends(value)
    if not 0 <= low <= high <= 1:
        raise ValueError(f"{owner}: {name} must be a number in [0, 1] or a "
                         f"range such as '0.4to0.8'; got {value!r}")


def _ends(value):
    low, _, high = str(value).partition("to")
    return float(low), float(high or low)


def draw_between(rng, value, size):
    """(size,) numbers of a `chance_value`: itself, or uniform in its range.
    """
    return rng.uniform(*_ends(value), size=size)


def check_crowd(dataset):
    """Raise a ValueError if a dataset needs more votes per task than it has
    workers, or arrays that do not fit into memory."""
    wanted = dataset.votes_per_task
    if isinstance(wanted, int) and wanted > dataset.n_workers:
        raise ValueError(
            f"{dataset.name}: votes_per_task = {wanted} exceeds n_workers = "
            f"{dataset.n_workers}")
    _check_size(dataset, "n_tasks", "votes_per_task" if isinstance(
        wanted, int) else "n_workers")
    _check_size(dataset, "n_tasks", "n_classes")


def check_confusions(dataset):
    """As `check_crowd`, for datasets with a confusion matrix per worker."""
    check_crowd(dataset)
    _check_size(dataset, "n_workers", "n_classes", "n_classes")


def check_every_pair(dataset):
    """As `check_crowd`, for datasets where any worker can be queried on any
    task."""
    _check_size(dataset, "n_tasks", "n_workers")


def _check_size(dataset, *sides):
    """Check the size of an array whose sides are these parameters."""
    sizes = [int(getattr(dataset, side)) for side in sides]
    if math.prod(sizes) > MOST:
        raise ValueError(
            f"{dataset.name}: " + " x ".join(
                f"{side} = {size}" for side, size in zip(sides, sizes))
            + f" is too large; the product must be at most {MOST:,}")


def draw_pairs(rng, n_tasks, n_workers, votes_per_task):
    """Distinct workers for each task, uniformly at random.

    Returns task, worker (n_votes,), sorted by task. See
    `votes_per_task_counts` for ``votes_per_task``.
    """
    number = votes_per_task_counts(rng, votes_per_task, n_tasks, n_workers)
    return deal_workers(rng, number, n_workers)


def deal_workers(rng, number, n_workers):
    """``number[i]`` distinct workers for each task i, uniformly at random.

    Returns task, worker (n_votes,), sorted by task.
    """
    task = np.repeat(np.arange(len(number)), number)
    if 2 * number.max(initial=0) > n_workers:
        return task, _deal_by_sorting(rng, number, n_workers)
    return task, _deal_by_redrawing(rng, task, n_workers)


def _deal_by_sorting(rng, number, n_workers):
    """The first ``number[i]`` workers of a random order, by chunks of tasks.
    """
    rows = max(CHUNK // n_workers, 1)
    place = np.arange(n_workers)
    dealt = [np.empty(0, np.intp)]
    for start in range(0, len(number), rows):
        wanted = number[start:start + rows]
        order = rng.random((len(wanted), n_workers)).argsort(axis=1)
        dealt.append(order[place < wanted[:, None]])
    return np.concatenate(dealt)


def _deal_by_redrawing(rng, task, n_workers):
    """Draw workers, then redraw those that repeat within a task.

    The rule treats all workers alike, so all sets of workers of one size are
    equally likely.
    """
    worker = rng.integers(n_workers, size=len(task))
    while True:
        key = task * n_workers + worker
        order = np.argsort(key, kind="stable")
        repeat = order[1:][key[order[1:]] == key[order[:-1]]]
        if not len(repeat):
            return worker
        worker[repeat] = rng.integers(n_workers, size=len(repeat))


def draw_votes_subset(rng, votes, votes_per_task):
    """A random subset of each task's votes, of the size that
    ``votes_per_task`` states. A task with fewer votes keeps all of them.
    """
    if votes_per_task == "every":
        return votes
    if isinstance(votes_per_task, int):
        number = np.minimum(votes_per_task, votes.per_task)
    else:
        number = votes_per_task_counts(
            rng, votes_per_task, votes.n_tasks, votes.per_task)
    # Shuffle the votes within their task, then keep the first ones.
    order = np.lexsort((rng.random(len(votes)), votes.task))
    first = np.cumsum(votes.per_task) - votes.per_task
    place = np.arange(len(votes)) - first[votes.task[order]]
    keep = np.zeros(len(votes), bool)
    keep[order] = place < number[votes.task[order]]
    return votes.select(keep)


def draw_votes(rng, truth, confusion, votes_per_task):
    """Votes of workers with confusion matrices (n_workers, K, K) on tasks with
    this truth (n_tasks,); see `draw_pairs` and `draw_labels`."""
    n_workers, K, _ = confusion.shape
    task, worker = draw_pairs(rng, len(truth), n_workers, votes_per_task)
    label = draw_labels(rng, confusion, worker, truth[task])
    return Votes(task, worker, label, len(truth), n_workers, K)


def perfect_worker(truth, n_classes):
    """Votes of one worker who votes for the truth of every task: the upper
    bound."""
    n = len(truth)
    return Votes(np.arange(n), np.zeros(n, np.intp), truth, n, 1, n_classes)


def confusion_with_diagonal(diagonal, n_classes=None):
    """Confusion matrices with this diagonal and errors spread evenly over the
    other classes. With a single class there are no errors.

    diagonal : (..., K), or (...,) with ``n_classes``: the same on every class.
    Returns (..., K, K), rows = truth.

    Raises
    ------
    ValueError
        If a number is not in [0, 1].
    """
    diagonal = plain("confusion_with_diagonal: diagonal", diagonal).astype(
        float, copy=False)
    if n_classes is not None:
        diagonal = np.repeat(diagonal[..., None], n_classes, axis=-1)
    if not ((0 <= diagonal) & (diagonal <= 1)).all():
        raise ValueError("confusion_with_diagonal: diagonal must be "
                         "probabilities in [0, 1]")
    K = diagonal.shape[-1]
    if K == 1:
        return np.ones((*diagonal.shape, 1))
    wrong = (1 - diagonal) / (K - 1)
    return np.where(np.eye(K, dtype=bool), diagonal[..., None],
                    wrong[..., None])


def dominant_diagonal(confusion):
    """Swap each row's diagonal with its maximum, so that no worker is
    adversarial. (..., K, K), changed in place and returned.
    """
    K = confusion.shape[-1]
    rows = confusion.reshape(-1, K)
    row = np.arange(len(rows))
    diagonal, best = row % K, rows.argmax(axis=1)
    rows[row, diagonal], rows[row, best] = (
        rows[row, best], rows[row, diagonal])
    return confusion


def dirichlet_confusion(rng, n_workers, n_classes, concentration=1.0):
    """Confusion matrices with independent symmetric Dirichlet rows."""
    return rng.dirichlet(np.full(n_classes, concentration),
                         size=(n_workers, n_classes))
