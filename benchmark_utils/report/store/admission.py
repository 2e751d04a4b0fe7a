"""May these results join the published ones? Each check gives one line for
each reason to refuse them."""
import re
import subprocess
from itertools import groupby

import pandas as pd

from benchmark_utils.catalogue import ROOT, catalogue, default_parameters
from benchmark_utils.report.results.names import (
    Ambiguous,
    parameters_of,
    short_names,
)
from benchmark_utils.report.store.values import CELL
from benchmark_utils.scoring.provenance import protocol


def problems(rows, file, stored=None, version=None):
    """Why ``rows`` of ``file``, whose values `value_problems` has checked, may
    not join ``stored``; empty if they may. ``version``: the protocol of an
    earlier version, whose solvers may be gone.
    """
    rows = rows.assign(run=file)
    old = [] if stored is None else [stored.assign(
        run="leaderboard/" + stored["run"] + ".parquet")]
    return list(dict.fromkeys([
        *(() if version else _files(rows, file)),
        *_protocol(rows, file, version or protocol()),
        *joint_problems(pd.concat([*old, rows]))]))


def joint_problems(rows):
    """Why rows of several files, ``run``, may not be compared: two names that
    are too similar, published cells, another seed or other repetitions, data
    or protocol."""
    for kind in ("dataset", "solver"):
        try:
            short_names(f"{kind}s", rows[f"{kind}_name"].unique())
        except Ambiguous as error:
            yield str(error)
    cells = rows.drop_duplicates([*CELL, "run"])
    for dataset, own in cells[cells.duplicated(CELL)].groupby(CELL[0]):
        yield (f"{dataset}: {', '.join(sorted(own[CELL[1]].unique()))} of "
               f"{own['run'].iloc[0]} already published; --replace puts the "
               "new rows in place of the old ones")
    repetitions = rows.groupby([*CELL, "run"], sort=False)["idx_rep"].agg(
        lambda own: numbers(set(own))).rename(
            "set of repetitions").reset_index()
    for column, keys, table in (
            ("base_seed", CELL[:1], rows),
            ("set of repetitions", CELL[:1], repetitions),
            ("objective_data_version", [CELL[0], "idx_rep"], rows),
            ("objective_protocol", [CELL[0], "idx_rep"], rows)):
        found = table.drop_duplicates([*keys, column])
        found = found[found.duplicated(keys, keep=False)].sort_values(
            keys, kind="stable")
        for dataset, own in found.groupby(CELL[0], sort=False):
            first = own.iloc[:2]  # one repetition is enough
            where = (f" of repetition {first['idx_rep'].iloc[0]}"
                     if "idx_rep" in keys else "")
            yield f"{dataset}: {column}{where} differs: " + ", ".join(
                f"{row[column]} in {row['run']} ({row['solver_name']})"
                for _, row in first.iterrows())


def _files(rows, file):
    for kind in ("dataset", "solver"):
        known = catalogue(f"{kind}s")
        for full, said in sorted({*zip(
                rows[f"{kind}_name"], rows[f"file_{kind}"])}):
            base, own = parameters_of(full)
            entry = known.get(base)
            said_again = ",".join(map("=".join, own.items()))
            if entry is None:
                yield f"{file}: no file in {kind}s/ has the name {base}"
            elif entry.file != said:
                yield f"{file}: {base} came from {said}, here: {entry.file}"
            elif full not in (base, f"{base}[{said_again}]"):
                yield f"{file}: {full} is not a name that benchopt writes"
            elif base == "CSV":
                yield f"{file}: others do not have the votes that CSV reads"
            elif unknown := {*own} - {*default_parameters(entry)}:
                yield (f"{file}: {full} has parameters that {said} does not "
                       f"have: {', '.join(sorted(unknown))}")


def _protocol(rows, file, ours):
    theirs = set(rows["objective_protocol"])
    if theirs != {ours}:
        yield (f"{file}: objective_protocol is {', '.join(sorted(theirs))}, "
               f"here it is {ours} (+: files that score were edited, see "
               "python -m benchmark_utils.report provenance -h)")


def commit_problems(rows, file):
    """Why others cannot find the code that made these rows."""
    for commit in sorted(set(
            rows["objective_commit"].fillna("").astype(str))):
        if not re.fullmatch(r"[0-9a-f]{4,40}", commit):
            yield (f"{file}: objective_commit is {commit!r} (+: with edits); "
                   "commit first, then run with --no-cache, so that others "
                   "can find the code behind the numbers")
        elif not _is_commit(commit):
            yield (f"{file}: objective_commit {commit} is not a commit of "
                   "this repository: git fetch, or commit and run again")


def _is_commit(commit):
    return _git("cat-file", "-e", f"{commit}^{{commit}}") is not None


def all_commits_are_here():
    """False in a clone without history, and without git."""
    return (ROOT / ".git").exists() and _git(
        "rev-parse", "--is-shallow-repository") == "false"


def _git(*arguments):
    """What git prints, or None where it fails."""
    try:
        return subprocess.run(["git", *arguments], cwd=ROOT, text=True,
                              check=True, capture_output=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def numbers(values):
    """[0, 1, 2, 5] -> 0-2, 5"""
    parts = [[value for _, value in part] for _, part in groupby(
        enumerate(sorted(map(int, values))), lambda pair: pair[1] - pair[0])]
    return ", ".join(str(part[0]) if len(part) == 1 else
                     f"{part[0]}-{part[-1]}" for part in parts)
