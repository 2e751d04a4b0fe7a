import numpy as np
import pytest
from conftest import random_votes, toy_votes
from numpy.testing import assert_allclose
from scipy.optimize import minimize
from scipy.special import expit

from benchmark_utils.aggregation.glad import glad
from benchmark_utils.votes import Votes


def naive_posterior(votes, alpha, beta):
    """T and the log-posterior of (alpha, beta), one loop per index."""
    K = votes.n_classes
    joint = np.full((votes.n_tasks, K), 1 / K)
    for i, j, answer in zip(votes.task, votes.worker, votes.label):
        right = expit(alpha[j] * np.exp(beta[i]))
        factor = np.full(K, (1 - right) / (K - 1))
        factor[answer] = right
        joint[i] *= factor
    log_prior = -((alpha - 1) ** 2).sum() / 2 - ((beta - 1) ** 2).sum() / 2
    T = joint / joint.sum(axis=1, keepdims=True)
    T[votes.per_task == 0] = np.nan
    return T, np.log(joint.sum(axis=1)).sum() + log_prior


def test_toy_at_convergence():
    # crowd-kit 1.4.2 with tol=0 and m_step_tol=1e-12 on the same votes.
    fit = glad(toy_votes(), max_iter=10_000, tol=0)
    assert_allclose(fit.T[:, 1], [.99927034, .00877809, .99430973], atol=2e-7)
    assert_allclose(fit.ability,
                    [.3220195, .22307402, 1.20675124, 1.22273312], atol=1e-6)
    assert_allclose(np.log(fit.easiness),
                    [1.04956191, .80773734, 1.27290627], atol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_fixed_point_is_a_maximum_of_the_posterior(seed):
    """A general optimiser started there on the directly written posterior
    finds nothing better."""
    votes, _ = random_votes(seed, n_tasks=8, n_workers=5, n_votes=40)
    fit = glad(votes, max_iter=5000, tol=0)
    beta = np.log(fit.easiness)
    T, value = naive_posterior(votes, fit.ability, beta)
    assert_allclose(fit.T, T, atol=1e-9)
    assert_allclose(fit.log_posteriors[-1], value, rtol=1e-9)
    better = minimize(
        lambda z: -naive_posterior(votes, z[:5], z[5:])[1],
        np.concatenate([fit.ability, beta]))
    assert -better.fun <= value + 1e-6


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("sweeps", [1, 2])
def test_em_never_lowers_the_posterior(seed, sweeps):
    votes, _ = random_votes(seed, n_votes=100)
    trace = glad(votes, max_iter=40, tol=-1, sweeps=sweeps).log_posteriors
    assert len(trace) == 40
    assert np.all(np.diff(trace) > -1e-9 * np.abs(trace[0]))


def test_names_do_not_matter():
    votes, _ = random_votes(3)
    rng = np.random.default_rng(3)
    tasks, workers, labels, order = (rng.permutation(size) for size in (
        votes.n_tasks, votes.n_workers, votes.n_classes, len(votes)))
    other = Votes(tasks[votes.task][order], workers[votes.worker][order],
                  labels[votes.label][order], votes.n_tasks, votes.n_workers,
                  votes.n_classes)
    fit, renamed = glad(votes), glad(other)
    assert_allclose(renamed.T[tasks][:, labels], fit.T, atol=1e-8)
    assert_allclose(renamed.ability[workers], fit.ability, atol=1e-8)


def test_classes_nobody_voted_cost_nothing_and_share():
    votes = Votes([0, 0], [0, 1], [1, 1], 1, 2, 1000)
    T = glad(votes).T
    assert_allclose(T.sum(), 1)
    assert np.ptp(np.delete(T[0], 1)) == 0 and T[0, 1] > .9


def test_extremes():
    many = Votes(np.zeros(900, int), np.arange(900), np.ones(900, int), 1,
                 900, 3)
    assert np.isfinite(glad(many).T).all()
    single = glad(Votes([0], [0], [0], 2, 1, 1)).T
    np.testing.assert_array_equal(single, [[1], [np.nan]])
    assert np.isnan(glad(Votes([], [], [], 2, 2, 2)).T).all()
