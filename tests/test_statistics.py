"""How sure a difference is: against scipy, naive twins and simulations."""
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from benchmark_utils.report.statistics import (
    SIGNS,
    groups,
    interval,
    is_told,
    redraws,
    student,
    told_apart,
    words,
)


def test_words_are_those_of_the_browser():
    """mulberry32 of seed 0, as JavaScript computes it."""
    assert words(0, 4).tolist() == [
        1144304738, 1416247, 958946056, 627933444]
    assert_array_equal(words(0, 10)[3:7], words(3, 4))
    assert words(0, 1, seed=1) != words(0, 1)


def test_student_is_scipys():
    values = [.1, .3, .2, .25]
    expected = stats.ttest_1samp(values, 0).confidence_interval(.95)
    assert_allclose(student(values), [np.mean(values), *expected])
    # By hand: mean 2, sd 1, t(.975, 2) = 4.302653.
    assert_allclose(student([1, 2, 3]), [2, 2 - 4.302653 / 3 ** .5,
                                         2 + 4.302653 / 3 ** .5], atol=1e-6)
    assert np.isnan(student([1, 2])[1:]).all()
    assert student([.5, .5, .5]) == (.5, .5, .5)


def test_units_are_redrawn_as_many_as_there_are():
    drawn = np.concatenate([*redraws(7, n_draws=300, chunk=128)])
    assert drawn.shape == (300, 7) and (drawn.sum(axis=1) == 7).all()
    assert_allclose(drawn.mean(axis=0), 1, atol=.2)
    assert_array_equal(drawn, np.concatenate([*redraws(7, n_draws=300,
                                                       chunk=128)]))


def means_redrawn(values):
    return np.concatenate([times @ values for times in redraws(
        len(values))]) / len(values)


def test_interval_of_fixed_votes_is_the_percentile_bootstrap():
    rng = np.random.default_rng(3)
    difference = rng.choice([-1., 0, 1], p=[.1, .6, .3], size=400)
    low, high = interval(difference.mean(), means_redrawn(difference), [0])
    half = 1.96 * difference.std() / 20
    assert_allclose([low, high], difference.mean() + np.array([-half, half]),
                    atol=.006)


def test_repetitions_widen_the_interval_and_unseen_tasks_narrow_it():
    rng = np.random.default_rng(3)
    difference = rng.normal(size=400)
    draws = means_redrawn(difference)
    width = np.ptp(interval(0, draws, [.1]))
    # Noise of training of sd .1 beside sampling noise of .05: sqrt(sum).
    noisy = np.ptp(interval(0, draws, [.1, -.1, .1, -.1]))
    sd = np.std([.1, -.1, .1, -.1], ddof=1) / 2
    assert noisy / width == pytest.approx(
        np.hypot(draws.std(), sd) / draws.std(), rel=.08)
    assert np.ptp(interval(0, draws, [.1], share_kept=.25)) == pytest.approx(
        width / 2)
    # Repetitions that are alike add nothing.
    assert interval(0, draws, [.2, .2, .2]) == interval(0, draws, [.2])


# --- all pairs at once -------------------------------------------------------

def naive(table):
    """`told_apart`, pair by pair and pattern by pattern."""
    n, S = table.shape
    pairs = [*itertools.combinations(range(S), 2)]
    patterns = [np.array([1, *signs]) for signs in itertools.product(
        [1, -1], repeat=n - 1)]
    difference = {pair: table[:, pair[0]] - table[:, pair[1]]
                  for pair in pairs}
    size = {pair: np.sqrt((d ** 2).mean()) for pair, d in difference.items()}
    largest = [max(abs((signs * difference[pair]).mean()) / size[pair]
                   for pair in pairs) for signs in patterns]
    p = np.ones((S, S))
    for i, j in pairs:
        seen = abs(difference[i, j].mean()) / size[i, j]
        p[i, j] = p[j, i] = np.mean([value >= seen - 1e-9
                                     for value in largest])
    return p


@pytest.mark.parametrize("seed", range(3))
def test_told_apart_equals_its_naive_twin(seed):
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(7, 4)) + [0, 0, 1, 3]
    assert_allclose(told_apart(table), naive(table))


def test_a_difference_on_every_crowd_is_told_from_six_crowds_on():
    """Two methods, all differences of one sign: p = 2 / 2^n."""
    for n in range(2, 9):
        table = np.column_stack([np.zeros(n), np.arange(1., n + 1)])
        assert told_apart(table)[0, 1] == 2. ** (1 - n)
        assert is_told(told_apart(table)[0, 1]) == (n >= 6)


def test_methods_that_never_differ_are_not_told_apart():
    table = np.random.default_rng(0).normal(size=(20, 3)) + [0, 0, 9]
    table[:, 1] = table[:, 0]
    p = told_apart(table)
    assert p[0, 1] == 1 and is_told(p[0, 2])
    assert (told_apart(np.zeros((9, 3))) == 1).all()


tables = st.integers(2, 9).flatmap(lambda n: arrays(
    float, (n, 4), elements=st.floats(-10, 10).map(lambda x: round(x, 3))))


@given(tables)
@settings(max_examples=40, deadline=None)
def test_what_does_not_matter_to_a_comparison(table):
    p = told_apart(table)
    assert_allclose(p, p.T)
    assert ((p > 0) & (p <= 1)).all()
    # How hard a crowd is, the unit of all scores, their sign.
    hard = np.arange(len(table))[:, None]
    assert_allclose(told_apart(table + hard), p)
    assert_allclose(told_apart(-table), p)
    # The order of methods; that of units, while all patterns are tried.
    assert_allclose(told_apart(table[:, ::-1]), p[::-1, ::-1])
    assert_allclose(told_apart(table[::-1]), p)


def test_rows_that_are_alike_may_be_counted():
    rng = np.random.default_rng(4)
    table = rng.integers(2, size=(300, 3)) * [1., 1, 1]
    table[:80, 2] = 1
    alike, counts = np.unique(table, axis=0, return_counts=True)
    assert_allclose(told_apart(alike, counts), told_apart(table), atol=.05)
    assert is_told(told_apart(alike, counts)[0, 2])
    few = table[:9]
    alike, counts = np.unique(few, axis=0, return_counts=True)
    assert_allclose(told_apart(alike, counts), told_apart(few))


def test_groups_open_where_one_is_told_from_the_best_of_the_last():
    p = np.ones((4, 4))
    for i, j in ((0, 2), (0, 3), (1, 3)):
        p[i, j] = p[j, i] = .01
    assert groups(p, [0, 1, 2, 3]) == [1, 1, 2, 2]
    p[2, 3] = p[3, 2] = .05  # at the level
    assert groups(p, [0, 1, 2, 3]) == [1, 1, 2, 3]
    assert groups(p, [1, 0]) == [1, 1]


NULLS = {
    "normal": lambda rng, n, S: rng.normal(size=(n, S)),
    "crowds of unequal spread": lambda rng, n, S: rng.normal(
        size=(n, S)) * np.exp(rng.normal(size=(n, 1))),
    "methods of unequal spread": lambda rng, n, S: rng.normal(
        size=(n, S)) * np.exp(rng.normal(size=(1, S))),
    "heavy tails": lambda rng, n, S: rng.standard_t(3, size=(n, S)),
    "skewed": lambda rng, n, S: rng.exponential(size=(n, S)),
}


@pytest.mark.slow
@pytest.mark.parametrize("n, S", [(6, 12), (14, 6), (4, 18)])
@pytest.mark.parametrize("null", NULLS)
def test_family_error_without_a_difference(n, S, null):
    """In at most 7% of tables without a true difference is anything told
    from the best. (Pairwise t tests against the best: 29% to 41%.)"""
    rng = np.random.default_rng([n, S])
    errors, tables = 0, 500
    for _ in range(tables):
        table = NULLS[null](rng, n, S)
        best = table.mean(axis=0).argmax()
        errors += is_told(told_apart(table)[best]).any()
    assert errors / tables <= .07


@pytest.mark.slow
def test_power_on_fourteen_crowds():
    """A gain of 1.5 spreads on 14 crowds is told from each of five others
    more often than not."""
    rng, found = np.random.default_rng(0), []
    for _ in range(100):
        table = rng.normal(size=(14, 6))
        table[:, 0] += 1.5
        found.append(is_told(told_apart(table)[0, 1:]).mean())
    assert np.mean(found) > .6


@pytest.mark.slow
def test_interval_of_fixed_votes_covers():
    """Paired tasks from a population: methods right in 80% and 74% of them,
    and together more often than not. 95% intervals of 200 tasks hold the true
    difference in 92% to 97% of samples."""
    rng, held, samples = np.random.default_rng(1), 0, 1500
    # P(U + N(0, .1) < .74), by quadrature.
    other_right = stats.norm.cdf(
        .74, loc=np.linspace(0, 1, 20_001), scale=.1).mean()
    for _ in range(samples):
        hard = rng.random(200)
        difference = (hard < .8) * 1. - (
            hard + rng.normal(0, .1, 200) < .74)
        low, high = interval(difference.mean(), means_redrawn(difference),
                             [0])
        held += low <= .8 - other_right <= high
    assert .92 <= held / samples <= .97


def test_signs_are_enough_for_the_level():
    assert (SIGNS + 1) * .05 == 100
