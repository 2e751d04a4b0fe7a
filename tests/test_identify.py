"""Planted ambiguous tasks, and how results show tasks and workers."""
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import toy_votes
from numpy.testing import assert_allclose

from benchmark_utils.contract.answer import Answer
from benchmark_utils.contract.problem import Problem
from benchmark_utils.scoring.examples import (
    PIXELS,
    caption,
    decode,
    worst_tasks,
)
from benchmark_utils.scoring.workers import spearman

BLENDED = dict(n_ambiguous=120, workers="uniform")


@pytest.mark.slow
def test_ambiguous_digits_are_blends_voted_as_either(solve):
    plain, _, _ = solve("Digits", "MV")
    data, _, _ = solve("Digits", "MV", dataset_options=dict(
        n_ambiguous=120, votes_per_task=20, workers="uniform"))
    ambiguous = data["ambiguous"]
    assert ambiguous.sum() == 120
    np.testing.assert_array_equal(ambiguous, data["ground_truth"] == -1)
    # The same images, but for the blends.
    changed = (plain["X"] != data["X"]).any(axis=(1, 2, 3))
    np.testing.assert_array_equal(changed, ambiguous)
    # Two votes in three are right on average, so one in three for each.
    truth = plain["ground_truth"]
    partner = np.array([2, 7, 0, 8, 9, 6, 5, 1, 3, 4])
    shares = data["votes"].shares()[ambiguous]
    row = np.arange(120)
    for of in (truth, partner[truth]):
        assert abs(shares[row, of[ambiguous]].mean() - .75 / 2) < .04
    with pytest.raises(ValueError, match="'mode' .*got 'online'"):
        solve("Digits", "MV", dataset_options=dict(n_ambiguous=5,
                                                   mode="online"))


@pytest.mark.slow
def test_gold_images_are_neither_tasks_nor_tests(solve):
    data, _, _ = solve("Digits", "MV")
    assert len(data["X_gold"]) == len(data["y_gold"]) == 100
    assert len(data["X"]) + len(data["X_test"]) + 100 == 1797
    none, _, _ = solve("Digits", "MV", dataset_options=dict(n_gold=0))
    np.testing.assert_array_equal(none["X"], data["X"])
    np.testing.assert_array_equal(none["X_test"][:100], data["X_gold"])
    with pytest.raises(ValueError, match="'n_gold' .*got 597"):
        solve("Digits", "MV", dataset_options=dict(n_gold=597))


@pytest.mark.slow
def test_networks_find_ambiguous_tasks_that_votes_cannot(solve):
    """Errors spread evenly, three votes: over 5 repetitions WAUM .862, AUM
    .813, entropy .695, GLAD .702, DS .553, all spreads below .022."""
    for solver, expected in (("WAUM", .862), ("AUM", .813), ("NS", .695),
                             ("GLAD", .702), ("DS", .553)):
        _, _, scores = solve("Digits", solver, dataset_options=BLENDED)
        assert abs(scores["task_auc"] - expected) < .06


def worst(problem, task_score):
    return worst_tasks(problem, Answer(
        problem=problem, soft_labels=problem.votes.shares(),
        task_score=np.array(task_score, float)))


def test_worst_tasks_by_hand():
    X = np.zeros((3, 1, 4, 4), np.float32)
    X[1, 0, 0, 0], X[2] = .5, 1
    problem = Problem(
        votes=toy_votes(), ground_truth=np.array([1, -1, 0]), X=X,
        classifier="mlp", task_ids=["a", "b", "c"], class_names=["cat", "dog"])
    shown = worst(problem, [.3, -.2, np.nan])
    assert [task["task"] for task in shown] == ["b", "a"]  # NaN: no opinion
    assert [caption(task) for task in shown] == [
        "2 × cat, 1 × dog", "3 × dog, 1 × cat; truth dog"]
    image = decode(shown[0]["image"])
    assert_allclose(image, X[1, 0], atol=1 / 255)
    assert worst(replace(problem, X=X[:, 0]), np.zeros(3)) == []
    rng = np.random.default_rng(0)
    photo = rng.integers(256, size=(3, 3, 100, 50)).astype(np.uint8)
    task = worst(replace(problem, X=photo), np.zeros(3))[0]
    assert decode(task["image"]).shape == (PIXELS, PIXELS // 2, 3)


def test_spearman():
    a = np.array([1., 5, 3, np.nan, 9])
    assert_allclose(spearman(a, np.exp(a)), 1)
    assert_allclose(spearman(a, -a), -1)
    # ranks 1 2 3 against 2 1 3: 1 - 6 * 2 / (3 * 8)
    assert_allclose(spearman(np.arange(3.), np.array([2., 1, 7])), .5)
    assert np.isnan(spearman(a, np.ones(5)))
    assert np.isnan(spearman(a[:2], a[:2]))


def result(name, dataset, solver, value):
    return {"dataset_name": dataset, "solver_name": solver, "stop_val": 1,
            "time": 1., "run_date": "2026-01-02T03:04:05", "base_seed": 0,
            "idx_rep": 0, "objective_label_recovery": .5, name: value}


def test_views_of_benchopts_page(benchmark, cell):
    rows = []
    for name in ("NS", "Influence"):
        dataset, objective, solver = cell("Digits", name, dataset_options=dict(
            n_tasks=200, classifier=dict(base="mlp", epochs=1)))
        solver.run_once()
        answer = solver.get_result()
        scores = objective.evaluate_result(**answer)
        row = result("final_results", str(dataset), str(solver),
                     objective.save_final_results(**answer))
        rows.append({**row, **{f"objective_{score}": value
                               for score, value in scores.items()}})
    frame = pd.DataFrame(rows)
    plots = {plot.name: plot for plot in benchmark.get_plots()}
    look = plots["Worst tasks"].get_instance()
    shown, = look.options["dataset"](frame)
    assert shown.startswith("digits")
    images = look.plot(frame, dataset=shown, solver="NS")
    assert len(images) == 12 and images[0]["image"].shape == (8, 8)
    assert "truth" in images[0]["label"]
    assert look.plot(frame, dataset=shown, solver="none") == []
    worth = plots["Worker contributions"].get_instance()
    for by in worth.options["by"](frame):
        bars = worth.plot(frame, dataset=shown, by=by)
        assert len(bars) == 20
        json.dumps(bars)
