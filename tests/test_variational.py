"""IBCC, EBCC and PTBCC against the formulas and exact probabilities."""
from itertools import product

import numpy as np
import pytest
from conftest import random_votes
from numpy.testing import assert_allclose
from scipy.special import digamma, gammaln, logsumexp

from benchmark_utils.aggregation.dirichlet import expected_log, log_evidence
from benchmark_utils.aggregation.ebcc import (
    SubtypeModel,
    best_ebcc,
    ebcc,
    squarem,
)
from benchmark_utils.aggregation.ptbcc import Ptbcc, prototypes, ptbcc
from benchmark_utils.votes import Votes


def log_beta(x):
    return gammaln(x).sum(axis=-1) - gammaln(x.sum(axis=-1))


def counts_of(votes, Z):
    """n[j, c, l] = sum_i Z_ic 1[y_ij = l], one loop per vote."""
    n = np.zeros((votes.n_workers, Z.shape[1], votes.n_classes))
    for i, j, answer in zip(votes.task, votes.worker, votes.label):
        n[j, :, answer] += Z[i]
    return n


def naive_ebcc(votes, Z, R, alpha, a_pi, a_v, b_v, n_iter):
    """The formulas, dense, from the start Z (n_tasks, K R); and the bound with
    parameters updated from the last Z."""
    K = votes.n_classes
    voted = votes.per_task > 0
    beta = np.repeat(b_v + (a_v - b_v) * np.eye(K), R, axis=0)  # (K R, K)
    for _ in range(n_iter):
        mu = beta + counts_of(votes, Z)
        e_pi = digamma(mu) - digamma(mu.sum(axis=2))[:, :, None]
        eta = a_pi / R + Z.sum(axis=0).reshape(K, R)
        nu = alpha + Z.sum(axis=0).reshape(K, R).sum(axis=1)
        log_Z = np.tile((
            (digamma(nu) - digamma(nu.sum()))[:, None] + digamma(eta)
            - digamma(eta.sum(axis=1))[:, None]).ravel(), (len(Z), 1))
        for i, j, answer in zip(votes.task, votes.worker, votes.label):
            log_Z[i] += e_pi[j, :, answer]
        Z = np.exp(log_Z - logsumexp(log_Z, axis=1, keepdims=True))
        Z *= voted[:, None]
    n = counts_of(votes, Z)
    number = Z.sum(axis=0).reshape(K, R)
    bound = (log_beta(beta + n) - log_beta(beta)).sum()
    bound += log_beta(alpha + number.sum(axis=1)) - log_beta(alpha)
    bound += (log_beta(a_pi / R + number)
              - log_beta(np.full(R, a_pi / R))).sum()
    seen = Z[Z > 0]
    return Z, bound - (seen * np.log(seen)).sum()


@pytest.mark.slow
@pytest.mark.parametrize("R", [1, 2, 3])
@pytest.mark.parametrize("seed", range(3))
def test_ebcc_agrees_with_the_naive_twin(seed, R):
    votes, _ = random_votes(seed)
    K = votes.n_classes
    options = dict(a_pi=.7, a_v=3.0, b_v=.5)
    fit = ebcc(votes, R, np.random.default_rng(seed), max_iter=5, tol=-1,
               **options)
    start = np.nan_to_num(votes.shares())
    d = np.random.default_rng(seed).dirichlet(np.ones(R), (len(start), K))
    Z = (start[:, :, None] * d).reshape(len(start), -1)
    Z, bound = naive_ebcc(votes, Z, R, start.sum(axis=0), n_iter=5, **options)
    voted = votes.per_task > 0
    assert_allclose(fit.T[voted], Z.reshape(len(Z), K, R).sum(axis=2)[voted],
                    atol=1e-10)
    entropy = -(Z * np.log(np.maximum(Z, 1e-300))).sum(axis=1)
    assert_allclose(fit.task_score[voted], -entropy[voted], atol=1e-10)
    assert_allclose(fit.objectives, bound, rtol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_one_subtype_and_equal_alpha_is_ibcc(seed, benchmark):
    votes, _ = random_votes(seed)
    start = np.nan_to_num(votes.shares())
    Z, _ = naive_ebcc(votes, start, 1, np.ones(4), 1.0, 4.0, 1.0, n_iter=8)
    voted = votes.per_task > 0
    assert_allclose(ebcc(votes, alpha=1.0, max_iter=8, tol=-1).T[voted],
                    Z[voted], atol=1e-10)
    solver = {cls.name: cls for cls in benchmark.get_solvers()}[
        "IBCC"].get_instance()
    solver.set_objective(votes=votes)
    solver.run(None)
    np.testing.assert_array_equal(solver.soft_labels,
                                  ebcc(votes, alpha=1.0).T)


@pytest.mark.parametrize("R", [1, 3])
@pytest.mark.parametrize("seed", range(5))
def test_no_update_lowers_the_bound(seed, R):
    votes, _ = random_votes(seed, n_votes=120)
    bounds = [ebcc(votes, R, np.random.default_rng(0), max_iter=n,
                   tol=-1).objectives[0] for n in range(1, 40)]
    assert np.diff(bounds).min() > -1e-9 and np.ptp(bounds) > .1
    bounds = ptbcc(votes, max_iter=60, tol=-1).objectives
    assert len(bounds) == 60
    assert np.diff(bounds).min() > -1e-9 and np.ptp(bounds) > .1


def exact_log_evidence(votes, z, alpha, beta):
    """log P(votes, z) of IBCC with the parameters integrated out."""
    T = np.eye(votes.n_classes)[z]
    n = counts_of(votes, T)
    return (log_beta(alpha + T.sum(axis=0)) - log_beta(alpha)
            + (log_beta(beta + n) - log_beta(beta)).sum())


def test_bound_is_exact_where_all_truths_are_known():
    """The posterior of the parameters is then a product of Dirichlets, as in
    the approximation."""
    votes, truth = random_votes(0, n_tasks=12, n_votes=70, n_classes=3)
    keep = votes.of_tasks(np.arange(10))  # all have votes
    beta = 1 + 3 * np.eye(3)
    fit = ebcc(keep, alpha=1.0, known_truth=truth[:10])
    assert_allclose(fit.objectives, exact_log_evidence(
        keep, truth[:10], np.ones(3), beta))


def test_bound_is_slightly_below_the_exact_log_evidence():
    votes, _ = random_votes(3, n_tasks=8, n_workers=4, n_classes=2,
                            n_votes=18)
    beta = 1 + 3 * np.eye(2)
    at = np.flatnonzero(votes.per_task > 0)
    votes = votes.of_tasks(at)
    exact = logsumexp([
        exact_log_evidence(votes, np.array(z), np.ones(2), beta)
        for z in product(range(2), repeat=votes.n_tasks)])
    bound = ebcc(votes, alpha=1.0, max_iter=500, tol=0).objectives[-1]
    assert exact - 3 < bound < exact


def test_expected_log_is_that_of_draws():
    rng = np.random.default_rng(0)
    n, prior = np.array([[3., .5], [0., 8.]]), np.array([[1., 2.], [.5, .5]])
    expected = expected_log(n, prior)
    divergence = (n * expected).sum() - log_evidence(n, prior)
    for row in range(2):
        draws = rng.dirichlet(prior[row] + n[row], 200_000)
        assert_allclose(expected[row], np.log(draws).mean(axis=0), rtol=.02)
    # KL(Dir(p + n) || Dir(p)) = E[log density ratio].
    ratio = 0
    for row in range(2):
        draws = rng.dirichlet(prior[row] + n[row], 200_000)
        ratio += (np.log(draws) @ n[row]).mean() - (
            log_beta(prior[row] + n[row]) - log_beta(prior[row]))
    assert_allclose(divergence, ratio, rtol=.02)
    assert_allclose(log_evidence(0 * n, prior), 0, atol=1e-12)
    # One draw of either class, then a second of the same: 2/3 at Dir(1, 1).
    assert_allclose(log_evidence(np.array([2., 0.]), np.ones(2)),
                    np.log(1 / 2 * 2 / 3))


def test_votes_that_depend_on_a_subtype_select_two_subtypes():
    """Tasks of either class come in two kinds; four workers know one, four
    the other, and err on what they do not know; three know both: votes are
    correlated given the class."""
    rng = np.random.default_rng(0)
    truth, kind = rng.integers(2, size=(2, 300))
    task, worker = np.repeat(np.arange(300), 11), np.tile(np.arange(11), 300)
    camp = np.where(worker < 4, 0, np.where(worker < 8, 1, 2))
    right = rng.random(len(task)) < np.where(
        camp == 2, .85, np.where(camp == kind[task], .95, .3))
    votes = Votes(task, worker, np.where(right, truth[task],
                                         1 - truth[task]), 300, 11, 2)
    one = ebcc(votes)
    auto = best_ebcc(votes, rng=np.random.default_rng(0))
    assert auto.objectives[-1] > one.objectives[-1] + 50
    right = [(fit.T.argmax(axis=1) == truth).mean() for fit in (one, auto)]
    assert right[0] < .7 and right[1] > .9


def test_the_best_runs_after_20_iterations_go_on():
    """With as many kept as there are runs, the one with the highest bound at
    the end is the best of all; each is at the bound of the ordinary run."""
    votes, _ = random_votes(0, n_votes=90)
    rng, runs = np.random.default_rng(7), [ebcc(votes, tol=1e-5)]
    runs += [ebcc(votes, R, rng, tol=1e-5) for R in (2, 2, 3, 3)]
    bounds = [run.objectives[-1] for run in runs]
    assert len(set(bounds)) == 5
    best = best_ebcc(votes, (1, 2, 3), 2, np.random.default_rng(7), tol=1e-5)
    assert_allclose(best.objectives[-1], max(bounds), atol=.01)
    rng = np.random.default_rng(7)
    short = [ebcc(votes, R, rng, max_iter=20).objectives[-1]
             for R in (1, 2, 2, 3, 3)]
    two = np.sort(np.argsort(short)[-2:])
    assert_allclose(best.objectives[-1], max(bounds[i] for i in two),
                    atol=.01)


def test_a_single_run_is_not_accelerated():
    votes, _ = random_votes(1, n_votes=90)
    one, best = ebcc(votes), best_ebcc(votes, (1,), 3)
    np.testing.assert_array_equal(best.T, one.T)
    one = ebcc(votes, 2, np.random.default_rng(3))
    best = best_ebcc(votes, (2,), 1, np.random.default_rng(3))
    np.testing.assert_array_equal(best.T, one.T)


@pytest.mark.parametrize("R", [2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_acceleration_takes_fewer_steps_to_the_same_bound(seed, R):
    """It never lowers the bound, and from an equal start ends where ordinary
    steps end, up to the tolerance."""
    votes, _ = random_votes(seed, n_tasks=60, n_votes=400)
    model = SubtypeModel(votes, R)
    start, _ = model.run(model.draw(np.random.default_rng(seed)), 20, 1e-6)
    steps = count_calls(model, "e_step")
    ordinary, n_ordinary = model.run(start, 5000, 1e-6)
    del steps[:]
    Z = squarem(model, start, 5000, 1e-6)
    bounds = [model.bound(some, *model.counts(some))
              for some in (start, ordinary, Z)]
    assert bounds[0] <= bounds[2] + 1e-9 and abs(bounds[1] - bounds[2]) < .01
    assert len(steps) < n_ordinary or n_ordinary < 15
    assert_allclose(model.of_classes(Z), model.of_classes(ordinary),
                    atol=.01)


def test_a_step_that_lowers_the_bound_is_not_taken():
    """If every extrapolation lowers it, the steps are the ordinary ones, two
    in a cycle."""
    votes, _ = random_votes(0, n_tasks=60, n_votes=400)
    model = SubtypeModel(votes, 2)
    start = model.draw(np.random.default_rng(0))
    ordinary, _ = model.run(start, 10, -1)
    taken = squarem(model, start, 15, -1)
    assert np.abs(taken - ordinary).max() > 1e-4
    model.bound, calls = lambda *_: -len(calls), count_calls(model, "counts")
    np.testing.assert_array_equal(squarem(model, start, 15, -1), ordinary)
    assert len(calls) > 2 * 5  # a trial in some cycle


def count_calls(model, method):
    """A list that grows with every call of the method."""
    calls, original = [], getattr(model, method)

    def counted(*arguments):
        calls.append(method)
        return original(*arguments)
    setattr(model, method, counted)
    return calls


def test_five_hundred_votes_do_not_underflow():
    """The authors' code exponentiates without subtracting the maximum."""
    rng = np.random.default_rng(0)
    task, worker = np.repeat([0, 1], 900), np.tile(np.arange(900), 2)
    label = np.where(rng.random(1800) < .55, task, 1 - task)
    for R in (1, 2):
        T = ebcc(Votes(task, worker, label, 2, 900, 2), R, rng).T
        np.testing.assert_array_equal(T.argmax(axis=1), [0, 1])


def naive_ptbcc(votes, n_iter):
    """The paper's updates with one loop per vote."""
    K, cast = votes.n_classes, list(zip(votes.task, votes.worker, votes.label))
    phi, v = np.nan_to_num(votes.shares()), prototypes(K)
    r = np.array([[phi[i] @ v[s][:, y] for s in range(2)]
                  for i, _, y in cast])
    u, b, a = phi.sum(axis=0), np.zeros((votes.n_workers, 2)), np.zeros(
        (2, K, K))
    for (i, j, y), weight in zip(cast, r):
        b[j] += .4 * weight
        a[:, :, y] += .5 * weight[:, None] * phi[i]
    u, b, a = (np.maximum(x, 1e-9) for x in (u, b, a))
    theta = r / r.sum(axis=1, keepdims=True)
    voted = votes.per_task > 0
    for _ in range(n_iter):
        nu, eta, mu = u + phi.sum(axis=0), b.copy(), a.copy()
        for (i, j, y), weight in zip(cast, theta):
            eta[j] += weight
            mu[:, :, y] += weight[:, None] * phi[i]
        log_v = digamma(mu) - digamma(mu.sum(axis=2))[:, :, None]
        log_pi = digamma(eta) - digamma(eta.sum(axis=1))[:, None]
        theta = np.array([np.exp(log_pi[j] + log_v[:, :, y] @ phi[i])
                          for i, j, y in cast])
        theta /= theta.sum(axis=1, keepdims=True)
        log_phi = np.tile(digamma(nu) - digamma(nu.sum()), (len(phi), 1))
        for (i, _, y), weight in zip(cast, theta):
            log_phi[i] += weight @ log_v[:, :, y]
        phi = np.exp(log_phi - logsumexp(log_phi, axis=1, keepdims=True))
        phi *= voted[:, None]
    eta = b.copy()
    for (_, j, _), weight in zip(cast, theta):
        eta[j] += weight
    return phi, eta[:, 0] / eta.sum(axis=1)


@pytest.mark.parametrize("seed", range(3))
def test_ptbcc_agrees_with_the_naive_twin(seed):
    votes, _ = random_votes(seed)
    fit = ptbcc(votes, max_iter=4, tol=-1)
    phi, reliable = naive_ptbcc(votes, 4)
    voted, votes_too = votes.per_task > 0, votes.per_worker > 0
    assert_allclose(fit.T[voted], phi[voted], atol=1e-10)
    assert_allclose(fit.worker_score[votes_too], reliable[votes_too],
                    atol=1e-10)


def test_prototypes_by_hand():
    right, wrong = prototypes(3)
    assert_allclose(right[0], [5 / 7, 1 / 7, 1 / 7])
    assert_allclose(wrong[1], [1.35 / 3.7, 1 / 3.7, 1.35 / 3.7])


def test_ptbcc_priors_keep_the_raw_products():
    """One task, votes 0 and 1: shares 1/2, r = (1/2, 1/2) for both
    prototypes, which sum to one over labels; with three classes they do not
    sum to one over prototypes."""
    votes = Votes([0, 0], [0, 1], [0, 1], 1, 2, 3)
    model = Ptbcc(votes)
    right, wrong = (5 + 1) / 14, (1 + 1.35) / 7.4
    assert_allclose(model.b, .4 * np.array([[right, wrong]] * 2))
    assert_allclose(model.a[0, :, 0], [.25 * right, .25 * right, 1e-9])
    assert_allclose(model.theta[:, 0], np.array([right, wrong])
                    / (right + wrong))
