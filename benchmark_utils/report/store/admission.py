"""May these results join the published ones? Each check gives one line for
each reason to refuse them."""
import json
import re
import subprocess
import zlib
from itertools import groupby

import numpy as np
import pandas as pd

from benchmark_utils.catalogue import (
    ROOT,
    catalogue,
    dataset_facts,
    default_parameters,
)
from benchmark_utils.report.results.names import (
    Ambiguous,
    parameters_of,
    short_names,
)
from benchmark_utils.scoring import FAMILIES, METRICS
from benchmark_utils.scoring.outcomes import CREDITS, RIGHT_PREDICTIONS, SHARE
from benchmark_utils.scoring.provenance import protocol

CELL = ["dataset_name", "solver_name"]
POINT = [*CELL, "idx_rep", "stop_val"]
TEXTS = ("dataset_name", "solver_name", "file_dataset", "file_solver",
         "run_date", "objective_data_version", "objective_protocol")
WHOLE = ("idx_rep", "stop_val", "base_seed")
RECORDED = "human", "llm", "mixed"  # kinds of datasets
NEEDED = (*TEXTS, *WHOLE, "time", "objective_commit",
          "objective_label_recovery")
FACTS = tuple(f"objective_{name}" for family in FAMILIES
              for name in getattr(family, "FACTS", ()))


def problems(rows, file, stored=None, version=None):
    """Why ``rows`` of ``file`` may not join ``stored``; empty if they may.
    ``version``: the protocol of an earlier version, whose solvers may be gone.
    """
    wrong = value_problems(rows, file)
    if wrong:  # the checks below read these values
        return wrong
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
            if entry is None:
                yield f"{file}: no file in {kind}s/ has the name {base}"
            elif entry.file != said:
                yield f"{file}: {base} came from {said}, here: {entry.file}"
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


# --- values -----------------------------------------------------------------

def value_problems(rows, file):
    missing = [column for column in NEEDED if column not in rows]
    if missing:
        return [f"{file} lacks {', '.join(missing)}: an older version of the "
                "benchmark made it; run it again"]
    if not len(rows):
        return [f"{file} has no rows"]
    wrong = [*_texts(rows, file), *_numbers(rows, file)]
    again = rows[rows.duplicated(POINT)]
    if len(again):
        wrong.append(f"{file} holds {_cell(again.iloc[0])} twice "
                     f"({len(again)} such rows)")
    return wrong or [*_contradictions(rows, file)]


def _texts(rows, file):
    for column in (*TEXTS, "objective_commit"):
        # Neither line ends nor characters that change the text's direction.
        bad = ~rows[column].map(lambda value: isinstance(value, str)
                                and value.isprintable())
        if column in TEXTS:  # an empty commit has a reason of its own
            bad |= rows[column] == ""
        if bad.any():
            yield _value(file, rows, column, bad, "a text of one line")
        elif column == "run_date":
            bad = pd.to_datetime(rows[column], format="ISO8601",
                                 errors="coerce").isna()
            if bad.any():
                yield _value(file, rows, column, bad,
                             "a date such as 2026-01-02T03:04")
    for column, read in READERS.items():
        for index, text in (
                rows[column].dropna() if column in rows else {}).items():
            try:
                read(text)
            except (ValueError, TypeError, AttributeError, RecursionError,
                    zlib.error) as error:
                yield (f"{file}: {column} of {_cell(rows.loc[index])} cannot "
                       f"be read: {error}")
                break


def _object(text):
    said = json.loads(text)
    if not isinstance(said, dict):
        raise ValueError("it is not a JSON object")
    # Neither NaN nor lone surrogates, which a page cannot have.
    json.dumps(said, ensure_ascii=False, allow_nan=False).encode()
    return said


def _lists(said, *names):
    """Raise unless ``said`` has a list of numbers under each name, all of
    one length."""
    arrays = [np.array(said.get(name)) for name in names]
    if any(array.dtype.kind not in "iuf" or array.ndim != 1
           or len(array) != len(arrays[0]) for array in arrays):
        raise ValueError(f"{', '.join(names)} must be lists of numbers, all "
                         "of one length")


def _artefacts(text):
    """What the report shows beside the scores, see `scoring.artefacts`."""
    said = _object(text)
    for name, lists in (("worker_values", ("score", "n_votes")),
                        ("majority_curve", ("cost", "recovery"))):
        if said.get(name):
            _lists(said[name], *lists, *(set(said[name]) - {*lists}))
    for task in said.get("worst_tasks", ()):
        if [type(task.get(name)) for name in ("task", "truth", "votes")] != [
                str, str, dict]:
            raise ValueError("worst_tasks must have a text for task and for "
                             "truth, and an object for votes")


READERS = {CREDITS.column: CREDITS.read,
           RIGHT_PREDICTIONS.column: RIGHT_PREDICTIONS.read,
           **dict.fromkeys(
               ("objective_label_reliability", "objective_test_reliability"),
               lambda text: _lists(_object(text), "n", "confidence", "right")),
           "objective_error_correlation": _object,
           "final_results": _artefacts}


def _numbers(rows, file):
    ranges = dict.fromkeys([*WHOLE, "time", *FACTS], (0, np.inf))
    ranges.update({metric.column: metric.range for metric in METRICS
                   if metric.curve is None})
    for column, (low, high) in ranges.items():
        if column not in rows or column in READERS:
            continue
        bad = ~rows[column].map(lambda value: value is None or isinstance(
            value, (int, float, np.number)) and not isinstance(value, bool))
        if bad.any():
            yield _value(file, rows, column, bad, "a number")
            continue
        values = rows[column].astype(float)
        needed = column in WHOLE or column == "time"
        bad = (~values.between(low - 1e-9, high + 1e-9) | np.isinf(values)) & (
            values.notna() | needed)
        if column in WHOLE:
            bad |= values % 1 != 0
        if bad.any():
            ends = f"[{low:g}, {high:g}]".replace("inf]", "inf)")
            kind = "a whole number" if column in WHOLE else "a number"
            yield _value(file, rows, column, bad, f"{kind} in {ends}")


def _contradictions(rows, file):
    """Accuracies are the means of the outcomes that are stored with them;
    with label accuracies on recorded votes they must be stored."""
    for outcomes, score in ((CREDITS, "objective_label_recovery"),
                            (RIGHT_PREDICTIONS, "objective_test_accuracy")):
        for _, row in rows[rows[score].notna()].iterrows(
                ) if score in rows else ():
            text, said = row.get(outcomes.column), row[score]
            if isinstance(text, str):
                values, n = outcomes.read(text)
                mean = outcomes.score(values.mean(axis=0))
                # Credits are rounded. Of large datasets a random part is
                # kept: six standard errors.
                if abs(mean - said) > (.6 / SHARE if len(values) == n
                                       else 3 / len(values) ** .5):
                    yield (f"{file}: {score} of {_cell(row)} is {said:.4f}, "
                           f"but its {outcomes.column} gives {mean:.4f}")
                    break
            elif outcomes is CREDITS and dataset_facts(*parameters_of(
                    row["dataset_name"])).get("kind") in RECORDED:
                yield (f"{file}: {score} of {_cell(row)} lacks "
                       f"{outcomes.column}, from which it is recomputed")
                break


def _cell(row):
    return (f"{row['solver_name']} on {row['dataset_name']}, repetition "
            f"{row['idx_rep']}")


def _value(file, rows, column, bad, needed):
    first = rows[bad].iloc[0]
    value = first[column]
    if isinstance(value, np.generic):
        value = value.item()
    return (f"{file}: {column} of {_cell(first)} must be {needed}, got "
            f"{value!r} ({int(bad.sum())} such rows)")
