"""Checks of what users and contributors give: parameters and answers."""
from functools import partial
from numbers import Integral

import numpy as np

LARGEST = 10 ** 9  # no number of ours is larger: a typo is








def one_of(*choices):
    """Accepts these values."""
    return partial(check_choice, choices=choices)


def number(low, high=LARGEST, or_word=None):
    """Accepts integers and floats in [low, high], and perhaps a word."""
    return partial(check_range, low=low, high=high, or_word=or_word)


def integer(low, high=LARGEST, or_word=None):
    """Accepts integers in [low, high], and perhaps a word."""
    return partial(check_range, low=low, high=high, whole=True,
                   or_word=or_word)


def text(owner, name, value):
    """Accepts words, and integers, which is what benchopt makes of digits."""
    if (isinstance(value, bool) or not isinstance(value, (str, int))
            or not str(value).strip() or "\0" in str(value)):
        raise ValueError(f"{owner}: {name} = {value!r}, a name is needed")


def list_of(check):
    """Accepts lists and tuples of what ``check`` accepts."""
    def check_all(owner, name, values):
        if not isinstance(values, (list, tuple)):
            raise ValueError(f"{owner}: {name} = {values!r}, a list is "
                             "needed")
        for value in values:
            check(owner, name, value)
    return check_all


def check_choice(owner, name, value, choices):
    """Raise a ValueError that lists ``choices`` unless value is one of them.

    benchopt itself accepts any value.
    """
    # By type too: True is no 1.
    if not any(type(value) is type(choice) and value == choice
               for choice in choices):
        raise ValueError(
            f"{owner}: {name} = {value!r} is unknown; choose from "
            + ", ".join(map(str, choices)))


def check_range(owner, name, value, low, high=LARGEST, whole=False,
                or_word=None):
    """Raise a ValueError unless value is a number in [low, high], or the
    word."""
    if or_word is not None and isinstance(value, str) and value == or_word:
        return
    kind = Integral if whole else (Integral, float, np.floating)
    if (isinstance(value, (bool, np.bool_)) or not isinstance(value, kind)
            or not low <= value <= high):
        raise ValueError(
            f"{owner}: {name} = {value!r}, "
            f"{'an integer' if whole else 'a number'} in [{low}, {high}] "
            + (f"or {or_word!r} " if or_word else "") + "is needed")


def check_distributions(name, rows, shape, may_abstain=False):
    """Rows of probabilities as floats, or an error that names the first wrong
    one; with ``may_abstain`` a row of NaN is right."""
    check_array(name, rows, shape, "fiu", needed=True)
    rows = rows.astype(float, copy=False)
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
    """One number each as floats, NaN = unknown; or None as it is."""
    if scores is None:
        return None
    scores = check_array(name, scores, (size,), "fiu").astype(
        float, copy=False)
    if np.isinf(scores).any():
        first = np.isinf(scores).argmax()
        raise ValueError(f"{name}[{first}] = {scores[first]} is not finite; "
                         "an unknown score is NaN")
    return scores


KINDS = dict(b="bool", i="integers", f="floats")


def check_array(name, array, shape, kinds, low=None, above=None,
                needed=False):
    """A NumPy array of this shape, None = any length, and of these kinds of
    dtype (``b`` bool, ``i`` and ``u`` integers, ``f`` floats), every value at
    least ``low`` and less than ``above``; or, unless ``needed``, None."""
    if array is None and not needed:
        return None
    wanted = ", ".join("any" if n is None else str(n) for n in shape) + (
        "," if len(shape) == 1 else "")
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{name} is a {type(array).__name__}; a NumPy array "
                         f"of shape ({wanted}) is needed")
    if len(array.shape) != len(shape) or not all(
            want in (None, size) for size, want in zip(array.shape, shape)):
        raise ValueError(f"{name} has shape {array.shape}, ({wanted}) is "
                         "needed")
    if array.dtype.kind not in kinds:
        raise ValueError(
            f"{name} has dtype {array.dtype}; needed: " + " or ".join(
                KINDS[kind] for kind in kinds if kind in KINDS))
    if low is None or not array.size:
        return array
    wrong = ~((array >= low) & (array < above))
    if wrong.any():
        first = np.unravel_index(wrong.argmax(), array.shape)
        raise ValueError(
            f"{name}[{', '.join(map(str, first))}] = {array[first]} is not in "
            f"[{low}, {above}) ({wrong.sum()} such values)")
    return array
