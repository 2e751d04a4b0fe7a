"""Which tasks and test examples a method gets right, small enough for a
result file: the report resamples them for confidence intervals.

One byte each, compressed, in base64, after their number: ``108:eJx7...``. If
there are more than MOST, a random subset of MOST is kept, the same for every
method.
"""
import base64
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmark_utils.votes import TIE

MOST = 20_000
SHARE = 240  # 1/m is exact for m = 2 to 6, 8, 10, 12, 15 and 16 ties
SURE = 127


def pack_credits(credit):
    """Credits in [0, 1], (n,), as text."""
    return _pack(np.rint(np.asarray(credit) * SHARE))


def unpack_credits(text):
    """Credits, (at most MOST,), and their original number."""
    values, n = _unpack(text)
    return values / SHARE, n


def pack_predictions(confidence, right):
    """Top probabilities in [0, 1] and whether they are right, (n,) each, as
    text."""
    return _pack(2 * np.rint(np.asarray(confidence) * SURE) + right)


def unpack_predictions(text):
    """Confidence (rounded to 1/127) and right, (at most MOST,) each, and their
    original number."""
    values, n = _unpack(text)
    return (values // 2) / SURE, (values % 2).astype(float), n


def kept(n):
    """Which of n entries are kept, in order."""
    if n <= MOST:
        return np.arange(n)
    return np.sort(np.random.default_rng(0).choice(n, MOST, replace=False))


def _pack(values):
    data = values[kept(len(values))].astype(np.uint8).tobytes()
    return (f"{len(values)}:"
            + base64.b64encode(zlib.compress(data, 9)).decode("ascii"))


def _unpack(text):
    n, _, data = text.partition(":")
    wanted = min(int(n), MOST)
    if wanted < 0:
        raise ValueError(f"outcomes of {n} entries")
    # No more than one byte too many: a short text can hold gigabytes.
    stream = zlib.decompressobj()
    values = np.frombuffer(stream.decompress(
        base64.b64decode(data), wanted + 1), np.uint8)
    if len(values) != wanted or not stream.eof:
        raise ValueError(f"outcomes of {n} entries hold {len(values)}" + (
            " or more" if len(values) > wanted else " and end early"))
    return values.astype(float), int(n)


@dataclass(frozen=True)
class Outcomes:
    """The contribution of each unit to a score.

    unit : t = task, e = test example. column : of a result, with text. read :
    text -> values (n, p) and the original number of units. score : (..., p)
    -> (...), from the mean of the values over the units.
    """
    unit: str
    column: str
    read: Callable
    score: Callable


def _credits(text):
    credit, n = unpack_credits(text)
    return credit[:, None], n


def _right(text):
    _, right, n = unpack_predictions(text)
    return right[:, None], n


def _gaps(text, n_bins=15):
    """Correctness minus confidence, in the column of the prediction's bin."""
    sure, right, n = unpack_predictions(text)
    gaps = np.zeros((len(sure), n_bins))
    column = np.minimum((sure * n_bins + TIE).astype(int), n_bins - 1)
    gaps[np.arange(len(sure)), column] = right - sure
    return gaps, n


CREDITS = Outcomes(
    "t", "objective_task_credit", _credits, lambda values: values[..., 0])
RIGHT_PREDICTIONS = Outcomes(
    "e", "objective_test_outcomes", _right, lambda values: values[..., 0])
CALIBRATION_GAPS = Outcomes(
    "e", "objective_test_outcomes", _gaps,
    lambda values: np.abs(values).sum(axis=-1))
