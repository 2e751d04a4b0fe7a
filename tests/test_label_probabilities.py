"""Scores of the labels' probabilities: with the truth, and without it."""
from itertools import permutations

import benchopt_internals as internals
import numpy as np
import pytest
import worked_panel
from conftest import random_votes
from numpy.testing import assert_allclose

from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.emission import fit_emission
from benchmark_utils.aggregation.held_out import (
    cross_fit,
    hidden_folds,
    hold_out,
    vote_distance,
)
from benchmark_utils.crowds.dataset import CrowdDataset
from benchmark_utils.scoring.calibration import calibration_error
from benchmark_utils.scoring.label_probabilities import (
    label_reliability,
    vote_scores,
)
from benchmark_utils.votes import UNVOTED, Votes

VOTES_ONLY = ["MV", "NS", "Consensus", "DS", "GLAD", "WDS"]


def test_label_calibration_by_hand():
    # Two tasks at .9, one of them right; a tie at .5 that holds the truth;
    # an abstention and an unknown truth do not count.
    T = np.array([[.9, .1], [.9, .1], [.5, .5], [np.nan] * 2, [1, 0]])
    table = label_reliability(T, np.array([0, 1, 1, 0, -1]))
    assert sum(table["n"]) == 3
    assert_allclose(calibration_error(table), (2 * abs(.5 - .9) + 0) / 3)


def test_a_truth_that_nobody_voted_is_a_wrong_label():
    table = label_reliability(np.array([[.9, .1], [.9, .1]]),
                              np.array([0, UNVOTED]))
    assert sum(table["n"]) == 2 and sum(table["right"]) == 1


def test_label_calibration_of_nothing_is_nan():
    table = label_reliability(np.full((2, 3), np.nan), np.array([0, 1]))
    assert np.isnan(calibration_error(table))


def test_calibrated_labels_have_a_small_error():
    rng = np.random.default_rng(0)
    T = rng.dirichlet([.3, .3, .3], size=20_000)
    truth = (rng.random(20_000)[:, None] > T.cumsum(axis=1)).sum(axis=1)
    assert calibration_error(label_reliability(T, truth)) < .015
    surer = T ** 3 / (T ** 3).sum(axis=1, keepdims=True)
    assert calibration_error(label_reliability(surer, truth)) > .1


@pytest.fixture
def solve_hammers(cell):
    """solve_hammers(solver, **data): the result and the scores of a simulated
    crowd whose data say so much more."""
    def run(solver, **data):
        dataset, objective, solver = cell("HammerSpammer", solver)
        objective.set_data(**dict(internals.get_data(dataset), **data))
        internals.set_up(objective, solver)
        solver.run_once()
        result = solver.get_result()
        return result, objective.evaluate_result(**result)
    return run


@pytest.mark.parametrize("solver", VOTES_ONLY)
def test_votes_only_solvers_are_scored_on_hidden_votes(solve_hammers, solver):
    result, scores = solve_hammers(solver, hide_votes=True)
    assert result["held_out_labels"].shape[1:] == result["soft_labels"].shape
    assert 0 < scores["vote_nll"] < np.log(20)
    assert 0 <= scores["label_ece"] <= 1


def test_a_simulated_crowd_asks_for_no_such_score(solve_hammers):
    result, scores = solve_hammers("MV")
    assert result["held_out_labels"] is None
    assert np.isnan(scores["vote_nll"]) and scores["label_recovery"] > .5


@pytest.mark.parametrize("kind, given, expected", [
    ("simulated", {}, dict(hide_votes=False)),
    ("simulated", dict(hide_votes=True), dict(hide_votes=True)),
    ("simulated", dict(missing="no file"), dict(missing="no file")),
    ("human", {}, {})])
def test_whose_votes_are_hidden(kind, given, expected):
    class Crowd(CrowdDataset):
        name, facts = "Crowd", dict(kind=kind)

        def get_data(self):
            return dict(given)

    assert Crowd.get_instance().get_data() == expected


def test_the_cache_knows_whether_votes_are_hidden(cell):
    dataset, objective, _ = cell("HammerSpammer", "MV")
    states = []
    for hide_votes in (False, True):
        objective.set_data(**dict(internals.get_data(dataset),
                                  hide_votes=hide_votes))
        states.append(objective._get_state())
    assert states[0] != states[1]


def test_the_benchmarks_score_is_that_of_the_kernel(benchmark):
    votes, _ = random_votes(0)
    solver = {cls.name: cls for cls in benchmark.get_solvers()}[
        "DS"].get_instance()
    solver.set_objective(votes=votes)
    solver.run(None)
    soft_labels = solver.soft_labels.copy()
    result = solver.get_result()
    np.testing.assert_array_equal(result["soft_labels"], soft_labels)
    assert solver.votes is votes
    hidden = cross_fit(votes, lambda shown: dawid_skene(shown).T)
    scores = vote_scores(votes, result["held_out_labels"])
    assert_allclose(scores["vote_nll"], hidden.nll())
    # By definition, with the share of equal pairs among a task's votes.
    equal = [np.mean([a == b for a, b in permutations(
        votes.label[votes.task == task], 2)]) for task in hidden.task]
    y = np.eye(4)[votes.label[hidden.vote]]
    for name, q in (("vote_distance", hidden.T),
                    ("vote_distance_crowd", hidden.crowd)):
        assert_allclose(scores[name], np.mean(
            ((q - y) ** 2).sum(axis=1) - 1 + equal))
    for folds in (result["held_out_labels"][1:],
                  np.repeat(result["held_out_labels"], 2, axis=0)):
        with pytest.raises(ValueError, match=f"held_out_labels has "
                           f"{len(folds)} folds, expected"):
            vote_scores(votes, folds)


@pytest.mark.parametrize("counts, q, expected", [
    ((3, 1), (.7, .3), -.12), ((0, 2), (.4, .6), .32)])
def test_vote_distance_by_hand(counts, q, expected):
    n = sum(counts)
    votes = Votes([0] * n, range(n), np.repeat([0, 1], counts), 1, n, 2)
    assert_allclose(vote_distance(votes, np.arange(n), np.tile(q, (n, 1))),
                    expected)


def test_vote_distance_has_no_bias():
    """Over all outcomes of three votes from p: the squared distance."""
    p, q = np.array([.5, .3, .2]), np.array([.2, .2, .6])
    found = 0
    for label in np.ndindex(3, 3, 3):
        votes = Votes([0] * 3, [0, 1, 2], label, 1, 3, 3)
        found += p[[*label]].prod() * vote_distance(
            votes, np.array([1]), q[None])
    assert_allclose(found, ((p - q) ** 2).sum())


def test_the_crowd_of_the_worked_example():
    """A class-1 posterior of 0 or 1: the rows of the confusion matrix."""
    T = dawid_skene(worked_panel.VOTES, 10).T
    assert_allclose((T @ fit_emission(worked_panel.VOTES, T).crowd)[:2], [
        [.6528, .3472], [.2955, .7045]], atol=5e-5)


def test_nothing_hidden_has_no_vote_scores():
    votes = Votes([0, 1], [0, 1], [0, 1], 2, 2, 2)
    scores = vote_scores(votes, np.zeros((0, 2, 2)))
    assert set(scores) == {"vote_nll", "vote_distance", "vote_distance_crowd"}
    assert np.isnan([*scores.values()]).all()


def test_hidden_votes_are_hidden(benchmark):
    votes, _ = random_votes(0)
    cls = {cls.name: cls for cls in benchmark.get_solvers()}["NS"]
    seen = []

    class Spy(cls):
        def run(self, _):
            seen.append(self.votes)
            super().run(_)

    solver = Spy.get_instance()
    solver.set_objective(votes=votes)
    solver.run(None)
    solver.get_result()
    fold = hold_out(votes)
    assert [len(shown) for shown in seen] == [len(votes)] + [
        (fold != hidden).sum() for hidden in hidden_folds(fold)]


def test_other_solvers_have_no_such_score(solve):
    _, result, scores = solve("TwoMoons", "CrowdLayer")
    assert result["held_out_labels"] is None and np.isnan(scores["vote_nll"])
