"""Wanted columns of the authors' tables. Other columns hold personal details
and are not kept."""
import csv
import io
import re
import zipfile
from xml.etree.ElementTree import iterparse

MOST_UNPACKED = 1 << 28  # bytes of a workbook
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def csv_rows(path, columns):
    """[{column: value}] of the wanted columns, a list or a test of names."""
    wanted = columns if callable(columns) else {*columns}.__contains__
    limit = csv.field_size_limit(1 << 24)
    try:
        reader = csv.reader(io.StringIO(text_of(path), newline=""))
        place = {name: i for i, name in enumerate(next(reader))
                 if wanted(name)}
        return [{name: row[i] if i < len(row) else ""
                 for name, i in place.items()} for row in reader if row]
    finally:
        csv.field_size_limit(limit)


def xlsx_rows(path, columns):
    """[{column: value}] of the wanted columns of a workbook's first sheet."""
    with zipfile.ZipFile(path) as book:
        if sum(part.file_size for part in book.infolist()) > MOST_UNPACKED:
            raise ValueError(f"more than {MOST_UNPACKED:,} bytes unpacked")
        shared, rows, place = [], [], None
        if "xl/sharedStrings.xml" in book.namelist():
            for item in _elements(book, "xl/sharedStrings.xml", "si"):
                shared.append(_joined(item))
        for row in _elements(book, "xl/worksheets/sheet1.xml", "row"):
            cells = {re.match("[A-Z]+", cell.get("r"))[0]: value
                     for cell in row.iter(SHEET + "c")
                     if (value := _value(cell, shared)) is not None}
            if place is None:
                place = {name: at for at, name in cells.items()
                         if name in columns}
            else:
                rows.append({name: cells.get(at, "")
                             for name, at in place.items()})
    return rows


def _elements(book, part, tag):
    for _, element in iterparse(book.open(part)):
        if element.tag == SHEET + tag:
            yield element
            element.clear()


def _value(cell, shared):
    value = cell.find(SHEET + "v")
    if cell.get("t") == "inlineStr":
        return _joined(cell)
    if value is None:
        return None
    return shared[int(value.text)] if cell.get("t") == "s" else value.text


def _joined(element):
    return "".join(text.text or "" for text in element.iter(SHEET + "t"))


def text_of(path):
    return path.read_bytes().decode("utf-8-sig", "replace")
