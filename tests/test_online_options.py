"""Options of the online loop: priors, early stop, expert, prices, time."""
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from test_online import SMALL

from benchmark_utils.online.belief import gold_prior, identity_prior
from benchmark_utils.scoring.network import worker_importance
from benchmark_utils.training.mixmatch import MixMatchLoss, Paired


# --- priors ---------------------------------------------------------------
def test_gold_priors_by_hand():
    """Two workers, two classes. Worker 0: both right twice; worker 1: class 0
    right once of twice, class 1 always wrong."""
    gold = np.array([[[2, 0], [0, 2]], [[1, 1], [2, 0]]], float)
    pooled = np.array([[7 + 3, 3 + 1], [3 + 2, 7 + 2]]) * 10 / 14
    assert_allclose(gold_prior("class", gold), [pooled, pooled])
    by_others = np.array([[[7 + 1, 3 + 1], [3 + 2, 7]],
                          [[7 + 2, 3], [3, 7 + 2]]]) * 10 / 12
    assert_allclose(gold_prior("both", gold), by_others + gold)
    accuracy = np.array([(7 + 4) / 14, (7 + 1) / 14])
    assert_allclose(gold_prior("worker", gold), [
        [[10 * a, 10 - 10 * a], [10 - 10 * a, 10 * a]] for a in accuracy])


def test_without_an_answer_all_priors_are_the_same():
    for kind in ("class", "worker", "both"):
        assert_allclose(gold_prior(kind, np.zeros((3, 4, 4)), 5.0),
                        identity_prior(3, 4, 5.0))


def test_gold_questions_are_paid_from_the_budget(curve):
    points, oracle, solver = curve(
        "RandomAssign", dataset_options=dict(n_tasks=200),
        solver_options=dict(prior="both", gold=5, risk=0.0))
    assert points[0]["cost"] == 15 * 5 == points[0]["n_votes"]
    assert oracle.n_votes == 600 and len(oracle.votes()) == 600 - 75
    wide = solver.worker_prior.trace(axis1=1, axis2=2)
    assert wide.std() > .5  # not the same for all workers


def test_recorded_crowds_sell_no_gold_and_no_expert(real_data, curve):
    for options, message in ((dict(prior="class"), "no gold questions"),
                             (dict(expert=.5), "no expert")):
        with pytest.raises(AssertionError, match=message):
            curve("RandomAssign", dataset="Bluebirds",
                  dataset_options=dict(mode="online"),
                  solver_options=options)


@pytest.mark.parametrize("options, message", [
    (dict(prior="gold"), "choose from none, class, worker, both"),
    (dict(gold=0), "gold = 0"), (dict(expert=2.0), "expert = 2.0"),
    (dict(patience=.5), "patience = 0.5, an integer")])
def test_wrong_options_are_named(curve, options, message):
    with pytest.raises(ValueError, match=message):
        curve("RandomAssign", dataset_options=SMALL, solver_options=options)


# --- when to stop, and whom to ask then -----------------------------------
def test_early_stop_needs_a_finished_task(curve):
    """With a risk of 0 none is ever finished, so nothing stops early."""
    options = dict(dataset_options=SMALL)
    _, oracle, _ = curve("RandomAssign", **options,
                         solver_options=dict(risk=0.0, patience=1))
    assert oracle.n_votes == 160
    _, oracle, solver = curve("RandomAssign", **options, solver_options=dict(
        risk=.02, patience=1, batch=5))
    assert 0 < oracle.n_votes < 160 and solver.unfinished().any()


def test_the_expert_labels_the_riskiest_tasks(curve):
    points, oracle, solver = curve(
        "RandomAssign", dataset_options=SMALL,
        solver_options=dict(expert=.5, risk=.05))
    before, last = points[-2], points[-1]
    assert 70 < before["cost"] <= 80 < last["cost"] <= 160
    assert last["expert_share"] == oracle.n_expert / 80 > .05
    assert last["label_recovery"] > before["label_recovery"]
    assert solver.belief.label_posterior[oracle._by_expert].max(axis=1).min() > .999
    # the rest of the money buys nothing else
    assert oracle.left < 10 or not solver.unfinished().any()


# --- prices and time ------------------------------------------------------
def test_good_workers_may_cost_more(curve):
    points, oracle, _ = curve(
        "QASCA", dataset_options=dict(n_tasks=100, prices="skill"),
        solver_options=dict(risk=0.0))
    assert_allclose(oracle.cost.mean(), 1)
    assert oracle.cost.max() > 1.3 and oracle.cost.min() < .5
    assert_allclose(oracle.spent, oracle.cost @ oracle.given)
    assert 300 - oracle.cost.max() <= points[-1]["cost"] <= 300


def test_work_ends_when_time_does(curve):
    points, oracle, solver = curve(
        "RandomAssign", dataset_options=dict(
            n_tasks=100, seconds_per_task=12.0),
        solver_options=dict(risk=0.0))
    assert solver.finished and oracle.left > 100
    assert 1200 - oracle.latency.min() <= points[-1]["worker_seconds"] <= 1200


# --- whom the votes were bought of ----------------------------------------
def test_worker_importance_by_hand():
    """The classifier is right on class 0 always, on class 1 in a quarter of
    the cases: class 1 counts four times as much."""
    p = np.eye(2)[[0, 0, 1, 0, 0, 0]]
    y = np.array([0, 0, 1, 1, 1, 1])
    confusion = np.array([[[.9, .1], [.5, .5]], [[.6, .4], [.2, .8]]])
    assert_allclose(worker_importance(confusion, p, y),
                    [.2 * .9 + .8 * .5, .2 * .6 + .8 * .8])


def test_policies_that_choose_workers_choose_the_important(curve):
    random, gain = np.array([
        [curve(policy, repetition)[0][-1]["importance_corr"]
         for repetition in range(6)]
        for policy in ("RandomAssign", "QASCA")])
    # 15 workers: by chance 0 with standard deviation .27, mean of six .11
    assert abs(random.mean()) < .35
    assert gain.mean() > .5


# --- MixMatch -------------------------------------------------------------
def test_batches_are_half_labelled():
    labelled, unlabelled = np.arange(3), np.arange(3, 40)
    batches = Paired(labelled, unlabelled, 8)
    drawn = batches(torch.Generator().manual_seed(0))
    assert len(drawn) == batches.n_batches == 5
    for batch in drawn:
        assert (batch < 3).sum() == 4 == (batch >= 3).sum()
    alone = Paired(labelled, unlabelled[:0], 8)
    assert sorted(alone(torch.Generator())[0][:3].tolist()) == [0, 1, 2]


def test_guesses_are_sharpened_and_mixtures_stay_close():
    X = torch.randn(6, 2, dtype=torch.float32)
    logits = torch.log(torch.tensor([.6, .3, .1]))
    loss = MixMatchLoss(np.eye(3)[[0, 1, 2, 0, 0, 0]],
                        np.array([True] * 3 + [False] * 3), X.numpy(),
                        n_ramp=10)
    guess = loss.guess(X[3:], lambda x: logits.expand(len(x), 3))
    assert_allclose(guess, np.tile(np.array([.36, .09, .01]) / .46, (3, 1)),
                    rtol=1e-5)
    loss.NOISE = 0.0
    mixed = loss.mix(X, torch.arange(6), lambda x: logits.expand(len(x), 3))
    # each mixture is nearer to its own input than to any other's mixture
    y, labelled = loss.mixed
    assert labelled.tolist() == [True] * 3 + [False] * 3
    assert_allclose(y.sum(dim=1), 1, rtol=1e-6)
    assert (y[torch.arange(3), torch.arange(3)] >= .5).all()
    lines = [min(np.linalg.norm(mixed[i] - (t * X[i] + (1 - t) * X[j]))
                 for j in range(6) for t in np.linspace(.5, 1, 501))
             for i in range(6)]
    assert max(lines) < 5e-3


def test_the_unlabelled_part_grows_from_nothing():
    X = np.zeros((2, 1))
    loss = MixMatchLoss(np.array([[1., 0], [.5, .5]]),
                        np.array([True, False]), X, n_ramp=2)
    loss.mixed = (torch.tensor([[1., 0], [0, 1.]]),
                  torch.tensor([True, False]))
    logits = torch.zeros(2, 2)
    values = [float(loss(logits, None)) for _ in range(4)]
    ce, brier = np.log(2), loss.WEIGHT * .25
    assert_allclose(values, [ce, ce + brier / 2, ce + brier, ce + brier],
                    rtol=1e-6)
