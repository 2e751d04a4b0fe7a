"""Draws of confusion matrices: the moments of a Dirichlet, however small."""
import numpy as np
import pytest
from numpy.testing import assert_allclose

from benchmark_utils.online.confusion_rows import sample_confusions


@pytest.mark.parametrize("scale", [.05, 1, 20])
def test_sampled_rows_have_the_moments_of_a_dirichlet(scale):
    share = np.array([.1, .2, .7])
    S = 50_000
    alpha = scale * np.stack([[share, share[::-1]]] * 2)  # (2, 2, 3)
    W = sample_confusions(np.random.default_rng(0), alpha, S)
    assert W.shape == (S, 2, 2, 3)
    assert_allclose(W.sum(axis=-1), 1, atol=1e-12)
    mean, A = alpha / scale, scale
    variance = mean * (1 - mean) / (A + 1)
    within = 5 * np.sqrt(variance / S)  # standard errors
    assert np.all(abs(W.mean(axis=0) - mean) < within)
    square = (W - mean) ** 2
    assert np.all(abs(square.mean(axis=0) - variance)
                  < 5 * square.std(axis=0) / S ** .5)
    # Rows and workers are drawn apart.
    assert abs(np.corrcoef(W[:, 0, 0, 2], W[:, 1, 0, 2])[0, 1]) < .03
    assert abs(np.corrcoef(W[:, 0, 0, 2], W[:, 0, 1, 2])[0, 1]) < .03


@pytest.mark.parametrize("scale", [1e-4, 1e-12, 1e-299])
def test_tiny_alpha_gives_certain_rows(scale):
    # Plain gamma draws are all 0 here, and 0 / 0 once normalised.
    S, share = 20_000, np.array([.2, .3, .5])
    W = sample_confusions(np.random.default_rng(0),
                          np.tile(scale * share, (1, 3, 1)), S)
    assert_allclose(W.sum(axis=-1), 1, atol=1e-12)
    assert (W.max(axis=-1) > .999).mean() > .99
    within = 5 * np.sqrt(share * (1 - share) / S)
    assert np.all(abs(W.mean(axis=0) - share) < within)


def test_alpha_of_zero():
    W = sample_confusions(np.random.default_rng(0), [[[0, 2, 2], [0, 0, 0]]],
                          5000)
    # A label that is never given; a row about which nothing is said.
    assert_allclose(W[:, 0, 0].mean(axis=0), [0, .5, .5], atol=.02)
    assert W[:, 0, 0, 0].max() == 0
    assert_allclose(W[:, 0, 1].sum(axis=-1), 1)


def test_samples_are_the_generator_s():
    alpha = np.random.default_rng(0).gamma(1, 2, size=(5, 4, 4)) + .1
    first, again, other = (sample_confusions(np.random.default_rng(s), alpha,
                                             3) for s in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert abs(first - other).min() > 0
