"""Truths that solvers may know: handed out, and not scored."""
import numpy as np
import pytest
from benchopt_internals import new_objective, solver_classes
from conftest import random_votes

from benchmark_utils.contract.answer import Answer
from benchmark_utils.contract.problem import Problem
from benchmark_utils.scoring import all_scores
from benchmark_utils.scoring.labels import label_recovery, macro_f1


def problem(n_known=10):
    votes, truth = random_votes(0)
    known = np.where(np.arange(votes.n_tasks) < n_known, truth, -1)
    return Problem(votes=votes, ground_truth=truth, known_truth=known)


def test_only_the_other_tasks_are_scored():
    """An answer that is right exactly where the truth was told, with a task
    score that is high there, has recovery 0; one right elsewhere has 1."""
    asked = problem()
    truth, known = asked.ground_truth, asked.known_truth >= 0
    right, wrong = np.eye(4)[truth], np.eye(4)[(truth + 1) % 4]
    for soft, expected in (
            (np.where(known[:, None], right, wrong), 0),
            (np.where(known[:, None], wrong, right), 1)):
        scores = all_scores(asked, Answer(
            problem=asked, soft_labels=soft, task_score=known * 1.))
        for name in ("label_recovery", "macro_f1"):
            assert scores[name] == expected
        assert scores["label_ece"] == 1 - expected
    soft = np.random.default_rng(0).dirichlet(np.ones(4), len(truth))
    scores = all_scores(asked, Answer(problem=asked, soft_labels=soft))
    assert scores["label_recovery"] == label_recovery(soft[10:], truth[10:])
    assert scores["macro_f1"] == macro_f1(soft[10:], truth[10:])
    assert scores["recovery_top2"] == label_recovery(soft[10:], truth[10:], 2)


def test_task_auc_leaves_known_tasks_out():
    asked = problem()
    truth, known = asked.ground_truth, asked.known_truth >= 0
    right = np.arange(len(truth)) % 2 == 0
    soft = np.where(right[:, None], np.eye(4)[truth],
                    np.eye(4)[(truth + 1) % 4])
    # High where right, except on the known tasks.
    score = np.where(known, ~right, right) * 1.
    scores = all_scores(asked, Answer(problem=asked, soft_labels=soft,
                                      task_score=score))
    assert scores["task_auc"] == 1


def test_without_known_truths_all_tasks_are_scored():
    votes, truth = random_votes(0)
    plain = Problem(votes=votes, ground_truth=truth)
    assert plain.scored_truth is plain.ground_truth
    assert (problem().scored_truth[:10] == -1).all()
    assert (problem().scored_truth[10:] == truth[10:]).all()


@pytest.mark.parametrize("name", ["DS", "GLAD", "MACE"])
def test_solvers_get_them_in_the_order_handed_out(benchmark, name):
    votes, truth = random_votes(0)
    known = np.where(np.arange(votes.n_tasks) < 10, truth, -1)
    objective = new_objective(benchmark, dict(
        votes=votes, ground_truth=truth, known_truth=known))
    shuffled = objective.problem.shuffled(3)
    solver = solver_classes(benchmark)[name].get_instance()
    solver.set_objective(**shuffled.handed_out(0))
    solver.run(None)
    told = shuffled.known_truth >= 0
    assert not told[:10].all()
    np.testing.assert_array_equal(
        solver.soft_labels[told], np.eye(4)[shuffled.ground_truth[told]])
