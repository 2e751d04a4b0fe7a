"""Masked arrays, matrices and other subclasses of NumPy arrays are refused
by name wherever an array enters: their comparisons skip or change entries."""
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from conftest import random_votes
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from benchmark_utils.checks import plain
from benchmark_utils.contract.answer import Answer
from benchmark_utils.contract.problem import Problem
from benchmark_utils.oracles.label_set_oracle import LabelSetOracle
from benchmark_utils.oracles.requests import OracleError
from benchmark_utils.oracles.vote_oracle import Oracle
from benchmark_utils.own_votes.analysis import aggregate, analyse
from benchmark_utils.reading.formats import crowd_of, table_of_frame
from benchmark_utils.solver import CrowdSolver
from benchmark_utils.votes import Votes

N, W, K = 30, 9, 4  # tasks, workers and classes of `random_votes`


class Strange(np.ndarray):
    """A subclass without a meaning of its own."""


WRAPPED = {
    "MaskedArray": lambda array, mask: np.ma.array(array, mask=mask),
    "Strange": lambda array, mask: np.asarray(array).view(Strange),
    "matrix": lambda array, mask: np.matrix(array)}
KINDS = st.sampled_from(["MaskedArray", "Strange"])


def wrapped(data, array, kinds=KINDS):
    """(kind, the array as that kind, with a random mask)."""
    kind = data.draw(kinds)
    seed = data.draw(st.integers(0, 2 ** 16))
    rng = np.random.default_rng(seed)
    return kind, WRAPPED[kind](
        array, rng.random(np.shape(array)) < data.draw(st.sampled_from(
            [0, .1, .9, 1])))


def dataset():
    votes, truth = random_votes(0)
    matrices = np.full((W, K, K), 1 / K)
    X = np.linspace(0, 1, N * 2).reshape(N, 2)
    return dict(
        votes=votes, ground_truth=truth, X=X, X_test=X, y_test=truth,
        X_gold=X, y_gold=truth, known_truth=np.where(
            np.arange(N) < 5, truth, -1), classifier=dict(base="mlp"),
        worker_skills=matrices, worker_confusion=matrices,
        spammer=np.zeros(W, bool), ambiguous=np.zeros(N, bool),
        truth_sets=np.eye(K, dtype=bool)[truth],
        test_sets=np.eye(K, dtype=bool)[truth],
        author=np.zeros(N, int), worker_kind=np.zeros(W, int),
        task_ids=np.arange(N),
        worker_ids=np.arange(W), class_names=np.arange(K),
        texts=np.arange(N))


ARRAYS = [name for name, value in dataset().items()
          if isinstance(value, np.ndarray)]


def test_every_array_of_a_dataset_is_tried():
    assert set(ARRAYS) == {part.name for part in fields(Problem)} - {
        "votes", "classifier", "oracle", "label_set_oracle",
        "inputs_version"}


@pytest.mark.parametrize("name", ARRAYS)
@given(data=st.data())
def test_no_dataset_gives_a_wrapped_array(name, data):
    given_data = dataset()
    kind, given_data[name] = wrapped(data, given_data[name])
    with pytest.raises(ValueError, match=f"{name} is a {kind}, expected"):
        Problem(**given_data)


@pytest.mark.parametrize("name", ["task", "worker", "label"])
@given(data=st.data())
def test_no_votes_are_unmasked(name, data):
    votes, _ = random_votes(0)
    arrays = {part: getattr(votes, part)
              for part in ("task", "worker", "label")}
    kind, arrays[name] = wrapped(data, arrays[name])
    with pytest.raises(ValueError, match=f"votes: {name} is a {kind}"):
        Votes(**arrays, n_tasks=N, n_workers=W, n_classes=K)


ORACLE_ARRAYS = {"confusion": np.full((W, K, K), 1 / K),
                 "cost": np.ones(W), "latency": np.ones(W)}


@pytest.mark.parametrize("name", ORACLE_ARRAYS)
@given(data=st.data())
def test_no_oracle_gets_a_wrapped_array(name, data):
    spec = dict(ORACLE_ARRAYS, budget=10)
    kind, spec[name] = wrapped(data, spec[name])
    with pytest.raises(ValueError, match=f"oracle: {name} is a {kind}"):
        Problem(oracle=spec, ground_truth=random_votes(0)[1])


@pytest.mark.parametrize("name", ["annotators", "visibility", "expert"])
@given(data=st.data())
def test_no_label_set_oracle_gets_a_wrapped_array(name, data):
    spec = dict(annotators=np.full((3, 2), .9), budget=3,
                visibility=np.ones((N, K)), expert=[.9, .9])
    kind, spec[name] = wrapped(data, spec[name])
    with pytest.raises(ValueError, match=f"{name} is a {kind}"):
        Problem(**dict(dataset(), label_set_oracle=spec))


RESULT = dict(
    soft_labels=(N, K), test_probabilities=(N, K), worker_score=(W,),
    task_score=(N,), train_mask=(N,), finished_tasks=(N,),
    label_sets=(N, K), held_out_labels=(3, N, K))


@pytest.mark.parametrize("name", RESULT)
@given(data=st.data())
def test_no_solver_returns_a_wrapped_array(name, data):
    shape = RESULT[name]
    is_mask = name in ("train_mask", "finished_tasks", "label_sets")
    array = np.ones(shape, bool) if is_mask else np.full(shape, 1 / K)
    kinds = KINDS if len(shape) != 2 else st.sampled_from(sorted(WRAPPED))
    kind, array = wrapped(data, array, kinds)
    result = dict(soft_labels=np.full((N, K), 1 / K))
    with pytest.raises(ValueError, match=f"{name} is a {kind}"):
        Answer(problem=Problem(**dataset()), **{**result, name: array})


def test_sparse_labels_hold_no_masked_array():
    rows = sparse.csr_array(np.eye(K)[np.arange(N) % K])
    rows.data = np.ma.array(rows.data, mask=True)
    with pytest.raises(ValueError, match="soft_labels.data is a MaskedArray"):
        Answer(problem=Problem(**dataset()), soft_labels=rows)


@given(data=st.data())
def test_no_query_is_unmasked(data):
    oracle = Oracle(np.zeros((3, 2), int), K, 10)
    kind, task = wrapped(data, [0, 1])
    for ids in (task, list(task.reshape(2, 1))):
        with pytest.raises(OracleError, match=f"ask: task is a {kind}"):
            oracle.ask(ids, [0, 0])
    sets = LabelSetOracle(np.ones((3, 2, K), bool), np.ones((3, K), bool),
                          3, 3)
    _, asked = wrapped(data, np.ones((1, K), bool), st.just(kind))
    for given_asked in (asked, list(asked)):
        with pytest.raises(OracleError, match=f"ask: asked is a {kind}"):
            sets.ask([0], [0], given_asked)
    assert not oracle.n_votes and not sets.n_sets


def test_a_solver_that_masks_is_told_which_array():
    """Its worker scores are made of the labels."""
    class Masks(CrowdSolver):
        name = "Masks"

        def run(self, _):
            self.soft_labels = np.ma.array(self.votes.shares(), mask=False)
    solver = Masks.get_instance()
    solver.set_objective(votes=random_votes(0)[0])
    solver.run(None)
    with pytest.raises(ValueError, match="soft_labels is a MaskedArray"):
        solver.get_result()


def test_held_out_labels_keep_no_mask_unseen():
    """The labels of the folds become one array, which would drop a mask."""
    class Masks(CrowdSolver):
        name = "Masks"
        votes_only = True

        def run(self, _):
            labels = self.votes.shares()
            self.soft_labels = labels if len(self.votes) == len(
                votes) else np.ma.array(labels, mask=True)
    votes, _ = random_votes(0)
    solver = Masks.get_instance()
    solver.set_objective(votes=votes)
    solver.run(None)
    with pytest.raises(ValueError, match="held_out_labels is a MaskedArray"):
        solver.get_result()


def test_own_votes_are_not_unmasked():
    frame = pd.DataFrame(dict(task=[0, 0, 1], worker=[0, 1, 0],
                              label=["a", "b", "a"]))
    names = "task", "worker", "label"
    crowd = crowd_of(table_of_frame(frame, names), names)
    with pytest.raises(ValueError, match="known_truth is a MaskedArray"):
        analyse(crowd, np.ma.array([0, 1], mask=[False, True]))
    frame["label"] = pd.Series(np.ma.array([0, 1, 0], mask=[0, 1, 0]))
    with pytest.raises(ValueError, match="row"):
        aggregate(frame)


def test_votes_are_neither_weighed_nor_selected_by_a_masked_array():
    votes, _ = random_votes(0)
    array = np.ma.array(np.ones(len(votes)), mask=True)
    for use in (votes.counts, votes.shares, votes.worker_mean,
                lambda array: votes.select(array > 0),
                lambda array: votes.of_tasks(array[:2].astype(int)),
                lambda array: Oracle(np.zeros((3, 2), int), K, 10).affordable(
                    array[:2].astype(int))):
        with pytest.raises(ValueError, match="is a MaskedArray, expected"):
            use(array)


def test_what_converts_itself_to_a_masked_array_is_refused():
    class Converts:
        def __array__(self, dtype=None, copy=None):
            return np.ma.array([0, 1], mask=True)
    with pytest.raises(ValueError, match="x is a MaskedArray, expected"):
        plain("x", Converts())


def test_arrays_on_disk_and_lists_are_plain(tmp_path):
    on_disk = np.memmap(tmp_path / "x", float, "w+", shape=3)
    assert type(plain("x", on_disk)) is np.ndarray
    assert type(plain("x", [1, 2])) is np.ndarray
