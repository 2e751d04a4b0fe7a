"""Thousands of classes: sparse rows get the scores of dense rows."""
import numpy as np
import pandas as pd
import pytest
from benchopt_internals import solver_classes
from conftest import random_votes
from scipy import sparse

from benchmark_utils import votes as votes_module
from benchmark_utils.contract.answer import Answer
from benchmark_utils.contract.problem import Problem
from benchmark_utils.scoring import all_scores
from benchmark_utils.scoring.export import write_csv

SOLVERS = ["MV", "NS", "Wawa", "OneCoin", "WDS", "DS", "PlantNet"]


def answers(seed):
    """The same labels as dense and as sparse rows, with ties, abstentions,
    unknown truths and truths without votes."""
    votes, truth = random_votes(seed, n_classes=5)
    rng = np.random.default_rng(seed)
    truth = truth.copy()
    truth[:4], truth[4:6] = -1, -2
    rows = votes.shares()
    rows[10:20] = np.eye(5)[rng.integers(5, size=10)]
    problem = Problem(votes=votes, ground_truth=truth).shuffled(seed)
    rows = rows[problem.task_order]
    return [Answer(problem=problem, soft_labels=labels) for labels in (
        rows, sparse.csr_array(np.nan_to_num(rows)))]


@pytest.mark.parametrize("seed", range(5))
def test_sparse_rows_have_the_scores_of_dense_ones(seed):
    dense, rows = (all_scores(answer.problem, answer)
                   for answer in answers(seed))
    assert dense.keys() == rows.keys()
    for name, value in dense.items():
        assert rows[name] == pytest.approx(value, nan_ok=True) if isinstance(
            value, float) else rows[name] == value, name


def test_exported_labels_are_the_same_and_posteriors_long(tmp_path):
    for name, answer in zip(("dense", "sparse"), answers(0)):
        write_csv(tmp_path / name, answer.problem, answer)
    tables = {name: pd.read_csv(tmp_path / name / "labels.csv")
              for name in ("dense", "sparse")}
    pd.testing.assert_frame_equal(tables["dense"], tables["sparse"])
    long = pd.read_csv(tmp_path / "sparse" / "posteriors.csv")
    wide = pd.read_csv(tmp_path / "dense" / "posteriors.csv").set_index("task")
    assert list(long) == ["task", "label", "probability"]
    assert long["task"].is_monotonic_increasing
    for task, label, probability in long.itertuples(index=False):
        assert wide.loc[task, str(label)] == pytest.approx(probability,
                                                           abs=1e-5)
    assert len(long) == (wide > 0).to_numpy().sum()


@pytest.mark.parametrize("solver", SOLVERS)
def test_solvers_give_sparse_rows(solve, solver):
    data, result, scores = solve("PlantNetLike", solver, dataset_options=dict(
        n_tasks=400, n_workers=80, n_classes=1000, votes_per_task=3))
    rows = result["soft_labels"]
    assert sparse.issparse(rows) and rows.shape == (400, 1000)
    assert scores["label_recovery"] > .5
    assert np.isfinite(result["worker_score"]).any()


@pytest.mark.parametrize("solver", ["MV", "NS", "Wawa", "WDS"])
def test_many_classes_change_no_label(solve, solver, monkeypatch):
    """Below the limit, the same votes give dense rows and the same scores."""
    options = dict(dataset_options=dict(
        n_tasks=200, n_workers=40, n_classes=30, votes_per_task=3))
    _, dense, of_dense = solve("PlantNetLike", solver, **options)
    monkeypatch.setattr(votes_module, "MANY_CLASSES", 2)
    _, rows, of_rows = solve("PlantNetLike", solver, **options)
    assert not sparse.issparse(dense["soft_labels"])
    assert sparse.issparse(rows["soft_labels"])
    if solver != "WDS":  # whose weights are those of restricted DS
        np.testing.assert_allclose(rows["soft_labels"].toarray(),
                                   dense["soft_labels"])
        assert of_rows["label_recovery"] == of_dense["label_recovery"]
        np.testing.assert_allclose(rows["worker_score"],
                                   dense["worker_score"])


def test_other_methods_say_why_they_are_left_out(cell):
    with pytest.raises(AssertionError, match="classes are too many for GLAD"):
        cell("PlantNetLike", "GLAD")


@pytest.mark.parametrize("solver, options, name", [
    ("DS", dict(spammer_threshold=.5), "spammer_threshold must be 0"),
    ("OneCoin", dict(errors="pooled"), "errors must be uniform")])
def test_variants_that_need_full_matrices_say_so(cell, solver, options, name):
    with pytest.raises(AssertionError, match=name):
        cell("PlantNetLike", solver, solver_options=options)


@pytest.mark.parametrize("solver", ["DS", "OneCoin"])
def test_known_truths_are_kept(benchmark, solver):
    votes, truth = random_votes(0, n_classes=1000)
    known = np.where(np.arange(votes.n_tasks) < 10, truth, -1)
    solver = solver_classes(benchmark)[solver].get_instance()
    solver.set_objective(votes=votes, known_truth=known)
    solver.run(None)
    np.testing.assert_array_equal(
        solver.soft_labels[:10].toarray(), np.eye(1000)[truth[:10]])
