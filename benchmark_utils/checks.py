"""Checks of what users and contributors give: parameters and answers."""
from functools import partial

import numpy as np


class ChecksParameters:
    """Mixin of solvers and datasets that say which values they take.

    ``accepts`` holds for each parameter one of `one_of`, `number` and
    `integer`; a child's are added to its bases'. Values are checked when
    benchopt sets them, before any cell runs.

    Raises
    ------
    ValueError
        Naming the class, the parameter, the value and what is accepted.
    """
    accepts = {}

    def save_parameters(self, **parameters):
        super().save_parameters(**parameters)
        for name, check in accepted(type(self)).items():
            check(self.name, name, getattr(self, name))


def accepted(cls):
    """{parameter: check} of a class and its bases."""
    accepts = {}
    for base in reversed(cls.__mro__):
        accepts.update(vars(base).get("accepts", {}))
    return accepts


def one_of(*choices):
    """Accepts these values."""
    return partial(check_choice, choices=choices)


def number(low, high=float("inf")):
    """Accepts integers and floats in [low, high]."""
    return partial(check_range, low=low, high=high)


def integer(low, high=float("inf")):
    """Accepts integers in [low, high]."""
    return partial(check_range, low=low, high=high, whole=True)


def check_choice(owner, name, value, choices):
    """Raise a ValueError that lists ``choices`` unless value is one of them.

    benchopt itself accepts any value.
    """
    if value not in choices:
        raise ValueError(
            f"{owner}: {name} = {value!r} is unknown; choose from "
            + ", ".join(map(str, choices)))


def check_range(owner, name, value, low, high=float("inf"), whole=False):
    """Raise a ValueError unless value is a number in [low, high]."""
    kind = int if whole else (int, float)
    if (isinstance(value, bool) or not isinstance(value, kind)
            or not low <= value <= high):
        raise ValueError(
            f"{owner}: {name} = {value!r}, "
            f"{'an integer' if whole else 'a number'} in [{low}, {high}] "
            "is needed")


def check_distributions(name, rows, shape, may_abstain=False):
    """Rows of probabilities, or an error that names the first wrong one."""
    rows = np.asarray(rows, dtype=float)
    if rows.shape != shape:
        raise ValueError(f"{name} has shape {rows.shape}, {shape} is needed: "
                         "one row each, one column per class")
    right = (np.abs(rows.sum(axis=1) - 1) <= 1e-4) & (rows >= 0).all(axis=1)
    if may_abstain:
        right |= np.isnan(rows).all(axis=1)
    if not right.all():
        row = np.flatnonzero(~right)[0]
        raise ValueError(
            f"{name}[{row}] = {rows[row]} is no distribution over the classes "
            f"({(~right).sum()} such rows)")
    return rows


def check_scores(name, scores, size):
    """One number each as floats, or None as it is."""
    if scores is None:
        return None
    scores = np.asarray(scores, dtype=float)
    if scores.shape != (size,):
        raise ValueError(f"{name} has shape {scores.shape}, ({size},) is "
                         "needed")
    return scores


def check_array(name, array, shape, kinds, low=None, above=None):
    """An array of this shape, None = any length, and of these kinds of dtype
    (``b`` bool, ``i`` and ``u`` integers, ``f`` floats), every value at least
    ``low`` and less than ``above``; or None as it is."""
    if array is None:
        return None
    array = np.asarray(array)
    fits = len(array.shape) == len(shape) and all(
        wanted in (None, size) for size, wanted in zip(array.shape, shape))
    if not fits:
        wanted = ", ".join("any" if n is None else str(n) for n in shape)
        raise ValueError(f"{name} has shape {array.shape}, ({wanted}) is "
                         "needed")
    if array.dtype.kind not in kinds and array.size:
        names = dict(b="bool", i="integers", f="floats")
        raise ValueError(
            f"{name} has dtype {array.dtype}; needed: " + " or ".join(
                names[kind] for kind in kinds if kind in names))
    if low is None or not array.size:
        return array
    wrong = ~((array >= low) & (array < above))
    if wrong.any():
        first = np.unravel_index(wrong.argmax(), array.shape)
        raise ValueError(
            f"{name}[{', '.join(map(str, first))}] = {array[first]} is not in "
            f"[{low}, {above}) ({wrong.sum()} such values)")
    return array
