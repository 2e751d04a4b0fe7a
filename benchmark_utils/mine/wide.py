"""Tables with a row per task and a column per worker."""
import csv
import io

import pandas as pd

from benchmark_utils.crowds.csv_columns import text_of
from benchmark_utils.crowds.files import BadFile
from benchmark_utils.mine.frames import as_text, number, read_parquet


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
