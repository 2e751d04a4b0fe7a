"""Columns of CSV files: distinct values, numbers, and the line of each row."""
import csv
import gzip
import io
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from benchmark_utils.reading.files import BadFile, check_readable

BLOCK = 1 << 24  # bytes that Arrow parses at once, the longest line


class Column(NamedTuple):
    """codes : (n_rows,), the place of each row's value in ``ids``.
    ids : the distinct values, list of str, as `sort_ids` sorts them."""
    codes: np.ndarray
    ids: list


@dataclass(frozen=True, eq=False)
class Table:
    """Columns by name, and where each row stands: ``place`` (n_rows,) counts
    lines, rows or items (``unit``) of ``source`` from 1."""
    source: object
    unit: str
    place: np.ndarray
    columns: dict

    def where(self, row):
        """``votes.csv, line 3``"""
        return f"{self.source}, {self.unit} {self.place[row]}"

    def value(self, name, row):
        column = self.columns[name]
        return column.ids[column.codes[row]]


class MissingColumn(BadFile):
    """A table does not have exactly one column of this name."""


def read_columns(path, columns):
    """The named columns of a CSV file, {name: Column}; see `read_table`."""
    return read_table(path, columns).columns


def read_table(path, columns=None):
    """The named columns of a CSV file (tabs in a .tsv) as a `Table`.

    The first line holds the column names; other columns are ignored, and so
    are blank lines. Values are text, stripped of surrounding blanks, and must
    not be empty. Without ``columns`` all are read, and may have empty cells.
    A name that ends in .gz is that of a compressed file.

    Raises
    ------
    BadFile
        Naming the file, and the line and value where one is to blame.
    """
    text = text_of(path)
    # Arrow reads an unclosed quote as text that goes on to the end.
    read = _read_quoted if '"' in text else _read_plain
    lines, found = read(path, text, columns)
    table = Table(path, "line", lines, {
        name: column_of(*pair) for name, pair in found.items()})
    if not len(lines):
        raise BadFile(f"{path} has a header, but no rows")
    check_rows(table, columns or ())
    return table


def check_rows(table, filled):
    """Raise a BadFile where the header stands again, or where a column that
    must be filled is empty."""
    again = np.logical_and.reduce([
        is_value(column, name) for name, column in table.columns.items()])
    if again.any():
        raise BadFile(f"{table.where(again.argmax())}: the header again; were "
                      "two files joined?")
    for name in filled:
        empty = np.flatnonzero(is_value(table.columns[name], ""))
        if len(empty):
            raise BadFile(f"{table.where(empty[0])}: the {name} is empty" + (
                f" ({len(empty):,} such {table.unit}s)" * (len(empty) > 1)))


def is_value(column, value):
    """Which rows have this value, (n_rows,) bool."""
    if value not in column.ids:
        return np.zeros(len(column.codes), bool)
    return column.codes == column.ids.index(value)


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


def column_of(codes, values):
    """The Column of values[codes]; values may repeat, or not occur at all."""
    used = np.bincount(codes, minlength=len(values)) > 0
    if not used.all():
        codes = (np.cumsum(used) - 1)[codes]
        values = [value for value, is_used in zip(values, used) if is_used]
    ids = sort_ids(values)
    place = {value: i for i, value in enumerate(ids)}
    return Column(np.array([place[value] for value in values],
                           np.intp)[codes], ids)


# --- text -----------------------------------------------------------------
def delimiter_of(path):
    name = Path(path).name.lower().removesuffix(".gz")
    return "\t" if name.endswith(".tsv") else ","


def content_of(path):
    """The bytes of a file, uncompressed if its name ends in .gz."""
    check_readable(path)
    content = Path(path).read_bytes()
    if not str(path).lower().endswith(".gz"):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise BadFile(f"{path} is not a complete gzip file: {error}"
                      ) from error


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
    lines = split_lines(text_of(path))
    return lines if lines[-1] else lines[:-1]


def split_lines(text, most=0):
    return re.split("\r\n|\r|\n", text, maxsplit=most)


def _line_at(content, place):
    before = content[:place]
    return len(before.splitlines()) + (
        not before or before.endswith((b"\n", b"\r")))


# --- two readers ----------------------------------------------------------
def _header(path, names, columns):
    """The stripped names of the header, and the places of those to read."""
    header = [name.strip() for name in names]
    for column in columns or header:
        if not column or header.count(column) != 1:
            raise MissingColumn(
                f"{path}, line 1: exactly one column named {column!r} is "
                f"expected, the header has {header}")
    return header, [header.index(column) for column in columns or header]


def _wrong_length(path, line, header, row):
    return BadFile(f"{path}, line {line}: {len(header)} values are expected, "
                   f"one for each column, found {len(row)}: {row}")


def _is_blank(row):
    return not any(map(str.strip, row))


def _read_quoted(path, text, columns):
    """By Python's strict reader; see `_read_plain`."""
    reader = csv.reader(io.StringIO(text, newline=""),
                        delimiter=delimiter_of(path), strict=True)
    rows, lines = [], []
    try:
        header, places = _header(path, next(reader, []), columns)
        for row in reader:
            if _is_blank(row):
                continue
            if len(row) != len(header):
                raise _wrong_length(path, reader.line_num, header, row)
            rows.append([row[place].strip() for place in places])
            lines.append(reader.line_num)
    except csv.Error as error:
        raise BadFile(f"{path}, line {reader.line_num}: {error}") from error
    cells = np.array(rows, dtype=object).reshape(len(rows), len(places))
    return np.array(lines, int), {
        header[place]: pd.factorize(column)
        for place, column in zip(places, cells.T)}


def _read_plain(path, text, columns):
    """By Arrow, text without a quote character.

    Returns the (last) line of each row that is not blank, (n_rows,), and
    {name: (codes, values)}.
    """
    mark = delimiter_of(path)
    header, places = _header(path, split_lines(text, 1)[0].split(mark),
                             columns)
    names = [str(place) for place in range(len(header))]
    kind = pa.dictionary(pa.int32(), pa.string())
    blank, wrong = [], []

    def of_other_length(row):
        values = row.text.split(mark)
        (blank if _is_blank(values) else wrong).append((row.number, values))
        return "error" if wrong else "skip"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(text.encode() + b"\n" * (text[-1:] not in "\r\n")),
            # Arrow's threads may outlive main and abort the process.
            arrow_csv.ReadOptions(column_names=names, skip_rows=1,
                                  block_size=BLOCK, use_threads=False),
            arrow_csv.ParseOptions(
                delimiter=mark, quote_char=False, ignore_empty_lines=False,
                invalid_row_handler=of_other_length),
            arrow_csv.ConvertOptions(
                include_columns=[names[place] for place in places],
                column_types=dict.fromkeys(names, kind),
                strings_can_be_null=False)).unify_dictionaries()
    except pa.ArrowException as error:
        if wrong:
            raise _wrong_length(path, wrong[0][0], header, wrong[0][1]
                                ) from None
        raise BadFile(f"{path} cannot be read: {error}") from error
    lines = np.delete(np.arange(len(table) + len(blank)) + 2,
                      [line - 2 for line, _ in blank])
    found, empty = {}, np.ones(len(table), bool)
    for place in places:
        chunks = table[names[place]].chunks
        values = [value.strip() for value in (
            chunks[0].dictionary.to_pylist() if chunks else ())]
        codes = np.concatenate([np.zeros(0, np.int32), *(
            chunk.indices.to_numpy() for chunk in chunks)])
        found[header[place]] = codes, values
        empty &= np.array([not value for value in values], bool)[codes]
    if empty.any():  # blank lines, if nothing stands in the other columns
        text_at = split_lines(text)
        for row in np.flatnonzero(empty):
            empty[row] = _is_blank(text_at[lines[row] - 1].split(mark))
    return lines[~empty], {name: (codes[~empty], values)
                           for name, (codes, values) in found.items()}
