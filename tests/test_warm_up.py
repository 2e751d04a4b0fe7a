"""The first fifth of the steps: networks learn the shares of the votes."""
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from small_crowds import small_crowd
from vote_loss_cases import MAKERS, MIXERS, Case

from benchmark_utils.training import engine
from benchmark_utils.training.conal import CommonConfusions
from benchmark_utils.training.confusions import (
    UnionConfusions,
    WorkerConfusions,
)
from benchmark_utils.training.recipes import get_recipe

RECIPE = replace(get_recipe("mlp"), hidden=(), optimizer="sgd", lr=.1,
                 epochs=20, batch_size=12)
PUBLISHED = ["classic", "VW", "VB", "VWB", "CoNAL classic"]
LOST = 1


def training_that_lost_a_class(given):
    training = engine.Training(RECIPE, given["X"], 3, seed=0)
    with torch.no_grad():
        training.network[-1].bias[LOST] = -40
    return training


@pytest.mark.parametrize("make", [
    lambda votes, _: WorkerConfusions(votes, .02),
    lambda votes, training: CommonConfusions(
        votes, .02, 1e-5, training, training.X.numpy()),
    lambda votes, _: UnionConfusions(votes, .02, .9),
    lambda votes, _: MIXERS["linear"](
        type("", (), dict(votes=votes)))])
def test_a_class_pushed_to_0_returns(make, monkeypatch):
    """40 steps on the shares raise its logit by about a third each. Under the
    likelihood alone its gradient has the factor exp(-40)."""
    given, y = small_crowd()

    def share_right():
        training = training_that_lost_a_class(given)
        training.fit(make(given["votes"], training))
        return (training.probabilities().argmax(1) == LOST)[y == LOST].mean()

    assert share_right() > .9
    monkeypatch.setattr(engine, "WARM_UP", 0)
    assert share_right() == 0


@pytest.mark.parametrize("epochs", [None, 3])
@pytest.mark.parametrize("graphs", [False, True])
def test_a_fifth_of_the_recipes_steps_and_the_matrices_rest(
        epochs, graphs, monkeypatch):
    """200 steps, of which 40 are on the shares; also if training ends after
    30, and if a graph of the network's passes takes its place."""
    given, _ = small_crowd()
    loss = WorkerConfusions(given["votes"], .02)
    start = loss.matrices.theta.detach().clone()
    called, rested = [], []
    for name, plain in (("warm_up", loss.warm_up), ("forward", loss.forward)):
        def counted(*arguments, name=name, plain=plain):
            called.append(name)
            rested.append(torch.equal(loss.matrices.theta, start))
            return plain(*arguments)
        monkeypatch.setattr(loss, name, counted)
    training = engine.Training(RECIPE, given["X"], 3, seed=0)
    if graphs:
        monkeypatch.setattr(training, "_forward", lambda *_: (
            lambda batch: training.network(batch)))
    training.fit(loss, epochs=epochs)
    n = 200 if epochs is None else 30
    assert called == (["warm_up"] * 40 + ["forward"] * 160)[:n]
    assert rested == [step <= 40 for step in range(n)]


@pytest.mark.parametrize("name", [*MAKERS, *MIXERS])
def test_it_is_the_cross_entropy_with_the_votes(name, float64):
    """Minus the mean of log z over a batch's votes, without any parameter of
    the loss; as published, scores of workers have no warm-up."""
    if name in PUBLISHED:
        assert Case(MAKERS[name]).loss.warm_up is None
        return
    case = Case(MAKERS[name] if name in MAKERS else
                lambda c: MIXERS[name](c, alpha=0.0))
    logits = case.logits
    if name in MIXERS:  # a row for each vote
        rows = case.loss.rows(case.tasks)
        case.loss.mix(torch.tensor(case.X)[rows], case.tasks, None)
        logits = torch.stack([logits[case.tasks.tolist().index(i)]
                              for i in rows.tolist()])
    value = case.loss.warm_up(
        logits.clone().requires_grad_(), case.tasks)
    assert_allclose(value.item(), -np.mean(
        [np.log(z[label]) for z, _, label, _ in case.batch()]))
    value.backward()
    assert all(p.grad is None for p in case.loss.parameters())


def test_annot_mix_mixes_from_the_first_step(float64):
    case = Case(MIXERS["linear"])
    rows = case.loss.rows(case.tasks)
    case.loss.mix(torch.tensor(case.X)[rows], case.tasks, None)
    logits = torch.randn(len(rows), 4)
    s, partner = case.loss.share.numpy(), case.loss.partner
    log_z, label = logits.log_softmax(1).numpy(), case.loss.label
    place = np.arange(len(rows))
    assert_allclose(case.loss.warm_up(logits, case.tasks).item(), -np.mean(
        s * log_z[place, label[case.loss.vote]]
        + (1 - s) * log_z[place, label[partner]]))


@pytest.mark.parametrize("name", ["CrowdLayer", "linear"])
def test_a_batch_without_votes_teaches_nothing(name):
    case = Case((MAKERS | MIXERS)[name], tasks=[29, 28])
    if name == "linear":
        case.loss.rows(case.tasks)
    value = case.loss.warm_up(case.logits, case.tasks)
    assert_array_equal(value.detach(), 0)
