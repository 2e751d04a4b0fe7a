"""BALD and label information: definitions, limits and bounds."""
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import entropy as scipy_entropy

from benchmark_utils.online import information_gain
from benchmark_utils.online.confusion_rows import (
    dirichlet_row_entropy,
    sample_confusions,
)
from benchmark_utils.online.information_gain import (
    bald_scores,
    label_information,
)


def naive_bald(f, W):
    """The definition in double loops."""
    f, W = f.astype(float), W.astype(float)
    info = np.zeros((len(f), W.shape[1]))
    for i in range(len(f)):
        for j in range(W.shape[1]):
            q = [f_t @ W_s[j] for f_t in f[i] for W_s in W]
            info[i, j] = scipy_entropy(np.mean(q, axis=0)) - np.mean(
                [scipy_entropy(q_ts) for q_ts in q])
    return info


def draw(seed, n_tasks=9, n_workers=5, K=4, T=6, S=7, sharpness=1.0,
         dtype=float):
    """Samples f and W; with low sharpness probabilities are near 0 and 1."""
    rng = np.random.default_rng(seed)
    a = np.full(K, sharpness)
    return (rng.dirichlet(a, size=(n_tasks, T)).astype(dtype),
            rng.dirichlet(a, size=(S, n_workers, K)).astype(dtype))


def draw_alpha(seed, n_tasks=9, n_workers=5, K=4):
    """Posteriors of labels and Dirichlet parameters of confusion rows."""
    rng = np.random.default_rng(seed)
    return (rng.dirichlet(np.ones(K), size=n_tasks),
            rng.gamma(1, 2, size=(n_workers, K, K)) + .1)


@pytest.mark.slow
@pytest.mark.parametrize("dtype, atol", [(np.float32, 1e-5), (float, 1e-9)])
@pytest.mark.parametrize("K", [1, 2, 5])
@pytest.mark.parametrize("sharpness", [.02, 1, 30])
def test_bald_agrees_with_the_naive_twin(dtype, atol, K, sharpness):
    f, W = draw(K, K=K, sharpness=sharpness, dtype=dtype)
    info = bald_scores(f, W)
    assert info.dtype == dtype
    assert_allclose(info, naive_bald(f, W), atol=atol)


def test_bald_takes_the_full_product_of_samples():
    # Theta and W each a fair coin: four equally likely q, (1, 0) twice and
    # (0, 1) twice. Paired samples t = s would only see (1, 0), and 0 nats.
    f = np.eye(2)[None]
    W = np.stack([np.eye(2), np.eye(2)[::-1]])[:, None]
    assert_allclose(bald_scores(f, W), [[np.log(2)]], atol=1e-12)


@pytest.mark.parametrize("dtype, atol", [(np.float32, 1e-6), (float, 1e-14)])
def test_bald_is_zero_when_all_samples_coincide(dtype, atol):
    f, W = draw(0, dtype=dtype)
    vary = bald_scores(f, W)
    f[:], W[:] = f[:, :1], W[:1]
    assert_allclose(bald_scores(f, W), 0, atol=atol)
    assert vary.min() > 1000 * atol


@pytest.mark.parametrize("dtype, atol", [(np.float32, 1e-6), (float, 1e-14)])
def test_bald_of_a_known_spammer_is_zero(dtype, atol):
    f, W = draw(1, dtype=dtype)
    W[:, 2] = W[0, 2, :1]  # one row for all truths and samples
    info = bald_scores(f, W)
    assert_allclose(info[:, 2], 0, atol=atol)
    assert np.delete(info, 2, axis=1).min() > 1000 * atol


def test_bald_of_a_spammer_is_what_is_unknown_of_its_row():
    # Equal rows hide theta, so that I(z; theta | W) = 0, but the row itself
    # is unknown: I(z; W), the same on all tasks.
    f, W = draw(2)
    W[:, 0] = W[:, 0, :1]
    row = W[:, 0, 0]  # (S, K)
    unknown = scipy_entropy(row.mean(axis=0)) - scipy_entropy(row.T).mean()
    assert unknown > .01
    assert_allclose(bald_scores(f, W)[:, 0], unknown, atol=1e-12)


@settings(max_examples=60)
@given(seed=st.integers(0, 2 ** 32 - 1), K=st.integers(1, 6),
       T=st.integers(1, 5), S=st.integers(1, 5),
       sharpness=st.sampled_from([1e-3, .1, 1, 100]),
       dtype=st.sampled_from([np.float32, float]))
def test_bald_bounds(seed, K, T, S, sharpness, dtype):
    f, W = draw(seed, 4, 3, K, T, S, sharpness, dtype)
    info = bald_scores(f, W)
    p = np.einsum("itk,sjkl->ijl", f.astype(float), W.astype(float)) / (T * S)
    rounding = 2e-6 if dtype == np.float32 else 1e-13
    assert np.all(info >= -rounding)
    assert np.all(info <= scipy_entropy(p, axis=-1) + rounding)
    assert np.all(info <= np.log(K) + rounding)


def test_bald_reaches_its_upper_bound():
    # K equally likely certain labels and a perfect worker: log K nats.
    K = 5
    assert_allclose(bald_scores(np.eye(K)[None], np.eye(K)[None, None]),
                    [[np.log(K)]], atol=1e-12)


@pytest.mark.parametrize("block", [1, 100, 1 << 17])
@pytest.mark.parametrize("chunk", [None, 1, 2, 9, 100])
def test_chunks_change_nothing(monkeypatch, block, chunk):
    # A block of 1 or 100 also splits the samples of W, 4 of 7 in the latter.
    f, W = draw(3)
    expected = naive_bald(f, W)
    monkeypatch.setattr(information_gain, "BLOCK", block)
    assert_allclose(bald_scores(f, W, chunk), expected, atol=1e-13)


@pytest.mark.parametrize("n_tasks, K, T, S", [
    (2000, 5, 16, 32), (3, 10, 200, 1000)])
def test_bald_memory_is_bounded(n_tasks, K, T, S):
    # Many tasks; then samples of which one task's product is too large.
    f, W = draw(4, n_tasks, 2, K, T, S)
    product = f.size * S * f.itemsize  # bytes of q for one worker
    tracemalloc.start()
    bald_scores(f, W)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4e6 < product / 10


def test_integer_and_mixed_inputs():
    f, W = draw(5)
    certain = np.eye(4, dtype=int)[None]
    assert_allclose(bald_scores(certain, W), naive_bald(certain, W),
                    atol=1e-12)
    mixed = bald_scores(f.astype(np.float32), W)
    assert mixed.dtype == float
    assert_allclose(mixed, naive_bald(f, W), atol=1e-6)


def test_no_tasks_no_workers():
    f, W = draw(6)
    assert bald_scores(f[:0], W).shape == (0, 5)
    assert bald_scores(f, W[:, :0]).shape == (9, 0)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("names", ["tasks", "workers", "classes", "labels",
                                   "samples"])
def test_names_do_not_matter(seed, names):
    rng = np.random.default_rng(seed)
    f, W = draw(seed)
    T, alpha = draw_alpha(seed)
    bald, info = bald_scores(f, W), label_information(T, alpha)
    if names == "tasks":
        order = rng.permutation(9)
        f, T = f[order], T[order]
        bald, info = bald[order], info[order]
    elif names == "workers":
        order = rng.permutation(5)
        W, alpha = W[:, order], alpha[order]
        bald, info = bald[:, order], info[:, order]
    elif names == "samples":
        f, W = f[:, rng.permutation(6)], W[rng.permutation(7)]
    else:  # the truths, and the names of the labels
        order = rng.permutation(4)
        if names == "classes":
            f, W = f[..., order], W[:, :, order]
            T, alpha = T[:, order], alpha[:, order]
        W, alpha = W[..., order], alpha[..., order]
    assert_allclose(bald_scores(f, W), bald, atol=1e-13)
    assert_allclose(label_information(T, alpha), info, atol=1e-13)


def test_row_entropy_by_hand():
    # w uniform on [0, 1]: -2 times the integral of w ln w is 1/2.
    assert_allclose(dirichlet_row_entropy([1, 1]), .5, atol=1e-14)
    # A certain row, a uniform one, a single label, an impossible label.
    assert_allclose(dirichlet_row_entropy([1e-9, 1e-9]), 0, atol=1e-8)
    assert_allclose(dirichlet_row_entropy([1e9, 1e9]), np.log(2), atol=1e-8)
    assert_allclose(dirichlet_row_entropy([3]), 0, atol=1e-14)
    assert_allclose(dirichlet_row_entropy([1, 1, 0]), .5, atol=1e-14)
    assert dirichlet_row_entropy(np.ones((2, 3, 4))).shape == (2, 3)


@pytest.mark.parametrize("alpha", [
    (1, 1), (.1, .2, .7), (7, 1, 1, 1), (.05, 4, 4, 30), (.5,) * 10])
def test_row_entropy_is_the_mean_over_draws(alpha):
    draws = scipy_entropy(np.random.default_rng(0).dirichlet(
        alpha, size=100_000), axis=-1)
    gap = abs(draws.mean() - dirichlet_row_entropy(alpha))
    assert gap < min(4 * draws.std() / len(draws) ** .5, .01)


@pytest.mark.parametrize("seed", range(3))
def test_label_information_agrees_with_monte_carlo(seed):
    # An equal form: the mean divergence of p(z | y, W) from p(z).
    T, alpha = draw_alpha(seed)
    rng = np.random.default_rng(seed)
    expected = np.zeros((len(T), len(alpha)))
    for j in range(len(alpha)):
        W = np.stack([rng.dirichlet(a, size=20_000) for a in alpha[j]])
        p = T @ W.mean(axis=1)  # W (K, n_draws, K), p (n_tasks, K)
        for i in range(len(T)):
            expected[i, j] = T[i] @ scipy_entropy(
                W, p[i], axis=-1).mean(axis=-1)
    assert_allclose(label_information(T, alpha), expected, atol=.01)
    assert expected.max() - expected.min() > .1


def test_label_information_is_bald_with_certain_samples():
    # One-hot f_t, each class as often: theta is then the label itself.
    _, alpha = draw_alpha(1, n_workers=3)
    W = sample_confusions(np.random.default_rng(0), alpha, 20_000)
    assert_allclose(bald_scores(np.eye(4)[None], W),
                    label_information(np.full((1, 4), 1 / 4), alpha),
                    atol=.01)


def test_label_information_of_known_skills():
    # The mutual information of the joint table of label and vote.
    T, alpha = draw_alpha(0)
    pi = alpha / alpha.sum(axis=-1, keepdims=True)
    joint = T[:, None, :, None] * pi  # (n_tasks, n_workers, K, K)
    apart = joint.sum(3, keepdims=True) * joint.sum(2, keepdims=True)
    expected = (joint * np.log(joint / apart)).sum(axis=(2, 3))
    assert_allclose(label_information(T, 1e9 * pi), expected, atol=1e-7)
    # Unknown skills add information.
    assert np.all(label_information(T, pi) > expected + .05)


def test_label_information_of_spammers_and_experts():
    T, alpha = draw_alpha(0)
    row = alpha[0, 0] / alpha[0, 0].sum()
    known = 1e9 * np.stack([np.tile(row, (4, 1)), np.eye(4) + 1e-12])
    spammer, expert = label_information(T, known).T
    assert_allclose(spammer, 0, atol=1e-7)
    # An expert resolves all uncertainty of the label.
    assert_allclose(expert, scipy_entropy(T, axis=1), atol=1e-6)


@settings(max_examples=60)
@given(seed=st.integers(0, 2 ** 32 - 1), K=st.integers(1, 6),
       scale=st.sampled_from([1e-6, .1, 10, 1e6]))
def test_label_information_bounds(seed, K, scale):
    T, alpha = draw_alpha(seed, 4, 3, K)
    T[0] = np.eye(K)[0]  # a known label
    info = label_information(T, scale * alpha)
    share = alpha / alpha.sum(axis=-1, keepdims=True)
    p = np.einsum("ik,jkl->ijl", T, share)
    assert np.all(info >= -1e-12)
    assert np.all(info <= scipy_entropy(p, axis=-1) + 1e-12)
