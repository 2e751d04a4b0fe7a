"""Columns of CSV files as distinct values and numbers: fast where nothing is
wrong, exact to the line where something is."""
import csv
import gzip
import io
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from benchmark_utils.reading.files import BadFile, unreadable

LONGEST_HEADER = 1 << 16  # bytes


class Column(NamedTuple):
    """codes : (n_rows,), the place of each row's value in ``ids``.
    ids : the distinct values, list of str, as `sort_ids` sorts them."""
    codes: np.ndarray
    ids: list


def read_columns(path, columns):
    """The named columns of a CSV file (tabs in a .tsv), {name: Column}.

    The first line holds the column names; other columns are ignored. Values
    are text, stripped of surrounding blanks, and must not be empty. A name
    that ends in .gz is that of a compressed file.

    Raises
    ------
    BadFile
        Naming the file, and the line and value where one is to blame.
    """
    path = Path(path)
    problem = unreadable(path)
    if problem:
        raise BadFile(f"{path} {problem}")
    try:
        found = _read_fast(path, columns)
    except (pa.ArrowException, UnicodeDecodeError, csv.Error):
        found = None
    return found or {name: _encode(values) for name, values
                     in read_rows(path, columns)[0].items()}


def sort_ids(ids):
    """Distinct ids: by value if all are integers, or all finite numbers, else
    by spelling; the same on every run and machine."""
    ids = sorted(set(ids))
    as_objects = np.array(ids, dtype=object)  # of any length each
    for kind in (np.int64, np.float64):
        try:
            values = as_objects.astype(kind)
        except (ValueError, OverflowError):
            continue
        if np.isfinite(values).all():
            return as_objects[np.argsort(values, kind="stable")].tolist()
    return ids


def concatenate(columns):
    """One Column of several, in this order."""
    start = np.cumsum([0, *(len(column.ids) for column in columns)])
    return column_of(
        np.concatenate([column.codes + first
                        for column, first in zip(columns, start)]),
        [name for column in columns for name in column.ids])


def _delimiter(path):
    name = Path(path).name.lower().removesuffix(".gz")
    return "\t" if name.endswith(".tsv") else ","


def content_of(path):
    """The bytes of a file, uncompressed if its name ends in .gz."""
    content = Path(path).read_bytes()
    if not str(path).lower().endswith(".gz"):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise BadFile(f"{path} is no complete gzip file: {error}") from error


def text_of(path):
    """The text of a file, without the mark that spreadsheets put first."""
    content = content_of(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(
            f"{path}, line {_line_at(content, error.start)}: not UTF-8 text "
            f"({error.reason}, byte 0x{content[error.start]:02x}); save the "
            "file as UTF-8") from None
    if "\0" in text:
        raise BadFile(f"{path}, line {_line_at(content, content.index(0))}: "
                      "not text, it has a byte 0")
    return text


def lines_of(path):
    """The lines of a text file, whatever ends them; nothing follows the last.
    """
    text = text_of(path).replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def _line_at(content, place):
    before = content[:place]
    return len(before.splitlines()) + (
        not before or before.endswith((b"\n", b"\r")))


# --- exact ----------------------------------------------------------------
def read_rows(path, columns):
    """As `read_columns`, row by row: {name: list of str}, and the number of
    each row's (last) line."""
    # A row may span lines, and any line end will do: the reader decides.
    reader = csv.reader(io.StringIO(text_of(path), newline=""),
                        delimiter=_delimiter(path), strict=True)
    try:
        return _collect(path, reader, columns)
    except csv.Error as error:
        raise BadFile(f"{path}, line {reader.line_num}: {error}") from error


def _header(path, reader, columns):
    header = [name.strip() for name in next(reader, [])]
    for column in columns:
        if header.count(column) != 1:
            raise BadFile(
                f"{path}, line 1: exactly one column named {column!r} is "
                f"needed, the header has {header}")
    return header, [header.index(column) for column in columns]


def _collect(path, reader, columns):
    header, where = _header(path, reader, columns)
    values, lines = {column: [] for column in columns}, []
    for row in reader:
        if not any(map(str.strip, row)):  # a blank line
            continue
        if len(row) != len(header):
            raise BadFile(f"{path}, line {reader.line_num}: {len(row)} values "
                          f"for {len(header)} columns: {row}")
        if row[0].strip() == header[0] and header == [
                value.strip() for value in row]:
            raise BadFile(f"{path}, line {reader.line_num}: the header again; "
                          "are two files one behind the other?")
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


def _encode(values):
    codes, found = pd.factorize(np.array(values, dtype=object))
    return column_of(codes, found.tolist())


def column_of(codes, values):
    """The Column of values[codes], where values may repeat."""
    ids = sort_ids(values)
    place = {value: i for i, value in enumerate(ids)}
    return Column(np.array([place[value] for value in values],
                           np.intp)[codes], ids)


# --- fast -----------------------------------------------------------------
def _read_fast(path, columns):
    """The same by Arrow, or None (or an error of its own) where it could
    read the file otherwise than the exact reader does."""
    content = content_of(path)
    if b'"' in content or b"\0" in content:
        return None
    first = content[:LONGEST_HEADER].splitlines()[:1]
    reader = csv.reader([line.decode("utf-8-sig") for line in first],
                        delimiter=_delimiter(path))
    header, where = _header(path, reader, columns)
    names = [str(i) for i in range(len(header))]
    wanted = [names[place] for place in where]
    text = pa.dictionary(pa.int32(), pa.string())
    table = arrow_csv.read_csv(
        pa.BufferReader(content),
        arrow_csv.ReadOptions(column_names=names, skip_rows=1,
                              block_size=len(content) + 1),
        arrow_csv.ParseOptions(delimiter=_delimiter(path), quote_char=False),
        arrow_csv.ConvertOptions(
            include_columns=wanted, column_types=dict.fromkeys(wanted, text),
            strings_can_be_null=False)).unify_dictionaries()
    found = {}
    for column, name in zip(columns, wanted):
        chunks = table[name].chunks
        values = chunks[0].dictionary.to_pylist() if chunks else []
        stripped = [value.strip() for value in values]
        if not all(stripped) or not stripped:
            return None  # blank lines, empty values
        found[column] = column_of(np.concatenate(
            [chunk.indices.to_numpy() for chunk in chunks]), stripped)
    if all(column in found[column].ids for column in columns):
        return None  # the header again, it may be
    return found
