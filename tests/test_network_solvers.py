"""Networks trained on votes whose truth is known."""
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from benchopt_internals import solver_classes
from conftest import toy_votes
from small_crowds import small_crowd, trained

from benchmark_utils.training.recipes import get_recipe
from benchmark_utils.votes import Votes

pytestmark = pytest.mark.slow

END_TO_END = ["CrowdLayer", "CoNAL", "TraceReg", "AggNet", "GeoCrowdNet",
              "UnionNet", "AnnotMix"]
LABELS = ["AUM", "WAUM", "CROWDLAB"]  # the objective trains on their labels
CLASSIC = dict(variant="classic", lr="network")
VARIANTS = [*((name, {}) for name in END_TO_END + LABELS),
            ("CrowdLayer", CLASSIC), ("CrowdLayer", dict(variant="VWB")),
            ("CoNAL", CLASSIC), ("GeoCrowdNet", dict(weight="auto")),
            ("GeoCrowdNet", dict(volume="W")), ("AggNet", dict(pooled=2.0)),
            ("AnnotMix", dict(workers="network", lr="network")),
            ("CROWDLAB", dict(labels="soft", rounds=2))]
SMALL = dict(n_tasks=400)


@pytest.mark.slow
@pytest.mark.parametrize("solver, options", VARIANTS)
def test_results_and_scores(solve, solver, options):
    data, result, scores = solve("Digits", solver, dataset_options=SMALL,
                                 solver_options=options)
    # Free weights lose classes; confusions that see the input permute them,
    # after which no accuracy says anything.
    weak = options.get("variant") == "classic"
    permutes = options.get("workers") == "network"
    assert permutes or scores["test_accuracy"] > (.25 if weak else .5)
    assert 0 < scores["test_ece"] < (.9 if permutes else .7 if weak else .4)
    own = result["test_probabilities"] is not None
    assert own == (solver in END_TO_END)
    assert np.isnan(scores["train_seconds"]) == own
    if solver in ("AUM", "WAUM"):
        assert 1 <= (~result["train_mask"]).sum() <= 8
    assert permutes or scores["worker_auc"] > (.5 if weak else .8)
    np.testing.assert_allclose(result["soft_labels"].sum(axis=1), 1)


@pytest.mark.parametrize("solver", [*END_TO_END, *LABELS, "MV"])
def test_same_seed_same_bits(solve, solver):
    first, second = (solve("TwoMoons", solver, dataset_options=dict(
        n_tasks=80))[2] for _ in range(2))
    first.pop("train_seconds"), second.pop("train_seconds")
    np.testing.assert_equal(first, second)


@pytest.mark.parametrize("solver", END_TO_END + LABELS)
def test_no_inputs_is_a_reason_to_skip(benchmark, solver):
    solver = solver_classes(benchmark)[solver].get_instance()
    skip, reason = solver.skip(votes=toy_votes(), X=None, X_test=None,
                               recipe=None)
    assert skip and "needs inputs" in reason


def test_a_recipe_out_of_reach_is_skipped_and_scores_are_empty(
        benchmark, solve, monkeypatch):
    monkeypatch.setenv("CROWD_DEVICE", "cpu")
    recipe = dict(base="mlp", needs_gpu=True)
    options = dict(SMALL, classifier=recipe)
    with pytest.warns(UserWarning, match="CROWD_FORCE_TRAINING=1"):
        _, _, scores = solve("Digits", "MV", dataset_options=options)
    assert np.isnan(scores["test_accuracy"])
    assert scores["label_recovery"] > .4
    solver = solver_classes(benchmark)["CrowdLayer"]
    skip, reason = solver.get_instance().skip(
        votes=None, X=np.zeros(1), X_test=None, recipe=get_recipe(recipe))
    assert skip and "takes hours on a CPU" in reason


@pytest.mark.parametrize("solver, options, message", [
    ("CrowdLayer", dict(variant="MW"), "one of stochastic, classic, VW"),
    ("CrowdLayer", dict(lr="slow"), "or 'network' or 'auto', got 'slow'"),
    ("CoNAL", dict(variant="free"), "must be one of stochastic, classic"),
    ("GeoCrowdNet", dict(weight="best"), "or 'auto', got 'best'"),
    ("GeoCrowdNet", dict(volume="Z"), "must be one of F, W"),
    ("AnnotMix", dict(workers="all"), "must be one of linear, network"),
    ("CROWDLAB", dict(labels="none"), "must be one of hard, soft"),
    ("CROWDLAB", dict(rounds=0), "an integer in"),
    ("UnionNet", dict(start=1), "a number in .* or 'published', got 1"),
    ("WAUM", dict(mode="serial"), "must be one of stacked, sharedforward"),
    ("WAUM", dict(prune="worst"), "must be one of waum, random"),
    ("AUM", dict(margin="third"), "must be one of second, other, logits"),
    ("AUM", dict(quantile=2), r"'quantile' .*number in \[0, 1\], got 2"),
    ("AUM", dict(epochs="late"), "or 'early', got 'late'"),
])
def test_unknown_values_list_the_choices(benchmark, solver, options, message):
    with pytest.raises(ValueError, match=message):
        solver_classes(benchmark)[solver].get_instance(**options)


@pytest.fixture
def train(benchmark):
    """train(name, given, recipe, seed, **parameters): a solver that ran."""
    return partial(trained, benchmark)


@pytest.mark.parametrize("solver, options", [
    (solver, options) for solver, options in VARIANTS
    if solver in END_TO_END])
def test_networks_learn_from_the_trainable_tasks_alone(
        train, solver, options):
    """Votes and inputs of other tasks do not change the network; the labels of
    those tasks follow from their own votes."""
    given, y = small_crowd()
    trainable = np.random.default_rng(1).permutation(120) < 80
    votes, rest = given["votes"], ~trainable
    label = np.where(rest[votes.task], (votes.label + 1) % 3, votes.label)
    poisoned = dict(given, X=np.where(
        rest[:, None], given["X"] + 50, given["X"]), votes=Votes(
        votes.task, votes.worker, label, 120, 6, 3))
    clean, other = (train(solver, dict(data, trainable=trainable), **options)
                    for data in (given, poisoned))
    np.testing.assert_array_equal(other.test_probabilities,
                                  clean.test_probabilities)
    np.testing.assert_allclose(other.soft_labels[trainable],
                               clean.soft_labels[trainable], rtol=1e-5)
    assert not np.allclose(other.soft_labels[rest], clean.soft_labels[rest])
    whole = train(solver, poisoned, **options)
    assert not np.allclose(whole.test_probabilities,
                           clean.test_probabilities)


@pytest.mark.parametrize("solver", ["AUM", "WAUM"])
def test_only_trainable_tasks_are_judged(train, solver):
    given, _ = small_crowd()
    trainable = np.random.default_rng(1).permutation(120) < 80
    run = train(solver, dict(given, trainable=trainable), quantile=.1)
    np.testing.assert_array_equal(np.isnan(run.task_score), ~trainable)
    assert (~run.train_mask).sum() == 8 and run.train_mask[~trainable].all()


def test_crowdlab_predicts_the_others_by_the_mean_of_all_folds(train):
    given, y = small_crowd()
    trainable = np.random.default_rng(1).permutation(120) < 80
    recipe = replace(get_recipe("mlp"), epochs=30)
    run = train("CROWDLAB", dict(given, trainable=trainable), recipe)
    assert (run.soft_labels.argmax(axis=1) == y)[~trainable].mean() > .8


@pytest.mark.parametrize("mask", ["train_mask", "trainable"])
def test_the_objective_trains_on_the_marked_tasks_alone(solve, mask):
    """Labels outside of ``train_mask``, or beyond the recipe's ``n_train``, do
    not matter."""
    n_train = 80 if mask == "trainable" else None
    solve("Digits", "MV", dataset_options=dict(n_tasks=120, classifier=dict(
        base="mlp", epochs=3, n_train=n_train)))
    objective, problem = solve.objective, solve.objective.problem
    learnt = (problem.trainable if n_train
              else np.random.default_rng(2).permutation(120) < 80)
    y = problem.ground_truth
    right = np.eye(10)[y]
    wrong = np.where(learnt[:, None], right, np.eye(10)[(y + 1) % 10])
    marks = {} if n_train else dict(train_mask=learnt)
    nll = [objective.evaluate_result(soft_labels=labels, **marks)["test_nll"]
           for labels in (right, wrong)]
    assert learnt.sum() == 80 and nll[0] == nll[1]
    # The marked tasks do matter.
    wrong[learnt] = right[~learnt][0]
    assert objective.evaluate_result(
        soft_labels=wrong, **marks)["test_nll"] > nll[0]


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("solver, options", [
    (solver, options) for solver, options in VARIANTS
    if (solver, options.get("workers")) not in (
        ("CoNAL", None), ("AnnotMix", None), ("AnnotMix", "network"))
    and solver not in ("CROWDLAB", "GeoCrowdNet")])
def test_names_of_workers_tell_nothing(train, solver, options):
    """All workers start alike, so renaming them changes nothing."""
    given, _ = small_crowd()
    votes, rng = given["votes"], np.random.default_rng(3)
    name, order = rng.permutation(6), rng.permutation(len(votes))
    if solver in ("WAUM", "AUM"):  # votes are examples: the same batches
        order = np.arange(len(votes))
    renamed = Votes(votes.task[order], name[votes.worker[order]],
                    votes.label[order], 120, 6, 3)
    one = train(solver, given, **options).get_result()
    two = train(solver, dict(given, votes=renamed), **options).get_result()
    np.testing.assert_allclose(two["soft_labels"], one["soft_labels"],
                               atol=1e-7)
    np.testing.assert_allclose(two["worker_score"][name],
                               one["worker_score"], atol=1e-7)


@pytest.mark.parametrize("solver, options", VARIANTS)
def test_one_perfect_worker_teaches_the_truth(train, solver, options):
    given, y = small_crowd()
    given["votes"] = Votes(np.arange(120), np.zeros(120, int), y, 120, 1, 3)
    recipe = replace(get_recipe("mlp"), epochs=60)
    run = train(solver, given, recipe, **options)
    assert (run.soft_labels.argmax(axis=1) == y).mean() > .95
