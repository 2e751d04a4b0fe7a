"""Votes and truths from CSV files with any ids, errors named by line."""
import csv
from pathlib import Path

import numpy as np

from benchmark_utils.crowds.files import BadFile
from benchmark_utils.votes import Votes


def read_columns(path, columns):
    """The named columns of a CSV file (tabs in a .tsv), as lists of strings.

    The first line holds the column names; other columns are ignored. Values
    are stripped of surrounding blanks and must not be empty.

    Returns
    -------
    dict of column -> list of str, and the list of line numbers.

    Raises
    ------
    BadFile
        Naming the file, and the line and value where one is to blame.
    """
    path = Path(path)
    if not path.is_file():
        raise BadFile(f"{path} is missing")
    delimiter = "\t" if path.suffix == ".tsv" else ","
    try:
        # utf-8-sig: spreadsheets put a byte order mark first.
        with open(path, newline="", encoding="utf-8-sig") as stream:
            reader = csv.reader(stream, delimiter=delimiter, strict=True)
            return _collect(path, reader, columns)
    except UnicodeDecodeError as error:
        raise BadFile(f"{path} is not UTF-8 text: {error}") from error
    except csv.Error as error:
        raise BadFile(f"{path}, line {reader.line_num}: {error}") from error


def _collect(path, reader, columns):
    header = [name.strip() for name in next(reader, [])]
    for column in columns:
        if header.count(column) != 1:
            raise BadFile(
                f"{path}, line 1: exactly one column named {column!r} is "
                f"needed, the header has {header}")
    where = [header.index(column) for column in columns]
    values, lines = {column: [] for column in columns}, []
    for row in reader:
        if not any(map(str.strip, row)):  # a blank line
            continue
        if len(row) != len(header):
            raise BadFile(f"{path}, line {reader.line_num}: {len(row)} values "
                          f"for {len(header)} columns: {row}")
        for column, place in zip(columns, where):
            value = row[place].strip()
            if not value:
                raise BadFile(f"{path}, line {reader.line_num}: "
                              f"empty {column}: {row}")
            values[column].append(value)
        lines.append(reader.line_num)
    if not lines:
        raise BadFile(f"{path} has a header and no rows")
    return values, lines


def sort_ids(ids):
    """Distinct ids, numbers by value if all are, else by spelling."""
    ids = set(ids)
    try:
        return sorted(ids, key=lambda i: (float(i), i))
    except ValueError:
        return sorted(ids)


def read_votes(path, truth_path=None, task="task", worker="worker",
               label="label"):
    """Votes from a CSV file, and the truth (-1 = unknown) from another.

    Returns
    -------
    votes : Votes
    ground_truth : (n_tasks,)
    ids : dict of ``task_ids``, ``worker_ids``, ``class_names``; the position
        in the list is the number inside.
    unused : task ids of the truth file that nobody voted on
    """
    values, _ = read_columns(path, [task, worker, label])
    truth = {}
    if truth_path:
        truth = _read_truth(truth_path, task, label)
    task_ids, worker_ids = sort_ids(values[task]), sort_ids(values[worker])
    voted = set(task_ids)
    unused = [name for name in truth if name not in voted]
    class_names = sort_ids([*values[label], *(
        truth[name] for name in truth if name in voted)])
    number = {name: i for i, name in enumerate(class_names)}
    votes = Votes(_encode(values[task], task_ids),
                  _encode(values[worker], worker_ids),
                  _encode(values[label], class_names),
                  len(task_ids), len(worker_ids), len(class_names))
    ground_truth = np.array(
        [number[truth[name]] if name in truth else -1 for name in task_ids])
    ids = dict(task_ids=task_ids, worker_ids=worker_ids,
               class_names=class_names)
    return votes, ground_truth, ids, unused


def _read_truth(path, task, label):
    values, lines = read_columns(path, [task, label])
    truth = {}
    for name, answer, line in zip(values[task], values[label], lines):
        if truth.setdefault(name, answer) != answer:
            raise BadFile(f"{path}, line {line}: {task} {name!r} is "
                          f"{answer!r}, but was {truth[name]!r} before")
    return truth


def _encode(values, ids):
    number = {name: i for i, name in enumerate(ids)}
    return np.fromiter((number[value] for value in values), np.intp,
                       len(values))
