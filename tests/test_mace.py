import numpy as np
import pytest
from conftest import random_votes
from numpy.testing import assert_allclose
from scipy.special import digamma

from benchmark_utils.aggregation.mace import Mace, mace
from benchmark_utils.votes import Votes


def naive_mace(votes, n_iter, known_truth):
    """The formulas, dense in workers x classes, with one loop per index."""
    n, W, K = votes.n_tasks, votes.n_workers, votes.n_classes
    cast = list(zip(votes.task, votes.worker, votes.label))
    informed = (votes.per_task > 0) | (known_truth >= 0)
    theta, g = np.full(W, .5), np.full(W, .5)
    xi = np.full((W, K), 1 / K)
    for step in range(n_iter + 1):
        joint = np.full((n, K), 1 / K)
        for i, j, answer in cast:
            joint[i] *= g[j] * xi[j, answer]
            joint[i, answer] *= 1 + theta[j] / (g[j] * xi[j, answer])
        for i in np.flatnonzero(known_truth >= 0):
            joint[i, np.arange(K) != known_truth[i]] = 0
        T = joint / joint.sum(axis=1, keepdims=True)
        known, guessed = np.zeros(W), np.zeros((W, K))
        for i, j, answer in cast:
            r = T[i, answer] * theta[j] / (theta[j] + g[j] * xi[j, answer])
            known[j] += r
            guessed[j, answer] += 1 - r
        if step == n_iter:
            score = np.log(joint[informed].sum(axis=1)).sum()
            T[~informed] = np.nan
            return T, known, score
        number = guessed.sum(axis=1)
        total = digamma(known + number + 1)
        theta = np.exp(digamma(known + .5) - total)
        g = np.exp(digamma(number + .5) - total)
        xi = np.exp(digamma(guessed + 10)
                    - digamma(number + 10 * K)[:, None])


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_the_naive_twin(seed, known):
    """Without and with known truths, some of them without a vote."""
    votes, truth = random_votes(seed)
    unvoted = votes.counts().argmin(axis=1)  # a class with fewest votes
    known_truth = np.where(np.arange(len(truth)) % 3 > 0, -1, np.where(
        np.arange(len(truth)) % 2, truth, unvoted)) if known else None
    fit = mace(votes, max_iter=6, known_truth=known_truth)
    T, known, score = naive_mace(
        votes, 6, np.full(len(truth), -1) if known_truth is None
        else known_truth)
    assert_allclose(fit.T, T, atol=1e-13)
    assert_allclose(fit.objectives[-1], score, rtol=1e-10)
    share = (known + .5) / (votes.per_worker + 1)
    assert_allclose(fit.worker_score, np.where(
        votes.per_worker > 0, share, np.nan), atol=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_equal_workers_with_uniform_guesses_are_a_majority_vote(seed):
    """With equal theta and uniform xi, T_ik is proportional to (1 + K theta /
    g)^(votes for k), so the best class is the majority."""
    votes, _ = random_votes(seed)
    model = Mace(votes)
    model.e_step(model.equal())
    T = model.cells.dense(*model.T)
    power = (1. + votes.n_classes) ** votes.counts()  # theta / g = 1
    voted = votes.per_task > 0
    assert_allclose(T[voted], (power / power.sum(
        axis=1, keepdims=True))[voted])
    best = T >= T.max(axis=1, keepdims=True) - 1e-12
    np.testing.assert_array_equal(best[voted], votes.majority()[voted] > 0)


def test_share_of_known_votes_finds_workers_who_guess():
    """Five workers know 90% of 200 tasks, one always votes 1, one guesses
    uniformly; by agreement the second would rank above the third."""
    rng = np.random.default_rng(0)
    truth = (rng.random(200) < .6).astype(int)
    task, worker = np.repeat(np.arange(200), 7), np.tile(np.arange(7), 200)
    guess = rng.integers(2, size=1400)
    label = np.where(rng.random(1400) < .9, truth[task], guess)
    label = np.where(worker == 5, 1, np.where(worker == 6, guess, label))
    knowing = mace(Votes(task, worker, label, 200, 7, 2)).worker_score
    assert np.abs(knowing[:5] - .9).max() < .1
    assert knowing[5:].max() < .2
