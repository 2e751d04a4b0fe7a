"""The engine: reproducibility, failures, losses, schedules and images."""
from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import random_votes
from numpy.testing import assert_allclose

from benchmark_utils.training.engine import (
    Shuffled,
    Training,
    TrainingError,
    crop_and_flip,
)
from benchmark_utils.training.losses import SoftLabels, StackedVotes
from benchmark_utils.training.recipes import (
    RECIPES,
    get_recipe,
    out_of_reach,
    schedule,
)

QUICK = replace(get_recipe("mlp"), epochs=3)


def blobs(n=120, K=3, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(K, size=n)
    X = rng.normal(size=(n, 5)) + 4 * rng.normal(size=(K, 5))[y]
    return X.astype(np.float32), y


def fit(recipe=QUICK, seed=0, **options):
    X, y = blobs()
    return Training(recipe, X, 3, seed).fit(
        SoftLabels(np.eye(3)[y]), **options).probabilities()


def test_it_learns():
    X, y = blobs()
    p = fit(replace(QUICK, epochs=30))
    assert (p.argmax(axis=1) == y).mean() > .98
    assert_allclose(p.sum(axis=1), 1)


def test_same_seed_same_bits_and_the_global_state_is_left_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    threads = torch.get_num_threads()
    dropout = replace(QUICK, dropout=.5)
    first = fit(dropout)
    np.testing.assert_array_equal(torch.rand(3), expected)
    assert torch.get_num_threads() == threads
    np.testing.assert_array_equal(fit(dropout), first)
    assert not np.array_equal(fit(dropout, seed=1), first)


@pytest.mark.slow
@pytest.mark.parametrize("name, epochs", [
    ("resnet18", 2), ("resnet18photo", 25)])
def test_images_of_bytes_train_a_resnet(name, epochs):
    """The GPU's path on a small slice: uint8, augmentation, batch norm."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=40)
    X = rng.integers(0, 80, size=(40, 3, 32, 32)).astype(np.uint8)
    X[y == 1, :, :16] += 120
    recipe = replace(get_recipe(name), epochs=epochs, batch_size=13)
    training = Training(recipe, X, 2, seed=0).fit(SoftLabels(np.eye(2)[y]))
    p = training.probabilities()
    assert p.shape == (40, 2) and np.isfinite(p).all()
    if epochs > 2:  # enough for batch normalisation's running statistics
        assert (p.argmax(axis=1) == y).mean() > .9


class Nothing(torch.nn.Module):
    """A loss without gradient, with a parameter of its own."""
    def __init__(self, lr):
        super().__init__()
        self.lr, self.own = lr, torch.nn.Parameter(torch.ones(2))

    def forward(self, logits, examples):
        return 0 * (logits.sum() + self.own.sum())


@pytest.mark.parametrize("optimizer, lr", [("adam", None), ("sgd", None),
                                           ("adam", .1)])
def test_weight_decay_shrinks_the_network_and_not_the_loss(optimizer, lr):
    """Without a gradient every step shrinks each weight by lr * weight_decay,
    in AdamW and in SGD without momentum."""
    recipe = replace(QUICK, optimizer=optimizer, lr=.1, momentum=0.0,
                     weight_decay=.5, epochs=2, batch_size=60)
    X, _ = blobs()
    before = Training(recipe, X, 3, seed=0).network.state_dict()
    loss = Nothing(lr)
    training = Training(recipe, X, 3, seed=0).fit(loss)
    for name, weight in training.network.state_dict().items():
        assert_allclose(weight, before[name] * .95 ** 4, rtol=1e-5)
    assert (loss.own == 1).all()


class Pull(Nothing):
    """Its parameter's gradient is one."""
    def forward(self, logits, examples):
        return 0 * logits.sum() + self.own.sum()


def test_a_loss_learns_at_its_own_rate_or_as_the_network_does():
    recipe = replace(QUICK, optimizer="sgd", lr=.1, momentum=0.0,
                     schedule="steps", milestones=(1,), epochs=2,
                     batch_size=60)
    X, _ = blobs()
    for lr, expected in ((None, 1 - .1 * 2 * 1.1), (.01, 1 - .01 * 2 * 1.1)):
        loss = Pull(lr)
        Training(recipe, X, 3, seed=0).fit(loss)
        assert_allclose(loss.own.detach(), expected, rtol=1e-5)


def test_bytes_are_scaled_as_the_training_images_are():
    rng = np.random.default_rng(0)
    X = (rng.integers(0, 60, size=(50, 3, 8, 8))
         + np.array([0, 80, 190])[:, None, None]).astype(np.uint8)
    training = Training(replace(QUICK, network="smallcnn"), X, 2, seed=0)
    x = training.as_inputs()(slice(None))
    assert_allclose(x.mean(dim=(0, 2, 3)), 0, atol=1e-5)
    assert_allclose(x.std(dim=(0, 2, 3), correction=0), 1, rtol=1e-5)
    mean, std = X.mean(axis=(0, 2, 3)), X.std(axis=(0, 2, 3))
    other = training.as_inputs(np.full((1, 3, 8, 8), 100, np.uint8))
    assert_allclose(other([0])[0, :, 0, 0], (100 - mean) / std, rtol=1e-5)
    # Training and prediction scale the same images equally.
    assert_allclose(training.probabilities(X[:5]),
                    training.probabilities()[:5], rtol=1e-5)


def test_predictions_are_made_without_dropout():
    X, y = blobs()
    training = Training(replace(QUICK, dropout=.5), X, 3, seed=0).fit(
        SoftLabels(np.eye(3)[y]))
    np.testing.assert_array_equal(training.probabilities(),
                                  training.probabilities())
    assert training.network.training  # unchanged


def test_stopping_early_is_the_beginning_of_the_whole():
    """The schedule remains that of all epochs of the recipe."""
    recipe = replace(QUICK, epochs=6, schedule="cosine")
    seen = {}
    for epochs in (2, None):
        steps = seen[epochs] = []
        fit(recipe, epochs=epochs, on_step=lambda epoch, _, logits,
            steps=steps: steps.append((epoch, logits.numpy())))
    n = len(seen[2])
    assert n == len(seen[None]) / 3 and seen[2][-1][0] == 1
    for (_, early), (_, whole) in zip(seen[2], seen[None]):
        np.testing.assert_array_equal(early, whole)


def test_loss_that_is_no_number_stops_with_the_remedy():
    with pytest.raises(TrainingError, match="epoch 1; a smaller lr"):
        fit(replace(QUICK, optimizer="sgd", lr=1e30))


@pytest.mark.parametrize("classifier, message", [
    ("resnet", "choose from mlp30, mlp"),
    (dict(base="mlp", epoch=3), "recipe has no epoch; it has augment"),
    (dict(epochs=3), "classifier None is unknown"),
    (None, "classifier None is unknown"),
])
def test_unknown_recipes_list_the_choices(classifier, message):
    with pytest.raises(ValueError, match=message):
        get_recipe(classifier)


@pytest.mark.parametrize("change, message", [
    (dict(network="vgg"), "one of mlp, smallcnn"),
    (dict(optimizer="lion"), "one of sgd, adam"),
    (dict(schedule="linear"), "one of constant, steps, cosine"),
])
def test_unknown_parts_list_the_choices(change, message):
    with pytest.raises(ValueError, match=message):
        fit(replace(QUICK, **change))


def test_recipes_of_images_are_out_of_reach_of_a_cpu(monkeypatch):
    monkeypatch.setenv("CROWD_DEVICE", "cpu")
    assert "CROWD_FORCE_TRAINING=1" in out_of_reach(RECIPES["resnet18"])
    assert out_of_reach(RECIPES["mlp"]) is None
    monkeypatch.setenv("CROWD_FORCE_TRAINING", "1")
    assert out_of_reach(RECIPES["resnet18"]) is None


def test_schedules():
    steps = RECIPES["resnet18waum"]
    assert [schedule(steps, epoch, 150) for epoch in (0, 49, 50, 99, 100)
            ] == pytest.approx([1, 1, .1, .1, .01])
    cosine = RECIPES["resnet18"]
    values = [schedule(cosine, step, 1000) for step in range(1001)]
    assert values[0] == 0 and max(values) == 1 and values[50] == 1
    assert values[1000] == pytest.approx(0)
    assert (np.diff(values[50:]) <= 0).all()


def test_every_example_once_an_epoch():
    batches = Shuffled(130, 64)(torch.Generator().manual_seed(0))
    assert [len(batch) for batch in batches] == [64, 64, 2]
    assert sorted(torch.cat(batches).tolist()) == list(range(130))
    # Batch normalisation fails on a single example.
    assert [len(b) for b in Shuffled(129, 64)(torch.Generator())] == [64, 65]
    assert [len(b) for b in Shuffled(1, 64)(torch.Generator())] == [1]


def test_crop_and_flip_moves_pixels_and_changes_none():
    x = torch.arange(1., 1 + 2 * 3 * 8 * 8).reshape(2, 3, 8, 8)
    x = x.repeat(50, 1, 1, 1)
    y = crop_and_flip(x, torch.Generator().manual_seed(0))
    assert y.shape == x.shape
    seen = set()
    for before, after in zip(x, y):
        inside = after[0] > 0
        rows, columns = inside.nonzero().T
        part = after[:, rows.min():rows.max() + 1,
                     columns.min():columns.max() + 1]
        # A block of the image, perhaps mirrored, the same in all channels.
        flat = set(before.flatten().tolist())
        assert set(part.flatten().tolist()) <= flat
        assert (part > 0).all()
        step = (part[0, 0, 1] - part[0, 0, 0]).item() if part.shape[2] > 1 \
            else 1
        assert abs(step) == 1
        seen.add((step, part.shape))
    assert len({step for step, _ in seen}) == 2 and len(seen) > 20


def test_soft_label_loss_is_cross_entropy(float64):
    logits = torch.randn(6, 4)
    target = torch.tensor([0, 3, 1, 1, 2, 0])
    loss = SoftLabels(np.eye(4)[target])
    assert_allclose(loss(logits, torch.arange(6)),
                    torch.nn.functional.cross_entropy(logits, target))
    weight = np.array([0, 2, 1, 1, 1, 1.])
    each = torch.nn.functional.cross_entropy(logits, target, reduction="none")
    assert_allclose(
        SoftLabels(np.eye(4)[target], weight)(logits, torch.arange(6)),
        (each * torch.tensor(weight)).mean())


def test_stacked_votes_see_their_task():
    votes, _ = random_votes(0)
    loss = StackedVotes(votes)
    np.testing.assert_array_equal(loss.rows(torch.arange(5)), votes.task[:5])
