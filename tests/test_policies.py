"""The queries of each policy: its formula, and ties at random."""
from types import SimpleNamespace

import numpy as np
import pytest
from benchopt_internals import solver_classes
from numpy.testing import assert_allclose
from online_runs import POLICIES, handed_to
from scipy.stats import chisquare
from scipy.stats import t as student

from benchmark_utils.contract.problem import Problem
from benchmark_utils.online.assignment import best_pairs, best_tasks
from benchmark_utils.online.belief import Belief
from benchmark_utils.online.expected_accuracy import (
    largest_gain,
    mean_gain,
    of_all_pairs,
)
from benchmark_utils.online.interval_estimation import upper_limits
from benchmark_utils.oracles.design import random_workers
from benchmark_utils.votes import Votes


# --- ties ------------------------------------------------------------------
def alike(n_tasks=12, n_workers=6, K=3):
    return Problem(ground_truth=np.zeros(n_tasks, int), oracle=dict(
        confusion=np.full((n_workers, K, K), 1 / K), budget=n_tasks))


@pytest.mark.parametrize("policy", POLICIES)
def test_before_any_vote_all_pairs_are_equally_likely(benchmark, policy):
    """All pairs are tied: over 300 seeds the first queries are spread evenly.
    Numbers of tasks and workers must not matter."""
    cls, problem = solver_classes(benchmark)[policy], alike()
    tasks, workers = np.zeros(12), np.zeros(6)
    for seed in range(300):
        solver = handed_to(cls.get_instance(), problem, seed)
        solver._start()
        task, worker = solver.query(
            solver.belief, solver.oracle.candidates(), 5)
        assert len(task) == len(worker) == 5
        np.add.at(tasks, task[:1], 1)
        np.add.at(workers, worker[:1], 1)
    assert chisquare(tasks).pvalue > 1e-3
    assert chisquare(workers).pvalue > 1e-3


def test_best_pairs_take_one_vote_per_task():
    score = np.array([[.9, .8], [.1, .5], [.7, .6]])
    candidates = np.array([[False, True], [True, True], [False, False]])
    rng = np.random.default_rng(0)
    task, worker = best_pairs(rng, score, candidates, 5)
    np.testing.assert_array_equal(task, [0, 1])
    np.testing.assert_array_equal(worker, [1, 1])
    task, worker = best_pairs(rng, np.full((3, 2), np.nan), candidates, 5)
    assert len(task) == len(worker) == 0
    np.testing.assert_array_equal(
        best_tasks(rng, np.array([.1, .3, .2]), np.array([4, 7, 9]), 2),
        [7, 9])


def test_scores_that_differ_by_rounding_are_tied():
    """Sums in another order differ in the last digits; larger differences
    decide."""
    score = .3 + np.array([[0, 1e-16], [2e-16, -1e-16]])
    everything = np.ones((2, 2), bool)
    first = [best_pairs(np.random.default_rng(seed), score, everything, 1)
             for seed in range(200)]
    cells = [2 * task[0] + worker[0] for task, worker in first]
    assert chisquare(np.bincount(cells, minlength=4)).pvalue > 1e-3
    score[1, 0] += 1e-6
    for seed in range(20):
        task, worker = best_pairs(np.random.default_rng(seed), score,
                                  everything, 1)
        assert (task, worker) == (1, 0)


def test_random_workers_are_candidates_and_all_come():
    candidates = np.array([[True, False, True]] * 300)
    worker = random_workers(np.random.default_rng(0), candidates,
                            np.arange(300))
    assert set(worker) == {0, 2}


# --- gains in accuracy -----------------------------------------------------
def beliefs(seed, n_tasks=5, n_workers=4, K=3):
    rng = np.random.default_rng(seed)
    return Belief(rng.dirichlet(np.ones(K), size=n_tasks),
                  rng.gamma(2, size=(n_workers, K, K)) + .1, None)


@pytest.mark.parametrize("gain, summarise", [
    (mean_gain, lambda chance, best: chance @ best),
    (largest_gain, lambda chance, best: best.max())])
def test_gains_by_bayes_rule(gain, summarise):
    """For each answer its probability and the largest posterior after it."""
    belief = beliefs(0)
    gains = of_all_pairs(gain, belief)
    for i, p in enumerate(belief.label_posterior):
        for j, w in enumerate(belief.mean_confusion):
            chance = p @ w
            best = np.array([(p * w[:, vote] / chance[vote]).max()
                             for vote in range(3)])
            assert gains[i, j] == pytest.approx(
                summarise(chance, best) - p.max(), abs=1e-12)


def test_mean_gain_is_zero_if_no_answer_changes_the_label():
    """Class 0 has probability .9, the worker accuracy .7: after a vote for
    class 1 the odds are still 3.9 for class 0. Opt-KG's gain, that of the best
    answer, is positive."""
    p, w = np.array([[.9, .1]]), np.array([[.7, .3], [.3, .7]])
    assert mean_gain(p, w) == pytest.approx(0)
    assert largest_gain(p, w) == pytest.approx(.63 / .66 - .9)
    assert mean_gain(p, np.eye(2)) == pytest.approx(.1)
    useless = np.full((2, 2), .5)
    assert mean_gain(p, useless) == largest_gain(p, useless) == pytest.approx(
        0)


# --- BALD ------------------------------------------------------------------
def test_bald_counts_the_votes_of_a_task_once(benchmark, monkeypatch):
    """A classifier with probability .8, without the task's votes, and votes
    with odds 3 : 1 give odds of 12 : 1."""
    solver, seen = solver_classes(benchmark)["BALD"].get_instance(), []
    monkeypatch.setitem(
        type(solver).query.__globals__, "bald_scores",
        lambda f, W: seen.append(f) or np.zeros((1, 4)))
    solver.rng = np.random.default_rng(0)
    solver.oracle = SimpleNamespace(cost=np.ones(4))
    solver.model = SimpleNamespace(sample=lambda n: np.log([[[.8, .2]] * n]))
    solver.query(SimpleNamespace(
        log_votes=np.log([[.75, .25]]), dirichlet=np.ones((4, 2, 2))),
        np.ones((1, 4), bool), 1)
    assert_allclose(seen[0], [[[12 / 13, 1 / 13]] * 16], rtol=1e-6)


# --- IEThresh --------------------------------------------------------------
def test_upper_limits_by_hand():
    """Worker 0 agrees with the majority of tasks 0 and 1; worker 1 on task 0
    and, half of it, on the tied task 2; worker 2 on task 0 alone; worker 3
    never voted."""
    votes = Votes([0, 0, 0, 1, 1, 1, 2, 2], [0, 1, 2, 0, 1, 2, 1, 2],
                  [1, 1, 1, 0, 1, 0, 0, 1], 3, 4, 2)
    rewards = [[0, 1, 1, 1], [0, 1, 1, 0, .5], [0, 1, 1, 1, .5], [0, 1]]
    expected = [np.mean(r) + student.ppf(.975, len(r) - 1) * np.std(r, ddof=1)
                / np.sqrt(len(r)) for r in rewards]
    assert_allclose(upper_limits(votes), expected)


def test_iethresh_asks_all_workers_that_may_be_among_the_best(benchmark):
    """Worker 5 never agrees with the five others on 40 tasks: all workers but
    this one are queried, one task after the other."""
    label = np.tile([0, 0, 0, 0, 0, 1], 40)
    heard = Votes(np.repeat(np.arange(40), 6), np.tile(np.arange(6), 40),
                  label, 60, 6, 3)
    solver = solver_classes(benchmark)["IEThresh"].get_instance()
    solver.rng = np.random.default_rng(0)
    solver.oracle = SimpleNamespace(votes=lambda: heard)
    candidates = np.zeros((60, 6), bool)
    candidates[40:] = True
    task, worker = solver.query(None, candidates, 12)
    assert sorted(np.unique(task, return_counts=True)[1]) == [2, 5, 5]
    assert set(worker) == {0, 1, 2, 3, 4} and task.min() >= 40
    # Where only worker 5 is left, worker 5 is the best available.
    candidates[:, :5] = False
    assert (solver.query(None, candidates, 3)[1] == 5).all()
