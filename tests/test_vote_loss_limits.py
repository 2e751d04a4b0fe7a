"""Losses of votes: gradients, order, batches without votes, limits."""
from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import random_votes
from numpy.testing import assert_allclose
from vote_loss_cases import MAKERS, MIXERS, RECIPE, TASKS, Case

from benchmark_utils.training.confusions import (
    ConfusionMatrices,
    VolumeConfusions,
    WorkerConfusions,
)
from benchmark_utils.training.engine import Training
from benchmark_utils.votes import Votes

pytestmark = pytest.mark.usefixtures("float64")


@pytest.mark.parametrize("name", MAKERS)
def test_gradients_are_those_of_the_loss(name):
    """Along a random direction of all parameters and logits together."""
    case = Case(MAKERS[name])
    case.logits.requires_grad_()
    parts = [p for p in case.loss.parameters() if p.requires_grad]
    parts.append(case.logits)
    case.loss(case.logits, case.tasks).backward()
    directions = [torch.randn_like(p) for p in parts]
    slope = sum((p.grad * d).sum() for p, d in zip(parts, directions)).item()
    assert all(p.grad.abs().max() > 0 for p in parts)

    def moved(step):
        with torch.no_grad():
            for p, d in zip(parts, directions):
                p += step * d
        return case.value()

    ahead, behind = moved(1e-5), moved(-2e-5)
    assert_allclose(slope, (ahead - behind) / 2e-5, rtol=1e-6)


@pytest.mark.parametrize("name", MAKERS)
def test_order_of_votes_and_names_of_workers_tell_nothing(name):
    case = Case(MAKERS[name])
    votes, rng = case.votes, np.random.default_rng(1)
    order, names = rng.permutation(len(votes)), rng.permutation(9)
    votes = Votes(votes.task[order], names[votes.worker[order]],
                  votes.label[order], 30, 9, 4)
    other = Case(lambda c: MAKERS[name](
        type("", (), dict(votes=votes, training=c.training, X=c.X))))
    back = torch.tensor(np.argsort(names))
    own, renamed = case.loss.state_dict(), other.loss.state_dict()
    for key, value in own.items():
        axis = [a for a, n in enumerate(value.shape) if n == 9]
        if key in dict(other.loss.named_parameters()) and axis:
            value = value.index_select(axis[0], back)
            renamed[key] = value
    other.loss.load_state_dict(renamed)
    assert_allclose(other.loss(case.logits, case.tasks).item(), case.value())


@pytest.mark.parametrize("name", MAKERS)
def test_a_batch_without_votes_teaches_nothing(name):
    case = Case(MAKERS[name], tasks=[29, 28])
    case.logits.requires_grad_()
    value = case.loss(case.logits, case.tasks)
    value.backward()
    assert value.item() == 0 and (case.logits.grad == 0).all()


def test_annot_mix_without_votes_teaches_nothing():
    case = Case(MIXERS["linear"], tasks=[29, 28])
    rows = case.loss.rows(case.tasks)
    x = torch.tensor(case.X)[rows]
    assert case.loss.mix(x, case.tasks, None) is x
    assert case.loss(case.logits, case.tasks).item() == 0


@pytest.mark.parametrize("volume, logits", [
    ("F", torch.zeros(6, 4)), ("F", torch.randn(3, 4)),
    ("F", 1e3 * torch.eye(4)[[0, 0, 0, 0, 1, 1]])])
def test_no_volume_is_no_penalty_and_no_gradient(volume, logits):
    """Equal rows, fewer rows than classes, classes that are not predicted."""
    votes, _ = random_votes(0)
    loss = VolumeConfusions(votes, .01, .3, volume)
    logits = logits.double().requires_grad_()
    tasks = torch.tensor(TASKS[:len(logits)])
    value = loss(logits, tasks)
    value.backward()
    plain = WorkerConfusions(votes, .01)(logits, tasks)
    assert_allclose(value.item(), plain.item())
    assert torch.isfinite(logits.grad).all()


@pytest.mark.parametrize("volume", ["F", "W"])
def test_weight_0_is_crowd_layer_and_weight_widens(volume):
    votes, _ = random_votes(0)
    X = np.random.default_rng(0).normal(size=(30, 5))

    def log_det(weight):
        training = Training(replace(RECIPE, epochs=60), X, 4, seed=0)
        loss = VolumeConfusions(votes, .02, weight, volume)
        p = training.fit(loss).probabilities()
        rows = (p if volume == "F" else loss.confusions().transpose(
            0, 2, 1).reshape(-1, 4))
        return np.linalg.slogdet(rows.T @ rows)[1], p

    plain = Training(replace(RECIPE, epochs=60), X, 4, seed=0).fit(
        WorkerConfusions(votes, .02)).probabilities()
    without, with_it = log_det(0.0), log_det(.1)
    np.testing.assert_array_equal(without[1], plain)
    assert with_it[0] > without[0] + .1


def test_confusion_matrices_start_as_said():
    W = ConfusionMatrices(3, 4, .7)().detach().numpy()
    assert_allclose(W[1].diagonal(), .7)
    assert_allclose(W.sum(axis=2), 1)


def test_worker_score_is_the_mean_accuracy():
    case = Case(MAKERS["CrowdLayer"])
    W, score = case.loss.confusions(), case.loss.worker_score(case.votes)
    assert_allclose(score[2], W[2].diagonal().mean())
    assert np.isnan(score[8])
