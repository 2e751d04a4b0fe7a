"""Is every value of a result what it says it is? Reasons why not, one line
each: types, ranges, rows that stand twice, scores that contradict the tasks
beside them."""
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
PACKED = {"objective_task_credit": unpack_credits,
          "objective_test_outcomes": unpack_predictions}
OBJECTS = ("objective_label_reliability", "objective_test_reliability",
           "final_results")


def value_problems(rows, file):
    """A list of reasons, empty if all is well."""
    missing = [column for column in NEEDED if column not in rows]
    if missing:
        return [f"{file} has no {', '.join(missing)}: made before results "
                "carried them; run it again"]
    if not len(rows):
        return [f"{file} has no rows"]
    return [*_texts(rows, file), *_numbers(rows, file),
            *_repeated(rows, file)] or [*_contradictions(rows, file)]


def where(row):
    return (f"{row['solver_name']} on {row['dataset_name']}, repetition "
            f"{row['idx_rep']}")


def _texts(rows, file):
    for column in (*TEXTS, "objective_commit"):
        # No line ends, nothing that turns the direction of a text.
        bad = ~rows[column].map(lambda value: isinstance(value, str)
                                and value.isprintable())
        if column in TEXTS:  # an empty commit has a reason of its own
            bad |= rows[column] == ""
        if bad.any():
            yield _value(file, rows, column, bad,
                         "a text of one line is needed")
        elif column == "run_date":
            bad = ~rows[column].map(_is_date)
            if bad.any():
                yield _value(file, rows, column, bad,
                             "a date such as 2026-01-02T03:04 is needed")
    for column in [name for name in (*FACTS, "final_results")
                   if name in rows]:
        known = rows[column].dropna()
        texts = known[known.map(lambda value: isinstance(value, str))]
        if len(texts) and len(texts) < len(known):
            yield f"{file}: {column} mixes texts and numbers"
        yield from _unreadable(texts, rows, column, file)


def _is_date(text):
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _unreadable(texts, rows, column, file):
    """The first text that cannot be read: packed outcomes, or an object."""
    for index, text in texts.items():
        try:
            if column in PACKED:
                PACKED[column](text)
            elif column not in OBJECTS:
                raise ValueError("a number is needed")
            elif not isinstance(json.loads(
                    text, parse_constant=_refuse), dict):
                raise ValueError("it is no JSON object")
        except (ValueError, zlib.error) as error:
            yield (f"{file}: {column} of {where(rows.loc[index])} cannot be "
                   f"read: {error}")
            return


def _refuse(constant):
    raise ValueError(f"JSON has no {constant}")


def _numbers(rows, file):
    ranges = dict.fromkeys([*WHOLE, "time"], (0, np.inf))
    ranges.update(dict.fromkeys(FACTS, (0, np.inf)))
    ranges.update({metric.column: metric.range for metric in METRICS
                   if metric.curve is None})
    for column, (low, high) in ranges.items():
        if column not in rows or column in FACTS and rows[
                column].dtype.kind not in "iuf":
            continue
        bad = ~rows[column].map(_is_number)
        if bad.any():
            yield _value(file, rows, column, bad, "a number is needed")
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
            yield _value(file, rows, column, bad, f"{kind} in {ends} is "
                         "needed")


def _is_number(value):
    return value is None or (isinstance(value, (int, float, np.number))
                             and not isinstance(value, bool))


def _repeated(rows, file):
    again = rows.duplicated(POINT)
    if again.any():
        yield (f"{file} holds {where(rows[again].iloc[0])} twice "
               f"({int(again.sum())} such rows)")


def _contradictions(rows, file):
    """Recovery is the mean of the credits that lie beside it."""
    if "objective_task_credit" not in rows:
        return
    for _, row in rows[rows["objective_task_credit"].notna()].iterrows():
        credit, n = unpack_credits(row["objective_task_credit"])
        recovery = row["objective_label_recovery"]
        # Of many tasks some are kept; credits are rounded.
        if len(credit) == n and abs(credit.mean() - recovery) > .6 / SHARE:
            yield (f"{file}: objective_label_recovery of {where(row)} is "
                   f"{recovery:.4f}, but its tasks say {credit.mean():.4f}")
            return


def _value(file, rows, column, bad, needed):
    first = rows[bad].iloc[0]
    value = first[column]
    if isinstance(value, np.generic):
        value = value.item()
    return (f"{file}: {column} of {where(first)} is {value!r}; {needed} "
            f"({int(bad.sum())} such rows)")
