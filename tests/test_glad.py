import numpy as np
import pytest
from conftest import random_votes, toy_votes
from numpy.testing import assert_allclose
from scipy.optimize import minimize
from scipy.special import expit

from benchmark_utils.aggregation.glad import glad, newton_step
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
    assert_allclose(fit.worker_score,
                    [.3220195, .22307402, 1.20675124, 1.22273312], atol=1e-6)
    assert_allclose(np.log(fit.task_score),
                    [1.04956191, .80773734, 1.27290627], atol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_fixed_point_is_a_maximum_of_the_posterior(seed):
    """A general optimiser of the posterior, started there, does not improve
    it."""
    votes, _ = random_votes(seed, n_tasks=8, n_workers=5, n_votes=40)
    fit = glad(votes, max_iter=5000, tol=0)
    beta = np.log(fit.task_score)
    T, value = naive_posterior(votes, fit.worker_score, beta)
    assert_allclose(fit.T, T, atol=1e-9)
    assert_allclose(fit.objectives[-1], value, rtol=1e-9)
    better = minimize(
        lambda z: -naive_posterior(votes, z[:5], z[5:])[1],
        np.concatenate([fit.worker_score, beta]))
    assert -better.fun <= value + 1e-6


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("sweeps", [1, 2])
def test_em_never_lowers_the_posterior(seed, sweeps):
    votes, _ = random_votes(seed, n_votes=100)
    trace = glad(votes, max_iter=40, tol=-1, sweeps=sweeps).objectives
    assert len(trace) == 40
    assert np.all(np.diff(trace) > -1e-9 * np.abs(trace[0]))


def test_classes_without_votes_take_no_time_and_share():
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


def test_scores_that_underflow():
    """All classes of a task have votes, from workers who are certainly wrong,
    so all scores are far below zero."""
    # On 400 tasks worker 0 is wrong and the others are right.
    truth = np.arange(400) % 2
    task = np.concatenate([np.repeat(np.arange(400), 6),
                           np.zeros(3000, int)])
    worker = np.concatenate([np.tile(np.arange(6), 400),
                             np.zeros(3000, int)])
    label = np.concatenate([
        np.where(np.tile(np.arange(6), 400) == 0, 1 - np.repeat(truth, 6),
                 np.repeat(truth, 6)), np.tile([0, 1], 1500)])
    fit = glad(Votes(task, worker, label, 400, 6, 2))
    assert np.isfinite(fit.T).all()
    assert np.isfinite(fit.objectives).all()


def test_newton_steps_are_halved_where_they_overshoot():
    """Where the sigmoid is flat, a full step overshoots: from 20, with half of
    100 votes right, to -48, where the objective is lower."""
    right, one = np.full(100, .5), np.zeros(100, int)

    def add_up(value):
        return np.bincount(one, value, minlength=1)

    def value(z):
        return (50 * z - 100 * np.logaddexp(0, z) - (z - 1) ** 2 / 2).item()

    start = np.array([20.])
    full = start + (100 * (.5 - expit(20)) - 19) / (1 + 100 * expit(20)
                                                   * expit(-20))
    assert value(full) < value(start)
    z, last = start, value(start)
    for _ in range(20):
        z = newton_step(right, z, lambda z: (z[one], np.ones(100)), add_up)
        assert value(z) >= last - 1e-9
        last = value(z)
    best = minimize(lambda z: -value(z), 0.).x
    assert_allclose(z, best, atol=1e-4)


def test_only_steps_that_overshoot_are_halved():
    """With two coordinates, the full step of the second is kept."""
    of = np.repeat([0, 1], 100)
    right, start = np.full(200, .5), np.array([20., .1])

    def step(z):
        return newton_step(right, z, lambda z: (z[of], np.ones(200)),
                           lambda v: np.bincount(of, v, minlength=2))

    s = expit(.1)
    full = .1 + (100 * (.5 - s) + .9) / (1 + 100 * s * (1 - s))
    assert_allclose(step(start)[1], full)
    assert -48 < step(start)[0] < 20


def test_known_truth_decides_even_a_class_without_votes():
    votes, truth = random_votes(1, n_classes=6)
    known = np.full(votes.n_tasks, -1)
    known[:12] = (truth[:12] + 1) % 6
    never = votes.counts()[np.arange(12), known[:12]] == 0
    assert never.sum() > 3
    fit = glad(votes, known_truth=known)
    np.testing.assert_array_equal(fit.T[:12], np.eye(6)[known[:12]])
    assert np.isfinite(fit.objectives).all()
    assert np.diff(fit.objectives).min() > -1e-8
    # The workers' votes on those tasks count as wrong.
    assert fit.worker_score.mean() < glad(votes).worker_score.mean()
