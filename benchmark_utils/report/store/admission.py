"""May these results join the published ones? Each check gives one line for
each reason to refuse them. values.py checks the values themselves."""
import re
import subprocess

from benchmark_utils.catalogue import ROOT, catalogue
from benchmark_utils.report.results.names import Ambiguous, short_names
from benchmark_utils.report.store.values import value_problems
from benchmark_utils.scoring.provenance import protocol


def problems(rows, file, stored=None):
    """Why ``rows`` of ``file`` may not join ``stored``; empty if they may."""
    wrong = value_problems(rows, file)
    if wrong:  # the checks below read these values
        return wrong
    reasons = [*_files(rows, file), *_names(rows, file, stored),
               *_protocol(rows, file)]
    for dataset, own in rows.groupby("dataset_name", sort=False):
        reasons += _dataset(dataset, own, file)
        if stored is not None:
            reasons += _beside(dataset, own, file, stored)
    return reasons


def _files(rows, file):
    for kind in ("dataset", "solver"):
        known = catalogue(f"{kind}s")
        pairs = rows[[f"{kind}_name", f"file_{kind}"]].drop_duplicates()
        bases = pairs[f"{kind}_name"].str.partition("[")[0]
        for base, said in sorted(set(zip(bases, pairs[f"file_{kind}"]))):
            if base not in known:
                yield f"{file}: no file in {kind}s/ has the name {base}"
            elif known[base].file != said:
                yield (f"{file}: {base} came from {said}, here it is "
                       f"{known[base].file}")
            elif base == "CSV":
                yield f"{file}: others do not have the votes that CSV reads"


def _names(rows, file, stored):
    """On the page each dataset and solver needs its own name."""
    for kind in ("dataset", "solver"):
        column = f"{kind}_name"
        before = () if stored is None else stored[column].unique()
        try:
            short_names(f"{kind}s", [*before, *rows[column].unique()])
        except Ambiguous as error:
            yield f"{file}: {error}"


def _protocol(rows, file):
    ours, theirs = protocol(), set(rows["objective_protocol"])
    if theirs != {ours}:
        edited = any("+" in text for text in [ours, *theirs])
        yield (f"{file}: objective_protocol is {', '.join(sorted(theirs))}, "
               f"this checkout's is {ours}" + (
                   " (+: files that score were edited, see python -m "
                   "benchmark_utils.report provenance -h)" if edited else ""))


def commit_problems(rows, file):
    """Why others cannot find the code that made these rows."""
    said = sorted(set(rows["objective_commit"].fillna("").astype(str)))
    nowhere = [commit for commit in said
               if not re.fullmatch(r"[0-9a-f]{4,40}", commit)]
    if nowhere:
        return [f"{file}: objective_commit is "
                f"{' and '.join(map(repr, nowhere))} (+: with edits); commit "
                "first, then run with --no-cache, so that others can find "
                "the code behind the numbers"]
    return [f"{file}: objective_commit {commit} is not a commit of this "
            "repository: git fetch, or commit and run again"
            for commit in said if not _is_commit(commit)]


def _is_commit(commit):
    return _git("cat-file", "-e", f"{commit}^{{commit}}") is not None


def all_commits_are_here():
    """False in a clone without history, and without git."""
    return (ROOT / ".git").exists() and _git(
        "rev-parse", "--is-shallow-repository") == "false"


def _git(*arguments):
    """What git prints, or None where it fails."""
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, text=True,
                              capture_output=True)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


# --- datasets ---------------------------------------------------------------

def _dataset(dataset, rows, file):
    """Seed and data must be the same for all solvers, and repetitions too."""
    for column, groups in [
            ("base_seed", [((), rows)]),
            ("objective_data_version", rows.groupby(["idx_rep"]))]:
        for repetition, group in groups:
            values = sorted(map(str, group[column].unique()))
            if len(values) > 1:
                yield _line(dataset, column, repetition, file, values[0],
                            file, values[1])
    whole = set(rows["idx_rep"])
    for solver, own in rows.groupby("solver_name", sort=False):
        missing = whole - set(own["idx_rep"])
        if missing:
            yield (f"{dataset}: {solver} lacks repetitions {numbers(missing)} "
                   f"in {file}: run it again, finished cells are in the cache")


def _beside(dataset, rows, file, stored):
    whole = set(rows["idx_rep"])
    for old_file, old in stored[stored["dataset_name"] == dataset].groupby(
            "run", sort=False):
        old_file = f"leaderboard/{old_file}.parquet"
        seeds = [sorted(set(part["base_seed"])) for part in (rows, old)]
        if seeds[0] != seeds[1]:
            yield _line(dataset, "base_seed", (), file, seeds[0], old_file,
                        seeds[1])
        published = set(old["idx_rep"])
        if whole != published:
            yield _line(dataset, "repetitions", (), file, numbers(whole),
                        old_file, numbers(published))
        yield from _unequal_versions(dataset, rows, file, old, old_file)
        both = sorted(set(rows["solver_name"]) & set(old["solver_name"]))
        if both:
            yield (f"{dataset}: {', '.join(both)} of {file}: in {old_file} "
                   "already; --replace puts the new rows in their place")


def _unequal_versions(dataset, rows, file, old, old_file):
    columns = ["objective_data_version", "objective_protocol"]
    new, old = (part.groupby("idx_rep")[columns].first().astype(str)
                for part in (rows, old))
    for column in columns:
        for repetition in new.index.intersection(old.index):
            pair = new.at[repetition, column], old.at[repetition, column]
            if pair[0] != pair[1]:
                yield _line(dataset, column, (repetition,), file, pair[0],
                            old_file, pair[1])
                break  # the first repetition is enough


def _line(dataset, column, repetition, file, value, other, other_value):
    where = f" of repetition {repetition[0]}" if repetition else ""
    return (f"{dataset}: {column}{where} is {value} in {file}, {other_value} "
            f"in {other}")


def numbers(values):
    """[0, 1, 2, 5] -> 0-2, 5"""
    parts, values = [], sorted(int(value) for value in values)
    for value in values:
        if parts and value == parts[-1][1] + 1:
            parts[-1][1] = value
        else:
            parts.append([value, value])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)
