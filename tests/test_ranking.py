"""Rankings of a complete table against hand-computed and published values."""
import numpy as np
import pytest
from numpy.testing import assert_allclose

from benchmark_utils.report.ranking import (
    elo,
    nemenyi_distance,
    ranking,
    wins,
)

# Demsar, JMLR 7, 2006, table 2: AUC of C4.5 with four settings, 14 datasets.
# (.9749: printed as .975, but ranked below the .975 beside it.)
DEMSAR = np.array([
    [.763, .768, .771, .798], [.599, .591, .590, .569],
    [.954, .971, .968, .967], [.628, .661, .654, .657],
    [.882, .888, .886, .898], [.936, .931, .916, .931],
    [.661, .668, .609, .685], [.583, .583, .563, .625],
    [.775, .838, .866, .875], [1., 1., 1., 1.],
    [.940, .962, .965, .962], [.619, .666, .614, .669],
    [.972, .981, .975, .9749], [.957, .978, .946, .970]])


def test_ranks_of_demsars_example():
    found = ranking(DEMSAR, baseline=0)
    assert_allclose(found.rank, [3.143, 2.000, 2.893, 1.964], atol=5e-4)
    assert found.distance == pytest.approx(1.25, abs=5e-3)
    assert .01 < found.p_value < .05  # chi2 = 9.28, 3 degrees: .026


@pytest.mark.parametrize("k, q", [(2, 1.960), (4, 2.569), (10, 3.164)])
def test_nemenyi_uses_the_published_quantiles(k, q):
    expected = q * np.sqrt(k * (k + 1) / (6 * 20))
    assert nemenyi_distance(k, 20) == pytest.approx(expected, rel=4e-4)


def test_wins_and_ties():
    W = wins(np.array([[1., 2, 2 + 1e-12], [3, 1, 1]]))
    assert_allclose(W, [[0, 1, 1], [1, 0, 1], [1, 1, 0]])
    # On the first crowd the others beat the first method; they tie twice.
    found = ranking(np.array([[1., 2, 2], [3, 1, 1], [3, 1, 1]]), 0)
    assert_allclose(found.won, [2 / 3, (1 + 1.5) / 6, (1 + 1.5) / 6])


def test_elo_is_anchored_at_the_baseline():
    """It wins 3 of 4 against a baseline, and ties once more: odds 3.5 to 1.5
    are 400 log10(3.5 / 1.5) points."""
    rating = elo(np.array([[0., 3], [1, 0]]), baseline=1)
    assert_allclose(rating, [1000 + 400 * np.log10(3.5 / 1.5), 1000])
    assert elo(np.array([[0., 3], [1, 0]]), baseline=0)[0] == 1000


def test_elo_solves_the_likelihood_equations():
    """At the maximum expected wins equal wins, the extra tie included, for
    all but the baseline."""
    W = np.random.default_rng(0).uniform(0, 5, size=(6, 6))
    np.fill_diagonal(W, 0)
    rating = elo(W, baseline=2)
    W[[0, 1, 3, 4, 5], 2] += .5
    W[2, [0, 1, 3, 4, 5]] += .5
    p = 1 / (1 + 10 ** ((rating[None] - rating[:, None]) / 400))
    expected = ((W + W.T) * p).sum(axis=1)
    others = [0, 1, 3, 4, 5]
    assert_allclose(expected[others], W.sum(axis=1)[others], atol=1e-6)


def test_one_that_always_wins_stays_finite():
    rating = elo(np.array([[0., 50, 50], [0, 0, 25], [0, 25, 0]]), baseline=1)
    assert np.isfinite(rating).all() and rating[0] > rating[1] + 300
    assert rating[1] == 1000 and rating[2] == pytest.approx(1000, abs=5)


def test_ratings_do_not_depend_on_who_else_is_named_first():
    table = np.random.default_rng(1).normal(size=(9, 5))
    order = [3, 1, 4, 0, 2]
    found, other = ranking(table, 1), ranking(table[:, order], 1)
    for name in ("elo", "rank", "won"):
        assert_allclose(getattr(other, name), getattr(found, name)[order])


def test_no_ranking_below_three_crowds():
    table = np.random.default_rng(0).normal(size=(3, 4))
    assert ranking(table, 0) is not None
    assert ranking(table[:2], 0) is None
    assert ranking(table[:, :1], 0) is None
