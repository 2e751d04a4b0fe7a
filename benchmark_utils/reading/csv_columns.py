"""CSV files as tables of columns, with the line of each row."""
import csv
import gzip
import io
import re
import warnings
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from benchmark_utils.reading.columns import (
    MissingColumn,
    Table,
    check_rows,
    column_of,
)
from benchmark_utils.reading.files import BadFile, check_readable
from benchmark_utils.reading.values import clean

BLOCK = 1 << 24  # bytes that Arrow parses at once, the longest line


def read_columns(path, columns):
    """The named columns of a CSV file, {name: Column}; see `read_table`."""
    return read_table(path, columns).columns


def read_table(path, columns=None, filled=None, more=()):
    """The named columns of a CSV file as a `Table`.

    The columns are separated by commas, in a .tsv by tabs; another separator
    is recognised by the header, and a warning says so. The first line holds
    the column names; other columns are ignored, and so are blank lines.
    Values are clean texts (see `values.clean`). A name that ends in .gz is
    that of a compressed file.

    Parameters
    ----------
    path : Path or str
    columns : names, default all
    filled : names of those that must not be empty, default ``columns``
    more : names of columns that are read too, if the file has them

    Raises a BadFile naming the file, and the line and value where one is to
    blame.
    """
    text = text_of(path)
    # Arrow reads an unclosed quote as text that goes on to the end.
    read = _read_quoted if '"' in text else _read_plain
    mark = _separator(path, text, columns)
    lines, found = read(path, text, columns and [*columns, *with_more(
        columns, more, _names(text, mark))], mark)
    table = Table(path, "line", lines, {
        name: column_of(*pair) for name, pair in found.items()}, mark != ",")
    if not len(lines):
        raise BadFile(f"{path} has a header, but no rows")
    check_rows(table, columns or () if filled is None else filled)
    return table


# --- text -----------------------------------------------------------------
def _separator(path, text, columns):
    """The character between the columns: that of the file's name, unless the
    header has the expected columns, or more than one, with another."""
    name = Path(path).name.lower().removesuffix(".gz")
    expected = "\t" if name.endswith(".tsv") else ","

    def fits(mark):
        header = _names(text, mark)
        return (all(column in header for column in columns or ()),
                len(header) > 1, mark == expected)

    mark = max(",;\t|", key=fits)
    if mark != expected:
        warnings.warn(f"{path}: the columns are separated by {mark!r}")
    return mark


def _names(text, mark):
    return [clean(name) for name in split_lines(text, 1)[0].replace(
        '"', "").split(mark)]


def with_more(names, more, header):
    """The columns of ``more`` that a file has beside ``names``."""
    return [name for name in more if name in header and name not in names]


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
    header = [clean(name) for name in names]
    if header in ([], [""]):
        raise BadFile(f"{path}, line 1: expected the names of the columns, "
                      "the line is empty")
    if header[0].lower().startswith("sep="):
        raise BadFile(f"{path}, line 1: {header[0]!r} is for Excel only; "
                      "remove this line")
    if not columns and "" in header:
        raise MissingColumn(f"{path}, line 1: column {header.index('') + 1} "
                            f"has no name, the header has {header}; remove it")
    for column in columns or header:
        if header.count(column) != 1:
            raise MissingColumn(
                f"{path}, line 1: exactly one column named {column!r} is "
                f"expected, the header has {header}")
    return header, [header.index(column) for column in columns or header]


def _wrong_length(path, line, header, row):
    return BadFile(f"{path}, line {line}: {len(header)} values are expected, "
                   f"one for each column, found {len(row)}: {row}")


def _is_blank(row):
    return not any(map(str.strip, row))


def _read_quoted(path, text, columns, mark):
    """By Python's strict reader; see `_read_plain`."""
    limit = csv.field_size_limit(len(text) + 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark,
                        strict=True)
    rows, lines, line = [], [], 0
    try:
        header, places = _header(path, next(reader, []), columns)
        line = reader.line_num
        for row in reader:
            line = reader.line_num
            if _is_blank(row):
                continue
            if len(row) != len(header):
                raise _wrong_length(path, reader.line_num, header, row)
            rows.append([clean(row[place]) for place in places])
            lines.append(reader.line_num)
    except csv.Error as error:
        where = (f"; a quote of line {line + 1} is not closed"
                 if "end of data" in str(error) else "")
        raise BadFile(f"{path}, line {reader.line_num}: {error}{where}"
                      ) from error
    finally:
        csv.field_size_limit(limit)
    cells = np.array(rows, dtype=object).reshape(len(rows), len(places))
    return np.array(lines, int), {
        header[place]: pd.factorize(column)
        for place, column in zip(places, cells.T)}


def _read_plain(path, text, columns, mark):
    """By Arrow, text without a quote character.

    Returns the (last) line of each row that is not blank, (n_rows,), and
    {name: (codes, values)}.
    """
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
        values = [clean(value) for value in (
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
