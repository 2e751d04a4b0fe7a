"""Votes and truths from tables: CSV files with any ids, dense text files."""
import warnings
from collections import defaultdict

import numpy as np
import psutil

from benchmark_utils.reading.csv_columns import (
    concatenate,
    read_columns,
    read_rows,
)
from benchmark_utils.reading.files import BadFile, unreadable
from benchmark_utils.votes import UNKNOWN, UNVOTED, Votes

# Arrays of (n_tasks, n_classes) floats that an aggregation holds at once.
DENSE_ARRAYS = 4


def read_votes(path, truth_path=None, task="task", worker="worker",
               label="label", truth_label=None):
    """Votes from a CSV file, and the truth from another, whose column of
    truths may have another name, ``truth_label``. Repeated votes all count.

    Truths score and do nothing else: a label that only they name is no class.

    Returns
    -------
    votes : Votes
    ground_truth : (n_tasks,), -1 = unknown, -2 = a label that nobody voted
    ids : dict of ``task_ids``, ``worker_ids``, ``class_names``; the position
        in the list is the number inside.
    unused : task ids of the truth file that nobody voted on
    """
    if len({task, worker, label}) < 3:
        raise BadFile(f"{path}: task, worker and label are three columns, not "
                      f"{task!r}, {worker!r}, {label!r}")
    columns = read_columns(path, [task, worker, label])
    tasks, workers, labels = (columns[name] for name in (task, worker, label))
    votes, ids = votes_of(tasks, workers, labels, path)
    truth, unused = {}, []
    if truth_path:
        truth = read_truth(truth_path, task, truth_label or label)
        unused = sorted(set(truth) - set(tasks.ids))
    warn_of_spellings(path, {*labels.ids, *truth.values()})
    number = {name: i for i, name in enumerate(labels.ids)}
    ground_truth = np.array([
        number.get(truth[name], UNVOTED) if name in truth else UNKNOWN
        for name in tasks.ids])
    return votes, ground_truth, ids, unused


def votes_of(tasks, workers, labels, path):
    """Votes of three Columns, and their names: ``task_ids``, ``worker_ids``,
    ``class_names``.

    Raises
    ------
    BadFile
        If no posterior of so many tasks and classes fits into memory.
    """
    n_tasks, n_classes = len(tasks.ids), len(labels.ids)
    needed = DENSE_ARRAYS * 8 * n_tasks * n_classes
    free = psutil.virtual_memory().available
    if needed > free:
        raise BadFile(
            f"{path}: {n_tasks:,} tasks x {n_classes:,} classes need about "
            f"{needed / 2**30:,.0f} GiB, {free / 2**30:,.0f} GiB are free; "
            "are the labels really classes, not free text or numbers?")
    votes = Votes(tasks.codes, workers.codes, labels.codes, n_tasks,
                  len(workers.ids), n_classes)
    return votes, dict(task_ids=tasks.ids, worker_ids=workers.ids,
                       class_names=labels.ids)


def warn_of_spellings(path, names):
    """Say which labels differ by case or blanks only: they are classes of
    their own, which is seldom meant."""
    alike = defaultdict(list)
    for name in sorted(names):
        alike["".join(name.split()).casefold()].append(name)
    for group in alike.values():
        if len(group) > 1:
            warnings.warn(f"{path}: the labels {', '.join(map(repr, group))} "
                          "differ by case or blanks only, and count as "
                          f"{len(group)} classes")


def read_truth(path, task, label):
    """{task: label} of a CSV file; a BadFile for a task with two labels."""
    columns = read_columns(path, [task, label])
    tasks, labels = columns[task], columns[label]
    truth = truth_of(tasks, labels)
    if truth is None:
        raise BadFile(_contradiction(path, task, label))
    return {name: labels.ids[k] for name, k in zip(tasks.ids, truth)}


def truth_of(tasks, labels):
    """The one label of each task, (n_tasks,), or None if a task has two."""
    truth = np.zeros(len(tasks.ids), np.intp)
    truth[tasks.codes] = labels.codes
    return truth if (truth[tasks.codes] == labels.codes).all() else None


def _contradiction(path, task, label):
    values, lines = read_rows(path, [task, label])
    truth = {}
    for name, answer, line in zip(values[task], values[label], lines):
        if truth.setdefault(name, answer) != answer:
            return (f"{path}, line {line}: {task} {name!r} is {answer!r}, but "
                    f"was {truth[name]!r} before")


def read_parts(paths, task, worker, label, truth):
    """As `read_votes`, from files of the same columns, ``truth`` one of them.

    Returns votes, ground_truth and ids.
    """
    parts = [read_columns(path, [task, worker, label, truth])
             for path in paths]
    whole = {name: concatenate([part.pop(name) for part in parts])
             for name in (task, worker, label, truth)}
    votes, ids = votes_of(whole[task], whole[worker], whole[label], paths[0])
    of_task = truth_of(whole[task], whole[truth])
    if of_task is None:
        raise BadFile(_first_contradiction(paths, task, truth, whole))
    number = {name: i for i, name in enumerate(whole[label].ids)}
    known = np.array([number.get(name, UNVOTED) for name in whole[truth].ids])
    return votes, known[of_task], ids


def _first_contradiction(paths, task, truth, whole):
    """The first row whose truth is not that of an earlier one, by line."""
    tasks, truths = whole[task].codes, whole[truth].codes
    order = np.argsort(tasks, kind="stable")
    first = np.searchsorted(tasks[order], np.arange(len(whole[task].ids)))
    before = truths[order[first]][tasks]
    row = int(np.flatnonzero(truths != before)[0])
    left = row
    for path in paths:
        values, lines = read_rows(path, [task, truth])
        if left < len(lines):
            return (f"{path}, line {lines[left]}: {task} "
                    f"{values[task][left]!r} is {values[truth][left]!r}, but "
                    f"was {whole[truth].ids[before[row]]!r} before")
        left -= len(lines)


# --- dense text -----------------------------------------------------------
def read_integers(path, n_columns, low, high):
    """Integers in [low, high] separated by blanks, (n_rows, n_columns), of a
    text file with a row per line.

    Raises
    ------
    BadFile
        Naming the file, the line and the value.
    """
    problem = unreadable(path)
    if problem:
        raise BadFile(f"{path} {problem}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an empty file; see below
            table = np.loadtxt(path, dtype=np.int64, ndmin=2,
                               encoding="utf-8", comments=None)
        if (table.shape[1] == n_columns and table.min(initial=low) >= low
                and table.max(initial=high) <= high and len(table)):
            return table
    except ValueError:
        pass
    raise BadFile(_wrong_line(path, n_columns, low, high))


def _wrong_line(path, n_columns, low, high):
    def right(value):
        try:
            return low <= int(value) <= high
        except ValueError:
            return False
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    for number, line in enumerate(lines, start=1):
        values = line.split()
        if not values:
            continue
        wrong = [value for value in values if not right(value)]
        if wrong or len(values) != n_columns:
            what = (f"{wrong[0]!r}" if wrong else f"{len(values)} values")
            return (f"{path}, line {number}: {what}; {n_columns} integers in "
                    f"[{low}, {high}] are needed")
    return f"{path} has no rows"


def dense_votes(answers, n_classes):
    """Votes of a table (n_tasks, n_workers) of answers, -1 = none."""
    task, worker = np.nonzero(answers >= 0)
    return Votes(task, worker, answers[task, worker], *answers.shape,
                 n_classes)
