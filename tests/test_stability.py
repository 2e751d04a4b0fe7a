"""What stands beside each claim: other sources, letters, halves, power."""
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from benchmark_utils.report.comparison.stability import (
    Stability,
    by_source,
    columns,
    detectable,
    letters,
    stability,
    winners_curse,
)


def pairs(n, *different):
    """p-values of n methods of which only these pairs differ."""
    p = np.ones((n, n))
    for i, j in different:
        p[i, j] = p[j, i] = .01
    return p


def test_one_source_can_carry_a_claim():
    # 0 is the baseline. 1 improves by 1 everywhere but on one source, 2 on
    # all alike.
    table = np.zeros((7, 3))
    table[:, 1] = [1, 1.1, .9, 1, 1.2, .8, -.5]
    table[:, 2] = [2, 2.1, 1.9, 2, 2.2, 1.8, 2]
    none, weak, strong = stability(table, 0)
    assert none is None
    assert strong.significant and strong.robust and strong.held == 1
    # Of the 2^7 patterns of signs two are as far out, of the 2^6 as well.
    assert strong.p == 2 / 2 ** 7
    assert strong.low == strong.high == 2 / 2 ** 6
    # With all, two patterns more; without any of the six that agree, four
    # of 64; without the source that disagrees, two.
    assert weak.p == 4 / 2 ** 7
    assert (weak.low, weak.high) == (2 / 2 ** 6, 4 / 2 ** 6)
    assert weak.held == 1 / 7
    assert weak.significant and not weak.robust


def test_a_claim_needs_nine_of_ten_sources():
    assert Stability(.04, .01, .07, .9).robust
    assert not Stability(.04, .01, .07, .89).robust
    assert not Stability(.051, .01, .07, 1.).robust


def test_letters_by_hand():
    # A chain: neighbours do not differ, ends do.
    assert letters(pairs(3, (0, 2)), [0, 1, 2]) == ["a", "ab", "b"]
    assert letters(pairs(3), [0, 1, 2]) == ["a", "a", "a"]
    assert letters(pairs(3, (0, 1), (0, 2), (1, 2)), [2, 0, 1]) == [
        "a", "b", "c"]
    # Piepho (2004), section 2: four methods, 1-3, 1-4 and 2-4 differ.
    assert letters(pairs(4, (0, 2), (0, 3), (1, 3)), range(4)) == [
        "a", "ab", "bc", "c"]


@pytest.mark.parametrize("seed", range(20))
def test_methods_share_a_letter_just_where_they_do_not_differ(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 9))
    p = np.triu(np.where(rng.random((n, n)) < .4, .01, .5), 1)
    p = p + p.T + np.eye(n)
    order = rng.permutation(n)
    shown = dict(zip(order.tolist(), letters(p, order.tolist())))
    for i in range(n):
        for j in range(i):
            assert bool(set(shown[i]) & set(shown[j])) == (p[i, j] > .05)


def test_the_best_of_noise_is_worth_nothing_elsewhere():
    rng = np.random.default_rng(0)
    here, there = np.mean([winners_curse(rng.normal(size=(12, 10)), 200)
                           for _ in range(40)], axis=0)
    # The largest of ten means of six: 1.5388 / sqrt(6) = .628. What is left
    # of it elsewhere is that the halves of one table are not independent.
    assert here == pytest.approx(.628, abs=.08)
    assert abs(there) < .1


def test_a_method_that_is_better_everywhere_keeps_its_lead():
    table = np.zeros((8, 3))
    table[:, 1] = 2
    assert winners_curse(table, 50) == (2, 2)
    assert np.isnan(winners_curse(table[:3])).all()


def test_what_would_be_found_is_found_in_four_of_five():
    rng = np.random.default_rng(1)
    values = rng.normal(size=10) * 3
    effect = detectable(values)
    drawn = rng.normal(effect, values.std(ddof=1), size=(20_000, 10))
    found = stats.ttest_1samp(drawn, 0, axis=1).pvalue < .05
    assert found.mean() == pytest.approx(.8, abs=.01)
    assert np.isnan(detectable([1, 2]))


def test_a_source_counts_once_in_each_column():
    improvement = np.array([1., 3, 4, 10, 5])
    groups = ["a", "a", "b", "a", "c"]
    seen = [True, True, True, False, False]
    assert_allclose(by_source(improvement[:, None], groups)[1][:, 0],
                    [14 / 3, 4, 5])
    found = columns(improvement, groups, seen)
    assert found["seen"][0] == 3 and found["seen"][3] == 2
    assert found["unseen"][0] == 7.5 and found["unseen"][3] == 2
    assert found["all"][0] == pytest.approx(41 / 9) and found["all"][3] == 3
    assert found["shared"] == ["a"]
