"""The result of a solver: the keys of ``get_result``, checked once."""
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from benchmark_utils.checks import (
    check_array,
    check_distributions,
    check_scores,
)
from benchmark_utils.contract.problem import Problem
from benchmark_utils.contract.problem_checks import check_keys
from benchmark_utils.label_rows import abstains, checked_sparse, is_sparse
from benchmark_utils.oracles.label_set_oracle import LabelSetOracle
from benchmark_utils.oracles.vote_oracle import Oracle
from benchmark_utils.votes import Votes


@dataclass(kw_only=True, eq=False)
class Answer:
    """The keys of ``get_result``, and the oracles that were queried.

    Raises
    ------
    ValueError
        If an array has the wrong shape, type or values.
    """
    problem: Problem
    # (n_tasks, K), a NaN row abstains; or sparse, see `label_rows`
    soft_labels: np.ndarray
    train_mask: np.ndarray = None  # (n_tasks,) bool
    test_probabilities: np.ndarray = None  # (n_test, K)
    worker_score: np.ndarray = None  # (n_workers,)
    task_score: np.ndarray = None  # (n_tasks,)
    label_sets: np.ndarray = None  # (n_tasks, K) bool
    finished_tasks: np.ndarray = None  # (n_tasks,) bool
    # (n_folds, n_tasks, K), see `label_probabilities.vote_scores`
    held_out_labels: np.ndarray = None
    final: bool = True
    oracle: Oracle = None
    label_set_oracle: LabelSetOracle = None
    train_seconds: float = np.nan
    # (n_test, K), of the epoch selected on the true labels of the tasks that
    # the recipe does not train on; for comparison with papers, never ranked
    selected_probabilities: np.ndarray = None

    def __post_init__(self):
        problem = self.problem
        n_tasks, K = problem.n_tasks, problem.n_classes
        if is_sparse(self.soft_labels):
            self.soft_labels = checked_sparse(
                "soft_labels", self.soft_labels, (n_tasks, K))
        else:
            self.soft_labels = check_distributions(
                "soft_labels", self.soft_labels, (n_tasks, K),
                may_abstain=True)
        self.worker_score = check_scores(
            "worker_score", self.worker_score, problem.n_workers)
        self.task_score = check_scores("task_score", self.task_score, n_tasks)
        for name, shape in (("train_mask", (n_tasks,)),
                            ("finished_tasks", (n_tasks,)),
                            ("label_sets", (n_tasks, K))):
            setattr(self, name, check_array(
                name, getattr(self, name), shape, "b"))
        check_array("held_out_labels", self.held_out_labels,
                    (None, n_tasks, K), "f")
        for fold, labels in enumerate(
                () if self.held_out_labels is None else self.held_out_labels):
            check_distributions(f"held_out_labels[{fold}]", labels,
                                (n_tasks, K), may_abstain=True)
        if not isinstance(self.final, (bool, np.bool_)):
            raise ValueError(f"final must be a bool, got {self.final!r}")
        if self.test_probabilities is not None and problem.y_test is not None:
            self.test_probabilities = check_distributions(
                "test_probabilities", self.test_probabilities,
                (len(problem.y_test), K))

    @classmethod
    def of(cls, problem, oracles, result):
        """The answer of a solver that was given these oracles and returned
        this dict."""
        check_keys("get_result", result, "soft_labels", {
            part.name for part in fields(cls)} - {
                "problem", "oracle", "label_set_oracle", "train_seconds",
                "selected_probabilities"})
        return cls(problem=problem, **oracles, **result)

    @cached_property
    def votes(self) -> Votes:
        """The given votes, or the queried ones."""
        return (self.problem.votes if self.oracle is None
                else self.oracle.votes())

    @cached_property
    def labelled(self):
        """Tasks with a label that networks may train on, (n_tasks,) bool."""
        labelled = ~abstains(self.soft_labels)
        for mask in (self.train_mask, self.problem.trainable):
            if mask is not None:
                labelled &= mask
        return labelled
