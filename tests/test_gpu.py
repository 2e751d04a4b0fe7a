"""What only a GPU can show; skipped without one."""
import numpy as np
import pytest
import torch

from benchmark_utils.training import engine
from benchmark_utils.training.aum import vote_areas
from benchmark_utils.training.conal import CommonConfusions
from benchmark_utils.training.confusions import WorkerConfusions
from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import SoftLabels
from benchmark_utils.training.recipes import get_recipe
from benchmark_utils.votes import Votes

pytestmark = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="needs a GPU")
# 6 epochs of 22 batches, the last of them smaller: more than 100 steps.
RECIPE = get_recipe({"base": "resnet18", "epochs": 6, "batch_size": 64,
                     "lr": .05})


@pytest.fixture(scope="module")
def images():
    """Coloured squares on noise, uint8: the colour is the class."""
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=1380)
    X = rng.integers(0, 120, (len(y), 3, 32, 32))
    X[np.arange(len(y)), y, 8:24, 8:24] += 90
    return X.astype(np.uint8), y


def one_hot(y):
    return np.eye(3)[y]


def accuracy(training, X, y):
    return (training.probabilities(X).argmax(axis=1) == y).mean()


def test_images_are_learnt(images):
    X, y = images
    training = Training(RECIPE, X[:1364], 3, seed=0)
    training.fit(SoftLabels(one_hot(y[:1364])))
    assert accuracy(training, X[1364:], y[1364:]) > .9


def test_recorded_passes_are_the_networks_own(images):
    """On one batch: the same logits and gradients as without recording, and
    the network's statistics as they were."""
    X, y = images
    training = Training(RECIPE, X, 3, seed=0)
    loss = SoftLabels(one_hot(y)).to(training.device)
    rows = torch.arange(64, device=training.device)
    x = training._inputs(training.X[rows])
    before = [b.clone() for b in training.network.buffers()]
    forward = engine.recorded(training.network, x)
    for buffer, value in zip(training.network.buffers(), before):
        torch.testing.assert_close(buffer, value, rtol=0, atol=0)
    found = []
    for passes in (forward, training.network):
        training.network.train().zero_grad(set_to_none=True)
        with training._autocast():
            logits = passes(x)
        loss(logits.float(), rows).backward()
        found.append([logits.float().detach().clone(), *(
            p.grad.clone() for p in training.network.parameters())])
    for one, other in zip(*found):
        scale = other.abs().max() + 1e-6
        assert (one - other).abs().max() / scale < .02


def test_recorded_training_goes_as_it_would(images, monkeypatch):
    """The losses of the first steps agree, up to bfloat16; the last batch of
    an epoch, of another size, goes through the network itself."""
    losses = []
    for worth in (1, 10 ** 9):
        monkeypatch.setattr(engine, "WORTH_RECORDING", worth)
        losses.append(losses_of_an_epoch(*images))
    assert len(losses[0]) == 22
    np.testing.assert_allclose(losses[0][:8], losses[1][:8], rtol=.1)


def losses_of_an_epoch(X, y):
    training, loss = Training(RECIPE, X, 3, seed=0), SoftLabels(one_hot(y))
    losses = []

    def on_step(epoch, rows, logits):
        losses.append(loss(logits, rows).item())

    training.fit(loss, epochs=1, on_step=on_step)
    return losses


def three_voters(y):
    """Each task's votes, all of them right."""
    n = len(y)
    return Votes(np.repeat(np.arange(n), 3), np.tile(np.arange(3), n),
                 np.repeat(y, 3), n, 3, 3)


@pytest.mark.parametrize("make", [
    lambda votes, training, X: WorkerConfusions(votes, .02),
    lambda votes, training, X: CommonConfusions(
        votes, .02, 1e-5, training, X)], ids=["CrowdLayer", "CoNAL"])
def test_votes_are_learnt_from(images, make):
    X, y = images
    votes = three_voters(y[:1364])
    training = Training(RECIPE, X[:1364], 3, seed=0)
    loss = make(votes, training, X[:1364])
    training.fit(loss)
    assert accuracy(training, X[1364:], y[1364:]) > .9
    posterior = loss.posterior(training.log_probabilities(), votes)
    assert (posterior.argmax(axis=1) == y[:1364]).mean() > .9


@pytest.mark.parametrize("mode", ["stacked", "sharedforward"])
def test_a_wrong_vote_has_the_smaller_area(images, mode):
    X, y = images
    votes = three_voters(y[:600])
    label = votes.label.copy()
    wrong = np.arange(0, len(label), 30)
    label[wrong] = (label[wrong] + 1) % 3
    votes = Votes(votes.task, votes.worker, label, 600, 3, 3)
    aum, trust = vote_areas(votes, X[:600], RECIPE, 0, np.ones((3, 3)), 6,
                            mode)
    right = np.setdiff1d(np.arange(len(label)), wrong)
    assert aum[wrong].mean() < aum[right].mean() - .1
    assert np.isfinite(trust).all()
