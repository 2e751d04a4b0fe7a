"""The data of a dataset: one field for each kind, public or hidden."""
import copy
from dataclasses import dataclass, field, fields

import numpy as np

from benchmark_utils.contract.problem_checks import (
    check_crowd,
    check_keys,
    check_problem,
)
from benchmark_utils.oracles.answers import (
    gold_answers,
    recorded_answers,
    simulated_answers,
    simulated_label_sets,
)
from benchmark_utils.oracles.label_set_oracle import LabelSetOracle
from benchmark_utils.oracles.vote_oracle import Oracle
from benchmark_utils.training.recipes import check_inputs, get_recipe
from benchmark_utils.votes import UNKNOWN, Votes

# Random streams of a repetition, independent of each other and of those of the
# dataset and the networks.
ORDER_STREAM, VOTE_STREAM, GOLD_STREAM, LABEL_SET_STREAM = (
    0x0DE2, 0x707E, 0x601D, 0x5E75)


def data(default=None, *, public=False, gold=False, name=False, rows=None,
         ids=None):
    """A field of `Problem`. ``public``: all solvers get it. ``gold``: part of
    the validation set, for solvers that declare ``needs_gold``. ``name``: only
    a name, which changes no score. ``rows``: what a row stands for, ``task``,
    ``worker``, ``class`` or None. ``ids``: its values are numbers of tasks or
    workers, -1 = none."""
    return field(default=default, metadata=dict(
        public=public, gold=gold, name=name, rows=rows, ids=ids))


@dataclass(kw_only=True, eq=False)
class Problem:
    """The keys of ``get_data``. The fingerprint of a dataset covers the keys
    that it has, so that a new key does not change the other datasets.

    Raises
    ------
    ValueError
        If an array has the wrong shape, type or values.
    """
    # (n_tasks,), -1 = unknown, -2 = a label that no vote has
    ground_truth: np.ndarray = data(rows="task")
    votes: Votes = data(public=True)
    X: np.ndarray = data(public=True, rows="task")
    X_test: np.ndarray = data(public=True)
    y_test: np.ndarray = data()
    # the validation set: inputs with known classes, not tasks, not test
    X_gold: np.ndarray = data(gold=True)
    y_gold: np.ndarray = data(gold=True)
    # (n_tasks,), revealed truths, -1 = none; they are not scored
    known_truth: np.ndarray = data(public=True, rows="task")
    classifier: object = data()  # a recipe's name, or a dict of changes
    # (n_workers, K, K) revealed confusion matrices
    worker_skills: np.ndarray = data(public=True, rows="worker")
    spammer: np.ndarray = data(rows="worker")  # (n_workers,) bool
    ambiguous: np.ndarray = data(rows="task")  # (n_tasks,) bool
    worker_confusion: np.ndarray = data(rows="worker")  # (n_workers, K, K)
    truth_sets: np.ndarray = data(rows="task")  # (n_tasks, K) bool
    test_sets: np.ndarray = data()  # (n_test, K) bool
    # arguments of `Oracle`, and ``confusion`` matrices or ``recorded`` votes
    oracle: dict = data()
    # ``annotators``, ``expert``, ``visibility`` and ``budget``
    label_set_oracle: dict = data()
    # (n_tasks,), the worker who made the input of a task, -1 = none
    author: np.ndarray = data(public=True, rows="task", ids="worker")
    # (n_workers,), 0 = person, 1 = model; None = all workers are alike
    worker_kind: np.ndarray = data(public=True, rows="worker")
    task_ids: list = data(name=True, rows="task")
    worker_ids: list = data(name=True, rows="worker")
    class_names: list = data(name=True, rows="class")
    # where the last digits of X and X_test differ between machines: the
    # version of their source, used instead of them in the data version
    inputs_version: str = data()
    # the texts of tasks without images, for the report
    texts: list = data(name=True, rows="task")

    def __post_init__(self):
        self.n_tasks, self.n_workers, self.n_classes = check_crowd(self)
        check_problem(self)
        self.recipe = None
        if self.X is not None:
            self.recipe = get_recipe(self.classifier)
            check_inputs(self.recipe, self.X.shape[1:])
        n_train = self.recipe and self.recipe.n_train
        # (n_tasks,) bool: the tasks that networks may train on, None = all
        self.trainable = (None if n_train is None or n_train >= self.n_tasks
                          else np.arange(self.n_tasks) < n_train)
        # task i here is task task_order[i] of the dataset
        self.task_order = np.arange(self.n_tasks)
        self.worker_order = np.arange(self.n_workers)
        self._original = None
        self._freeze()

    def _freeze(self):
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)  # shared by all solvers

    @classmethod
    def of(cls, given):
        """The problem of the dict that ``get_data`` returned."""
        check_keys("get_data", given, "ground_truth", {
            part.name for part in fields(cls)})
        return cls(**given)

    def present(self, names=True):
        """{key: value} of the data that this dataset has."""
        return {part.name: value for part in fields(self)
                if (value := getattr(self, part.name)) is not None
                and (names or not part.metadata["name"])}

    @property
    def original(self):
        """The problem in the order of the dataset. (A property: an attribute
        that refers to itself would delay the release of the inputs.)"""
        return self if self._original is None else self._original

    @property
    def scored_truth(self):
        """The truth of the scored tasks, -1 elsewhere: revealed truths are
        excluded from scoring. (n_tasks,)"""
        if self.known_truth is None:
            return self.ground_truth
        return np.where(self.known_truth >= 0, UNKNOWN, self.ground_truth)

    def shuffled(self, seed):
        """The same problem with its tasks, workers and votes in random order,
        so that the order of a dataset carries no information.

        ``original`` is the problem in the order of the dataset, to which
        ``task_order`` and ``worker_order`` refer.
        """
        rng = np.random.default_rng([seed, ORDER_STREAM])
        order = dict(task=rng.permutation(self.n_tasks),
                     worker=rng.permutation(self.n_workers))
        new = copy.copy(self)
        new._original = self.original
        for part in fields(self):
            value, rows = getattr(self, part.name), part.metadata["rows"]
            if rows in order and value is not None:
                value = value[order[rows]] if isinstance(
                    value, np.ndarray) else [value[i] for i in order[rows]]
                if part.metadata["ids"]:
                    number = np.argsort(order[part.metadata["ids"]])
                    value = np.where(value < 0, -1, number[value])
                setattr(new, part.name, value)
        for name, rows in (("task_order", "task"), ("worker_order", "worker"),
                           ("trainable", "task")):
            value = getattr(self, name)
            setattr(new, name, None if value is None else value[order[rows]])
        if self.votes is not None:
            new.votes = self.votes.reordered(rng, **order)
        if self.oracle is not None:
            # Arrays are of workers; numbers stay.
            new.oracle = {
                name: value[order["worker"]] if isinstance(value, np.ndarray)
                else value.reordered(rng, **order) if isinstance(value, Votes)
                else value for name, value in self.oracle.items()}
        if self.label_set_oracle is not None:
            spec = self.label_set_oracle
            people = rng.permutation(len(spec["annotators"]))
            new.label_set_oracle = dict(
                spec, visibility=spec["visibility"][order["task"]],
                annotators=spec["annotators"][people])
        new._freeze()
        return new

    def handed_out(self, seed):
        """The data for a solver: the public fields, the recipe, a seed, new
        oracles and ``gold``, a function that gives the validation set to
        solvers that declare ``needs_gold``, None if there is none."""
        given = {part.name: getattr(self, part.name) for part in fields(self)
                 if part.metadata["public"]}
        return dict(given, recipe=self.recipe, trainable=self.trainable,
                    seed=seed, gold=self._gold(), **dict(self._oracles(seed)))

    def _gold(self):
        gold = {part.name: getattr(self, part.name) for part in fields(self)
                if part.metadata["gold"]}

        def give(solver):
            if not solver.needs_gold:
                raise ValueError(f"{solver.name} does not declare needs_gold")
            return gold
        return None if self.X_gold is None else give

    def _oracles(self, seed):
        """New oracles of a repetition, pairs of a name and an oracle."""
        if self.oracle is not None:
            spec, truth = dict(self.oracle), self.ground_truth
            confusion, recorded = (
                spec.pop(name, None) for name in ("confusion", "recorded"))
            if recorded is not None:
                answers = recorded_answers(recorded)
            else:
                answers = simulated_answers(np.random.default_rng(
                    [seed, VOTE_STREAM]), confusion, truth)
                spec["gold"] = gold_answers([seed, GOLD_STREAM], confusion)
            if spec.get("expert_price") is not None:
                spec["expert"] = truth
            yield "oracle", Oracle(answers, self.n_classes, **spec)
        if self.label_set_oracle is not None:
            spec = dict(self.label_set_oracle)
            budget = spec.pop("budget")
            # The expert's sets are full manual work, for the scores.
            answers, self.expert_sets = simulated_label_sets(
                np.random.default_rng([seed, LABEL_SET_STREAM]),
                self.truth_sets, **spec)
            yield "label_set_oracle", LabelSetOracle(
                answers, self.expert_sets, budget, expert_budget=self.n_tasks)
