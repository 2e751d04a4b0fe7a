"""CROWDLAB's pool of network and votes, and ActiveLab's scores."""
import numpy as np
import pytest
from conftest import random_votes
from numpy.testing import assert_allclose

from benchmark_utils.aggregation.crowdlab import (
    crowdlab,
    majority_by,
    worker_agreement,
)
from benchmark_utils.online.activelab import (
    activelab_scores,
    share_temperature,
)
from benchmark_utils.votes import Votes


def naive_pool(votes, p, consensus):
    """The paper's formulas, one loop over tasks and votes."""
    n_tasks, K = p.shape
    of_task = [[(j, y) for i, j, y in zip(votes.task, votes.worker,
                                          votes.label) if i == task]
               for task in range(n_tasks)]
    several = [i for i in range(n_tasks) if len(of_task[i]) > 1]
    P = np.mean([np.mean([y == consensus[i] for _, y in of_task[i]])
                 for i in several])
    right = [consensus[i] for i in several]
    e0 = max(1 - max(right.count(k) for k in range(K)) / len(right), 1e-6)
    agreement = np.full(votes.n_workers, np.nan)
    for j in range(votes.n_workers):
        equal = others = 0
        for i in several:
            for place, (worker, y) in enumerate(of_task[i]):
                if worker == j:
                    rest = [z for q, (_, z) in enumerate(of_task[i])
                            if q != place]
                    equal += sum(z == y for z in rest)
                    others += len(rest)
        if others:
            agreement[j] = equal / others
    agreement[np.isnan(agreement)] = np.nanmean(agreement)
    worker = [max(1 - (1 - a) / e0, 1e-6) for a in agreement]
    error = np.mean([p[i].argmax() != consensus[i] for i in several])
    network = max(1 - error / e0, 1e-6) * np.sqrt(np.mean(
        [len(heard) for heard in of_task if heard]))
    posterior = np.empty_like(p)
    for i in range(n_tasks):
        for k in range(K):
            terms = [(network, p[i, k])] + [
                (worker[j], P if y == k else (1 - P) / (K - 1))
                for j, y in of_task[i]]
            posterior[i, k] = np.average([value for _, value in terms],
                                         weights=[w for w, _ in terms])
    return posterior, network, worker


@pytest.mark.parametrize("seed", range(4))
def test_crowdlab_is_the_papers_formulas_twice(seed):
    votes, truth = random_votes(seed, n_votes=90)
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(4), size=30) * .6 + .4 * np.eye(4)[truth]
    fit = crowdlab(votes, p, rng)
    first, _, _ = naive_pool(votes, p, majority_by(votes, p, rng))
    np.testing.assert_array_equal(fit.consensus, first.argmax(axis=1))
    posterior, network, worker = naive_pool(votes, p, fit.consensus)
    assert_allclose(fit.posterior, posterior)
    assert_allclose(fit.network_weight, network)
    assert_allclose(fit.worker_weight, worker)
    assert_allclose(fit.posterior.sum(axis=1), 1)
    assert_allclose(fit.posterior[28:], p[28:])  # tasks without votes


def test_ties_go_to_the_class_that_the_network_prefers():
    votes = Votes([0, 0, 1, 1], [0, 1, 0, 1], [1, 2, 0, 0], 3, 2, 3)
    p = np.array([[.8, .05, .15], [.1, .8, .1], [.2, .2, .6]])
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(majority_by(votes, p, rng), [2, 0, 2])
    even = np.full((3, 3), 1 / 3)
    found = {tuple(majority_by(votes, even, np.random.default_rng(seed)))
             for seed in range(60)}
    assert {task[0] for task in found} == {1, 2}
    assert {task[2] for task in found} == {0, 1, 2}


def test_agreement_by_hand():
    """Worker 0 agrees with one of three other votes, worker 1 with one of
    four, worker 2 with none of one; worker 3 shares no task: the mean."""
    votes = Votes([0, 0, 1, 1, 2, 0], [0, 1, 0, 2, 3, 1],
                  [1, 1, 0, 1, 0, 0], 3, 4, 2)
    # Task 0: votes 1 (worker 0), 1 and 0 (worker 1, twice); task 1: 0, 1.
    expected = np.array([1 / 3, 1 / 4, 0, 0])
    expected[3] = expected[:3].mean()
    assert_allclose(worker_agreement(votes), expected)
    alone = Votes([0, 1], [0, 1], [0, 1], 2, 2, 2)
    assert np.isnan(worker_agreement(alone)).all()
    fit = crowdlab(alone, np.array([[.9, .1], [.5, .5]]),
                   np.random.default_rng(0))
    assert fit.network_weight == 1 and (fit.worker_weight == 1).all()
    P = (.9 + .5) / 2
    assert_allclose(fit.posterior[0], [(.9 + P) / 2, (.1 + 1 - P) / 2])


def test_names_of_tasks_and_workers_do_not_matter():
    votes, _ = random_votes(1)
    rng = np.random.default_rng(1)
    p = rng.dirichlet(np.ones(4), size=30)
    task, worker = rng.permutation(30), rng.permutation(9)
    other = Votes(task[votes.task], worker[votes.worker], votes.label, 30, 9,
                  4)
    q = np.empty_like(p)
    q[task] = p
    first, second = crowdlab(votes, p, rng), crowdlab(other, q, rng)
    assert_allclose(second.posterior[task], first.posterior)
    assert_allclose(second.worker_weight[worker], first.worker_weight)


def test_activelab_before_a_second_vote_by_hand():
    """All weights are 1, so the score is (2 p[vote] + 1 / K) / 3 with a vote,
    else (max p + 1 / K) / 2."""
    votes = Votes([0, 1], [0, 1], [1, 0], 4, 2, 2)
    p = np.array([[.3, .7], [.2, .8], [.6, .4], [.5, .5]])
    score = activelab_scores(votes, np.log(p), np.random.default_rng(0))
    assert_allclose(score, [(2 * .7 + .5) / 3, (2 * .2 + .5) / 3,
                            (.6 + .5) / 2, (.5 + .5) / 2])


def test_activelab_prefers_tasks_where_votes_differ():
    votes = Votes(np.repeat(np.arange(30), 2), np.tile([0, 1], 30),
                  np.r_[np.repeat(np.arange(30) % 2, 2)[:-2], 0, 1], 30, 3, 2)
    log_p = np.log(np.where(np.eye(2)[np.arange(30) % 2] > 0, .8, .2))
    score = activelab_scores(votes, log_p, np.random.default_rng(0))
    assert score.argmin() == 29
    assert score[29] < score[:29].min() - .05


def test_share_temperature_is_where_the_cross_entropy_is_least():
    rng = np.random.default_rng(0)
    log_p = np.log(rng.dirichlet(np.ones(3), size=200))
    for t in (.5, 3.0):
        p = np.exp(log_p / t)
        shares = p / p.sum(axis=1, keepdims=True)
        assert_allclose(share_temperature(log_p, shares), t, rtol=1e-3)
