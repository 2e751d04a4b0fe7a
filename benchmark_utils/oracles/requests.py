"""Checks of the queries to an oracle."""
from functools import wraps
from numbers import Integral

import numpy as np

from benchmark_utils import checks


class OracleError(ValueError):
    """A query that the oracle refuses; nothing was answered or counted."""


def counted_once(query):
    """A method of an oracle that answers one query at a time: two that count
    at once, in two threads or one within the other, would lose answers."""
    @wraps(query)
    def alone(self, *arguments, **named):
        with self._one_at_a_time(query.__name__):
            return query(self, *arguments, **named)
    return alone


def check_ids(query, **ids):
    """Arrays of equal length (n,), of ``name=(ids, size)``; or an OracleError.
    A single id becomes an array of one."""
    arrays = {name: checks.check_ids(query, name, np.atleast_1d(
        checks.plain(f"{query}: {name}", given, OracleError)), size,
        OracleError)
              for name, (given, size) in ids.items()}
    if len({len(array) for array in arrays.values()}) > 1:
        lengths = ", ".join(f"{len(array)} {name}s"
                            for name, array in arrays.items())
        raise OracleError(f"{query}: {lengths}; expected as many of each")
    return list(arrays.values())


def check_positive(query, n):
    """An int of at least 1, or an OracleError."""
    if isinstance(n, bool | np.bool_) or not isinstance(n, Integral) or n < 1:
        raise OracleError(f"The 'n' parameter of {query} must be a positive "
                          f"integer, got {n!r}")
    return int(n)


def first_repeated(keys, answered):
    """Position of the first of ``keys`` (n,) that was answered before or is
    repeated within ``keys``; None if there is none."""
    again = answered[keys]
    repeated = np.ones(len(keys), bool)
    repeated[np.unique(keys, return_index=True)[1]] = False
    again |= repeated
    return int(again.argmax()) if again.any() else None
