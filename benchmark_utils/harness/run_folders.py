"""The folders of a run and of its cells."""
import hashlib
import os
import re
from functools import lru_cache
from pathlib import Path

import click
from filelock import FileLock, Timeout

from benchmark_utils.harness.cells import context_of

# In bytes. Most file systems allow 255.
LONGEST_NAME = 240


def run_base(objective):
    """The folder of a run, such as ``outputs/NAME``; None outside of a run.

    If ``NAME.parquet`` exists, benchopt will call the results
    ``NAME_1.parquet``; the folder is then ``NAME_1``, so that the files of
    the first run stay.
    """
    context = context_of(objective)
    if context is None or context.run_output_base is None:
        return None
    base, number = Path(context.run_output_base), 0
    folder = base
    while folder.with_name(folder.name + ".parquet").exists():
        number += 1
        folder = base.with_name(f"{base.name}_{number}")
    return folder


def keep_to_one_run(objective):
    """End a run whose folder another run is still writing to. The process of
    the command asks; its workers, which have no click context, may write."""
    folder = run_base(objective)
    try:
        if folder is not None and click.get_current_context(silent=True):
            _lock(folder.with_name(f".{folder.name}.lock"))
    except Timeout:
        raise click.ClickException(
            f"another run is writing to {folder}: give this one a name of its "
            "own with --output, or wait") from None


@lru_cache  # held until this process ends
def _lock(path):
    return FileLock(path).acquire(timeout=0)


def run_folder(objective):
    """Where the files of one dataset, solver and repetition go, such as
    ``outputs/NAME/DATASET/OBJECTIVE/SOLVER/rep_0``; None outside of a run.

    benchopt 1.10 documents ``get_run_output_path()`` for this. It would
    replace this module, but it gives a second run of the same NAME the folder
    of the first, two names such as ``a/b`` and ``a:b`` one folder, and it
    fails on names that are too long for the file system.
    """
    folder = run_base(objective)
    if folder is None:
        return None
    context = context_of(objective)
    for name in (context.dataset_name, context.objective_name,
                 context.solver_name):
        folder /= folder_name(name)
    return folder / f"rep_{context.repetition}"


def folder_name(name):
    """``name`` if it can name a folder, else its safe characters and a hash
    of the whole."""
    safe = re.sub(r'[/\\:*?"<>|\0]+', "_", name)
    if safe == name and len(os.fsencode(name)) <= LONGEST_NAME:
        return name
    mark = hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
    start = os.fsencode(safe)[:LONGEST_NAME - 9].decode(errors="ignore")
    return f"{start}~{mark}"
