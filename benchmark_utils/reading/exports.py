"""JSON files of votes: objects, the tool that wrote them, and their votes."""
import json

import numpy as np

from benchmark_utils.reading.annotation_tools import (
    PRODIGY,
    Argilla,
    Doccano,
    Flat,
    LabelStudio,
    Prodigy,
)
from benchmark_utils.reading.columns import KIND, Table
from benchmark_utils.reading.csv_columns import text_of
from benchmark_utils.reading.files import BadFile
from benchmark_utils.reading.values import column_of_values


def read_export(path, task=None, worker=None, label=None):
    """A `Table` with the columns task, worker and label, a row per vote, and
    kind if flat objects have this key.

    Parameters
    ----------
    path : of a list of objects, or an object per line; ``.gz`` may follow
    task : the key that identifies a task, such as ``image``; default its id
    worker : in flat objects and in Prodigy the key of the worker
    label : the question, if the export has several; in flat objects the key
        of the class, default ``label``

    Raises a BadFile naming the item (from 1) and its fault.
    """
    items = _items(path)
    export = _reader(items)(path, task, worker, label)
    rows = []
    for number, item in enumerate(items, 1):
        where = f"{path}, item {number}"
        try:
            rows.extend((number, *row) for row in export.votes(where, item))
        except BadFile:
            raise
        except (AttributeError, TypeError, ValueError) as error:  # its shape
            raise BadFile(f"{where}: not in the form of an export ({error}): "
                          f"{item!r:.80}") from error
    rows = export.finish(rows)
    place, tasks, workers, labels = (list(column) for column in zip(
        *(row[:4] for row in rows)))
    table = Table(path, "item", np.array(place), {})
    values_of = dict(task=tasks, worker=workers, label=labels)
    if isinstance(export, Flat) and label != KIND and any(
            KIND in item for item in items):
        values_of[KIND] = [items[number - 1].get(KIND) for number in place]
    for name, values in values_of.items():
        def problem(row, error, name=name):
            return BadFile(f"{table.where(row)}: the {name} is {error}; a "
                           "vote must be a single class")

        column = np.empty(len(values), dtype=object)
        column[:] = values
        table.columns[name] = column_of_values(column, problem)
    return table


def _items(path):
    """The objects of a file: a list, or an object per line."""
    text = text_of(path)
    lines = [(number, line) for number, line in enumerate(
        text.split("\n"), 1) if line.strip()]
    by_line = text.lstrip()[:1] != "[" and (
        ".jsonl" in path.name.lower()
        or len(lines) > 1 and _is_object(lines[0][1]))
    items = ([_parse(path, line, number) for number, line in lines]
             if by_line else _parse(path, text))
    if not isinstance(items, list) or not items:
        raise BadFile(f"{path}: expected a list of tasks or records, found "
                      f"{'an empty list' if items == [] else 'a single one'}")
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise BadFile(f"{path}, item {number}: expected an object, found "
                          f"{item!r:.80}")
    return items


def _is_object(line):
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _parse(path, text, line=1):
    """JSON that begins on this line of the file."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BadFile(f"{path}, line {line + error.lineno - 1}: not valid "
                      f"JSON ({error.msg})") from error
    except RecursionError:
        raise BadFile(f"{path}, line {line}: nested too deeply") from None
    except ValueError as error:  # a number of more digits than Python reads
        raise BadFile(f"{path}, line {line}: {error}") from None


def _reader(items):
    """The class that reads these items."""
    given = [answer for item in items
             for answer in _objects(item.get("annotations"))]
    if any("result" in answer for answer in given):
        return LabelStudio
    if given:
        return Doccano
    for key, reader in (("annotations", LabelStudio), ("responses", Argilla)):
        if any(isinstance(item.get(key), (list, dict)) for item in items):
            return reader
    if any(item.get("answer") in PRODIGY for item in items):
        return Prodigy
    return Flat


def _objects(value):
    return [part for part in value if isinstance(part, dict)] if isinstance(
        value, list) else []
