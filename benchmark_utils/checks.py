"""Checks of what users and contributors give: parameters, data and answers."""
from functools import partial
from numbers import Integral

import numpy as np

LARGEST = 10 ** 9  # a larger parameter is a typing error


def one_of(*choices):
    """Accepts these values."""
    return partial(check_choice, choices=choices)


def number(low, high=LARGEST, or_word=None):
    """Accepts integers and floats in [low, high], and perhaps a word or a
    tuple of words."""
    return partial(check_range, low=low, high=high, or_word=or_word)


def integer(low, high=LARGEST, or_word=None):
    """Accepts integers in [low, high], and perhaps a word."""
    return partial(check_range, low=low, high=high, whole=True,
                   or_word=or_word)


def text(owner, name, value):
    """Accepts words, and integers: benchopt parses digits as integers."""
    if (isinstance(value, bool) or not isinstance(value, (str, int))
            or not str(value).strip() or "\0" in str(value)):
        raise wrong(owner, name, "a name", value)


def list_of(check):
    """Accepts lists and tuples of values that ``check`` accepts."""
    def check_all(owner, name, values):
        if not isinstance(values, (list, tuple)):
            raise wrong(owner, name, "a list", values)
        for value in values:
            check(owner, name, value)
    return check_all


def wrong(owner, name, expected, value):
    """The error for a parameter; the words are scikit-learn's."""
    return ValueError(f"The '{name}' parameter of {owner} must be {expected}, "
                      f"got {value!r}")


def check_choice(owner, name, value, choices):
    """Raise a ValueError that lists ``choices`` unless value is one of them.
    """
    # By type too: True equals 1.
    if not any(type(value) is type(choice) and value == choice
               for choice in choices):
        raise wrong(owner, name, "one of " + ", ".join(map(str, choices)),
                    value)


def check_range(owner, name, value, low, high=LARGEST, whole=False,
                or_word=None):
    """Raise a ValueError unless value is a number in [low, high], or the word
    or one of the words."""
    words = (or_word,) if isinstance(or_word, str) else or_word or ()
    if isinstance(value, str) and value in words:
        return
    kind = Integral if whole else (Integral, float, np.floating)
    if (isinstance(value, (bool, np.bool_)) or not isinstance(value, kind)
            or not low <= value <= high):
        raise wrong(
            owner, name, f"{'an integer' if whole else 'a number'} in "
            f"[{low}, {high}]" + "".join(f" or {word!r}" for word in words),
            value)


def plain(name, array, error=ValueError):
    """``array`` as a plain NumPy array, or an error. Comparisons and sums of
    masked arrays skip entries, and products of matrices differ: neither they
    nor lists of them are accepted."""
    for part in array if isinstance(array, (list, tuple)) else [
            np.asanyarray(array)]:
        if isinstance(part, np.ndarray) and type(part) not in (
                np.ndarray, np.memmap):
            raise error(f"{name} is a {type(part).__name__}, expected a plain "
                        "NumPy array")
    return np.asarray(array)


def check_ids(owner, name, ids, size, error=ValueError):
    """Integers in 0..``size`` - 1 as a new array (n,) of np.intp, in which
    products such as task * n_workers do not overflow; or an error that names
    the first wrong one."""
    # Copied first: another thread may change what was given.
    ids = np.array(plain(f"{owner}: {name}", ids, error))
    if ids.ndim != 1:
        raise error(f"{owner}: {name} has shape {ids.shape}, expected one "
                    "dimension")
    if ids.size and ids.dtype.kind not in "iu":
        raise error(f"{owner}: {name} has dtype {ids.dtype}, expected "
                    "integers")
    outside = np.flatnonzero((ids < 0) | (ids >= size))
    if len(outside):
        first = outside[0]
        raise error(f"{owner}: {name}[{first}] = {ids[first]} is outside "
                    f"0..{size - 1} ({len(outside)} such entries)")
    return ids.astype(np.intp, copy=False)


def check_distributions(name, rows, shape, may_abstain=False):
    """Rows of probabilities as floats, or an error that names the first wrong
    one. With ``may_abstain`` a row of NaN is accepted."""
    check_array(name, rows, shape, "fiu", needed=True)
    if rows.dtype == np.float16:  # rows sum to one within 1e-3 at best
        raise ValueError(f"{name} has dtype float16, expected float32 or "
                         "float64")
    rows = plain(name, rows).astype(float, copy=False)
    right = (np.abs(rows.sum(axis=1) - 1) <= 1e-4) & (rows >= 0).all(axis=1)
    if may_abstain:
        right |= np.isnan(rows).all(axis=1)
    if not right.all():
        row = np.flatnonzero(~right)[0]
        raise ValueError(
            f"{name}[{row}] = {rows[row]} is not a distribution over the "
            f"classes ({(~right).sum()} such rows)")
    return rows


def check_scores(name, scores, size):
    """Scores (size,) as floats, NaN = unknown; None as it is."""
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
    expected = ", ".join("any" if n is None else str(n) for n in shape) + (
        "," if len(shape) == 1 else "")
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{name} must be a NumPy array of shape "
                         f"({expected}), got {type(array).__name__}")
    array = plain(name, array)
    if len(array.shape) != len(shape) or not all(
            want in (None, size) for size, want in zip(array.shape, shape)):
        raise ValueError(f"{name} has shape {array.shape}, expected "
                         f"({expected})")
    if array.dtype.kind not in kinds:
        raise ValueError(
            f"{name} has dtype {array.dtype}, expected " + " or ".join(
                KINDS[kind] for kind in kinds if kind in KINDS))
    if low is None or not array.size:
        return array
    outside = ~((array >= low) & (array < above))
    if outside.any():
        first = np.unravel_index(outside.argmax(), array.shape)
        raise ValueError(
            f"{name}[{', '.join(map(str, first))}] = {array[first]} is not in "
            f"[{low}, {above}) ({outside.sum()} such values)")
    return array
