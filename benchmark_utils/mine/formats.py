"""Votes and truths from the files that people have."""
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmark_utils.crowds.csv_columns import read_columns
from benchmark_utils.crowds.files import BadFile, unreadable
from benchmark_utils.crowds.vote_tables import (
    read_truth,
    votes_of,
    warn_of_spellings,
)
from benchmark_utils.mine.exports import read_export
from benchmark_utils.mine.frames import (
    check_distinct,
    columns_of_frame,
    number,
    read_parquet,
)
from benchmark_utils.mine.wide import check_separator, read_wide
from benchmark_utils.votes import Votes

TABLES, EXPORTS = (".csv", ".tsv", ".parquet"), (".json", ".jsonl")


@dataclass(frozen=True, eq=False)
class Crowd:
    """Votes and the names behind their numbers: task i is ``task_ids[i]``,
    worker j ``worker_ids[j]``, class k ``class_names[k]``."""
    votes: Votes
    task_ids: list
    worker_ids: list
    class_names: list


def read_crowd(path, task=None, worker=None, label=None, wide=False):
    """The votes of a file; the end of its name says what it is.

    ``.csv``, ``.tsv`` (tabs), ``.parquet``: one row per vote, with the columns
    ``task``, ``worker`` and ``label``, or those named; with ``wide``, one row
    per task and a column per worker, an empty cell = no vote. ``.json`` and
    ``.jsonl``: see `exports.read_export`. ``.gz`` may follow a text format.

    Raises
    ------
    BadFile
        Naming the file, and the line (or row, or item) and the value where
        one is to blame.
    """
    path = _readable(path)
    kind = kind_of(path)
    if kind in EXPORTS:
        columns = [number(values) for values
                   in read_export(path, task, worker, label)]
    elif wide:
        columns = read_wide(path, kind, task or "task")
    else:
        columns = _long(path, kind, (task or "task", worker or "worker",
                                     label or "label"))
    return crowd_of(*columns, path)


def crowd_of(tasks, workers, labels, source):
    """`Crowd` of three Columns; ``source`` is named in errors and in a
    warning about labels that differ by case or blanks only."""
    votes, ids = votes_of(tasks, workers, labels, source)
    warn_of_spellings(source, labels.ids)
    return Crowd(votes, **ids)


def kind_of(path):
    """``.csv`` of ``votes.csv`` and of ``votes.CSV.gz``."""
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    packed = suffixes[-1:] == [".gz"]
    kind = "".join(suffixes[-2:-1] if packed else suffixes[-1:])
    if kind not in (*TABLES, *EXPORTS) or packed and kind == ".parquet":
        raise BadFile(f"{path}: the name must end in .csv, .tsv, .json or "
                      ".jsonl (.gz may follow) or .parquet, to say what it "
                      "is")
    return kind


def _readable(path):
    path = Path(path)
    problem = unreadable(path)
    if problem:
        raise BadFile(f"{path} {problem}")
    return path


def _long(path, kind, names):
    check_distinct(names, path)
    try:
        if kind == ".parquet":
            return columns_of_frame(read_parquet(path, names), names, path)
        columns = read_columns(path, names)
    except BadFile as error:
        if "exactly one column" not in str(error):
            raise
        check_separator(path, kind)
        raise BadFile(f"{error}; name yours with --task, --worker and "
                      "--label, or say --wide if there is a column per "
                      "worker") from None
    return [columns[name] for name in names]


def read_truths(path, crowd, task="task", label="label"):
    """Known truths of some of a crowd's tasks, from a table.

    Returns
    -------
    truth : (n_tasks,)
        -1 = unknown, -2 = a label that nobody voted.
    unused : list of the file's tasks that the crowd has no votes on
    """
    path = _readable(path)
    kind = kind_of(path)
    if kind in EXPORTS:
        raise BadFile(f"{path}: truths are read from a table (.csv, .tsv or "
                      ".parquet)")
    if kind == ".parquet":
        names = task, label
        known = _one_each(path, names, *columns_of_frame(
            read_parquet(path, names), names, path))
    else:
        known = read_truth(path, task, label)
    place = {name: k for k, name in enumerate(crowd.class_names)}
    truth = np.array([place.get(known[name], -2) if name in known else -1
                      for name in crowd.task_ids], int)
    return truth, sorted(set(known) - set(crowd.task_ids))


def _one_each(path, names, tasks, labels):
    known = {}
    for row, (i, k) in enumerate(zip(tasks.codes, labels.codes), 1):
        name, answer = tasks.ids[i], labels.ids[k]
        if known.setdefault(name, answer) != answer:
            raise BadFile(f"{path}, row {row}: {names[0]} {name!r} is "
                          f"{answer!r}, but was {known[name]!r} before")
    return known
