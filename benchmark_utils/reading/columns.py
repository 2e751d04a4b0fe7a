"""Columns of text as distinct values and numbers, and tables of them."""
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from benchmark_utils.reading.files import BadFile

KIND = "kind"  # the column that says what a worker is


class Column(NamedTuple):
    """codes : (n_rows,), the place of each row's value in ``ids``.
    ids : the distinct values, list of str, as `sort_ids` sorts them."""
    codes: np.ndarray
    ids: list


@dataclass(frozen=True, eq=False)
class Table:
    """Columns by name, and where each row stands: ``place`` (n_rows,) counts
    lines, rows or items (``unit``) of ``source`` from 1. ``decimal_comma``:
    the columns are not separated by commas, so 1,5 may be a number."""
    source: object
    unit: str
    place: np.ndarray
    columns: dict
    decimal_comma: bool = False

    def where(self, row):
        """``votes.csv, line 3``"""
        return f"{self.source}, {self.unit} {self.place[row]}"

    def value(self, name, row):
        column = self.columns[name]
        return column.ids[column.codes[row]]


def count(n, what):
    """``1 task``, ``2,000 tasks``, ``3 classes``."""
    end = "" if n == 1 else "es" if what.endswith("s") else "s"
    return f"{n:,} {what}{end}"


class MissingColumn(BadFile):
    """A table does not have exactly one column of this name."""


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
            raise BadFile(f"{table.where(empty[0])}: the {name} is empty "
                          f"({count(len(empty), table.unit)})")


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
