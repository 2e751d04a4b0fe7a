"""Label probabilities of each task, dense or sparse, and the operations that
scores need.

Dense rows are an array (n_tasks, K); a NaN row abstains. Sparse rows are a
SciPy CSR array for thousands of classes: entries that are not stored are 0,
and an empty row abstains. Only `dense` makes them dense.
"""
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.special import entr

from benchmark_utils.checks import plain
from benchmark_utils.votes import TIE


def is_sparse(rows):
    return sparse.issparse(rows)


def dense(rows):
    """An array (n_tasks, K); an empty sparse row becomes zeros."""
    return rows.toarray() if is_sparse(rows) else rows


def checked_sparse(name, rows, shape):
    """Sparse rows as sorted CSR floats, or a ValueError that names the first
    row that is neither empty nor a distribution."""
    if rows.format != "csr":
        raise ValueError(f"{name} has the sparse format {rows.format}, "
                         "expected csr")
    for part in ("data", "indices", "indptr"):
        plain(f"{name}.{part}", getattr(rows, part))
    if rows.dtype.kind not in "fiu":
        raise ValueError(f"{name} has dtype {rows.dtype}, expected floats or "
                         "integers")
    if rows.shape != shape:
        raise ValueError(f"{name} has shape {rows.shape}, expected {shape}")
    try:  # with wrong indices, compiled code would write beyond the array
        rows = sparse.csr_array(rows, dtype=float, copy=True)
        rows.check_format(full_check=True)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    rows.sum_duplicates()
    rows.eliminate_zeros()
    right = (np.abs(rows.sum(axis=1) - 1) <= 1e-4) | abstains(rows)
    right[row_of(rows)[~(rows.data >= 0)]] = False
    if not right.all():
        i = np.flatnonzero(~right)[0]
        raise ValueError(f"{name}[{i}] is not a distribution over the classes:"
                         f" it sums to {rows[[i]].sum():g} or has negative "
                         f"entries ({(~right).sum()} such rows)")
    return rows


def abstains(rows):
    """(n_tasks,) bool."""
    if is_sparse(rows):
        return np.diff(rows.indptr) == 0
    return np.isnan(rows).any(axis=1)


def labels_frame(task_ids, class_names, label, probability, **columns):
    """A frame with a row per task: task, label (empty = -1), probability
    (empty with it) and ``columns``."""
    names = np.array([*class_names, ""], dtype=object)
    return pd.DataFrame({
        "task": task_ids, "label": names[label],
        "probability": np.where(label < 0, np.nan, probability), **columns})


def value_at(rows, task, label):
    """The probabilities of these (task, label) pairs, (n,); NaN where a dense
    row abstains, 0 where a sparse row does."""
    if not is_sparse(rows):
        return rows[task, label]
    K = rows.shape[1]
    keys = row_of(rows) * K + rows.indices
    wanted = np.asarray(task) * K + label
    place = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    if not len(keys):
        return np.zeros(len(wanted))
    return np.where(keys[place] == wanted, rows.data[place], 0.0)


def largest(rows):
    """The largest probability of each task, (n_tasks,); NaN or 0 where a row
    abstains, as in `value_at`."""
    if not is_sparse(rows):
        return rows.max(axis=1)
    return rows.max(axis=1).toarray().ravel()


def entropy(rows):
    """Shannon entropy of each row in nats, (n_tasks,); NaN where it abstains.
    """
    if not is_sparse(rows):
        return entr(rows).sum(axis=1)
    total = np.bincount(row_of(rows), entr(rows.data),
                        minlength=rows.shape[0])
    return np.where(abstains(rows), np.nan, total)


def n_above(rows, level):
    """Number of classes of each task that exceed ``level`` (n_tasks,) by more
    than `TIE`, and number of those that equal it up to `TIE`."""
    if not is_sparse(rows):
        gap = rows - level[:, None]
        return (gap > TIE).sum(axis=1), (np.abs(gap) <= TIE).sum(axis=1)
    row, n = row_of(rows), rows.shape[0]
    gap = rows.data - level[row]
    above = np.bincount(row, gap > TIE, minlength=n)
    equal = np.bincount(row, np.abs(gap) <= TIE, minlength=n)
    unstored = rows.shape[1] - np.diff(rows.indptr)
    return above, equal + unstored * (np.abs(level) <= TIE)


def best_shares(rows):
    """1/m for each of the m most probable classes of a task, sparse
    (n_tasks, K); an empty row where a row abstains."""
    if not is_sparse(rows):
        rows = sparse.csr_array(np.nan_to_num(rows))
    row = row_of(rows)
    best = rows.data >= largest(rows)[row] - TIE
    shares = sparse.csr_array((best.astype(float), rows.indices, rows.indptr),
                              shape=rows.shape)
    shares.eliminate_zeros()
    number = np.diff(shares.indptr)
    shares.data /= np.repeat(number, number)
    return shares


def row_of(rows):
    """Row of each stored entry of a CSR array."""
    return np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
