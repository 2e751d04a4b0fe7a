"""Krippendorff's alpha against hand computations, a naive twin and published
values."""
import numpy as np
import pytest
from conftest import random_votes, toy_votes
from numpy.testing import assert_allclose

from benchmark_utils.aggregation.agreement import krippendorff_alpha
from benchmark_utils.votes import Votes


def test_by_hand():
    """Votes 1011, 100, 11: n = 9, three 0 and six 1. The pairs that differ:
    D_o = (6/3 + 4/2 + 0) / 9; D_e = 2 * 3 * 6 / (9 * 8)."""
    assert_allclose(krippendorff_alpha(toy_votes()), 1 - (4 / 9) / .5)


def naive_alpha(votes):
    """Every ordered pair of votes on a task, one by one."""
    differ = total = 0
    used = []
    for i in range(votes.n_tasks):
        labels = votes.label[votes.task == i]
        if len(labels) < 2:
            continue
        used.extend(labels)
        total += len(labels)
        differ += sum(a != b for a in labels for b in labels) / (
            len(labels) - 1)
    used = np.array(used)
    expected = (used[:, None] != used).sum() / (total * (total - 1))
    return 1 - differ / total / expected


@pytest.mark.parametrize("seed", range(5))
def test_against_a_naive_twin(seed):
    votes, _ = random_votes(seed, n_votes=70)  # some tasks have one vote
    assert (votes.per_task == 1).any()
    assert_allclose(krippendorff_alpha(votes), naive_alpha(votes))


def test_extremes():
    task, worker = np.divmod(np.arange(40), 2)
    agree = Votes(task, worker, task % 4, 20, 2, 4)
    assert krippendorff_alpha(agree) == 1
    # Two voters who always differ: D_o = 1 is as bad as it gets.
    opposed = Votes(task, worker, worker, 20, 2, 2)
    assert_allclose(krippendorff_alpha(opposed), 1 - 1 / (20 / 39))
    rng = np.random.default_rng(0)
    chance = Votes(np.arange(60_000) // 3, np.arange(60_000) % 3,
                   rng.integers(4, size=60_000), 20_000, 3, 4)
    # The mean over 60,000 pairs of a Bernoulli(3/4): five errors are .012.
    assert abs(krippendorff_alpha(chance)) < .012
    for nothing in (Votes([0, 1], [0, 1], [0, 1], 2, 2, 2),
                    Votes([0, 0], [0, 1], [1, 1], 1, 2, 2)):
        assert np.isnan(krippendorff_alpha(nothing))


def test_published_values(real_data, solve):
    for name, expected in (("Bluebirds", .126), ("LabelMe", .677)):
        _, _, scores = solve(name, "MV", dataset_options=dict(
            inputs="none") if name == "LabelMe" else {})
        assert round(scores["krippendorff_alpha"], 3) == expected
