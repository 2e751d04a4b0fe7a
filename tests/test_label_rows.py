"""Sparse rows give the results of dense ones."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from benchmark_utils import label_rows as R


@st.composite
def distributions(draw):
    """Rows of few distinct values, so that ties occur; some abstain."""
    n, K = draw(st.integers(1, 6)), draw(st.integers(2, 6))
    values = np.array(draw(st.lists(
        st.lists(st.integers(0, 3), min_size=K, max_size=K),
        min_size=n, max_size=n)), float)
    total = values.sum(axis=1, keepdims=True)
    values = np.divide(values, total, where=total > 0,
                       out=np.full(values.shape, np.nan))
    return values


def both(values):
    return values, sparse.csr_array(np.nan_to_num(values))


@given(distributions())
def test_sparse_is_dense(values):
    dense, rows = both(values)
    n, K = values.shape
    assert_array_equal(R.abstains(rows), R.abstains(dense))
    task = np.repeat(np.arange(n), K)
    label = np.tile(np.arange(K), n)
    assert_allclose(R.value_at(rows, task, label),
                    np.nan_to_num(R.value_at(dense, task, label)))
    assert_allclose(R.largest(rows), np.nan_to_num(R.largest(dense)))
    level = np.nan_to_num(values)[:, 0]
    for got, expected in zip(R.n_above(rows, level),
                             R.n_above(np.nan_to_num(values), level)):
        assert_array_equal(got, expected)
    assert_allclose(R.best_shares(rows).toarray(),
                    R.best_shares(dense).toarray())


def test_best_shares_by_hand():
    values = np.array([[.4, .4, .2], [0, 1, 0], [np.nan] * 3])
    for rows in both(values):
        assert_allclose(R.best_shares(rows).toarray(),
                        [[.5, .5, 0], [0, 1, 0], [0, 0, 0]])


def test_a_row_that_is_not_a_distribution_is_reported():
    good = sparse.csr_array(np.array([[.5, .5], [0, 0.]]))
    assert R.checked_sparse("soft_labels", good, (2, 2)).nnz == 2
    with pytest.raises(ValueError, match=r"soft_labels\[1\] .*sums to 0.7"):
        R.checked_sparse("soft_labels", sparse.csr_array(
            np.array([[1, 0], [.7, 0]])), (2, 2))
    with pytest.raises(ValueError, match=r"soft_labels\[0\]"):
        R.checked_sparse("soft_labels", sparse.csr_array(
            np.array([[1.5, -.5], [0, 0]])), (2, 2))
    with pytest.raises(ValueError, match="shape"):
        R.checked_sparse("soft_labels", good, (2, 3))
    with pytest.raises(ValueError, match=r"soft_labels\[0\]"):
        R.checked_sparse("soft_labels", sparse.csr_array(
            np.array([[np.nan, 1]])), (1, 2))


@pytest.mark.parametrize("part, value, message", [
    ("indices", [7, 1], "soft_labels: indices must be < 2"),
    ("indices", [-1, 1], "soft_labels: indices must be >= 0"),
    ("indptr", [0, 2, 1], "soft_labels: indptr must be"),
    ("indptr", [0, 1, 9], "soft_labels: Last value of index pointer"),
    ("data", [1.], "soft_labels: indices and data should have the same size"),
    ("data", np.array([1, 1j]), "dtype complex128"),
    ("data", np.array([True, True]), "dtype bool")])
def test_broken_sparse_rows_are_refused(part, value, message):
    """Wrong indices would make compiled code write beyond an array."""
    rows = sparse.csr_array(np.eye(2))
    setattr(rows, part, np.array(value))
    with pytest.raises(ValueError, match=message):
        R.checked_sparse("soft_labels", rows, (2, 2))


def test_sparse_rows_of_another_format_are_refused():
    with pytest.raises(ValueError, match="the sparse format coo, expected"):
        R.checked_sparse("soft_labels", sparse.coo_array(np.eye(2)), (2, 2))


def test_checked_rows_are_a_copy():
    rows = sparse.csr_array(np.array([[.5, .5], [1, 0]]))
    checked = R.checked_sparse("soft_labels", rows, (2, 2))
    rows.data[:] = 0
    assert_allclose(checked.sum(axis=1), 1)
