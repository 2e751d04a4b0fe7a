"""What a dataset says, which of it the solvers see, and a solver's answer."""
from dataclasses import dataclass, field, fields
from functools import cached_property

import numpy as np

from benchmark_utils.checks import check_distributions, check_scores
from benchmark_utils.oracles.answers import (
    recorded_answers,
    simulated_answers,
    simulated_gold,
    simulated_panel,
)
from benchmark_utils.oracles.label_set_oracle import Panel
from benchmark_utils.oracles.vote_oracle import Oracle
from benchmark_utils.training.recipes import get_recipe
from benchmark_utils.votes import Votes


def public(default=None):
    return field(default=default, metadata=dict(public=True))


@dataclass(kw_only=True, eq=False)
class Problem:
    """The keys of ``get_data``. Solvers are handed the `public` ones, a
    seed and the sellers, and nothing else; a key that a dataset lacks is not
    part of its fingerprint, so a new key changes no old dataset."""
    ground_truth: np.ndarray  # (n_tasks,), -1 = unknown
    votes: Votes = public()
    X: np.ndarray = public()
    X_test: np.ndarray = public()
    X_gold: np.ndarray = public()
    y_gold: np.ndarray = public()
    recipe: object = public()
    skills: np.ndarray = public()  # (n_workers, K, K)
    y_test: np.ndarray = None
    spammer: np.ndarray = None  # (n_workers,) bool
    ambiguous: np.ndarray = None  # (n_tasks,) bool
    worker_confusion: np.ndarray = None
    truth_sets: np.ndarray = None  # (n_tasks, K) bool
    test_sets: np.ndarray = None
    oracle: dict = None
    panel: dict = None
    ids: dict = None

    def __post_init__(self):
        if (self.votes is None) == (self.oracle is None):
            raise ValueError("a dataset gives either votes or an oracle")
        crowd = (self.votes if self.oracle is None
                 else self.oracle.get("recorded"))
        self.n_tasks = len(self.ground_truth)
        self.n_workers, self.n_classes = (
            self.oracle["confusion"].shape[:2] if crowd is None
            else (crowd.n_workers, crowd.n_classes))
        for name, n in (("ground_truth", crowd and crowd.n_tasks),
                        ("X", self.n_tasks)):
            rows = getattr(self, name)
            if n is not None and rows is not None and len(rows) != n:
                raise ValueError(f"{name} has {len(rows)} rows for {n} tasks")
        self.recipe = None if self.X is None else get_recipe(self.recipe)
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)  # shared by all solvers

    def present(self):
        """{key: value} of what this dataset has."""
        return {part.name: value for part in fields(self)
                if (value := getattr(self, part.name)) is not None}

    def handed_out(self, seed):
        """What solvers get, and the sellers among it, fresh for each run."""
        sellers = {}
        if self.oracle is not None:
            sellers["oracle"] = self._oracle(seed)
        if self.panel is not None:
            sellers["panel"] = self._panel(seed)
        given = {part.name: getattr(self, part.name) for part in fields(self)
                 if part.metadata.get("public")}
        return dict(given, seed=seed, **sellers), sellers

    def _oracle(self, seed):
        spec, truth = dict(self.oracle), self.ground_truth
        confusion, recorded = (
            spec.pop(name, None) for name in ("confusion", "recorded"))
        if recorded is not None:
            answer, spec["available"] = recorded_answers(recorded)
        else:
            answer = simulated_answers(confusion, truth, seed)
            spec["gold"] = simulated_gold(confusion, seed)
        if spec.get("expert_price") is not None:
            spec["expert"] = lambda task: truth[task]
        return Oracle(answer, len(truth), self.n_workers, self.n_classes,
                      **spec)

    def _panel(self, seed):
        spec = dict(self.panel)
        budget, annotators = spec.pop("budget"), spec["annotators"]
        answers = simulated_panel(self.truth_sets, seed=seed, **spec)
        self.expert_answer = answers[1]  # full manual work, for the scores
        n_tasks, K = self.truth_sets.shape
        return Panel(*answers, n_tasks, len(annotators), K, budget,
                     expert_budget=n_tasks)


@dataclass(kw_only=True, eq=False)
class Answer:
    """The keys of ``get_result``, checked; and what was bought on the way."""
    problem: Problem
    soft_labels: np.ndarray  # (n_tasks, K), NaN row = no opinion
    kept: np.ndarray = None  # (n_tasks,) bool
    test_probabilities: np.ndarray = None  # (n_test, K)
    worker_score: np.ndarray = None  # (n_workers,)
    task_score: np.ndarray = None  # (n_tasks,)
    label_sets: np.ndarray = None  # (n_tasks, K) bool
    finished_tasks: np.ndarray = None  # (n_tasks,) bool
    final: bool = True
    oracle: Oracle = None
    panel: Panel = None
    train_seconds: float = np.nan

    def __post_init__(self):
        problem = self.problem
        shape = problem.n_tasks, problem.n_classes
        self.soft_labels = check_distributions(
            "soft_labels", self.soft_labels, shape, may_be_silent=True)
        self.worker_score = check_scores(
            "worker_score", self.worker_score, problem.n_workers)
        self.task_score = check_scores(
            "task_score", self.task_score, problem.n_tasks)
        if self.label_sets is not None:
            self.label_sets = np.asarray(self.label_sets, bool)

    @cached_property
    def votes(self):
        """Those given, or those bought."""
        return (self.problem.votes if self.oracle is None
                else self.oracle.votes())
