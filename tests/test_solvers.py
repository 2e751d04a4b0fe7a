"""Solvers on datasets with known results."""
from collections import Counter
from math import comb

import numpy as np
import pytest
from benchopt_internals import solver_classes
from conftest import random_votes, toy_votes

from benchmark_utils.votes import Votes

CASE_2 = dict(n_tasks=100, n_workers=20, n_classes=2, votes_per_task="every")
CASE_4 = dict(n_tasks=100, n_workers=20, n_classes=4, votes_per_task="1to20")


def recoveries(solve, dataset, solver, n=10, **options):
    return np.array([solve(dataset, solver, r, **options)[2]["label_recovery"]
                     for r in range(n)])


@pytest.mark.slow
def test_mv_closed_form_on_hammer_spammer(solve):
    """4 correct votes and Binomial(16, 1/2) more: P(at least 7) + P(6) / 2."""
    exact = sum(comb(16, b) * (1 if b >= 7 else .5)
                for b in range(6, 17)) / 2 ** 16
    assert round(exact, 3) == .834
    values = recoveries(solve, "HammerSpammer", "MV", n=300,
                        dataset_options=CASE_2)
    error = values.std() / np.sqrt(len(values))
    assert abs(values.mean() - exact) < 4 * error and error < .003


@pytest.mark.parametrize("solver, low, high", [
    ("DS", 1, 1), ("GLAD", 1, 1), ("MV", .81, .86), ("NS", .81, .86)])
def test_hammer_spammer_two_classes(solve, solver, low, high):
    # Design: the seeds' slides and the mean over seeds.
    mean = recoveries(solve, "HammerSpammer", solver,
                      dataset_options=CASE_2).mean()
    assert low <= mean <= high


@pytest.mark.slow
@pytest.mark.parametrize("solver, options, expected", [
    ("MV", {}, .63), ("NS", {}, .62), ("DS", {}, .85), ("GLAD", {}, .86),
    ("DS", dict(spammer_threshold=.5), .88)])
def test_hammer_spammer_four_classes(solve, solver, options, expected):
    # Design: means over 10 seeds, whose standard error is about .012; ours
    # over 40 other seeds.
    mean = recoveries(solve, "HammerSpammer", solver, n=40,
                      dataset_options=CASE_4, solver_options=options).mean()
    assert abs(mean - expected) < .035


def test_ds_flags_every_spammer_and_no_hammer(solve):
    for r in range(10):
        data, result, scores = solve("HammerSpammer", "DS", r,
                                     dataset_options=CASE_2)
        np.testing.assert_array_equal(result["worker_score"] < .5,
                                      data["spammer"])
        assert scores["worker_auc"] == 1


HARDER = dict(n_tasks=100, n_workers=20, n_classes=4, votes_per_task=10,
              n_hammers=14, hammer_accuracy="0.4to0.8")


@pytest.mark.slow
def test_worker_scores_on_a_harder_crowd(solve):
    """30% spammers among workers of accuracy .4 to .8: over 30 other seeds
    MV .979, DS .923, GLAD .985, standard errors below .014 (10 repetitions:
    .023). The threshold .5 also flags most reliable workers."""
    for solver, expected in (("MV", .979), ("DS", .923), ("GLAD", .985)):
        runs = [solve("HammerSpammer", solver, r, dataset_options=HARDER)
                for r in range(10)]
        auc = np.mean([scores["worker_auc"] for _, _, scores in runs])
        assert abs(auc - expected) < .05
        if solver == "DS":
            for data, result, _ in runs:
                low = result["worker_score"] < .5
                assert low[data["spammer"]].all()
                assert low[~data["spammer"]].mean() > .5


def test_hammers_err_as_often_as_asked(solve):
    for value, low, high in ((.7, .7, .7), ("0.4to0.8", .4, .8)):
        data, _, _ = solve("HammerSpammer", "MV", dataset_options=dict(
            CASE_4, n_tasks=4000, votes_per_task="every", n_hammers=20,
            hammer_accuracy=value))
        votes, truth = data["votes"], data["ground_truth"]
        right = votes.worker_mean((votes.label == truth[votes.task]) * 1.)
        error = 5 * .5 / np.sqrt(4000)
        assert low - error < right.min() and right.max() < high + error
        assert right.max() - right.min() > .2 or low == high
        # Errors are even over the other classes.
        offset = (votes.label - truth[votes.task])[
            votes.label != truth[votes.task]] % 4
        share = np.bincount(offset, minlength=4)[1:] / len(offset)
        assert np.abs(share - 1 / 3).max() < .02


def test_ds_gains_where_its_model_holds(solve):
    """Independent confusions are DS's own model: it beats MV on average."""
    gain = (recoveries(solve, "IndependentConfusion", "DS")
            - recoveries(solve, "IndependentConfusion", "MV"))
    assert gain.mean() > 3 * gain.std() / np.sqrt(len(gain))


def test_glad_gains_where_tasks_differ(solve):
    gain = (recoveries(solve, "DiscreteDifficulty", "GLAD")
            - recoveries(solve, "DiscreteDifficulty", "MV"))
    assert gain.mean() > 3 * gain.std() / np.sqrt(len(gain))


def run(benchmark, solver, votes, seed=0, **options):
    solver = solver_classes(benchmark)[solver].get_instance(**options)
    solver.set_objective(votes=votes, seed=seed)
    solver.run(None)
    return solver.get_result()


def test_majority_vote_shares_ties(benchmark):
    votes = Votes([0, 0, 1, 1, 1], [0, 1, 0, 1, 2], [0, 2, 1, 1, 0], 3, 3, 3)
    soft = run(benchmark, "MV", votes)["soft_labels"]
    np.testing.assert_array_equal(
        soft, [[.5, 0, .5], [0, 1, 0], [np.nan] * 3])


def test_agreement_is_the_default_worker_score(benchmark):
    result = run(benchmark, "MV", toy_votes())
    # MV says 1, 0, 1: worker 0 was right once of two, 1 once of two ...
    np.testing.assert_allclose(result["worker_score"], [.5, .5, 1, 1])
    # The entropy of the votes 3:1, 2:1, 2:0, not that of the majority.
    np.testing.assert_allclose(
        result["task_score"], [.75 * np.log(.75) + .25 * np.log(.25),
                               np.log(1 / 3) / 3 + np.log(2 / 3) * 2 / 3, 0])


def first_to_reach(votes, p, seed):
    """The consensus label of each task by a loop over votes, -1 = none."""
    reached, tally = np.full(votes.n_tasks, -1), Counter()
    for i in np.random.default_rng(seed).permutation(len(votes)):
        task, label = votes.task[i], votes.label[i]
        tally[task, label] += 1
        if tally[task, label] == p and reached[task] < 0:
            reached[task] = label
    return reached


@pytest.mark.parametrize("p", [1, 2, 3])
def test_consensus_in_a_random_order(benchmark, p):
    votes, _ = random_votes(p)
    seen = []
    for seed in range(5):
        soft = run(benchmark, "Consensus", votes, seed=seed, p=p)[
            "soft_labels"]
        best = np.where(np.isnan(soft[:, 0]), -1, soft.argmax(axis=1))
        np.testing.assert_array_equal(best, first_to_reach(votes, p, seed))
        seen.append(tuple(best))
    assert len(set(seen)) > 1


@pytest.mark.parametrize("p, expected", [
    # Chances of the classes, and of none, in a random order of the votes.
    # Task 0: 1 0 0 1; task 1: 0 0 0 1 1; task 2: 2.
    (1, [[1 / 2, 1 / 2, 0, 0], [3 / 5, 2 / 5, 0, 0], [0, 0, 1, 0]]),
    # Task 1: class 1 is the first with two votes if both are among the first
    # three, 3 of the 10 pairs of places.
    (2, [[1 / 2, 1 / 2, 0, 0], [.7, .3, 0, 0], [0, 0, 0, 1]]),
    (3, [[0, 0, 0, 1], [1, 0, 0, 0], [0, 0, 0, 1]])])
def test_consensus_by_its_chances(benchmark, p, expected):
    task = [0, 1, 0, 1, 0, 1, 2, 1, 0, 1]
    label = [1, 0, 0, 0, 0, 0, 2, 1, 1, 1]
    votes = Votes(task, range(10), label, 3, 10, 3)
    solver = solver_classes(benchmark)["Consensus"].get_instance(p=p)
    n_seeds, number = 1000, np.zeros((3, 4))
    for seed in range(n_seeds):
        solver.set_objective(votes=votes, seed=seed)
        solver.run(None)
        soft, spent = solver.soft_labels, -solver.task_score
        none = np.isnan(soft).any(axis=1)
        number += np.column_stack([np.nan_to_num(soft), none])
        np.testing.assert_array_equal(np.isnan(spent), none)
        assert (p <= spent[~none]).all() and (
            spent[~none] <= votes.per_task[~none]).all()
    # Four standard errors.
    assert np.abs(number / n_seeds - expected).max() < 4 * .5 / n_seeds ** .5


def test_wds_by_hand(benchmark):
    # Ten perfect workers pin two tasks of each class; worker 10 is always
    # right, worker 11 says 1 always: pi_00 = 0, pi_11 = 1.
    truth = np.array([0, 0, 1, 1])
    task = np.concatenate([np.tile(np.arange(4), 10), range(4), range(4)])
    worker = np.repeat(np.arange(12), 4)
    label = np.concatenate([np.tile(truth, 10), truth, [1] * 4])
    soft = run(benchmark, "WDS", Votes(task, worker, label, 4, 12, 2))[
        "soft_labels"]
    np.testing.assert_allclose(
        soft, [[11 / 12, 1 / 12]] * 2 + [[0, 1]] * 2, atol=1e-6)


def test_dropped_spammers_leave_their_tasks_a_label(benchmark):
    """Task 4 has only the spammer's vote: it keeps the first posterior."""
    truth = np.array([0, 1, 0, 1])
    task = np.concatenate([np.tile(np.arange(4), 5), range(5)])
    worker = np.concatenate([np.repeat(np.arange(5), 4), [5] * 5])
    label = np.concatenate([np.tile(truth, 5), [1] * 5])
    votes = Votes(task, worker, label, 5, 6, 2)
    result = run(benchmark, "DS", votes, spammer_threshold=.5)
    assert result["worker_score"][5] < .5 <= result["worker_score"][:5].min()
    np.testing.assert_allclose(result["soft_labels"].sum(axis=1), 1)
