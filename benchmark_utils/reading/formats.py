"""Votes and truths from the files that people have."""
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from benchmark_utils.reading.annotation_tools import read_export
from benchmark_utils.reading.csv_columns import (
    MissingColumn,
    Table,
    check_rows,
    column_of,
    concatenate,
    delimiter_of,
    is_value,
    read_table,
    split_lines,
    text_of,
)
from benchmark_utils.reading.files import BadFile, check_readable
from benchmark_utils.reading.vote_tables import (
    check_distinct,
    known_labels,
    number_truths,
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
    path = Path(path)
    if kind_of(path) in EXPORTS:
        columns = [number(values) for values
                   in read_export(path, task, worker, label)]
    elif wide:
        table = read_any(path)
        if (task or "task") not in table.columns:
            check_separator(path)
        columns = melt(table, task or "task")
    else:
        columns = _long(path, (task or "task", worker or "worker",
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
        raise BadFile(f"{path}: the name of the file must end in .csv, .tsv, "
                      ".json or .jsonl (.gz may follow) or in .parquet")
    return kind


def _long(path, names):
    check_distinct(names, path)
    try:
        return read_any(path, names).columns.values()
    except MissingColumn as error:
        raise BadFile(f"{error}; name yours with --task, --worker and "
                      "--label, or pass --wide if there is a column per "
                      "worker") from None


def read_any(path, names=None):
    """`Table` of a CSV or Parquet file; see `csv_columns.read_table`."""
    if kind_of(path) == ".parquet":
        return table_of_frame(read_parquet(path, names), names, path)
    try:
        return read_table(path, names)
    except MissingColumn:
        check_separator(path)
        raise


def check_separator(path):
    """Raise a BadFile if the columns of a text file are separated by another
    character than its name says, or there are none."""
    if kind_of(path) == ".parquet":
        return
    first, wanted = split_lines(text_of(path), 1)[0], delimiter_of(path)
    if not first.strip():
        raise BadFile(f"{path}, line 1: expected the names of the columns, "
                      "the line is empty")
    for other in (",", ";", "\t", "|"):
        if wanted not in first and other in first:
            raise BadFile(
                f"{path}, line 1: the columns seem to be separated by "
                f"{other!r}; save the file with commas, or with tabs as .tsv")


def read_truths(path, crowd, task="task", label="label"):
    """Known truths of some of a crowd's tasks, from a table.

    Returns
    -------
    truth : (n_tasks,)
        -1 = unknown, -2 = a label that has no vote.
    unused : list of the file's tasks that have no vote
    """
    if kind_of(path) in EXPORTS:
        raise BadFile(f"{path}: truths are read from a table (.csv, .tsv or "
                      ".parquet)")
    check_distinct((task, label), path)
    known = known_labels(read_any(path, (task, label)))
    return number_truths(known, crowd.task_ids, crowd.class_names)


def read_parquet(path, names=None):
    """The named columns of a Parquet file, or all, as a frame."""
    check_readable(path)
    try:
        file = parquet.ParquetFile(path)
        header = file.schema_arrow.names
        for name in names or ():
            if header.count(name) != 1:
                raise MissingColumn(
                    f"{path}: exactly one column named {name!r} is expected, "
                    f"the file has {header}")
        # Arrow's threads may outlive main and abort the process.
        return file.read(columns=names and list(names), use_threads=False
                         ).to_pandas(use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise BadFile(f"{path} cannot be read as Parquet: {error}"
                      ) from error


def table_of_frame(frame, names=None, source="frame"):
    """Columns of a pandas frame as a `Table`, ids as text; without ``names``
    all columns, which may have empty cells.

    Raises
    ------
    BadFile
        For a column that is missing, and for a missing value, by its row
        (from 1, the header not counted).
    """
    header = [str(name).strip() for name in frame.columns]
    columns = {}
    for name in map(str, names or header):
        if not name or header.count(name) != 1:
            raise MissingColumn(f"{source}: exactly one column named {name!r} "
                                f"is expected, there are {header}")
        codes, values = pd.factorize(frame.iloc[:, header.index(name)],
                                     use_na_sentinel=True)
        # The last one stands for -1, a missing value.
        columns[name] = column_of(codes % (len(values) + 1), [
            *map(as_text, values), ""])
    if not len(frame):
        raise BadFile(f"{source} has no rows")
    table = Table(source, "row", np.arange(len(frame)) + 1, columns)
    check_rows(table, names or ())
    return table


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


def melt(table, task):
    """Three Columns of a table with a row per task; every column but ``task``
    is a worker, an empty cell is not a vote.
    """
    if task not in table.columns:
        raise MissingColumn(
            f"{table.source}: a column named {task!r} is expected for the "
            f"tasks, the header has {list(table.columns)}")
    check_rows(table, [task])
    tasks = table.columns[task]
    workers = [name for name in table.columns if name != task]
    first = np.unique(tasks.codes, return_index=True)[1]
    again = np.setdiff1d(np.arange(len(tasks.codes)), first)
    if len(again):
        row = again[0]
        before = table.where(first[tasks.codes[row]])
        raise BadFile(f"{table.where(row)}: task "
                      f"{tasks.ids[tasks.codes[row]]!r} has a row already, "
                      f"{before.removeprefix(f'{table.source}, ')}")
    if not workers:
        raise MissingColumn(f"{table.source}: a column per worker is expected "
                            f"beside {task!r}")
    cells = concatenate([table.columns[name] for name in workers])
    voted = ~is_value(cells, "")
    if not voted.any():
        raise BadFile(f"{table.source} has no vote: every cell of the "
                      "workers' columns is empty")
    worker, row = np.nonzero(voted.reshape(len(workers), -1))
    order = np.argsort(row, kind="stable")  # row by row, as they stand there
    return (column_of(tasks.codes[row][order], tasks.ids),
            column_of(worker[order], workers),
            column_of(cells.codes[voted][order], cells.ids))
