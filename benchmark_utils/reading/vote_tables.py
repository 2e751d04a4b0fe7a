"""Votes and truths from tables: CSV files with any ids, dense text files."""
import re
import unicodedata
import warnings
from collections import defaultdict
from decimal import Decimal

import numpy as np
import psutil

from benchmark_utils.reading.columns import concatenate
from benchmark_utils.reading.csv_columns import lines_of, read_table
from benchmark_utils.reading.files import BadFile
from benchmark_utils.votes import UNKNOWN, UNVOTED, Votes

# Arrays of (n_tasks, n_classes) floats that an aggregation holds at once.
DENSE_ARRAYS = 4


def read_votes(path, truth_path=None, task="task", worker="worker",
               label="label", truth_label=None):
    """Votes from a CSV file, and the truth from another, whose column of
    truths may have another name, ``truth_label``. Repeated votes all count.

    Truths are used for scores only: a label that only they name is not a
    class.

    Returns the Votes; the truth (n_tasks,), -1 = unknown, -2 = a label that
    has no vote; a dict of ``task_ids``, ``worker_ids``, ``class_names``, each
    name at its number; and task ids of the truth file that have no vote.
    """
    check_distinct((task, worker, label), path)
    table = read_table(path, [task, worker, label])
    votes, ids = votes_of(*table.columns.values(), path)
    known = {}
    if truth_path:
        names = task, truth_label or label
        check_distinct(names, truth_path)
        truths = read_table(truth_path, names)
        known = known_labels(*truths.columns.values(), truths.where)
    warn_of_spellings(path, {*ids["class_names"], *known.values()})
    truth, unused = number_truths(known, ids["task_ids"], ids["class_names"])
    return votes, truth, ids, unused


def check_distinct(names, source):
    """Tasks, workers and labels stand in columns of their own."""
    if len(set(names)) < len(names):
        raise BadFile(f"{source}: expected {len(names)} different columns, "
                      f"found {', '.join(map(repr, names))}")


def votes_of(tasks, workers, labels, path):
    """Votes of three Columns, and their names: ``task_ids``, ``worker_ids``,
    ``class_names``.

    Raises a BadFile if the posterior of so many tasks and classes does not fit
    into memory.
    """
    n_tasks, n_workers, n_classes = (
        len(column.ids) for column in (tasks, workers, labels))
    check_memory(n_tasks, n_classes, DENSE_ARRAYS, path)
    votes = Votes(tasks.codes, workers.codes, labels.codes, n_tasks,
                  n_workers, n_classes)
    return votes, dict(task_ids=tasks.ids, worker_ids=workers.ids,
                       class_names=labels.ids)


def check_memory(n_tasks, n_classes, n_arrays, source, n_workers=0):
    """Raise a BadFile if so many arrays of floats, (n_tasks + n_workers,
    n_classes) each, do not fit into memory."""
    needed = n_arrays * 8 * (n_tasks + n_workers) * n_classes
    free = psutil.virtual_memory().available
    if needed > free:
        raise BadFile(
            f"{source}: {n_tasks:,} tasks x {n_classes:,} classes need about "
            f"{needed / 2**30:,.0f} GiB of memory, {free / 2**30:,.0f} GiB "
            "are free; are the labels classes, or free text and numbers?")


def warn_of_spellings(path, names, what=("labels", "classes")):
    """Warn of labels (or workers) that differ by case, blanks or the form of
    a character or number only, such as 1 and 1.0 among words: they count as
    different ones, which is seldom intended."""
    alike = defaultdict(list)
    for name in sorted(names):
        form = _folded(unicodedata.normalize("NFKC", name))
        if re.fullmatch(r"[+-]?\d+([.]\d*)?", form):
            form = Decimal(form)
        alike[form].append(name)
    for group in alike.values():
        if len(group) > 1:
            way = "form" if len({*map(_folded, group)}) > 1 else (
                "case or blanks")
            warnings.warn(f"{path}: the {what[0]} "
                          f"{', '.join(map(repr, group))} differ by {way} "
                          f"only, and count as {len(group)} {what[1]}")


def _folded(name):
    return "".join(name.split()).casefold()


def known_labels(tasks, labels, where):
    """{task: label} of two Columns; see `truth_of`."""
    truth = truth_of(tasks, labels, where)
    return {name: labels.ids[k] for name, k in zip(tasks.ids, truth)}


def truth_of(tasks, labels, where):
    """The label of each task, (n_tasks,), which all its rows must name.

    Raises a BadFile naming the first row, ``where(row)``, with another label.
    """
    truth = np.zeros(len(tasks.ids), np.intp)
    truth[tasks.codes[::-1]] = labels.codes[::-1]  # the first row's
    wrong = truth[tasks.codes] != labels.codes
    if wrong.any():
        row = int(wrong.argmax())
        task = tasks.codes[row]
        raise BadFile(f"{where(row)}: the label of task {tasks.ids[task]!r} "
                      f"is {labels.ids[labels.codes[row]]!r}, but was "
                      f"{labels.ids[truth[task]]!r} before")
    return truth


def number_truths(known, task_ids, class_names):
    """{task: label} as numbers of classes, (n_tasks,), -1 = unknown, -2 = a
    label that has no vote; and the tasks that have no vote."""
    number = {name: k for k, name in enumerate(class_names)}
    truth = [number.get(known[name], UNVOTED) if name in known else UNKNOWN
             for name in task_ids]
    return np.array(truth, int), sorted(set(known).difference(task_ids))


def read_parts(paths, task, worker, label, truth):
    """As `read_votes`, from files of the same columns, ``truth`` one of them.

    Returns votes, ground_truth and ids.
    """
    names = task, worker, label, truth
    parts = [read_table(path, names) for path in paths]
    tasks, workers, labels, truths = (
        concatenate([part.columns.pop(name) for part in parts])
        for name in names)
    votes, ids = votes_of(tasks, workers, labels, paths[0])
    end = np.cumsum([len(part.place) for part in parts])

    def where(row):
        part = int(np.searchsorted(end, row, side="right"))
        return parts[part].where(row - end[part])  # from its last row back

    of_task = truth_of(tasks, truths, where)
    number = {name: k for k, name in enumerate(labels.ids)}
    known = np.array([number.get(name, UNVOTED) for name in truths.ids])
    return votes, known[of_task], ids


# --- dense text -----------------------------------------------------------
def read_integers(path, n_columns, low, high):
    """Integers in [low, high] separated by blanks, (n_rows, n_columns), of a
    text file with a row per line.

    Raises a BadFile naming the file, the line and the value.
    """
    number = {str(value): value for value in range(low, high + 1)}
    rows = []
    for line, values in enumerate(map(str.split, lines_of(path)), 1):
        row = [number.get(value) for value in values]
        if None in row or len(row) not in (0, n_columns):
            found = (repr(values[row.index(None)]) if None in row
                     else f"{len(row)} values")
            raise BadFile(f"{path}, line {line}: expected {n_columns} "
                          f"integers in [{low}, {high}], found {found}")
        if row:
            rows.append(row)
    if not rows:
        raise BadFile(f"{path} has no rows")
    return np.array(rows)


def dense_votes(answers, n_classes):
    """Votes of a table (n_tasks, n_workers) of answers, -1 = none."""
    task, worker = np.nonzero(answers >= 0)
    return Votes(task, worker, answers[task, worker], *answers.shape,
                 n_classes)
