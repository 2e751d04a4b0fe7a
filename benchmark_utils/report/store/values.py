"""Are the values of results possible? Each check gives one line for each
reason to refuse them."""
import json
import zlib

import numpy as np
import pandas as pd

from benchmark_utils.catalogue import dataset_facts
from benchmark_utils.report.results.names import parameters_of
from benchmark_utils.report.results.sources import MACHINE, VERSIONS
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
# All else stays out but columns of the objective: descriptions, parameters
# (the names have them), kernels.
KEPT = {*NEEDED, *MACHINE.values(), *VERSIONS.values(), "final_results"}
RANGES = {
    **dict.fromkeys([*WHOLE, "time", *(
        f"objective_{name}" for family in FAMILIES
        for name in getattr(family, "FACTS", ()))], (0, np.inf)),
    **{metric.column: metric.range for metric in METRICS
       if metric.curve is None}}
# Of the numbers in lists; those of other lists may be negative.
MOST = dict(n=np.inf, n_votes=np.inf, cost=np.inf, recovery=1)


def value_problems(rows, file):
    missing = [column for column in NEEDED if column not in rows]
    if missing:
        return [f"{file} lacks {', '.join(missing)}: an older version of the "
                "benchmark made it; run it again"]
    if not len(rows):
        return [f"{file} has no rows"]
    wrong = [*_columns(rows, file)]
    if not wrong and rows.duplicated(POINT).any():
        again = rows[rows.duplicated(POINT)]
        wrong = [f"{file} holds {_cell(again.iloc[0])} twice "
                 f"({len(again)} such rows)"]
    return wrong or [*_contradictions(rows, file)]


def _columns(rows, file):
    for column in rows:
        if column in READERS:
            for index, text in rows[column].dropna().items():
                try:
                    READERS[column](text)
                except (ValueError, TypeError, AttributeError, RecursionError,
                        zlib.error) as error:
                    yield (f"{file}: {column} of {_cell(rows.loc[index])} "
                           f"cannot be read: {error}")
                    break
        elif column in KEPT or column.startswith("objective_"):
            bad, needed = _bad(column, rows[column])
            if bad.any():
                yield _value(file, rows, column, bad, needed)


def _bad(column, values):
    """Which values of a column are wrong, and what they must be."""
    number = values.map(lambda value: value is None or isinstance(
        value, (int, float, np.number)) and not isinstance(value, bool))
    if column in RANGES:
        if not number.all():
            return ~number, "a number"
        (low, high), values = RANGES[column], values.astype(float)
        whole = column in WHOLE
        bad = ~values.between(low - 1e-9, high + 1e-9) | np.isinf(values)
        if not whole and column != "time":
            bad &= values.notna()
        ends = f"[{low:g}, {high:g}]".replace("inf]", "inf)")
        return bad | whole & (values % 1 != 0), (
            f"a {'whole ' * whole}number in {ends}")
    # Neither line ends nor characters that change the text's direction.
    bad = ~values.map(lambda value: isinstance(value, str)
                      and value.isprintable())
    if column in TEXTS:
        bad |= values == ""
    elif column != "objective_commit":  # an empty one has a reason of its own
        bad &= ~number
    if column != "run_date" or bad.any():
        return bad, "a text of one line"
    dates = pd.to_datetime(values, format="ISO8601", errors="coerce", utc=True)
    return dates.isna(), "a date such as 2026-01-02T03:04"


def _object(text):
    said = json.loads(text)
    if not isinstance(said, dict):
        raise ValueError("it is not a JSON object")
    # Neither NaN nor lone surrogates, which a page cannot have.
    json.dumps(said, ensure_ascii=False, allow_nan=False).encode()
    return said


def _lists(said, *names):
    """The lists of numbers in ``said`` under each name as arrays, all of one
    length, or a ValueError."""
    arrays = [np.array(said.get(name)) for name in names]
    if any(array.dtype.kind not in "iuf" or array.ndim != 1
           or len(array) != len(arrays[0]) for array in arrays):
        raise ValueError(f"{', '.join(names)} must be lists of numbers, all "
                         "of one length")
    for name, array in zip(names, arrays):
        if name in MOST and not ((0 <= array) & (array <= MOST[name])).all():
            raise ValueError(f"{name} must be in [0, {MOST[name]:g}]")
    return arrays


def _reliability(text):
    """A table of `calibration.reliability`."""
    n, confidence, right = _lists(_object(text), "n", "confidence", "right")
    sums = np.array([confidence, right])
    if len(n) != 15 or not ((0 <= sums) & (sums <= n + 1e-9)).all():
        raise ValueError("it does not have 15 bins with sums in [0, n]")


def _errors(text):
    """What `scoring.crowd.correlation_by_kind` returns."""
    said = _object(text)
    for name in ("rho", "effective", "votes"):
        if not isinstance(said.get(name), dict):
            raise ValueError(f"{name} must be an object")


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
           "objective_label_reliability": _reliability,
           "objective_test_reliability": _reliability,
           "objective_error_correlation": _errors,
           "final_results": _artefacts}


def _contradictions(rows, file):
    """Accuracies are the means of the outcomes that are stored with them;
    with label accuracies on recorded votes they must be stored."""
    for outcomes, score in ((CREDITS, "objective_label_recovery"),
                            (RIGHT_PREDICTIONS, "objective_test_accuracy")):
        for said, (_, row) in zip(rows[score].astype(float), rows.iterrows()
                                  ) if score in rows else ():
            text = row.get(outcomes.column)
            if isinstance(text, str):
                values, n = outcomes.read(text)
                mean = outcomes.score(values.mean(axis=0))
                # Credits are rounded. Of large datasets a random part is
                # kept: six standard errors.
                if not abs(mean - said) <= (.6 / SHARE if len(values) == n
                                            else 3 / len(values) ** .5):
                    yield (f"{file}: {score} of {_cell(row)} is {said:.4f}, "
                           f"but its {outcomes.column} gives {mean:.4f}")
                    break
            elif outcomes is CREDITS and np.isnan(said):
                if row.get("objective_n_known") != 0:
                    yield (f"{file}: {score} of {_cell(row)} is missing, but "
                           "the truth of its tasks is known")
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
    value = rows.loc[bad, column].tolist()[0]
    return (f"{file}: {column} of {_cell(rows[bad].iloc[0])} must be {needed}"
            f", got {value!r} ({bad.sum()} such rows)")
