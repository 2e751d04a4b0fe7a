"""The published results: ``leaderboard/NAME.parquet``, one file per run.

Each has a ``NAME.json`` beside it, its provenance for people to read in a
pull request. A file enters only if its rows may stand beside those that are
there: same data, same protocol, same seed and repetitions for every dataset
that both have. Each (dataset, solver) stands in one file only.
"""
import hashlib
import json
from pathlib import Path

import pandas as pd
from benchopt.results import read_results

from benchmark_utils.catalogue import catalogue
from benchmark_utils.scoring.provenance import protocol

STORE = Path(__file__).parents[2] / "leaderboard"
# All else stays out: descriptions, file names, kernel versions.
KEPT = ("dataset_name", "solver_name", "idx_rep", "stop_val", "time",
        "base_seed", "run_date", "env-OMP_NUM_THREADS", "platform",
        "platform-architecture", "system-cpus", "system-processor",
        "version-numpy", "version-scipy")
PREFIXES = ("objective_", "p_dataset_", "p_solver_")
NEEDED = ("base_seed", "idx_rep", "objective_data_version",
          "objective_protocol", "objective_commit")
MACHINE = {"processor": "system-processor", "cores": "system-cpus",
           "device": "objective_device", "threads": "env-OMP_NUM_THREADS",
           "system": "platform", "architecture": "platform-architecture"}
VERSIONS = {"numpy": "version-numpy", "scipy": "version-scipy",
            "torch": "objective_version_torch"}


class Refused(ValueError):
    """Results that may not enter; one line per reason."""
    def __init__(self, reasons):
        super().__init__("\n".join(reasons))
        self.reasons = reasons


def read_store(folder=STORE):
    """All published rows, with the column ``run``, the name of their file;
    None if there is no file."""
    parts = [pd.read_parquet(path).assign(run=path.stem)
             for path in sorted(Path(folder).glob("*.parquet"))]
    return pd.concat(parts, ignore_index=True) if parts else None


def add(path, name=None, replace=False, folder=STORE):
    """Publish a result file; returns the files written or removed.

    ``replace``: cells that are published already leave their old file;
    otherwise they are a reason to refuse.
    """
    path, folder = Path(path), Path(folder)
    name = name or path.stem
    rows, stored = trimmed(read_results(path)), read_store(folder)
    if stored is not None and replace:
        # The file of the same name is written anew, cells of others leave it.
        stored = stored[~_among(stored, rows)]
    reasons = problems(rows, path.name, stored)
    if stored is not None and name in set(stored["run"]):
        reasons.append(f"leaderboard/{name}.parquet is there: give another "
                       "--name")
    if reasons:
        raise Refused(reasons)
    changed = []
    for old in sorted(folder.glob("*.parquet")) if replace else []:
        before = pd.read_parquet(old)
        kept = before[~_among(before, rows)]
        if len(kept) < len(before):
            changed += _write(kept, old)
    folder.mkdir(exist_ok=True)
    return changed + _write(rows, folder / f"{name}.parquet")


def check(folder=STORE):
    """Why the store is not in order, one line each: files edited by hand, or
    rows that may not stand side by side."""
    reasons, before = [], None
    for path in sorted(Path(folder).glob("*.parquet")):
        rows = pd.read_parquet(path)
        sidecar = path.with_suffix(".json")
        if not sidecar.is_file():
            reasons.append(f"{sidecar.name} is missing")
        elif json.loads(sidecar.read_text()) != provenance(rows, path):
            reasons.append(f"{sidecar.name} does not describe {path.name}: "
                           "one of them was edited")
        reasons += problems(rows, path.name, before)
        rows = rows.assign(run=path.stem)
        before = rows if before is None else pd.concat([before, rows])
    return reasons


def trimmed(rows):
    """Without the columns that nobody reads; empty ones go too."""
    columns = [column for column in rows if column != "objective_name"
               and (column in KEPT or column.startswith(PREFIXES))]
    return rows[columns].dropna(axis=1, how="all").reset_index(drop=True)


def problems(rows, file, stored=None):
    """Why these rows may not be published beside ``stored``."""
    missing = [column for column in NEEDED if column not in rows]
    if missing:
        return [f"{file} has no {', '.join(missing)}: made before results "
                "carried them; run it again"]
    reasons = []
    for kind in ("dataset", "solver"):
        known = catalogue(f"{kind}s")
        bases = rows[f"{kind}_name"].str.partition("[")[0].unique()
        reasons += [f"{file}: no file in {kind}s/ has the name {base}"
                    for base in bases if base not in known]
        if kind == "dataset" and "CSV" in bases:
            reasons.append(f"{file}: CSV reads votes that only you have")
    nowhere = [commit for commit in sorted(set(
        rows["objective_commit"].fillna("")))
        if not commit or commit.endswith("+")]
    if nowhere:
        reasons.append(
            f"{file}: objective_commit is {' and '.join(map(repr, nowhere))} "
            "(+: with edits); commit first, then run with --no-cache, so that "
            "others can find the code behind the numbers")
    ours, theirs = protocol(), set(rows["objective_protocol"].astype(str))
    if theirs != {ours}:
        reasons.append(
            f"{file}: objective_protocol is {', '.join(sorted(theirs))}, this "
            f"checkout's is {ours}" + (
                " (+: files that score were edited, see python -m "
                "benchmark_utils.scoring.provenance)" if "+" in ours + "".join(theirs)
                else ""))
    for dataset, own in rows.groupby("dataset_name", sort=False):
        reasons += _dataset_problems(dataset, own, file, stored)
    return reasons


def _dataset_problems(dataset, rows, file, stored):
    reasons = []
    for column, groups in [
            ("base_seed", [((), rows)]),
            ("objective_data_version", rows.groupby(["idx_rep"]))]:
        for repetition, group in groups:
            values = sorted(map(str, group[column].unique()))
            if len(values) > 1:
                reasons.append(_line(dataset, column, repetition, file,
                                     values[0], file, values[1]))
    repetitions = {solver: frozenset(own["idx_rep"]) for solver, own
                   in rows.groupby("solver_name", sort=False)}
    whole = frozenset().union(*repetitions.values())
    reasons += [
        f"{dataset}: {solver} lacks repetitions "
        f"{_numbers(whole - own)} in {file}: did it fail?"
        for solver, own in repetitions.items() if own != whole]
    if stored is None:
        return reasons
    for old_file, old in stored[stored["dataset_name"] == dataset].groupby(
            "run", sort=False):
        old_file = f"leaderboard/{old_file}.parquet"
        seeds = [sorted(set(part["base_seed"])) for part in (rows, old)]
        if seeds[0] != seeds[1]:
            reasons.append(_line(dataset, "base_seed", (), file, seeds[0],
                                 old_file, seeds[1]))
        published = set(old["idx_rep"])
        if whole != published:
            reasons.append(_line(dataset, "repetitions", (), file,
                                 _numbers(whole), old_file,
                                 _numbers(published)))
        reasons += _unequal_versions(dataset, rows, file, old, old_file)
        both = sorted(set(rows["solver_name"]) & set(old["solver_name"]))
        if both:
            reasons.append(
                f"{dataset}: {', '.join(both)} of {file}: in {old_file} "
                "already; --replace puts the new rows in their place")
    return reasons


def _unequal_versions(dataset, rows, file, old, old_file):
    columns = ["objective_data_version", "objective_protocol"]
    new, old = (part.groupby("idx_rep")[columns].first().astype(str)
                for part in (rows, old))
    reasons = []
    for column in columns:
        for repetition in new.index.intersection(old.index):
            pair = new.at[repetition, column], old.at[repetition, column]
            if pair[0] != pair[1]:
                reasons.append(_line(dataset, column, (repetition,), file,
                                     pair[0], old_file, pair[1]))
                break  # one repetition tells; the others are the same story
    return reasons


def _line(dataset, column, repetition, file, value, other, other_value):
    where = f" of repetition {repetition[0]}" if repetition else ""
    return (f"{dataset}: {column}{where} is {value} in {file}, {other_value} "
            f"in {other}")


def _numbers(values):
    """[0, 1, 2, 5] -> 0-2, 5"""
    parts, values = [], sorted(int(value) for value in values)
    for value in values:
        if parts and value == parts[-1][1] + 1:
            parts[-1][1] = value
        else:
            parts.append([value, value])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def _among(rows, others):
    """Which rows are of a (dataset, solver) that ``others`` have."""
    keys = ["dataset_name", "solver_name"]
    return pd.MultiIndex.from_frame(rows[keys]).isin(
        pd.MultiIndex.from_frame(others[keys].drop_duplicates()))


def _write(rows, path):
    """The parquet and its provenance, or neither for no rows."""
    sidecar = path.with_suffix(".json")
    if not len(rows):
        path.unlink()
        sidecar.unlink(missing_ok=True)
        return [path, sidecar]
    rows = rows.dropna(axis=1, how="all").reset_index(drop=True)
    rows.to_parquet(path, compression="zstd", index=False)
    sidecar.write_text(json.dumps(provenance(rows, path), indent=1) + "\n")
    return [path, sidecar]


def provenance(rows, path=None):
    """What a reader must know of a run, as plain values; ``path`` adds the
    sha256 of the file."""
    def values(column):
        return sorted({str(value) for value in rows[column].dropna()}) if (
            column in rows) else []

    dates = [date[:10] for date in values("run_date")]
    facts = {
        "dates": list(dict.fromkeys([dates[0], dates[-1]])) if dates else [],
        "commits": values("objective_commit"),
        "protocol": values("objective_protocol"),
        "seed": values("base_seed"),
        "machine": {name: values(column) for name, column in MACHINE.items()},
        "versions": {name: values(column)
                     for name, column in VERSIONS.items()},
        "solvers": values("solver_name"),
        "datasets": {dataset: {
            "repetitions": _numbers(set(own["idx_rep"])),
            "data_versions": own.drop_duplicates("idx_rep").sort_values(
                "idx_rep")["objective_data_version"].tolist()
            if "objective_data_version" in own else []}
            for dataset, own in rows.groupby("dataset_name")},
        "rows": len(rows)}
    if path is not None:
        facts["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    return facts
