"""What an oracle checks: every query, by the same functions, and its own
settings."""
from numbers import Integral

import numpy as np


class OracleError(ValueError):
    """A query that the oracle refuses; nothing was answered or counted."""


def check_ids(query, name, ids, size):
    """Ids as (n,) np.intp, or an OracleError: a plain list of integers from 0
    to ``size`` - 1, whatever their integer type."""
    ids = np.atleast_1d(ids)
    if ids.ndim != 1:
        raise OracleError(f"{query}: {name} has shape {ids.shape}, one "
                          "dimension is needed")
    if ids.size and ids.dtype.kind not in "iu":
        raise OracleError(f"{query}: {name} has dtype {ids.dtype}, integers "
                          "are needed")
    wrong = (ids < 0) | (ids >= size)
    if wrong.any():
        raise OracleError(
            f"{query}: {name} {ids[wrong.argmax()]} is outside 0..{size - 1} "
            f"({wrong.sum()} such entries)")
    # Products such as task * n_workers overflow in smaller types.
    return ids.astype(np.intp)


def check_same_length(query, **arrays):
    if len({len(array) for array in arrays.values()}) > 1:
        lengths = ", ".join(f"{len(array)} {name}s"
                            for name, array in arrays.items())
        raise OracleError(f"{query}: {lengths}; as many of each are needed")


def check_number(query, n):
    """How many things are asked for: an int from 1, or an OracleError."""
    if isinstance(n, bool | np.bool_) or not isinstance(n, Integral) or n < 1:
        raise OracleError(f"{query}: n = {n!r}, an integer from 1 is needed")
    return int(n)


def first_repeated(keys, answered):
    """Position of the first of ``keys`` (n,) that was answered before, or
    stands in ``keys`` before; None if there is none."""
    again = answered[keys]
    repeated = np.ones(len(keys), bool)
    repeated[np.unique(keys, return_index=True)[1]] = False
    again |= repeated
    return int(again.argmax()) if again.any() else None


def check_limit(name, value):
    """A finite number above 0, or a ValueError."""
    if not 0 < float(value) < np.inf:
        raise ValueError(f"oracle: {name} = {value}, a number above 0 is "
                         "needed")
    return float(value)


def check_per_worker(name, value, n_workers, default):
    """(n_workers,) finite numbers from 0, read-only, or a ValueError."""
    value = np.full(n_workers, default) if value is None else np.array(
        value, dtype=float)
    if value.shape != (n_workers,) or not np.all((value >= 0)
                                                 & (value < np.inf)):
        raise ValueError(f"oracle: {name} needs {n_workers} finite numbers "
                         "from 0")
    value.setflags(write=False)
    return value
