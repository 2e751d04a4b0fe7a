"""Crowds sampled from the counts of real workers."""
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from worker_groups import FIRST, GROUPS, TOTAL

from benchmark_utils.crowds.structured_workers import (
    class_groups,
    structured_confusions,
    uniform_like,
)


def sample(n_workers=200, smooth_ratio=.5, noise_level=.2, classes=range(4),
           groups=GROUPS, total=TOTAL, seed=0):
    return structured_confusions(
        np.random.default_rng(seed), groups, total, [*classes], n_workers,
        smooth_ratio, noise_level)


def kinds(confusion, number):
    """The different matrices, sorted; there are as many as expected."""
    different = np.unique(confusion.round(12), axis=0)
    assert len(different) == number
    return different


def test_by_hand():
    # Counts 5 3 | 2.5 1.5 and 3 5 | 3.5 .5; a fifth of each row leaves.
    b = [[.1, .1, .8, 0], [.1, .1, .2, .6]]
    assert_allclose(kinds(sample(), 2), [
        [[.3, .5, .1, .1], [.7, .1, .1, .1], *b],
        [[.5, .3, .1, .1], [.5, .3, .1, .1], *b]])


def test_by_hand_without_a_class():
    assert_allclose(kinds(sample(classes=[0, 2, 3]), 1), [
        [[.8, .1, .1], [.2, .8, 0], [.2, .2, .6]]])


def test_classes_keep_the_order_asked_for():
    confusion = sample()
    order = [3, 0, 2, 1]
    assert_allclose(sample(classes=order),
                    confusion[:, order][:, :, order])


def test_without_smoothing_the_workers_themselves():
    b = [[0, 0, 1, 0], [0, 0, .25, .75]]
    assert_allclose(kinds(sample(smooth_ratio=0, noise_level=0), 2), [
        [[.25, .75, 0, 0], [1, 0, 0, 0], *b],
        [[.75, .25, 0, 0], [.5, .5, 0, 0], *b]])


def test_with_much_smoothing_everyone_is_the_average():
    average = np.broadcast_to(TOTAL / TOTAL.sum(axis=1, keepdims=True),
                              (200, 4, 4))
    assert_allclose(sample(smooth_ratio=1e6, noise_level=0), average,
                    atol=1e-5)


@pytest.mark.parametrize("smooth_ratio", [0, .01])
def test_rows_without_a_count(smooth_ratio):
    silent = np.zeros((4, 4), int)
    groups = {"a": np.array([FIRST, silent]), "b": np.array([silent])}
    total = np.array(FIRST)
    confusion = sample(200, smooth_ratio, 0, groups=groups, total=total)
    # As all workers in group a; no worker saw classes 2 and 3.
    assert_allclose(kinds(confusion, 1), [
        [[.75, .25, 0, 0], [.5, .5, 0, 0], [.25] * 4, [.25] * 4]])


def test_classes_without_a_count_are_groups_of_their_own():
    groups = {"a": GROUPS["a"]}
    assert_array_equal(class_groups(groups), [0, 0, 1, 2])
    confusion = sample(1, 0, .4, groups=groups, total=TOTAL)[0]
    # The row of class 2 is that of all workers; 40% of it leaves class 2.
    assert_allclose(confusion[2], [.4 / 3, .4 / 3, .6, .4 / 3])


def random_groups(seed, sizes=(3, 4, 2), workers=(5, 2, 3)):
    rng = np.random.default_rng(seed)
    n_classes, start, groups = sum(sizes), 0, {}
    for g, (size, number) in enumerate(zip(sizes, workers)):
        inside = slice(start, start + size)
        groups[str(g)] = np.zeros((number, n_classes, n_classes), int)
        groups[str(g)][:, inside, inside] = rng.integers(
            6, size=(number, size, size))
        groups[str(g)][:, np.arange(inside.start, inside.stop),
                       np.arange(inside.start, inside.stop)] += 1
        start += size
    return groups, sum(m.sum(axis=0) for m in groups.values())


@pytest.mark.parametrize("noise_level", [0, .1, .35, 1])
def test_noise_moves_exactly_its_share_evenly(noise_level):
    groups, total = random_groups(1)
    options = dict(n_workers=40, groups=groups, total=total, classes=range(9))
    confusion = sample(noise_level=noise_level, **options)
    clean = sample(noise_level=0, **options)
    group = class_groups(groups)
    inside = group[:, None] == group
    assert_allclose(confusion.sum(axis=2), 1)
    assert_allclose((confusion * ~inside).sum(axis=2), noise_level)
    assert_allclose(confusion[:, inside], clean[:, inside] * (1 - noise_level))
    for k in range(9):
        outside = confusion[:, k, ~inside[k]]
        assert_allclose(outside, np.repeat(
            outside[:, :1], outside.shape[1], axis=1))


def test_one_group_has_no_outside():
    assert_allclose(sample(classes=[0, 1], noise_level=.9),
                    sample(classes=[0, 1], noise_level=0))


def test_workers_of_a_group_are_as_likely_and_groups_independent():
    groups, total = random_groups(2, sizes=(2, 2), workers=(3, 2))
    confusion = sample(6000, 0, 0, range(4), groups, total)
    _, number = np.unique(confusion.round(12), axis=0, return_counts=True)
    # 1,000 of each pair expected, standard deviation 29.
    assert len(number) == 6 and np.abs(number - 1000).max() < 130


def test_draws_follow_the_seed():
    assert_array_equal(sample(seed=3), sample(seed=3))
    assert (sample(seed=3) != sample(seed=4)).any()
    # The parameters do not change which workers are drawn.
    picked = sample(seed=3, smooth_ratio=0, noise_level=0)[:, 0, 0] == .75
    assert_array_equal(sample(seed=3)[:, 0, 0] == .5, picked)


@pytest.mark.parametrize("options, message", [
    (dict(n_workers=0), r"'n_workers' .*an integer in \[1, .*got 0"),
    (dict(smooth_ratio=-.1), r"'smooth_ratio' .*number in \[0, .*got -0.1"),
    (dict(smooth_ratio=np.inf), "'smooth_ratio' .*got inf"),
    (dict(noise_level=1.1), r"'noise_level' .*number in \[0, 1\], got 1.1"),
    (dict(noise_level="high"), "'noise_level' .*got 'high'"),
    (dict(classes=[0, 4]), r"integers in 0..3"),
    (dict(classes=[0, 0]), "two or more different integers"),
    (dict(classes=[1]), "two or more different integers"),
    (dict(groups={}), "no group"),
    (dict(groups={"a": TOTAL}), r"group a .*\(4, 4\)"),
    (dict(groups={"a": -GROUPS["a"]}), r"group a\[0, 0, 0\] = -3"),
    (dict(groups={"a": GROUPS["a"], "c": GROUPS["a"][:1]}),
     "groups a, c: all have counts of class 0"),
    (dict(total=TOTAL[:3]), r"total .*\(3, 4\)"),
])
def test_bad_values(options, message):
    with pytest.raises(ValueError, match=message):
        sample(**options)


def test_uniform_contrast_keeps_the_mean_diagonal():
    confusion = sample()
    uniform = uniform_like(confusion)
    assert_allclose(np.trace(uniform, axis1=1, axis2=2),
                    np.trace(confusion, axis1=1, axis2=2))
    assert_allclose(uniform.sum(axis=2), 1)
    off = uniform[:, ~np.eye(4, dtype=bool)]
    assert_allclose(off, np.repeat(off[:, :1], 12, axis=1))
