"""Data for the report in results: outcomes of tasks, statistics of the votes,
the learning curve of majority vote."""
import base64
import json
import tracemalloc
import zlib

import numpy as np
import pytest
import worked_panel
from numpy.testing import assert_allclose

from benchmark_utils.contract.answer import Answer
from benchmark_utils.contract.problem import Problem
from benchmark_utils.scoring import artefacts, crowd, labels, network
from benchmark_utils.scoring.calibration import expected_calibration_error
from benchmark_utils.scoring.outcomes import (
    CALIBRATION_GAPS,
    MOST,
    RIGHT_PREDICTIONS,
    pack_credits,
    pack_predictions,
    unpack_credits,
    unpack_predictions,
)
from benchmark_utils.scoring.purchases import majority_curve
from benchmark_utils.votes import Votes


def toy():
    """Worker 0 has 2 of 3 votes correct, worker 1 has 1 of 2, worker 2 votes
    twice on a task without truth, worker 3 has no votes."""
    votes = Votes([0, 1, 2, 0, 1, 3, 3], [0, 0, 0, 1, 1, 2, 2],
                  [0, 1, 0, 0, 0, 1, 1], 4, 4, 2)
    return Problem(votes=votes, ground_truth=np.array([0, 1, 1, -1]))


def test_credits_are_in_the_order_of_the_dataset():
    """For any order of the tasks in the objective."""
    problem = toy()
    texts = set()
    for given in (problem, problem.shuffled(1), problem.shuffled(2)):
        answer = Answer(problem=given, soft_labels=given.votes.shares())
        scores = labels.score(given, answer)
        texts.add(scores["task_credit"])
        credit, n = unpack_credits(scores["task_credit"])
        assert_allclose(credit, [1, .5, 0])  # task 1 is a tie
        assert n == 3 and credit.mean() == scores["label_recovery"]
    assert len(texts) == 1


def test_statistics_of_the_votes():
    problem = toy().shuffled(3)
    answer = Answer(problem=problem, soft_labels=problem.votes.shares())
    facts = crowd.score(problem, answer)
    assert [facts[name] for name in (
        "n_tasks", "n_workers", "n_classes", "n_known", "n_repeated")] == [
        4, 3, 2, 3, 1]
    assert facts["worker_accuracy"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert_allclose([facts["worker_accuracy_p05"],
                     facts["worker_accuracy_p95"]],
                    np.quantile([2 / 3, 1 / 2], [.05, .95]))
    unknown = Problem(votes=problem.votes, ground_truth=np.full(4, -1))
    assert "worker_accuracy" not in crowd.score(unknown, Answer(
        problem=unknown, soft_labels=problem.votes.shares()))


def test_errors_of_people_and_of_models():
    """The worked example, shuffled; intervals hold the estimates; kinds that
    are absent, or unknown, have no numbers."""
    def said(kind, keep=slice(None), truth=worked_panel.TRUTH):
        problem = Problem(votes=worked_panel.VOTES.select(keep),
                          ground_truth=truth, worker_kind=kind).shuffled(3)
        facts = crowd.score(problem, Answer(
            problem=problem, soft_labels=problem.votes.shares()))
        return facts.get("error_correlation")

    kind = worked_panel.KIND
    found = json.loads(said(kind))
    assert found["votes"] == dict(people=3, models=4)
    for name, value in dict(people=-.333, models=.486, between=-.241).items():
        estimate, low, high = found["rho"][name]
        assert estimate == value and low < estimate < high
    for name, value in dict(people=3, models=1.628, both=3.820).items():
        estimate, low, high = found["effective"][name]
        assert estimate == value and low <= estimate <= high
    assert said(None) is None and said(kind, truth=np.full(8, -1)) is None
    found = json.loads(said(kind, worked_panel.VOTES.worker > 2))
    assert found["votes"] == dict(people=0, models=4)
    assert found["rho"]["people"] is found["rho"]["between"] is None
    assert set(found["effective"]) == {"models"}


def test_learning_curve_of_majority_vote_by_hand():
    """It begins with a guess; a vote of worker 1 costs 3."""
    votes = Votes([0, 1] * 10, [0, 1] * 10, [0, 1] * 10, 2, 2, 2)
    curve = majority_curve(votes, np.array([1., 3]), np.array([0, 1]))
    assert curve["recovery"][:4] == [.5, .75, 1, 1]
    assert curve["cost"][:4] == [0, .5, 2, 2.5] and curve["cost"][-1] == 20


def test_predictions_give_back_accuracy_and_calibration():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(3), size=500)
    y = rng.integers(3, size=500)
    text = network.pack_predictions(p.max(axis=1), p.argmax(axis=1) == y)
    right, n = RIGHT_PREDICTIONS.read(text)
    assert n == 500 and RIGHT_PREDICTIONS.score(right.mean(axis=0)) == (
        p.argmax(axis=1) == y).mean()
    gaps, _ = CALIBRATION_GAPS.read(text)
    # Confidence is kept in steps of 1/127.
    assert CALIBRATION_GAPS.score(gaps.mean(axis=0)) == pytest.approx(
        expected_calibration_error(p, y), abs=.01)


def test_calibration_gaps_have_the_bins_of_the_score():
    """Two confidences in neighbouring bins of fifteen, right and wrong: in
    one common bin the gaps would cancel. Steps of 1/127 hold both exactly."""
    confidence = np.array([118, 120]) / 127
    gaps, _ = CALIBRATION_GAPS.read(pack_predictions(
        confidence, np.array([True, False])))
    assert gaps.shape == (2, 15)
    assert CALIBRATION_GAPS.score(gaps.mean(axis=0)) == pytest.approx(
        (1 - 118 / 127 + 120 / 127) / 2)
    p = np.stack([confidence, 1 - confidence], axis=1)
    assert CALIBRATION_GAPS.score(gaps.mean(axis=0)) == pytest.approx(
        expected_calibration_error(p, np.array([0, 1])))


def test_outcomes_of_a_run(solve):
    _, _, scores = solve("Digits", "MV", dataset_options=dict(
        n_tasks=100, classifier=dict(base="mlp", epochs=2)))
    credit, n = unpack_credits(scores["task_credit"])
    assert n == scores["n_tasks"] == 100 and credit.mean() == pytest.approx(
        scores["label_recovery"], abs=1e-6)
    right, n = RIGHT_PREDICTIONS.read(scores["test_outcomes"])
    assert right.mean() == pytest.approx(scores["test_accuracy"])
    assert scores["n_workers"] == 20 and scores["n_classes"] == 10


def test_offline_methods_on_an_oracle_carry_the_curve_of_majority_vote(cell):
    """It ends at the label accuracy of majority vote on all queried votes."""
    _, objective, solver = cell("FiveGaussians", "MV",
                                dataset_options=dict(n_tasks=60))
    solver.run_once()
    result = solver.get_result()
    scores = objective.evaluate_result(**result)
    said = json.loads(artefacts(objective.problem,
                                objective._answer(result)))
    curve = said["majority_curve"]
    assert curve["recovery"][-1] == pytest.approx(scores["label_recovery"],
                                                  abs=1e-6)
    assert curve["cost"][-1] == pytest.approx(scores["cost_per_task"])
    assert curve["recovery"][0] == pytest.approx(1 / 5)


def test_outcomes_come_back():
    credit = [0, 1, .5, 1 / 3, .25, .2]
    values, n = unpack_credits(pack_credits(credit))
    assert_allclose(values, credit) and n == 6
    sure, right, n = unpack_predictions(pack_predictions(
        np.array([.1, .505, 1]), np.array([True, False, True])))
    assert_allclose(sure, [.1, .505, 1], atol=.5 / 127)
    assert right.tolist() == [1, 0, 1] and n == 3


def test_the_same_subset_of_many_tasks_is_kept():
    credit = np.random.default_rng(0).integers(2, size=3 * MOST)
    text = pack_credits(credit)
    values, n = unpack_credits(text)
    assert len(values) == MOST and n == 3 * MOST and len(text) < 1e4
    other = unpack_credits(pack_credits(1 - credit))[0]
    assert_allclose(values + other, 1)  # the same tasks of both
    with pytest.raises(ValueError, match="outcomes of 7 entries hold"):
        unpack_credits("7" + text[text.index(":"):])


@pytest.mark.parametrize("declared", [3, 0, -2])
def test_outcomes_larger_than_declared_are_not_unpacked(declared):
    """A short text can hold gigabytes."""
    packed = base64.b64encode(zlib.compress(bytes(10 ** 8))).decode()
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=f"outcomes of {declared} entr"):
            unpack_credits(f"{declared}:{packed}")
        assert tracemalloc.get_traced_memory()[1] < 2e6
    finally:
        tracemalloc.stop()
