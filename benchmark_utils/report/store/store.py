"""The published results: ``leaderboard/NAME.parquet``, one file per run.

Each has a ``NAME.json`` beside it, its provenance for people to read in a
pull request. A file enters only if its rows may join those that are there
(admission.py). Each (dataset, solver) is in one file only.

Each file is written beside its place and renamed: a description before its
rows, a new file before the old ones that its rows leave. If a command is cut
off, the same command again, or ``git checkout leaderboard/``, repairs the
store; `validate` says whether that is needed.
"""
import hashlib
import json
import re
from functools import partial
from pathlib import Path

import pandas as pd
from benchopt.results import read_results
from filelock import FileLock

from benchmark_utils.report.results.sources import origin_of, values
from benchmark_utils.report.store.admission import (
    all_commits_are_here,
    commit_problems,
    joint_problems,
    numbers,
    problems,
)
from benchmark_utils.report.store.values import (
    CELL,
    KEPT,
    NEEDED,
    value_problems,
)
from benchmark_utils.safe_files import write_text, write_whole

STORE = Path(__file__).parents[3] / "leaderboard"
# results.json, of the page, and version.json, which names it, lie here too.
RESERVED = "results", "version"
VERIFIED, SUBMITTED = "verified here", "submitted"


class Refused(ValueError):
    """Results that may not enter; one line per reason."""
    def __init__(self, reasons):
        super().__init__("\n".join(reasons))
        self.reasons = reasons


def read_store(folder=STORE):
    """All published rows, with ``run``, the name of their file, and
    ``status``; None if there is no file.

    Raises
    ------
    Refused
        If a file cannot be read.
    """
    return _joined(_stored(Path(folder)))


def _stored(folder):
    """{name: rows} of the files."""
    return {path.stem: _read(path).assign(
        run=path.stem, status=_description(path).get("status", SUBMITTED))
        for path in sorted(folder.glob("*.parquet"))}


def _joined(stored):
    parts = [rows for rows in stored.values() if len(rows)]
    return pd.concat(parts, ignore_index=True) if parts else None


def add(path, name=None, replace=False, folder=STORE, status=SUBMITTED):
    """Publish a result file; returns the files written or removed.

    ``replace``: cells that are published already leave their old file;
    otherwise they are a reason to refuse.

    Raises
    ------
    Refused
        With the reasons; nothing was changed.
    """
    path, folder = Path(path), Path(folder)
    name = name or path.stem
    if not re.fullmatch(r"\w[\w.-]*", name) or name in RESERVED:
        raise Refused([f"--name {name!r}: a name may have letters, digits "
                       f"and _ . - only; {' and '.join(RESERVED)} are taken"])
    folder.mkdir(exist_ok=True)
    with FileLock(folder / ".lock"):
        rows, stored = trimmed(_read(path)), _stored(folder)
        reasons = value_problems(rows, path.name)
        replaced = {*map(tuple, rows[CELL].to_numpy())} if (
            replace and not reasons) else {}
        kept = {old: own[[tuple(cell) not in replaced
                          for cell in own[CELL].to_numpy()]]
                for old, own in stored.items()}
        reasons = reasons or problems(rows, path.name, _joined(kept))
        if set(NEEDED) <= set(rows):
            reasons += commit_problems(rows, path.name)
        if len(kept.get(name, ())):
            reasons.append(f"leaderboard/{name}.parquet exists: choose "
                           "another --name")
        if reasons:
            raise Refused(reasons)
        files = _files(name, rows, status)
        for old, own in stored.items():
            if old != name and len(kept[old]) < len(own):
                files.update(_files(old, kept[old], own["status"].iloc[0]))
        _refuse_edited(folder, stored, files)
        for file, content in files.items():
            if content is None:
                (folder / file).unlink(missing_ok=True)
            else:
                write_whole(folder / file, partial(
                    Path.write_bytes, data=content))
    return [folder / file for file in files]


def validate(folder=STORE):
    """Why the store is not in order, one line each: files that were edited
    by hand or replaced in part, or rows that may not be compared. Folders of
    earlier versions are checked under the protocol of their version.json."""
    folder = Path(folder)
    earlier = [f"{path.parent.name}/{reason}"
               for path in sorted(folder.glob("[0-9]*/version.json"))
               for reason in validate(path.parent)]
    said = folder / "version.json"
    version = said.is_file() and json.loads(said.read_text("utf-8")).get(
        "protocol")
    stored, history = {}, all_commits_are_here()
    reasons = [f"{path.name} has no result file: add the result again, or "
               "delete it" for path in sorted(folder.glob("*.json"))
               if path.stem not in RESERVED
               and not path.with_suffix(".parquet").is_file()]
    for path in sorted(folder.glob("*.parquet")):
        try:
            rows = _read(path)
            if not _description(path):
                reasons.append(f"{path.stem}.json is missing")
            elif not _is_described(path, rows):
                reasons.append(f"{_UNLIKE.format(path.stem)}: one of them was "
                               "edited, or --replace was cut off; repeat that "
                               "command, or git checkout leaderboard/")
        except Refused as refused:
            reasons += refused.reasons
            continue
        reasons += value_problems(rows, path.name) or problems(
            rows, path.name, version=version)
        if history and "objective_commit" in rows:
            reasons += commit_problems(rows, path.name)
        stored[path.stem] = rows.assign(run=path.name)
    if stored and all({*NEEDED} <= {*rows} for rows in stored.values()):
        reasons += joint_problems(_joined(stored))
    return list(dict.fromkeys(reasons + earlier))


def set_status(name, status, folder=STORE):
    """Record whether a published file was verified here."""
    path = Path(folder) / f"{name}.parquet"
    if not path.is_file():
        raise Refused([f"{path} is missing"])
    with FileLock(path.with_name(".lock")):
        write_text(path.with_suffix(".json"),
                   _json(dict(_description(path), status=status)))


def trimmed(rows):
    """Without the columns that nothing reads and without empty ones."""
    columns = [column for column in rows if column != "objective_name"
               and (column in KEPT or column.startswith("objective_"))
               and (column in NEEDED or rows[column].notna().any())]
    return rows[columns].reset_index(drop=True)


def described(rows, content, status):
    """What NAME.json says: the origin of the rows, their datasets and
    solvers, and the sha256 of the bytes of the file."""
    return dict(
        origin_of(rows), status=status, solvers=values(rows, "solver_name"),
        datasets={dataset: {
            "repetitions": numbers(set(own["idx_rep"])),
            "data_versions": own.drop_duplicates("idx_rep").sort_values(
                "idx_rep")["objective_data_version"].tolist()}
            for dataset, own in rows.groupby("dataset_name")},
        rows=len(rows), sha256=hashlib.sha256(content).hexdigest())


# --- one change of the store -------------------------------------------------

def _files(name, rows, status):
    """{file: its bytes, or None where it is removed} of these rows."""
    if not len(rows):
        return {f"{name}.json": None, f"{name}.parquet": None}
    rows = trimmed(rows)
    content = rows.to_parquet(None, compression="zstd", index=False)
    said = _json(described(rows, content, status))
    return {f"{name}.json": said.encode(), f"{name}.parquet": content}


def _refuse_edited(folder, stored, files):
    """Nothing is added to a store whose descriptions do not fit their files,
    except to complete a --replace that was cut off: then the description is
    the one in ``files`` already."""
    for name, rows in stored.items():
        path = folder / f"{name}.json"
        found = path.read_bytes() if path.exists() else None
        if (found != files.get(path.name, b"")
                and not _is_described(path, rows)):
            raise Refused([f"{_UNLIKE.format(name)}: repair the store first, "
                           "see validate"])


_UNLIKE = "{0}.json does not describe {0}.parquet"


def _is_described(path, rows):
    said = _description(path)
    return said == described(rows, path.with_suffix(".parquet").read_bytes(),
                             said.get("status"))


def _json(said):
    return json.dumps(said, indent=1) + "\n"


def _read(path):
    try:
        rows = read_results(path)
        return rows.astype({column: rows[column].cat.categories.dtype
                            for column in rows.select_dtypes("category")})
    except Exception as error:  # what its reader raises on a broken file
        raise Refused([f"{path.name} cannot be read: {error}"]) from error


def _description(path):
    """What NAME.json says, empty if it is missing."""
    sidecar = path.with_suffix(".json")
    try:
        said = json.loads(sidecar.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise Refused([f"{sidecar.name} cannot be read: {error}"]) from error
    if not isinstance(said, dict):
        raise Refused([f"{sidecar.name} is not a JSON object"])
    return said
