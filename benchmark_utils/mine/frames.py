"""Columns of pandas frames and Parquet files, their ids as text."""
import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from benchmark_utils.crowds.csv_columns import column_of
from benchmark_utils.crowds.files import BadFile


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
