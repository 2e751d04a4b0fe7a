"""The published results: ``leaderboard/NAME.parquet``, one file per run.

Each has a ``NAME.json`` beside it, its provenance for people to read in a
pull request. A file enters only if its rows may stand beside those that are
there (checks.py). Each (dataset, solver) stands in one file only.

A crash loses nothing. Everything is written beside its place first, then
moved: a new file before the old ones that its rows leave, a description
before its rows. In between `check` says what is left to do, and the same
command again does it.
"""
import hashlib
import json
import os
import re
from pathlib import Path

import pandas as pd
from benchopt.results import read_results
from filelock import FileLock

from benchmark_utils.report.results.sources import origin_of, values
from benchmark_utils.report.store.admission import (
    all_commits_are_here,
    commit_problems,
    lacking,
    numbers,
    problems,
)
from benchmark_utils.report.store.values import NEEDED
from benchmark_utils.safe_files import stage

STORE = Path(__file__).parents[3] / "leaderboard"
EXPORT = "results"  # results.json lies beside the page, which may be here
VERIFIED, SUBMITTED = "verified here", "submitted"
# All else stays out: descriptions, parameters (the names have them), kernels.
KEPT = ("dataset_name", "solver_name", "idx_rep", "stop_val", "time",
        "base_seed", "run_date", "env-OMP_NUM_THREADS", "platform",
        "platform-architecture", "system-cpus", "system-processor",
        "version-numpy", "version-scipy", "file_dataset", "file_solver",
        "final_results")


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
    parts = []
    for path in sorted(Path(folder).glob("*.parquet")):
        rows = _read(path)
        parts.append(rows.assign(run=path.stem, status=_description(
            path).get("status", SUBMITTED)))
    return pd.concat(parts, ignore_index=True) if parts else None


def add(path, name=None, replace=False, folder=STORE, status=SUBMITTED,
        complete=False):
    """Publish a result file; returns the files written or removed, and what
    was left out, {(dataset, solver): the repetitions that it lacks}.

    ``replace``: cells that are published already leave their old file;
    otherwise they are a reason to refuse. ``complete``: so are methods that
    lack repetitions, unless this leaves them out.

    Raises
    ------
    Refused
        With the reasons; nothing was changed.
    """
    path, folder = Path(path), Path(folder)
    name = name or path.stem
    if not re.fullmatch(r"\w[\w.-]*", name) or name == EXPORT:
        raise Refused([f"--name {name!r}: letters, digits and _ . - are "
                       "possible, the file lies in the store itself; "
                       f"{EXPORT}.json is the page's"])
    folder.mkdir(exist_ok=True)
    with FileLock(folder / ".lock"):
        rows = trimmed(_read(path))
        left_out = {}
        if complete:
            left_out = _incomplete(rows)
            rows = rows[[cell not in left_out for cell in zip(
                rows["dataset_name"], rows["solver_name"])]]
        plan = _plan(rows, path.name, name, replace, folder, status)
        changed = _carry_out(plan, folder)
        left = check(folder)
    if left:
        raise Refused(["written, but not in order:", *left])
    return changed, left_out


def _incomplete(rows):
    """The methods that lack repetitions of their dataset."""
    return {(dataset, solver): missing
            for dataset, part in rows.groupby("dataset_name")
            for solver, missing in lacking(part).items()}


def check(folder=STORE):
    """Why the store is not in order, one line each: files edited by hand or
    half replaced, or rows that may not stand side by side."""
    folder = Path(folder)
    reasons, before, history = [], None, all_commits_are_here()
    for sidecar in sorted(folder.glob("*.json")):
        if (sidecar.stem != EXPORT
                and not sidecar.with_suffix(".parquet").is_file()):
            reasons.append(f"{sidecar.name} describes no file: add the result "
                           "again, or delete it")
    for path in sorted(folder.glob("*.parquet")):
        try:
            rows = _read(path)
            said = _description(path)
        except Refused as refused:
            reasons += refused.reasons
            continue
        if not said:
            reasons.append(f"{path.stem}.json is missing")
        elif said != described(rows, path, said.get("status")):
            reasons.append(f"{path.stem}.json does not describe {path.name}: "
                           "one of them was edited, or --replace was cut off "
                           "and wants to be run again")
        reasons += problems(rows, path.name, before)
        if history and "objective_commit" in rows:
            reasons += commit_problems(rows, path.name)
        rows = rows.assign(run=path.stem)
        before = rows if before is None else pd.concat([before, rows])
    return reasons


def set_status(name, status, folder=STORE):
    """Say of a published file whether it was verified here."""
    folder = Path(folder)
    path = folder / f"{name}.parquet"
    if not path.is_file():
        raise Refused([f"{path} is missing"])
    with FileLock(folder / ".lock"):
        said = dict(_description(path), status=status)
        os.replace(stage(path.with_suffix(".json"), _json(said)),
                   path.with_suffix(".json"))


def trimmed(rows):
    """Without the columns that nobody reads; empty ones go too."""
    columns = [column for column in rows if column != "objective_name"
               and (column in KEPT or column.startswith("objective_"))]
    return _bare(rows[columns])


def described(rows, path, status):
    """What NAME.json says: the origin of the rows, their datasets and
    solvers, and the sha256 of the file."""
    return dict(
        origin_of(rows), status=status, solvers=values(rows, "solver_name"),
        datasets={dataset: {
            "repetitions": numbers(set(own["idx_rep"])),
            "data_versions": own.drop_duplicates("idx_rep").sort_values(
                "idx_rep")["objective_data_version"].tolist()}
            for dataset, own in rows.groupby("dataset_name")},
        rows=len(rows), sha256=hashlib.sha256(path.read_bytes()).hexdigest())


# --- one change of the store -------------------------------------------------

def _plan(rows, file, name, replace, folder, status):
    """{name: (rows, status)} of the files to write, new ones first; no rows:
    the file goes. Refused if the store would not be in order."""
    stored = read_store(folder)
    plan = {name: (rows, status)}
    if stored is not None and replace:
        for old, own in stored.groupby("run"):
            kept = own[~_among(own, rows)]
            if old != name and len(kept) < len(own):
                plan[old] = _bare(kept), own["status"].iloc[0]
        stored = stored[~_among(stored, rows)]
    reasons = problems(rows, file, stored)
    if set(NEEDED) <= set(rows):
        reasons += commit_problems(rows, file)
    if stored is not None and name in set(stored["run"]):
        reasons.append(f"leaderboard/{name}.parquet is there: give another "
                       "--name")
    if not reasons:
        reasons = unshown(rows.assign(run=name, status=status), file)
    if reasons:
        raise Refused(reasons)
    return plan


def unshown(rows, file):
    """Why no page can be made of these rows: what their values hold was
    checked one by one, what lies within JSON objects is seen here."""
    from benchmark_utils.report.page.data import page_data
    try:
        page_data(rows)
    except Exception as error:  # whatever a reader makes of it
        return [f"{file}: the page cannot show it: {type(error).__name__}: "
                f"{error}"]
    return []


def _carry_out(plan, folder):
    """Write everything beside its place, then move it there."""
    moves, changed = [], []
    try:
        for name, (rows, status) in plan.items():
            path = folder / f"{name}.parquet"
            changed += [path, path.with_suffix(".json")]
            if not len(rows):
                moves += [(None, path.with_suffix(".json")), (None, path)]
                continue
            rows = _bare(rows)
            staged = stage(path, lambda to, rows=rows: rows.to_parquet(
                to, compression="zstd", index=False))
            moves.append((staged, path))
            description = stage(path.with_suffix(".json"), _json(
                described(rows, staged, status)))
            moves.insert(-1, (description, path.with_suffix(".json")))
        _refuse_edited(folder, {path.name: staged for staged, path in moves
                                if path.suffix == ".json"})
        for staged, path in moves:
            if staged is None:
                path.unlink(missing_ok=True)
            else:
                os.replace(staged, path)
    finally:
        for staged, _ in moves:
            if staged is not None:
                staged.unlink(missing_ok=True)
    return changed


def _refuse_edited(folder, staged):
    """A description that fits neither its file nor what was about to take its
    place, when a --replace was cut off, is no business of this change.
    ``staged``: {name of a description: its new file, None where it goes}."""
    reasons = []
    for path in sorted(folder.glob("*.parquet")):
        said, rows = _description(path), _read(path)
        name = f"{path.stem}.json"
        if said == described(rows, path, said.get("status")):
            continue
        planned = staged.get(name, path)
        if (planned is None and not said or planned not in (None, path)
                and said == json.loads(planned.read_text())):
            continue
        reasons.append(f"{name} does not describe {path.name}: put the store "
                       "in order first, see check")
    if reasons:
        raise Refused(reasons)


def _json(said):
    return lambda to: to.write_text(json.dumps(said, indent=1) + "\n",
                                    encoding="utf-8")


def _bare(rows):
    """Rows as they lie in a file."""
    columns = [column for column in rows if column not in ("run", "status")
               and (column in NEEDED or rows[column].notna().any())]
    return rows[columns].reset_index(drop=True)


def _among(rows, others):
    """Which rows are of a (dataset, solver) that ``others`` have."""
    keys = ["dataset_name", "solver_name"]
    return pd.MultiIndex.from_frame(rows[keys]).isin(
        pd.MultiIndex.from_frame(others[keys].drop_duplicates()))


def _read(path):
    try:
        return read_results(path)
    except Exception as error:  # whatever a broken file makes of its reader
        raise Refused([f"{path.name} cannot be read: {error}"]) from error


def _description(path):
    """What NAME.json says, empty if it is not there."""
    sidecar = path.with_suffix(".json")
    try:
        said = json.loads(sidecar.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise Refused([f"{sidecar.name} cannot be read: {error}"]) from error
    if not isinstance(said, dict):
        raise Refused([f"{sidecar.name} is no object"])
    return said
