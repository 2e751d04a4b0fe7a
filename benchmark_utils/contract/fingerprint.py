"""Fingerprints of a problem: one for benchopt's cache on this machine, one
that the leaderboard compares between machines."""
import hashlib

import joblib
import numpy as np

from benchmark_utils.votes import Votes


def data_hash(problem):
    """A hash of all data of a problem, names included, to the last bit."""
    return joblib.hash(_known(problem, names=True))


def data_version(problem):
    """A short hash of the data that can change a score, the same on every
    machine.

    Integers count exactly, floats by about 6 digits: processors differ in
    the last bits of a sine.
    """
    digest = hashlib.sha256()
    _feed(digest, _known(problem, names=False))
    return digest.hexdigest()[:12]


def _known(problem, names):
    known = problem.present(names)
    if not names and problem.inputs_version is not None:
        known = {key: value for key, value in known.items()
                 if key not in ("X", "X_test")}
    if problem.recipe is not None:
        known["classifier"] = repr(problem.recipe)
    return _parts(known)


def _parts(value):
    """Votes, alone or within a dict, as lists of their fields."""
    if isinstance(value, dict):
        return {name: _parts(item) for name, item in value.items()}
    if isinstance(value, Votes):
        return [value.task, value.worker, value.label, value.n_tasks,
                value.n_workers, value.n_classes]
    return value


def _feed(digest, value):
    if isinstance(value, dict):
        value = sorted(value.items())
    if isinstance(value, (list, tuple)):
        digest.update(f"[{len(value)}".encode())
        for item in value:
            _feed(digest, item)
    elif isinstance(value, (np.ndarray, np.generic, int, float)):
        array = np.asarray(value)
        if array.dtype.kind == "f":
            array = _rounded(array.astype(np.float64))
        elif array.dtype.kind in "iub" and array.dtype != np.uint8:
            array = array.astype(np.int64)  # sizes differ between systems
        elif array.dtype != np.uint8:
            raise TypeError(f"no fingerprint of {array.dtype}")
        digest.update(f"{array.dtype.kind}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array))
    elif value is None or isinstance(value, str):
        digest.update(repr(value).encode())
    else:
        raise TypeError(f"no fingerprint of {type(value).__name__}")


def _rounded(x):
    """20 bits of each mantissa; one zero and one NaN."""
    mantissa, exponent = np.frexp(x)
    x = np.ldexp(np.rint(mantissa * 2**20), exponent - 20) + 0.0
    return np.where(np.isnan(x), np.nan, x)
