"""The network and the columns that compare with the WAUM paper's table."""
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from benchmark_utils.scoring import METRICS
from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import SoftLabels
from benchmark_utils.training.networks import build_network
from benchmark_utils.training.recipes import RECIPES, get_recipe
from benchmark_utils.training.selection import SelectedEpoch

IMAGES = np.random.default_rng(0).integers(
    0, 256, (6, 3, 32, 32), dtype=np.uint8)


def test_maps_of_the_authors_network():
    network, sizes = build_network(
        RECIPES["resnet18paper"], (3, 32, 32), 10), []
    for layer in (network.conv1, network.layer1, network.layer2,
                  network.layer3, network.layer4):
        layer.register_forward_hook(
            lambda layer, inputs, out: sizes.append(out.shape[-1]))
    network(torch.zeros(2, 3, 32, 32))
    assert sizes == [36, 36, 18, 9, 5]
    assert network.conv1.stride == (1, 1)
    assert network.conv1.kernel_size == (3, 3)


def test_only_the_network_differs_from_the_published_recipe():
    paper, waum = (asdict(RECIPES[name]) for name in (
        "resnet18paper", "resnet18waum"))
    assert {key for key in waum if paper[key] != waum[key]} == {
        "name", "network"}
    assert RECIPES["resnet18waum"].network == "resnet18"  # as its rows


def test_images_are_scaled_as_those_of_imagenet():
    training = Training(RECIPES["resnet18paper"], IMAGES, 10, seed=0)
    x = training.as_inputs()([0])[0]
    mean, std = (np.array(values)[:, None, None] for values in (
        [.485, .456, .406], [.229, .224, .225]))
    assert_allclose(x, (IMAGES[0] / 255 - mean) / std, rtol=1e-4, atol=1e-5)


def test_the_epoch_with_the_lowest_validation_loss():
    """Two epochs on right and one on wrong labels: the second is selected,
    its weights come back, and its predictions are those of a training that
    ended there."""
    X, y = np.eye(4, dtype=np.float32), np.arange(4)
    recipe = replace(get_recipe("mlp"), epochs=3, batch_size=4,
                     optimizer="sgd", momentum=0.0, lr=.5)

    def fit(epochs):
        training = Training(recipe, X, 4, seed=0)
        loss, selected = SoftLabels(np.eye(4)), SelectedEpoch(training, X, y)

        def on_epoch(epoch):
            selected(epoch)
            if epoch == 1:
                loss.targets.copy_(torch.eye(4).roll(1, 0))

        training.fit(loss, on_epoch=on_epoch, epochs=epochs)
        return training, selected

    training, selected = fit(3)
    last = training.probabilities()
    chosen = selected.probabilities(X)
    assert_array_equal(chosen, fit(2)[0].probabilities())
    assert not np.allclose(chosen, last)
    assert_allclose(selected.lowest, -np.log(chosen.diagonal()).mean(),
                    rtol=1e-5)


@pytest.mark.parametrize("n_train", [None, 80])
def test_columns_selected_on_true_labels(solve, n_train):
    """On the 40 tasks that the recipe does not train on, and only if there
    are such tasks."""
    recipe = dict(base="mlp", epochs=4, n_train=n_train, lr=.05)
    _, _, scores = solve("Digits", "MV", dataset_options=dict(
        n_tasks=120, classifier=recipe))
    own = [scores[name] for name in (
        "truth_selected_accuracy", "truth_selected_ece",
        "truth_selected_batch_ece", "test_batch_ece")]
    assert np.isfinite(own).all() == (n_train is not None)
    assert np.isnan(own).all() == (n_train is None)
    if n_train is None:
        return
    problem = solve.objective.problem
    rest = ~problem.trainable
    assert rest.sum() == 40
    seed = solve.objective.get_seed(use_repetition=True)
    labels = solve.result["soft_labels"][problem.trainable]
    losses, predicted = [], []
    for epochs in range(1, 5):
        training = Training(problem.recipe, problem.X[problem.trainable], 10,
                            seed).fit(SoftLabels(labels), epochs=epochs)
        p = training.probabilities(problem.X[rest])
        losses.append(-np.log(p[np.arange(40), problem.ground_truth[rest]]
                              ).mean())
        predicted.append(training.probabilities(problem.X_test).argmax(1))
    best = predicted[int(np.argmin(losses))]
    assert scores["truth_selected_accuracy"] == (
        best == problem.y_test).mean()


def test_they_are_never_ranked():
    assert not [metric for metric in METRICS
                if metric.name.startswith("truth_selected")
                or "batch_ece" in metric.name]


def test_a_solver_cannot_give_them(solve):
    solve("HammerSpammer", "MV")
    with pytest.raises(ValueError, match="no other keys"):
        solve.objective.evaluate_result(
            **solve.result, selected_probabilities=np.eye(2))


@pytest.mark.parametrize("source", ["drawn", "published"])
def test_three_circles_have_the_schedule_of_the_thesis(
        solve, source, request):
    if source == "published":
        request.getfixturevalue("real_data")
    solve("ThreeCircles", "MV", dataset_options=dict(source=source))
    recipe = solve.objective.problem.recipe
    assert (recipe.hidden, recipe.epochs, recipe.batch_size, recipe.lr,
            recipe.weight_decay, recipe.schedule, recipe.milestones) == (
        (30, 20, 20), 150, 64, .1, 5e-4, "steps", (50, 100))
