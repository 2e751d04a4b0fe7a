"""Results on disk: whole or not at all, nothing stale, nothing executed."""
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
# What makes a spreadsheet run a cell as a formula; an apostrophe itself is
# quoted too, so that taking one away always gives back the id.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


class Refused(ValueError):
    """A folder that may not be written into; the message says what to do."""


def safe_cells(table):
    """The frame with an apostrophe before every text that begins with one of
    RISKY, and how many these are."""
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
    """A written table as it was: one leading apostrophe taken away from
    every text."""
    with open(path, newline="", encoding="utf-8") as stream:
        header, *rows = ([cell.removeprefix("'") for cell in row]
                         for row in csv.reader(stream, strict=True))
    return pd.DataFrame(rows, columns=header, dtype=object)


def check_folder(folder, replace=False):
    """Raise Refused if results may not go to ``folder``, before any work.

    It may be absent or empty; with ``replace``, also hold earlier results and
    nothing else.
    """
    folder = Path(folder)
    if not folder.exists() and not folder.is_symlink():
        return
    if folder.is_symlink() or not folder.is_dir():
        raise Refused(f"{folder} is there already and is no folder; choose "
                      "another --output")
    names = {path.name for path in folder.iterdir()}
    if names and not replace:
        raise Refused(f"{folder} is not empty; choose another --output, or "
                      "say --replace to put new results in the place of "
                      "earlier ones")
    if names - OURS:
        raise Refused(f"{folder} holds other files, such as "
                      f"{min(names - OURS)!r}, and is left alone; choose "
                      "another --output")


def write_results(folder, frames, summary, page, replace=False):
    """Write all files into a folder beside ``folder``, then rename it.

    Earlier results are kept as ``FOLDER.previous``. A run that is killed
    leaves at worst a hidden folder beside it, which the next run deletes.

    Parameters
    ----------
    folder : Path
    frames : {name of TABLES: frame}
    summary : dict, as JSON takes it; the files' rows and sums are added
    page : summary -> the text of index.html
    replace : bool, see `check_folder`

    Returns
    -------
    The summary as written.
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
            frame.to_csv(scratch / f"{name}.csv", index=False,
                         float_format="%.4f", lineterminator="\n",
                         quoting=_quoting(frame))
            files[f"{name}.csv"] = dict(
                rows=len(frame), sha256=_sum(scratch / f"{name}.csv"))
        summary = dict(summary, quoted_cells=quoted, files=files)
        (scratch / "index.html").write_text(page(summary), encoding="utf-8")
        (scratch / "summary.json").write_text(
            json.dumps(summary, indent=1, ensure_ascii=False) + "\n",
            encoding="utf-8")
        _flush(scratch)
        check_folder(folder, replace)  # another run may have been faster
        _put(scratch, folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return summary


def _quoting(frame):
    """All text is quoted if any has a carriage return, which the writer
    leaves bare but readers take for the end of a row."""
    returns = any(frame.iloc[:, place].astype(str).str.contains("\r").any()
                  for place in range(frame.shape[1])
                  if not pd.api.types.is_numeric_dtype(frame.iloc[:, place]))
    return csv.QUOTE_NONNUMERIC if returns else csv.QUOTE_MINIMAL


def _put(scratch, folder):
    """Rename ``scratch`` to ``folder``; its results become .previous."""
    if folder.exists() and any(folder.iterdir()):
        previous = folder.with_name(folder.name + ".previous")
        if previous.exists():
            check_folder(previous, replace=True)
            shutil.rmtree(previous)
        os.rename(folder, previous)
    os.rename(scratch, folder)


def _sweep(folder):
    """Delete what killed runs left beside ``folder``."""
    pattern = re.compile(re.escape(f".{folder.name}.") + r"(\d+)\..*\.partial")
    for path in folder.parent.iterdir():
        found = pattern.fullmatch(path.name)
        if found and not is_running(int(found[1])):
            shutil.rmtree(path, ignore_errors=True)


def _flush(folder):
    """Everything on disk before the new name is."""
    for path in [*folder.iterdir(), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sum(path):
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
