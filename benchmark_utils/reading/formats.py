"""Votes and truths from the files and objects that people have."""
import re
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from benchmark_utils.reading.columns import (
    MissingColumn,
    Table,
    check_rows,
    column_of,
    concatenate,
    is_value,
)
from benchmark_utils.reading.crowd import KIND, ONCE, crowd_of
from benchmark_utils.reading.csv_columns import read_table, with_more
from benchmark_utils.reading.exports import read_export
from benchmark_utils.reading.files import BadFile, check_readable
from benchmark_utils.reading.values import clean, column_of_values, rule_of
from benchmark_utils.reading.vote_tables import check_distinct

INDEX = re.compile("__index_level_[0-9]+__")  # of pandas, without a name
TABLES, EXPORTS = (".csv", ".tsv", ".txt", ".parquet"), (".json", ".jsonl")


def read_crowd(path, task=None, worker=None, label=None, wide=False,
               options=ONCE):
    """The votes of a file; the end of its name says what it is.

    ``.csv``, ``.tsv``, ``.parquet``: one row per vote, with the columns
    ``task``, ``worker`` and ``label``, or those named; with ``wide``, one row
    per task and a column per worker, an empty cell = no vote. ``.json`` and
    ``.jsonl``: see `annotation_tools.read_export`. ``.gz`` may follow a text
    format.

    Raises a BadFile naming the file, and the line (or row, or item) and the
    value where one is to blame.
    """
    path = Path(path)
    names = tuple(map(clean, (
        task or "task", worker or "worker", label or "label")))
    if kind_of(path) in EXPORTS:
        if wide:
            raise BadFile(f"{path}: --wide is for tables, not for JSON")
        table = read_export(path, task, worker, label)
        names = tuple(table.columns)[:3]
    elif wide:
        table = melt(read_any(path), names[0])
        names = tuple(table.columns)
    else:
        check_distinct(names, path)
        try:
            table = read_any(path, names, names[:2], (KIND,))
        except MissingColumn as error:
            raise BadFile(f"{error}; name yours with --task, --worker and "
                          "--label, or pass --wide if there is a column per "
                          "worker") from None
    return crowd_of(table, names, options)


def kind_of(path):
    """``.csv`` of ``votes.csv`` and of ``votes.CSV.gz``."""
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    packed = suffixes[-1:] == [".gz"]
    kind = "".join(suffixes[-2:-1] if packed else suffixes[-1:])
    if kind not in (*TABLES, *EXPORTS) or packed and kind == ".parquet":
        raise BadFile(f"{path}: the name of the file must end in .csv, .tsv, "
                      ".json or .jsonl (.gz may follow) or in .parquet")
    return kind


def read_truths(path, task="task", label="label", more=()):
    """The `Table` of a file of tasks and their truths, or of workers and
    their kinds; and the columns ``more``, if it has them."""
    if kind_of(path) in EXPORTS:
        raise BadFile(f"{path}: truths, predictions and kinds are read from a "
                      "table (.csv, .tsv or .parquet)")
    task, label = clean(task), clean(label)
    check_distinct((task, label), path)
    return read_any(Path(path), (task, label), (
        (task, label) if label == KIND else (task,)), more)


# --- tables ---------------------------------------------------------------
def read_any(path, names=None, filled=None, more=()):
    """`Table` of a CSV or Parquet file; see `csv_columns.read_table`."""
    if kind_of(path) == ".parquet":
        frame = read_parquet(path, names, more)
        return table_of_frame(frame, names and [*map(clean, frame)], path,
                              names if filled is None else filled)
    return read_table(path, names, filled, more)


def read_parquet(path, names=None, more=()):
    """The named columns of a Parquet file, or all, as a frame; and those of
    ``more`` that it has."""
    check_readable(path)
    try:
        file = parquet.ParquetFile(path)
        columns = file.schema_arrow.names
        header = [*map(clean, columns)]
        for name in names or ():
            if header.count(name) != 1:
                raise MissingColumn(
                    f"{path}: exactly one column named {name!r} is expected, "
                    f"the file has {header}")
        # Arrow's threads may outlive main and abort the process.
        if names:
            columns = [columns[header.index(name)] for name in (
                *names, *with_more(names, more, header))]
            return _pandas(file.read(columns=columns, use_threads=False))
        return _pandas(file.read(use_threads=False).drop_columns(
            [name for name in columns if INDEX.fullmatch(name)]))
    except (pa.ArrowException, OSError) as error:
        raise BadFile(f"{path} cannot be read as Parquet: {error}"
                      ) from error


def _pandas(table):
    """An Arrow table as a frame: the index of pandas is a column, and large
    integers stay integers beside a missing one."""
    return table.to_pandas(use_threads=False, ignore_metadata=True,
                           integer_object_nulls=True)


def frame_of(data, names, source="frame"):
    """A pandas frame of a frame of any library, a dict of columns or a list
    of rows in the order of ``names``."""
    if isinstance(data, pd.DataFrame):
        return data
    try:
        if hasattr(data, "__arrow_c_stream__"):  # polars, Arrow
            return _pandas(pa.table(data))
        if hasattr(data, "__dataframe__"):
            return pd.api.interchange.from_dataframe(data)
        # Objects, because a None would turn large integers into floats.
        return pd.DataFrame(data, dtype=object, columns=(
            None if isinstance(data, dict) else names))
    except (ValueError, TypeError, NotImplementedError) as error:
        raise BadFile(f"{source}: expected a data frame, a dict of columns or "
                      f"a list of {names} ({error})") from error


def table_of_gold(gold):
    """The `Table` of known truths: {task: label}, a Series of labels by task,
    or a frame with the columns task and label."""
    names = "task", "label"
    if isinstance(gold, pd.Series):
        gold = pd.DataFrame(dict(task=gold.index, label=gold.array))
    if isinstance(gold, dict):
        gold = list(gold.items())
    return table_of_frame(frame_of(gold, names, "gold"), names, "gold",
                          names[:1])


def table_of_frame(frame, names=None, source="frame", filled=None):
    """Columns of a pandas frame as a `Table`; without ``names`` all columns.

    Raises a BadFile for a column that is missing, and for a value that is
    missing or not a single one, by its row (from 1, the header not counted).
    """
    header = [clean(str(name)) for name in frame.columns]
    table = Table(source, "row", np.arange(len(frame)) + 1, {})
    for name in map(str, names or header):
        if not name or header.count(name) != 1:
            raise MissingColumn(f"{source}: exactly one column named {name!r} "
                                f"is expected, there are {header}")

        def problem(row, error, name=name):
            return BadFile(f"{table.where(row)}: the {name} is {error}; a "
                           "single value is expected")

        table.columns[name] = column_of_values(
            frame.iloc[:, header.index(name)], problem)
    if not len(frame):
        raise BadFile(f"{source} has no rows")
    check_rows(table, names or () if filled is None else filled)
    return table


def melt(table, task):
    """A `Table` with a row per vote, of one with a row per task; every column
    but ``task`` is a worker, and an empty cell is not a vote.
    """
    if task not in table.columns:
        raise MissingColumn(
            f"{table.source}: a column named {task!r} is expected for the "
            f"tasks, the header has {list(table.columns)}")
    check_rows(table, [task])
    tasks = table.columns[task]
    tasks = rule_of(tasks, decimal_comma=table.decimal_comma).column(tasks)
    workers = [name for name in table.columns if name != task]
    if not workers:
        raise MissingColumn(f"{table.source}: a column per worker is expected "
                            f"beside {task!r}")
    index = [name for name in workers if re.fullmatch("Unnamed: [0-9]+", name)]
    if index:
        raise BadFile(f"{table.source}: the column {index[0]!r} is no "
                      "worker's, but a row number or a column without a name; "
                      "remove it")
    first = np.unique(tasks.codes, return_index=True)[1]
    again = np.setdiff1d(np.arange(len(tasks.codes)), first)
    if len(again):
        row = again[0]
        before = table.where(first[tasks.codes[row]])
        raise BadFile(f"{table.where(row)}: task "
                      f"{tasks.ids[tasks.codes[row]]!r} has a row already, "
                      f"{before.removeprefix(f'{table.source}, ')}")
    cells = concatenate([table.columns[name] for name in workers])
    cells = rule_of(cells, True).column(cells)  # NaN among numbers
    voted = ~is_value(cells, "")
    if not voted.any():
        raise BadFile(f"{table.source} has no vote: every cell of the "
                      "workers' columns is empty")
    worker, row = np.nonzero(voted.reshape(len(workers), -1))
    _note_of_other_columns(table, workers, worker, cells.codes[voted])
    order = np.argsort(row, kind="stable")  # row by row, as they stand there
    return replace(table, place=table.place[row][order], columns={
        "task": column_of(tasks.codes[row][order], tasks.ids),
        "worker": column_of(worker[order], workers),
        "label": column_of(cells.codes[voted][order], cells.ids)})


def _note_of_other_columns(table, names, worker, label):
    """A warning for a column, such as a text, of several values that occur in
    no other column; ``worker`` (n_votes,) is the column of each ``label``."""
    pairs = np.unique(np.stack([worker, label]), axis=1)
    alone = np.bincount(pairs[1])[pairs[1]] == 1
    n, own = (np.bincount(columns, minlength=len(names))
              for columns in (pairs[0], pairs[0][alone]))
    odd = [names[j] for j in np.flatnonzero((n == own) & (n > 1))]
    if odd and len(odd) < np.count_nonzero(n):
        warnings.warn(f"{table.source}: the column {odd[0]!r} has no label in "
                      "common with the others; it counts as a worker's")
