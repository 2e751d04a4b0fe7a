"""Votes and truths from the files that people have."""
import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from benchmark_utils.reading.annotation_tools import read_export
from benchmark_utils.reading.csv_columns import (
    column_of,
    read_columns,
    text_of,
)
from benchmark_utils.reading.files import BadFile, unreadable
from benchmark_utils.reading.vote_tables import (
    read_truth,
    votes_of,
    warn_of_spellings,
)
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
    ``.jsonl``: see `annotation_tools.read_export`. ``.gz`` may follow a text
    format.

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


def columns_of_frame(frame, names, source="frame"):
    """Columns of a pandas frame, ids as text.

    Raises
    ------
    BadFile
        For a column that is missing, and for a missing value, by its row
        (from 1, the header not counted).
    """
    check_distinct(names, source)
    return [_column(frame, name, source) for name in names]


def check_distinct(names, source):
    """Tasks, workers and labels lie in columns of their own."""
    if len(set(names)) < len(names):
        raise BadFile(f"{source}: {len(names)} different columns are needed, "
                      f"not {', '.join(map(repr, names))}")


def read_parquet(path, names=None):
    """The named columns of a Parquet file, or all, as a frame."""
    try:
        file = parquet.ParquetFile(path)
        header = file.schema_arrow.names
        for name in names or ():
            if header.count(name) != 1:
                raise BadFile(f"{path}: exactly one column named {name!r} is "
                              f"needed, the file has {header}")
        return file.read(columns=names and list(names)).to_pandas()
    except (pa.ArrowException, OSError) as error:
        raise BadFile(f"{path} is no readable Parquet file: {error}"
                      ) from error


def as_text(value):
    """An id as text: 7 for 7.0, which is how a column of whole numbers with
    gaps is stored; no blanks around it."""
    if isinstance(value, (float, np.floating)) and value.is_integer():
        value = int(value)
    return str(value).strip()


def number(values):
    """A Column of a list of str."""
    codes, found = pd.factorize(np.array(values, dtype=object))
    return column_of(codes, list(found))


def _column(frame, name, source):
    if list(frame.columns).count(name) != 1:
        raise BadFile(f"{source}: exactly one column named {name!r} is "
                      f"needed, there are {list(frame.columns)}")
    codes, values = pd.factorize(frame[name])
    if not len(codes):
        raise BadFile(f"{source} has no rows")
    texts = [as_text(value) for value in values]
    filled = np.array([*map(bool, texts), False])  # -1 = missing
    empty = np.flatnonzero(~filled[codes])
    if len(empty):
        raise BadFile(f"{source}, row {empty[0] + 1}: empty {name} "
                      f"({len(empty)} such rows)")
    return column_of(codes, texts)


def read_wide(path, kind, task):
    """Three Columns; every column but ``task`` is a worker, an empty cell is
    no vote.

    Parameters
    ----------
    path : Path
    kind : ``.csv``, ``.tsv`` or ``.parquet``
    task : name of the tasks' column
    """
    if kind == ".parquet":
        frame = read_parquet(path)
        header = [str(name).strip() for name in frame.columns]
        rows = enumerate(([("" if pd.isna(value) else as_text(value))
                           for value in row]
                          for row in frame.itertuples(index=False)), 1)
        return _melt(path, "row", header, rows, task)
    reader = csv.reader(io.StringIO(text_of(path), newline=""),
                        delimiter="\t" if kind == ".tsv" else ",",
                        strict=True)
    header = [name.strip() for name in next(reader, [])]
    if task not in header:
        check_separator(path, kind)
    return _melt(path, "line", header, _lines(path, reader, len(header)),
                 task)


def check_separator(path, kind):
    """Raise a BadFile if the columns of a text file are separated by something
    else than its name says, or there are none."""
    if kind == ".parquet":
        return
    first = text_of(path).split("\n", 1)[0]
    if not first.strip():
        raise BadFile(f"{path}, line 1: the names of the columns are needed, "
                      "the line is empty")
    wanted = "\t" if kind == ".tsv" else ","
    for other in (",", ";", "\t", "|"):
        if wanted not in first and other in first:
            raise BadFile(
                f"{path}, line 1: the columns seem to be separated by "
                f"{other!r}; save the file with commas, or with tabs as .tsv")


def _lines(path, reader, n_columns):
    """The line number and the values of each row that is not blank."""
    try:
        for row in reader:
            if not any(map(str.strip, row)):
                continue
            if len(row) != n_columns:
                raise BadFile(f"{path}, line {reader.line_num}: {len(row)} "
                              f"values for {n_columns} columns: {row}")
            yield reader.line_num, [value.strip() for value in row]
    except csv.Error as error:
        raise BadFile(f"{path}, line {reader.line_num}: {error}") from error


def _melt(path, unit, header, rows, task):
    if header.count(task) != 1:
        raise BadFile(f"{path}: exactly one column named {task!r} is needed "
                      f"for the tasks, the header has {header}")
    for name in header:
        if not name or header.count(name) > 1:
            raise BadFile(f"{path}: every worker needs a name of their own, "
                          f"the header has {header}")
    place = header.index(task)
    tasks, workers, labels, seen = [], [], [], {}
    for where, row in rows:
        name = row[place]
        if not name:
            raise BadFile(f"{path}, {unit} {where}: empty {task}: {row}")
        if seen.setdefault(name, where) != where:
            raise BadFile(f"{path}, {unit} {where}: {task} {name!r} has a row "
                          f"already, {unit} {seen[name]}")
        for j, value in enumerate(row):
            if value and j != place:
                tasks.append(name)
                workers.append(header[j])
                labels.append(value)
    if not labels:
        raise BadFile(f"{path} has no vote: every cell of the workers' "
                      "columns is empty")
    return [number(values) for values in (tasks, workers, labels)]
