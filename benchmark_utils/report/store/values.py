"""Are the values of a result possible? One line for each reason why not:
types, ranges, repeated rows, scores that contradict the tasks beside them."""
import json
import zlib
from datetime import datetime

import numpy as np

from benchmark_utils.scoring import FAMILIES, METRICS
from benchmark_utils.scoring.outcomes import (
    SHARE,
    unpack_credits,
    unpack_predictions,
)

POINT = ["dataset_name", "solver_name", "idx_rep", "stop_val"]
TEXTS = ("dataset_name", "solver_name", "file_dataset", "file_solver",
         "run_date", "objective_data_version", "objective_protocol")
WHOLE = ("idx_rep", "stop_val", "base_seed")
NEEDED = (*TEXTS, *WHOLE, "time", "objective_commit")
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
    again = rows.duplicated(POINT)
    if again.any():
        wrong.append(f"{file} holds {_cell(rows[again].iloc[0])} twice "
                     f"({int(again.sum())} such rows)")
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
            bad = ~rows[column].map(_is_date)
            if bad.any():
                yield _value(file, rows, column, bad,
                             "a date such as 2026-01-02T03:04")
    for column in (*FACTS, "final_results"):
        known = rows[column].dropna() if column in rows else rows.iloc[:0, 0]
        texts = known[known.map(lambda value: isinstance(value, str))]
        if 0 < len(texts) < len(known):
            yield f"{file}: {column} mixes texts and numbers"
        for index, text in texts.items():
            try:
                READERS.get(column, _no_text)(text)
            except (ValueError, TypeError, AttributeError,
                    zlib.error) as error:
                yield (f"{file}: {column} of {_cell(rows.loc[index])} cannot "
                       f"be read: {error}")
                break


def _is_date(text):
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _object(text):
    def refuse(constant):
        raise ValueError(f"JSON has no {constant}")
    said = json.loads(text, parse_constant=refuse)
    if not isinstance(said, dict):
        raise ValueError("it is not a JSON object")
    return said


def _lists(said, *names):
    """Raise unless ``said`` has a list of numbers under each name, all of
    one length."""
    arrays = [np.array(said.get(name)) for name in names]
    if any(array.dtype.kind not in "iuf" or array.ndim != 1
           or len(array) != len(arrays[0]) for array in arrays):
        raise ValueError(f"{', '.join(names)} must be lists of numbers, all "
                         "of one length")


def _reliability(text):
    _lists(_object(text), "n", "confidence", "right")


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


def _no_text(text):
    raise ValueError("it must be a number")


READERS = {"objective_task_credit": unpack_credits,
           "objective_test_outcomes": unpack_predictions,
           "objective_label_reliability": _reliability,
           "objective_test_reliability": _reliability,
           "final_results": _artefacts}


def _numbers(rows, file):
    ranges = dict.fromkeys([*WHOLE, "time", *FACTS], (0, np.inf))
    ranges.update({metric.column: metric.range for metric in METRICS
                   if metric.curve is None})
    for column, (low, high) in ranges.items():
        if column not in rows or column in FACTS and rows[
                column].dtype.kind not in "iuf":
            continue
        bad = ~rows[column].map(_is_number)
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


def _is_number(value):
    return value is None or (isinstance(value, (int, float, np.number))
                             and not isinstance(value, bool))


def _contradictions(rows, file):
    """Label accuracy is the mean of the credits that are stored with it."""
    if "objective_task_credit" not in rows:
        return
    for _, row in rows[rows["objective_task_credit"].notna()].iterrows():
        credit, n = unpack_credits(row["objective_task_credit"])
        recovery = row["objective_label_recovery"]
        # Large datasets keep some credits only; credits are rounded.
        if len(credit) == n and abs(credit.mean() - recovery) > .6 / SHARE:
            yield (f"{file}: objective_label_recovery of {_cell(row)} is "
                   f"{recovery:.4f}, but its tasks give {credit.mean():.4f}")
            return


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
