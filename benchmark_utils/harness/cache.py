"""Damaged files in benchopt's cache: what cannot be read is recomputed, with
one line instead of a traceback.

benchopt 1.10 leaves its cache to joblib, which logs a traceback for each
damaged result and fails where the source of a function is not text. A joblib
that recomputes both with one line would replace this module.
"""
import logging
import os
import shutil
import warnings
from functools import lru_cache
from pathlib import Path

import click
from benchopt.benchmark import get_running_benchmark


def discard_damaged_once():
    """Remove the unreadable entries of the running benchmark's cache, the
    first time that the main process asks.

    benchopt 1.10 documents no way from an objective to its cache folder.
    """
    context = click.get_current_context(silent=True)
    folder = context and get_running_benchmark().get_cache_location()
    if folder:
        logging.getLogger("joblib").addFilter(_in_one_line)
        _discard(folder)


@lru_cache(maxsize=1)
def _discard(folder):
    """joblib 1.6 keeps each entry as a folder with a pickle, ``output.pkl``,
    and beside the entries the source of their function, ``func_code.py``. A
    pickle begins with 0x80 and ends with a full stop; damage in between is
    only seen when it is read."""
    damaged = []
    for path in [Path(parent, name) for parent, _, names in os.walk(folder)
                 for name in names]:
        try:
            if path.name == "func_code.py":
                path.read_text(encoding="utf-8")
            elif path.name == "output.pkl":
                with open(path, "rb") as file:
                    start = file.read(1)
                    file.seek(-1, os.SEEK_END)
                    if start != b"\x80" or file.read(1) != b".":
                        raise ValueError(f"{path} is not a pickle")
        except (ValueError, OSError):  # a UnicodeDecodeError is a ValueError
            damaged.append(path)
            if path.name == "func_code.py":
                path.unlink(missing_ok=True)
            else:
                shutil.rmtree(path.parent, ignore_errors=True)
    if damaged:
        warnings.warn(f"{folder}: {len(damaged)} damaged files, among them "
                      f"{damaged[0].relative_to(folder)}; removed, their "
                      "results are recomputed")


def _in_one_line(record):
    """joblib logs the arguments and a traceback, and recomputes."""
    if "Exception while loading results" in record.getMessage():
        record.msg = "a cached result cannot be read and is recomputed"
        record.args = ()
    return True
