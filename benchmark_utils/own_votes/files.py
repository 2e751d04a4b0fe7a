"""Results on disk: complete or absent, and safe to open in a spreadsheet."""
import csv
import hashlib
import json
import os
import re
import secrets
import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from benchmark_utils.safe_files import is_running

TABLES = ("labels", "workers", "relabel", "confusion")
OURS = {*(f"{name}.csv" for name in TABLES), "summary.json", "index.html"}
SOMETIMES = {f"{name}.csv" for name in (
    "assignments", "estimates", "differ", "models")}
# A spreadsheet runs a cell that begins with one of these as a formula. An
# apostrophe is quoted too, so that removing one always restores the id.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


class Refused(ValueError):
    """A directory or option that cannot be used; the message says why."""


def safe_cells(table):
    """The frame with an apostrophe before each text that begins with one of
    RISKY, and the number of these texts."""
    table, n = table.copy(), 0
    for place in range(table.shape[1]):
        column = table.iloc[:, place]
        if pd.api.types.is_numeric_dtype(column):
            continue
        risky = column.astype(str).str.startswith(RISKY).to_numpy()
        n += int(risky.sum())
        if risky.any():
            table.isetitem(place, np.where(
                risky, "'" + column.astype(str), column))
    table.columns = ["'" + name if name.startswith(RISKY) else name
                     for name in table.columns]
    return table, n


def read_back(path):
    """A written table without the added apostrophes, a frame of text."""
    with open(path, newline="", encoding="utf-8") as stream:
        header, *rows = ([cell.removeprefix("'") for cell in row]
                         for row in csv.reader(stream, strict=True))
    return pd.DataFrame(rows, columns=header, dtype=object)


def check_folder(folder, replace=False):
    """Raise Refused if results cannot be written to ``folder``.

    It may be missing or empty. With ``replace`` it may hold earlier results,
    but no other files.
    """
    folder = Path(folder)
    if not folder.exists() and not folder.is_symlink():
        return
    if folder.is_symlink() or not folder.is_dir():
        raise Refused(f"{folder} exists and is not a directory; choose "
                      "another --output")
    names = {path.name for path in folder.iterdir()}
    if names and not replace:
        raise Refused(f"{folder} is not empty; choose another --output, or "
                      "pass --replace to replace earlier results")
    others = names - OURS - SOMETIMES
    if others:
        raise Refused(f"{folder} contains other files, such as "
                      f"{min(others)!r}; choose another --output")


def write_results(folder, frames, summary, page, replace=False):
    """Write all files into a hidden folder beside ``folder``, then rename it.

    Earlier results are kept as ``FOLDER.previous``. A killed run leaves at
    most a hidden folder, which the next run deletes. Returns the summary, with
    the rows and sums of the files.

    Parameters
    ----------
    frames : {name of a table: frame}
    page : summary -> the text of index.html
    replace : see `check_folder`
    """
    folder = Path(os.path.abspath(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    scratch = folder.with_name(
        f".{folder.name}.{os.getpid()}.{secrets.token_hex(4)}.partial")
    scratch.mkdir()
    try:
        files, quoted = {}, 0
        for name, frame in frames.items():
            frame, n = safe_cells(frame)
            quoted += n
            _write(frame, scratch / f"{name}.csv")
            files[f"{name}.csv"] = dict(
                rows=len(frame), sha256=_sum(scratch / f"{name}.csv"))
        summary = dict(summary, quoted_cells=quoted, files=files)
        (scratch / "index.html").write_text(page(summary), encoding="utf-8")
        (scratch / "summary.json").write_text(
            json.dumps(summary, indent=1, ensure_ascii=False) + "\n",
            encoding="utf-8")
        _flush(scratch)
        check_folder(folder, replace)  # another run may have finished first
        _put(scratch, folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return summary


def _write(frame, path):
    """All text is quoted if any has a carriage return: pandas does not quote
    it, and readers take it for the end of a row."""
    returns = any(frame.iloc[:, place].astype(str).str.contains("\r").any()
                  for place in range(frame.shape[1])
                  if not pd.api.types.is_numeric_dtype(frame.iloc[:, place]))
    frame = frame.copy()
    for place in np.flatnonzero(frame.dtypes.eq(float)):  # fast
        frame.isetitem(place, ["" if x != x else f"{x:.4f}"
                               for x in frame.iloc[:, place]])
    frame.to_csv(path, index=False, lineterminator="\n", quoting=(
        csv.QUOTE_NONNUMERIC if returns else csv.QUOTE_MINIMAL))


def write_sample(task_ids, path, task, label):
    """A table of tasks whose labels are to be filled in; `OSError` if the file
    exists. The ids are those of the votes, nothing is quoted."""
    with open(path, "x", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows(
            [(task, label), *((name, "") for name in task_ids)])


def _put(scratch, folder):
    """Rename ``scratch`` to ``folder``, and earlier results to .previous."""
    if folder.exists() and any(folder.iterdir()):
        previous = folder.with_name(folder.name + ".previous")
        if previous.exists():
            check_folder(previous, replace=True)
            shutil.rmtree(previous)
        os.rename(folder, previous)
    os.rename(scratch, folder)


def _sweep(folder):
    """Delete the hidden folders of killed runs."""
    pattern = re.compile(re.escape(f".{folder.name}.") + r"(\d+)\..*\.partial")
    for path in folder.parent.iterdir():
        found = pattern.fullmatch(path.name)
        if found and not is_running(int(found[1])):
            shutil.rmtree(path, ignore_errors=True)


def _flush(folder):
    """Write everything to the disk, before the folder is renamed."""
    for path in [*folder.iterdir(), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sum(path):
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
