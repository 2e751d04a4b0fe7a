import numpy as np
import pytest
from conftest import random_votes, toy_votes
from numpy.testing import assert_allclose
from scipy.special import logsumexp, softmax

from benchmark_utils.aggregation import em, truths
from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.em import (
    fit_em,
    objective_settles,
    posterior_settles,
)
from benchmark_utils.aggregation.spammers import spammer_score
from benchmark_utils.aggregation.truths import Truths
from benchmark_utils.votes import Votes


def naive_dawid_skene(votes, n_iter):
    """The textbook formulas, one loop per index, products without logs."""
    n, W, K = votes.n_tasks, votes.n_workers, votes.n_classes
    T = votes.shares()
    voted = [i for i in range(n) if votes.per_task[i]]
    for _ in range(n_iter):
        rho = T[voted].mean(axis=0)
        pi = np.zeros((W, K, K))
        for i, j, answer in zip(votes.task, votes.worker, votes.label):
            pi[j, :, answer] += T[i]
        totals = pi.sum(axis=2, keepdims=True)
        pi = np.divide(pi, totals, out=np.zeros_like(pi), where=totals > 0)
        joint = np.tile(rho, (n, 1))
        for i, j, answer in zip(votes.task, votes.worker, votes.label):
            joint[i] *= pi[j, :, answer]
        T = joint / joint.sum(axis=1, keepdims=True)
        log_likelihood = np.log(joint[voted].sum(axis=1)).sum()
    T[votes.per_task == 0] = np.nan
    return T, pi, rho, log_likelihood


def test_first_step_matches_hand_computation():
    # Design values: shares, one M step, one E step on the toy.
    T = dawid_skene(toy_votes(), max_iter=1).T
    assert_allclose(T[:, 1], [.883928571429, .174603174603, 1], atol=1e-11)


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_the_naive_twin(seed):
    votes, _ = random_votes(seed)
    fit = dawid_skene(votes, max_iter=7, tol=-1)
    T, pi, rho, log_likelihood = naive_dawid_skene(votes, 7)
    assert_allclose(fit.T, T, atol=1e-10)
    assert_allclose(fit.rho, rho, atol=1e-10)
    assert_allclose(fit.pi, pi[votes.answer_worker, :, votes.answer_label],
                    atol=1e-10)
    assert_allclose(fit.log_likelihoods[-1], log_likelihood, rtol=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_em_never_lowers_the_likelihood(seed):
    votes, _ = random_votes(seed, n_votes=120)
    trace = dawid_skene(votes, max_iter=60, tol=-1).log_likelihoods
    assert len(trace) == 60
    assert np.all(np.diff(trace) > -1e-9 * np.abs(trace[0]))


@pytest.mark.parametrize("per_task", [900, 30_000])
def test_many_votes_per_task_do_not_underflow(per_task):
    # .6^900 is 1e-200, .6^30000 underflows.
    rng = np.random.default_rng(0)
    truth = np.array([0, 1, 2, 0])
    worker = np.tile(np.arange(per_task) % 50, 4)
    task = np.repeat(np.arange(4), per_task)
    label = np.where(rng.random(len(task)) < .6, truth[task],
                     rng.integers(3, size=len(task)))
    fit = dawid_skene(Votes(task, worker, label, 4, 50, 3))
    assert np.isfinite(fit.T).all() and np.isfinite(fit.log_likelihoods).all()
    np.testing.assert_array_equal(fit.T.argmax(axis=1), truth)


def test_absent_workers_and_unvoted_tasks_change_nothing():
    votes, _ = random_votes(1)
    wide = Votes(votes.task + 3, votes.worker * 5 + 2, votes.label,
                 votes.n_tasks + 7, votes.n_workers * 5 + 2, votes.n_classes)
    T = dawid_skene(wide).T
    assert np.isnan(T[:3]).all() and np.isnan(T[-6:]).all()
    assert_allclose(T[3:3 + votes.n_tasks], dawid_skene(votes).T, atol=1e-12)


def test_single_class_and_no_votes():
    fit = dawid_skene(Votes([0, 1], [0, 0], [0, 0], 3, 1, 1))
    np.testing.assert_array_equal(fit.T, [[1], [1], [np.nan]])
    assert np.isnan(dawid_skene(Votes([], [], [], 2, 2, 2)).T).all()


def test_smoothing_is_pseudo_votes():
    # One worker, two tasks voted 0 and 1: T starts at identity, so counts are
    # the identity and pi = (1 + s) / (1 + 2 s) on the diagonal.
    votes = Votes([0, 1], [0, 0], [0, 1], 2, 1, 2)
    fit = dawid_skene(votes, max_iter=1, smoothing=.5)
    assert_allclose(fit.pi, [[.75, .25], [.25, .75]])
    assert_allclose(fit.T, [[.75, .25], [.25, .75]])


def test_spammer_score_by_hand():
    # Worker 0 is always right, 1 always votes 0, 2 is right on class 0 and
    # half of the time on class 1; 3 is right on classes 0 and 1 but has no
    # task of class 2. Ten perfect workers fix the truth.
    truth = np.array([0, 0, 1, 1, 2, 2])
    task = np.tile(np.arange(6), 10)
    worker = np.repeat(np.arange(4, 14), 6)
    label = truth[task]
    extra = [(i, 0, truth[i]) for i in range(6)]
    extra += [(i, 1, 0) for i in range(6)]
    extra += [(0, 2, 0), (1, 2, 0), (2, 2, 1), (3, 2, 0)]
    extra += [(0, 3, 0), (2, 3, 1)]
    extra = np.array(extra).T
    votes = Votes(np.concatenate([task, extra[0]]),
                  np.concatenate([worker, extra[1]]),
                  np.concatenate([label, extra[2]]), 6, 15, 3)
    score = spammer_score(votes, dawid_skene(votes).pi)
    # Rows of 2: (1, 0) and (.5, .5): distance .25 + .25, over R (R - 1) = 2.
    assert_allclose(score[:4], [1, 0, .25, 1], atol=1e-6)
    assert np.isnan(score[14])  # without votes


def test_known_truths_are_part_of_the_likelihood():
    """With all truths known, the log-likelihood is log P(votes, truth) at the
    maximum-likelihood counts and prevalence."""
    votes, truth = random_votes(3)
    fit = dawid_skene(votes, known_truth=truth)
    np.testing.assert_array_equal(fit.T, np.eye(4)[truth])
    rho = np.bincount(truth, minlength=4) / len(truth)
    assert_allclose(fit.rho, rho)
    n = np.zeros((votes.n_workers, 4, 4))
    np.add.at(n, (votes.worker, truth[votes.task], votes.label), 1)
    pi = n / np.maximum(n.sum(axis=2, keepdims=True), 1)
    of_votes = pi[votes.worker, truth[votes.task], votes.label]
    assert_allclose(fit.log_likelihoods, np.log(of_votes).sum()
                    + np.log(rho[truth]).sum())


def test_max_iter_is_checked():
    with pytest.raises(ValueError, match="max_iter must be at least 1, got 0"):
        dawid_skene(toy_votes(), max_iter=0)


def loop(values, settled, max_iter=100):
    """Number of iterations of a loop whose objectives are given."""
    left = iter(values)
    return len(fit_em(lambda T: T, lambda T: (T, next(left)), np.zeros((1, 1)),
                      max_iter, settled)[2])


def test_objective_settles_relative_to_its_size():
    """A change of 1 is small for a likelihood of -10^6 and large for -10."""
    for size, n_iter in ((1e6, 2), (10, 5)):
        values = [-size, 1 - size, 2 - size, 3 - size, 3 - size]
        assert loop(values, objective_settles(1e-5)) == n_iter
    # A decrease within the tolerance also ends it; exactly tol is enough.
    assert loop([-100, -101, 0], objective_settles(.01)) == 2
    assert loop([-100, -99, 0], objective_settles(.01)) == 2
    assert loop([0, 0, 1], objective_settles(0)) == 2


def test_posterior_settles_where_every_entry_does(monkeypatch):
    last = np.tile([.5, .5], (5, 1))
    after = last.copy()
    after[4] = [.52, .48]
    for chunk in (2, 100):
        monkeypatch.setattr(em, "CHUNK", chunk)
        assert posterior_settles(.021)(None, last, after)
        assert not posterior_settles(.019)(None, last, after)
        assert posterior_settles(0, relative=.041)(None, last, after)
        assert not posterior_settles(0, relative=.039)(None, last, after)
        assert posterior_settles(0, of=lambda T: T.sum(axis=1))(
            None, last, after)
    assert loop(range(100), lambda *_: False, max_iter=7) == 7


def test_parameters_and_posterior_of_the_same_iteration():
    """The posterior is that of the returned parameters."""
    parameters, T, trace = fit_em(
        lambda T: T + 1, lambda p: (2 * p, p), 0, 3,
        lambda *_: False)
    # 0 -> 1, 2 -> 3, 6 -> 7, 14
    assert (parameters, T, list(trace)) == (7, 14, [1, 3, 7])


def test_posterior_of_long_rows_in_chunks(monkeypatch):
    """Softmax in chunks of scores whose exponentials overflow, and the sum of
    the log-normalisers over the tasks with votes."""
    monkeypatch.setattr(truths, "CHUNK", 2)
    votes = Votes([0, 1, 2, 4], [0] * 4, [0, 1, 0, 1], 5, 1, 2)
    scores = np.array([[-2000., -2001], [800, 0], [0, 0], [5, 7], [1, 3]])
    T, log_norm = Truths(votes).posterior(scores.copy())
    expected = softmax(scores, axis=1)
    expected[3] = 0  # without votes
    assert_allclose(T, expected, atol=1e-15)
    assert_allclose(log_norm, logsumexp(scores, axis=1)[[0, 1, 2, 4]].sum())


def test_known_truth_clamps_classes_with_subtypes():
    votes = Votes([0, 1], [0, 0], [0, 1], 2, 1, 2)
    known = Truths(votes, np.array([1, -1]))
    np.testing.assert_array_equal(known.start(), [[0, 1], [0, 1]])
    T, log_norm = known.posterior(np.log([[.1, .2, .3, .1], [.2] * 4]))
    assert_allclose(T, [[0, 0, .75, .25], [.25] * 4])
    assert_allclose(log_norm, np.log(.4) + np.log(.8))
    assert_allclose(known.prevalence(T), [.125, .125, .5, .25])
