"""Data and answers are checked once, with readable messages."""
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from conftest import random_votes

from benchmark_utils.checks import (
    check_choice,
    check_range,
    integer,
    list_of,
    number,
    one_of,
)
from benchmark_utils.contract.answer import Answer
from benchmark_utils.contract.fingerprint import data_hash, data_version
from benchmark_utils.contract.problem import Problem
from benchmark_utils.training.recipes import RECIPES, get_recipe

N, W, K = 30, 9, 3


def data(**changes):
    """A dict of ``get_data`` with all kinds of data."""
    rng = np.random.default_rng(0)
    votes, truth = random_votes(0, N, W, K)
    X = rng.normal(size=(N, 2)).astype(np.float32)
    given = dict(
        votes=votes, ground_truth=truth, X=X, X_test=X[:8], y_test=truth[:8],
        X_gold=X[:5], y_gold=truth[:5], classifier="mlp",
        known_truth=np.full(N, -1), spammer=np.zeros(W, bool),
        ambiguous=np.zeros(N, bool), worker_skills=np.full((W, K, K), 1 / K),
        worker_confusion=np.tile(np.eye(K), (W, 1, 1)),
        truth_sets=np.ones((N, K), bool), test_sets=np.ones((8, K), bool),
        task_ids=[f"t{i}" for i in range(N)], worker_ids=list(range(W)),
        class_names=["a", "b", "c"])
    return {**given, **changes}


def on_oracle(**spec):
    return data(votes=None, oracle=dict(dict(
        confusion=np.tile(np.eye(K), (W, 1, 1)), budget=30), **spec))


def test_correct_data_pass():
    problem = Problem.of(data())
    assert (problem.n_tasks, problem.n_workers, problem.n_classes) == (N, W, K)
    assert Problem.of(on_oracle(cost=np.ones(W))).n_workers == W


X = data()["X"]
CONFUSION = data()["worker_confusion"]


@pytest.mark.parametrize("changes, message", [
    (dict(votes=None), "either votes or an oracle"),
    (dict(votes=[[0, 0, 1]]), "votes must be a Votes, got list"),
    (dict(ground_truth=None), "ground_truth must be a NumPy array .*got None"),
    (dict(ground_truth=[0] * N), "ground_truth must be a NumPy .*got list"),
    (dict(ground_truth=np.zeros(N)), "ground_truth has dtype float64"),
    (dict(ground_truth=np.zeros(3, int)), "3 rows for 30 tasks"),
    (dict(ground_truth=np.full(N, -3)), r"ground_truth\[0\] = -3 is not in"),
    (dict(ground_truth=np.full(N, K)), r"= 3 is not in \[-2, 3\)"),
    (dict(known_truth=np.full(N, 7)), r"known_truth\[0\] = 7"),
    (dict(y_test=np.full(8, -1)), r"y_test\[0\] = -1 is not in \[0, 3\)"),
    (dict(y_test=np.zeros((8, 1), int)), r"y_test has shape \(8, 1\)"),
    (dict(X_test=None), "y_test needs X_test"),
    (dict(X_test=X[:7]), "y_test needs X_test of the same length"),
    (dict(X_test=X[:8, :1]), r"X_test has shape \(8, 1\), expected \(any"),
    (dict(X_test=X[:8].astype(float)), "X_test has dtype float64, X has"),
    (dict(X=None), "X_test is given without X"),
    (dict(X=torch.zeros(N, 2)), "X must be a NumPy array .*got Tensor"),
    (dict(X=X[:, 0]), "X has shape"),
    (dict(X=np.where(np.arange(N)[:, None] == 3, np.nan, X)), "not finite"),
    (dict(X=np.full((N, 2), "a")), "X has dtype <U1"),
    (dict(X=X[:9]), "X has 9 rows for 30 tasks"),
    (dict(classifier=None), "without a classifier"),
    (dict(classifier="vit"), "classifier 'vit' is unknown; choose from"),
    (dict(classifier=dict(base="mlp", epochs=0)), "'epochs' .*got 0"),
    (dict(classifier=dict(base="mlp", lr=np.nan)), "'lr' .*number .*got nan"),
    (dict(classifier=dict(base="mlp", hidden=5)), "'hidden' .* a list, got 5"),
    (dict(classifier=dict(base="mlp", depth=2)), "recipe has no depth"),
    (dict(classifier="resnet18"), "takes images .channels, height, width."),
    (dict(y_gold=None), "X_gold needs y_gold"),
    (dict(X_gold=None), "y_gold needs X_gold"),
    (dict(spammer=np.zeros(W)), "spammer has dtype float64, expected bool"),
    (dict(spammer=np.zeros(4, bool)), "spammer has 4 rows for 9 workers"),
    (dict(spammer=True), "spammer must have one row for each worker, got b"),
    (dict(worker_kind=np.full(W, 2)), r"worker_kind\[0\] = 2 is not in"),
    (dict(worker_kind=np.zeros(4, int)), "worker_kind has 4 rows for 9"),
    (dict(worker_kind=np.zeros(W)), "worker_kind has dtype float64"),
    (dict(ambiguous=np.arange(3)), "ambiguous has 3 rows for 30 tasks"),
    (dict(truth_sets=np.ones((N, 2), bool)), r"expected \(any, 3\)"),
    (dict(test_sets=np.ones((7, K), bool)), r"expected \(8, 3\)"),
    (dict(worker_skills=CONFUSION[:, :2]), "worker_skills has shape"),
    (dict(worker_confusion=CONFUSION / 2), "not a distribution"),
    (dict(worker_confusion=CONFUSION * 2 - .5), "not a distribution"),
    (dict(task_ids=["a"]), "task_ids has 1 rows for 30 tasks"),
    (dict(class_names=["a"]), "class_names has 1 rows for 3 classes"),
    (dict(labels=1), "get_data must return .*; got .*'labels'"),
    (dict(votes=None, oracle=3), "oracle must be a dict, got int"),
    (dict(label_set_oracle=3), "label_set_oracle must be a dict, got int"),
    (dict(inputs_version=3), "inputs_version must be a str, got int"),
])
def test_wrong_data_are_reported(changes, message):
    with pytest.raises(ValueError, match=message):
        Problem.of(data(**changes))


@pytest.mark.parametrize("spec, message", [
    (dict(budget=-1), "'budget' .* of oracle .* a number .*got -1"),
    (dict(budget=np.inf), "got inf"),
    (dict(budget=np.nan), "got nan"),
    (dict(budget=None), "'budget' .*got None"),
    (dict(cost=np.full(W, -1.)), r"oracle: cost\[0\] = -1.0 is not in"),
    (dict(cost=np.full(W, np.nan)), r"oracle: cost\[0\] = nan is not in"),
    (dict(cost=np.ones(2)), "oracle: cost has shape"),
    (dict(latency=[1.] * W), "oracle: latency must be .*got list"),
    (dict(latency=np.full(W, np.inf)), r"latency\[0\] = inf is not in"),
    (dict(expert_price=0), "'expert_price' .*got 0"),
    (dict(expert_price=np.nan), "'expert_price' .*got nan"),
    (dict(seconds_budget=-1), "'seconds_budget' .*got -1"),
    (dict(seconds_budget=np.nan), "'seconds_budget' .*got nan"),
    (dict(confusion=CONFUSION[0]), "oracle: confusion has shape"),
    (dict(confusion=CONFUSION * 0), "not a distribution"),
    (dict(recorded=random_votes(0)[0]), "either confusion.*or recorded"),
    (dict(prices=1), "oracle has unknown keys prices; known keys are budget"),
    (dict(confusion=None), "either confusion.*or recorded"),
    (dict(budget=0), "'budget' .*got 0"),
    (dict(cost=np.zeros(W)), r"oracle: cost\[0\] = 0.0 is not in"),
    (dict(cap=0), "'cap' .*got 0"),
    (dict(cap=2.5), "'cap' .* an integer .*got 2.5"),
])
def test_wrong_oracles_are_reported(spec, message):
    with pytest.raises(ValueError, match=message):
        Problem.of(on_oracle(**spec))


def test_simulated_workers_and_experts_need_every_truth():
    truth = np.full(N, -1)
    with pytest.raises(ValueError, match="confusion needs the truth of"):
        Problem.of(dict(on_oracle(), ground_truth=truth))
    oracle = dict(recorded=random_votes(0, N, W, K)[0], budget=3)
    Problem.of(dict(on_oracle(), ground_truth=truth, oracle=oracle))
    oracle["expert_price"] = 1
    with pytest.raises(ValueError, match="expert_price needs the truth of"):
        Problem.of(dict(on_oracle(), ground_truth=truth, oracle=oracle))


@pytest.mark.parametrize("spec, message", [
    (dict(expert=None), "expert must be .*got None"),
    (dict(expert="xy"), "expert must be .*got 'xy'"),
    (dict(expert=(5, -1)), r"expert must be .*got .5, -1"),
    (dict(visibility=None), "visibility must be .*got None"),
    (dict(annotators=np.ones((2, 3))), "annotators has shape"),
    (dict(budget=-1), "must be an integer in .*got -1")])
def test_wrong_label_set_oracles_are_reported(spec, message):
    right = dict(visibility=np.ones((N, K)), annotators=np.ones((2, 2)),
                 expert=(.9, 1), budget=10)
    Problem.of(data(label_set_oracle=right))
    with pytest.raises(ValueError, match="label_set_oracle.* " + message):
        Problem.of(data(label_set_oracle={**right, **spec}))


SOFT = np.full((N, K), 1 / K)


@pytest.mark.parametrize("result, message", [
    ({}, "get_result must return soft_labels"),
    (dict(soft_labels=None), "soft_labels must be a NumPy array .*None"),
    (dict(soft_labels=SOFT.tolist()), "soft_labels must be .*got list"),
    (dict(soft_labels=torch.tensor(SOFT)), "soft_labels must be .*got Tensor"),
    (dict(soft_labels=np.zeros(N, int)), r"\(30,\), expected \(30, 3\)"),
    (dict(soft_labels=SOFT[:5]), r"has shape \(5, 3\), expected \(30, 3\)"),
    (dict(soft_labels=SOFT * 2), r"soft_labels\[0\] = .* not a distribution"),
    (dict(soft_labels=SOFT > 0), "soft_labels has dtype bool"),
    (dict(soft_labels=SOFT.astype(np.float16)), "soft_labels has dtype "
     "float16, expected float32 or float64"),
    (dict(soft_labels=np.where(SOFT < 0, 0, np.inf)), "not a distribution"),
    (dict(train_mask=np.arange(5)), r"train_mask has shape \(5,\)"),
    (dict(train_mask=np.ones(N, int)), "train_mask has dtype int64, expect"),
    (dict(label_sets=np.ones((1, K), bool)), r"label_sets has shape \(1, 3\)"),
    (dict(label_sets=np.ones((N, K))), "label_sets has dtype float64"),
    (dict(finished_tasks=[True] * N), "finished_tasks must be .*got list"),
    (dict(worker_score=np.ones(2)), "worker_score has shape"),
    (dict(worker_score=np.full(W, np.inf)), "not finite"),
    (dict(task_score=np.full(N, "a")), "task_score has dtype <U1"),
    (dict(test_probabilities=SOFT[:5]), r"expected \(8, 3\)"),
    (dict(test_probabilities=np.full((8, K), np.nan)), "not a distribution"),
    (dict(held_out_labels=SOFT), "held_out_labels has shape"),
    (dict(held_out_labels=np.stack([SOFT[1:]] * 5)), "held_out_labels has "
     r"shape \(5, 29, 3\), expected \(any, 30, 3\)"),
    (dict(final="no"), "final must be a bool, got 'no'"),
    (dict(train_seconds=0.), "no other keys than .*; got .*'train_seconds'"),
    (dict(oracle=None), "no other keys than"),
    (dict(problem=None), "no other keys than"),
])
def test_wrong_answers_are_reported(result, message):
    given = dict(soft_labels=SOFT) if result else {}
    with pytest.raises(ValueError, match=message):
        Answer.of(Problem.of(data()), {}, {**given, **result})


def test_correct_answers_pass():
    some = np.where(np.arange(N)[:, None] == 4, np.nan, SOFT)
    answer = Answer.of(Problem.of(data()), {}, dict(
        soft_labels=some, train_mask=np.ones(N, bool), final=False,
        worker_score=np.arange(W), task_score=np.full(N, np.nan)))
    assert answer.soft_labels is some and answer.labelled.sum() == N - 1
    whole = Answer.of(Problem.of(data()), {}, dict(
        soft_labels=np.eye(K, dtype=int)[np.zeros(N, int)]))
    assert whole.soft_labels.dtype == float


# --- parameters ------------------------------------------------------------
NONSENSE = [None, "", "x", "1", [], {}, (), object, 1j, float("nan"),
            float("inf"), -float("inf"), 10 ** 400, True, np.bool_(True),
            np.float64("nan"), np.array([1, 2])]


@pytest.mark.parametrize("check", [
    number(0), number(-5, 5, or_word="every"), integer(0),
    integer(1, 10, or_word="every"), one_of("a", 2, 2.5),
    list_of(integer(1))])
@pytest.mark.parametrize("value", NONSENSE, ids=str)
def test_wrong_values_are_refused(check, value):
    if isinstance(value, (list, tuple)) and not hasattr(check, "func"):
        return  # an empty list is a list
    with pytest.raises(ValueError, match="The 'name' parameter of Owner must"):
        check("Owner", "name", value)


def test_values_are_accepted():
    for value in (0, .5, 1, np.float32(.25), np.int64(1)):
        number(0, 1)("Owner", "name", value)
    integer(1, 3, or_word="every")("Owner", "name", "every")
    integer(1, 3)("Owner", "name", np.int64(3))
    one_of("a", 1)("Owner", "name", 1)
    list_of(integer(1))("Owner", "name", (1, 2))
    with pytest.raises(ValueError, match=r"in \[1, 3\] or 'every', got 4"):
        check_range("Owner", "name", 4, 1, 3, whole=True, or_word="every")
    with pytest.raises(ValueError, match="one of 1, 2, got 1.0"):
        check_choice("Owner", "name", 1.0, [1, 2])  # a float


@pytest.mark.parametrize("changes, message", [
    (dict(batch_size=0), "'batch_size' .*got 0"),
    (dict(epochs=2.5), "'epochs' .*got 2.5"),
    (dict(dropout=1.0), "'dropout' .*got 1.0"),
    (dict(augment=1), "'augment' .*got 1"),
    (dict(schedule="linear"), "'schedule' .*one of .*got 'linear'"),
    (dict(network="vgg"), "'network' .*one of .*got 'vgg'"),
    (dict(base="resnet18", momentum=0), "'momentum' .*got 0"),
    (dict(hidden=[0]), "'hidden' .*got 0"),
    (dict(base=None), "classifier None"),
    (dict(base=[]), "classifier .. is unknown"), ({1: 2}, "recipe has no 1"),
    (dict(hidden=[10 ** 5] * 2), "more than 100,000,000 weights"),
])
def test_wrong_recipes_are_reported(changes, message):
    with pytest.raises(ValueError, match=message):
        get_recipe({"base": "mlp", **changes})


# --- votes -----------------------------------------------------------------
def test_votes_are_read_only():
    """All solvers share ``votes.per_task``."""
    votes, _ = random_votes(0)
    matrix = votes.answer_matrix
    arrays = dict(
        {name: getattr(votes, name) for name in (
            "task", "worker", "label", "per_task", "per_worker",
            "answer_index", "answer_worker", "answer_label")},
        data=matrix.data, indices=matrix.indices, indptr=matrix.indptr)
    for name in vars(votes):  # all cached arrays are tested
        value = getattr(votes, name)
        assert name in arrays or isinstance(value, int) or name in (
            "_answers", "answer_matrix"), name
    for name, array in arrays.items():
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
        assert array.base is None or not array.base.flags.writeable, name
    # Computed arrays belong to the caller.
    votes.shares()[...] = 0
    votes.counts()[...] = 0
    assert votes.shares()[0].sum() == 1


def test_data_for_solvers_are_read_only():
    handed = Problem.of(data()).shuffled(3).handed_out(0)
    handed |= handed["gold"](SimpleNamespace(needs_gold=True))
    arrays = {name: value for name, value in handed.items()
              if isinstance(value, np.ndarray)}
    assert {"X", "X_test", "worker_skills", "X_gold", "y_gold"} <= set(arrays)
    for name, array in arrays.items():
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
        assert array.base is None or not array.base.flags.writeable, name


# --- fingerprints ----------------------------------------------------------
def test_the_whole_recipe_counts(monkeypatch):
    """Its settings change scores, its name does not."""
    def prints(classifier):
        problem = Problem.of(data(classifier=classifier))
        return data_hash(problem), data_version(problem)
    named = prints("mlp")
    assert prints(dict(base="mlp")) == named
    assert prints(get_recipe("mlp")) == named
    for changes in (dict(epochs=61), dict(lr=1e-3), dict(dropout=.5)):
        for one, other in zip(prints({"base": "mlp", **changes}), named):
            assert one != other, changes
    monkeypatch.setitem(RECIPES, "mlp", replace(RECIPES["mlp"], epochs=61))
    assert data_version(Problem.of(data())) != named[1]


def test_every_row_counts():
    """Changing any one row of a large test set changes both fingerprints."""
    rng = np.random.default_rng(0)
    X = rng.integers(256, size=(20_000, 8)).astype(np.uint8)
    y = rng.integers(K, size=len(X))
    base = dict(data(X=X[:N], X_gold=None, y_gold=None, test_sets=None))

    def prints(X_test):
        problem = Problem.of(dict(base, X_test=X_test, y_test=y))
        return data_hash(problem), data_version(problem)

    known = prints(X)
    assert prints(X.copy()) == known
    for row in rng.integers(len(X), size=20):
        other = X.copy()
        other[row, rng.integers(8)] ^= 1
        assert all(np.array(prints(other)) != np.array(known)), row
