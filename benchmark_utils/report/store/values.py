"""Are the values of results possible? Each check gives one line for each
reason to refuse them."""
import json
import zlib

import numpy as np
import pandas as pd

from benchmark_utils.catalogue import dataset_facts
from benchmark_utils.report.results.names import parameters_of
from benchmark_utils.scoring import FAMILIES, METRICS
from benchmark_utils.scoring.outcomes import CREDITS, RIGHT_PREDICTIONS, SHARE

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
