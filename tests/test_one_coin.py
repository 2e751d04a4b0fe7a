import numpy as np
import pytest
from conftest import random_votes
from numpy.testing import assert_allclose

from benchmark_utils.aggregation.one_coin import one_coin
from benchmark_utils.votes import Votes


def naive_one_coin(votes, n_iter, pooled=False):
    """The formulas with one loop per index, products without logs."""
    n, K = votes.n_tasks, votes.n_classes
    cast = list(zip(votes.task, votes.worker, votes.label))
    T = np.nan_to_num(votes.shares())
    voted = votes.per_task > 0
    for _ in range(n_iter):
        right = np.zeros(votes.n_workers)
        for i, j, answer in cast:
            right[j] += T[i, answer]
        if pooled:
            share = right.sum() / len(votes)
            p = (right + 3 * share) / (votes.per_worker + 3)
            e = np.full((K, K), .5)
            for i, _, answer in cast:
                e[:, answer] += T[i]
            np.fill_diagonal(e, 0)
            e /= e.sum(axis=1, keepdims=True)
            rho = T[voted].mean(axis=0)
        else:
            p = (right + 1) / (votes.per_worker + 2)
            e, rho = np.full((K, K), 1 / (K - 1)), np.ones(K)
        joint = np.tile(rho, (n, 1))
        for i, j, answer in cast:
            for k in range(K):
                joint[i, k] *= (p[j] if answer == k
                                else (1 - p[j]) * e[k, answer])
        T = joint / joint.sum(axis=1, keepdims=True) * voted[:, None]
    log_likelihood = np.log(joint[voted].sum(axis=1)).sum()
    T[~voted] = np.nan
    return T, np.where(votes.per_worker > 0, p, np.nan), log_likelihood


@pytest.mark.parametrize("errors", ["uniform", "pooled"])
@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_the_naive_twin(seed, errors):
    votes, _ = random_votes(seed)
    fit = one_coin(votes, max_iter=6, tol=-1, errors=errors)
    T, accuracy, log_likelihood = naive_one_coin(votes, 6, errors == "pooled")
    assert_allclose(fit.T, T, atol=1e-10)
    assert_allclose(fit.worker_score, accuracy, atol=1e-10)
    assert_allclose(fit.objectives[-1], log_likelihood, rtol=1e-10)


@pytest.mark.parametrize("seed", range(6))
def test_em_never_lowers_the_log_posterior(seed):
    """The likelihood times the Beta(2, 2) priors of p increases."""
    votes, _ = random_votes(seed, n_votes=80)
    values = []
    for n in range(1, 25):
        fit = one_coin(votes, max_iter=n, tol=-1)
        p = fit.worker_score[votes.per_worker > 0]
        values.append(fit.objectives[-1] + np.log(p * (1 - p)).sum())
    assert np.diff(values).min() > -1e-9
    assert values[-1] - values[0] > .1


def test_one_step_by_hand():
    # Task 0: votes 0, 0, 1, shares 2/3, 1/3; task 1: 0, shares 1, 0.
    # p = (2/3 + 1 + 1) / 4, (2/3 + 1) / 3, (1/3 + 1) / 3.
    votes = Votes([0, 0, 0, 1], [0, 1, 2, 0], [0, 0, 1, 0], 2, 3, 2)
    fit = one_coin(votes, max_iter=1)
    p = np.array([2 / 3, 5 / 9, 4 / 9])
    assert_allclose(fit.worker_score, p)
    odds = 2 * (5 / 4) * (5 / 4)  # p0/(1-p0) p1/(1-p1) (1-p2)/p2
    assert_allclose(fit.T, [[odds / (1 + odds), 1 / (1 + odds)],
                            [2 / 3, 1 / 3]])


def test_votes_of_workers_below_chance_count_against_their_label():
    """Five workers are right, two always wrong, on 60 tasks of 3 classes."""
    rng = np.random.default_rng(0)
    truth = rng.integers(3, size=60)
    task, worker = np.repeat(np.arange(60), 7), np.tile(np.arange(7), 60)
    right = np.where(worker < 5, rng.random(420) < .8, False)
    off = rng.integers(1, 3, size=420)
    label = np.where(right, truth[task], (truth[task] + off) % 3)
    fit = one_coin(Votes(task, worker, label, 60, 7, 3))
    assert fit.worker_score[:5].min() > .7 and fit.worker_score[5:].max() < .1
    assert (fit.T.argmax(axis=1) == truth).mean() > .95
