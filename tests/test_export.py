"""The CSV files of a run: order and ids of the dataset, abstentions."""
import numpy as np
import pandas as pd
from numpy.testing import assert_allclose

from benchmark_utils.contract.answer import Answer
from benchmark_utils.contract.problem import Problem
from benchmark_utils.scoring.export import write_csv
from benchmark_utils.votes import Votes


def test_rows_come_in_the_order_of_the_dataset(tmp_path):
    """For any order of the solver; task b has no vote, c is a tie."""
    problem = Problem(
        votes=Votes([0, 0, 2, 2], [1, 2, 1, 2], [1, 1, 0, 1], 4, 3, 2),
        ground_truth=np.zeros(4, int), task_ids=list("abcd"),
        worker_ids=["x", "y", "z"], class_names=["cat", "dog"]).shuffled(2)
    assert list(problem.task_order) != [0, 1, 2, 3]
    assert list(problem.worker_order) != [0, 1, 2]
    soft = problem.votes.shares()
    write_csv(tmp_path, problem, Answer(
        problem=problem, soft_labels=soft,
        worker_score=problem.worker_order / 10,
        task_score=problem.task_order / 10))
    labels, posteriors, workers = (
        pd.read_csv(tmp_path / f"{name}.csv")
        for name in ("labels", "posteriors", "workers"))
    assert list(labels["task"]) == list(posteriors["task"]) == list("abcd")
    assert list(labels["label"].fillna("")) == ["dog", "", "cat", ""]
    assert_allclose(labels["probability"], [1, np.nan, .5, np.nan])
    assert_allclose(labels["task_score"], [0, .1, .2, .3])
    assert list(labels["n_votes"]) == [2, 0, 2, 0]
    assert_allclose(posteriors[["cat", "dog"]],
                    [[0, 1], [np.nan] * 2, [.5, .5], [np.nan] * 2])
    assert list(workers["worker"]) == ["x", "y", "z"]
    assert list(workers["n_votes"]) == [0, 2, 2]
    assert_allclose(workers["score"], [0, .1, .2])
