"""Effects of the parameters of network solvers, against plain twins."""
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from benchopt_internals import solver_classes
from small_crowds import QUICK, small_crowd, trained

from benchmark_utils.aggregation.held_out import held_out, hold_out
from benchmark_utils.training.annot_mix import MixedVotes
from benchmark_utils.training.conal import CommonConfusions
from benchmark_utils.training.confusions import (
    TraceConfusions,
    UnionConfusions,
    VolumeConfusions,
    WorkerConfusions,
)
from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import SoftLabels
from benchmark_utils.training.vote_loss import MatrixScores

WEIGHTS = .001, .003, .01, .03, .1
RATES = .002, .005, .01, .02, .05


@pytest.fixture
def train(benchmark):
    """train(name, given, recipe, seed, **parameters): a solver that ran."""
    return partial(trained, benchmark)


def held_out_nll(given, recipe, make):
    """Of labels learnt from four fifths of the votes, for a loss."""
    votes = given["votes"]
    fold = hold_out(votes, 3)
    kept = votes.select(fold != 0)
    training = Training(recipe, given["X"], 3, 3)
    loss = make(kept, training)
    training.fit(loss)
    T = loss.posterior(training.log_probabilities(), kept)
    return held_out(votes, {0: T}, fold).nll()


@pytest.mark.parametrize("solver, name, values, make", [
    ("GeoCrowdNet", "weight", WEIGHTS, lambda votes, _, weight:
     VolumeConfusions(votes, .02, weight, "F")),
    ("CrowdLayer", "lr", RATES, lambda votes, _, lr:
     WorkerConfusions(votes, lr)),
    ("TraceReg", "lr", RATES, lambda votes, _, lr:
     TraceConfusions(votes, lr, .01)),
    ("UnionNet", "lr", RATES, lambda votes, _, lr:
     UnionConfusions(votes, lr, .5)),
    ("AnnotMix", "lr", RATES, lambda votes, _, lr:
     MixedVotes(votes, lr, 1.0)),
    ("CoNAL", "lr", RATES, lambda votes, training, lr:
     CommonConfusions(votes, lr, 1e-5, training, training.X.numpy())),
])
def test_auto_takes_what_predicts_held_out_votes(
        train, solver, name, values, make):
    given, _ = small_crowd(0)
    recipe = replace(QUICK, epochs=30)
    nll = [held_out_nll(given, recipe, partial(make, **{name: value}))
           for value in values]
    auto, best, worst = (
        train(solver, given, recipe, 3, **{name: value}).test_probabilities
        for value in ("auto", values[int(np.argmin(nll))],
                      values[int(np.argmax(nll))]))
    np.testing.assert_array_equal(auto, best)
    assert np.ptp(nll) > 1e-4 and not np.array_equal(auto, worst)


def test_a_weight_is_chosen_before_the_rate(train):
    given, _ = small_crowd(1)
    recipe = replace(QUICK, epochs=30)

    def nll(weight, lr):
        return held_out_nll(given, recipe, lambda votes, _: VolumeConfusions(
            votes, lr, weight, "F"))

    weight = min(WEIGHTS, key=lambda weight: nll(weight, .02))
    lr = min(RATES, key=lambda lr: nll(weight, lr))
    auto, fixed = (train("GeoCrowdNet", given, recipe, 3, weight=w, lr=r)
                   .test_probabilities for w, r in (
                       ("auto", "auto"), (weight, lr)))
    np.testing.assert_array_equal(auto, fixed)


@pytest.mark.parametrize("solver, options, n", [
    ("CrowdLayer", {}, 6), ("CoNAL", {}, 6), ("AnnotMix", {}, 6),
    ("CrowdLayer", dict(variant="classic"), 6), ("GeoCrowdNet", {}, 6),
    ("GeoCrowdNet", dict(weight="auto"), 11)])
def test_auto_costs_the_same_number_of_trainings(
        train, monkeypatch, solver, options, n):
    given, _ = small_crowd()
    fits, fit = [], Training.fit

    def counted(self, *arguments, **named):
        fits.append(len(self.X))
        return fit(self, *arguments, **named)

    monkeypatch.setattr(Training, "fit", counted)
    trainable = np.arange(120) < 90
    train(solver, dict(given, trainable=trainable),
          replace(QUICK, epochs=1), lr="auto", **options)
    assert fits == [90] * n


def test_auto_without_votes_to_hide_is_the_default(train):
    """Each task has one vote, which is never hidden."""
    given, _ = small_crowd()
    given["votes"] = given["votes"].select(np.arange(0, 360, 3))
    one, two = (train("GeoCrowdNet", given, lr=lr, weight=weight)
                for lr, weight in (("auto", "auto"), (.02, .01)))
    np.testing.assert_array_equal(one.test_probabilities,
                                  two.test_probabilities)


@pytest.mark.parametrize("name, papers", [
    ("AggNet", dict(pooled=0.0)), ("TraceReg", dict(trace_weight=.01)),
    ("AUM", dict(margin="logits", epochs="early")),
    ("WAUM", dict(margin="second", epochs="early", mode="stacked"))])
def test_without_options_it_is_as_published(benchmark, name, papers):
    solver = solver_classes(benchmark)[name].get_instance()
    assert {key: getattr(solver, key) for key in papers} == papers


@pytest.mark.parametrize("pooled", [0.0, 2.0])
def test_agg_net_is_em_with_the_network_for_prior(train, pooled):
    """One epoch on the vote shares, then M and E twice, by loops."""
    given, _ = small_crowd()
    votes, recipe = given["votes"], replace(QUICK, epochs=1)
    run = train("AggNet", given, recipe, pooled=pooled, burn_in=0.0)
    network = Training(recipe, given["X"], 3, 0).fit(
        SoftLabels(votes.shares()))
    T, z = votes.shares(), network.probabilities()
    for _ in range(2):
        counts = np.zeros((6, 3, 3))  # worker, truth, label
        for i, j, label in zip(votes.task, votes.worker, votes.label):
            counts[j, :, label] += T[i]
        crowd = counts.sum(axis=0)
        crowd /= crowd.sum(axis=1, keepdims=True)
        pi = counts + pooled * crowd
        pi /= pi.sum(axis=2, keepdims=True)
        T = z.copy()
        for i, j, label in zip(votes.task, votes.worker, votes.label):
            T[i] *= pi[j, :, label]
        T /= T.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(run.soft_labels, T, atol=1e-5)


def test_trace_reg_without_weight_is_crowd_layer(train):
    given, _ = small_crowd()
    recipe = replace(QUICK, epochs=20)
    plain, zero, some = (
        train(name, given, recipe, **options) for name, options in (
            ("CrowdLayer", {}), ("TraceReg", dict(trace_weight=0.0)),
            ("TraceReg", dict(trace_weight=.5))))
    np.testing.assert_array_equal(zero.test_probabilities,
                                  plain.test_probabilities)
    assert (some.worker_score < plain.worker_score).all()


@pytest.mark.parametrize("lr, own", [("network", None), (.05, .05)])
def test_classic_crowd_layer_learns_at_the_rate_it_says(train, lr, own):
    given, _ = small_crowd()
    run = train("CrowdLayer", given, variant="classic", lr=lr)
    training = Training(QUICK, given["X"], 3, 0)
    training.fit(MatrixScores(given["votes"], own))
    np.testing.assert_array_equal(
        run.test_probabilities, training.probabilities(given["X_test"]))


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_union_net_takes_the_mean_over_votes_under_sgd(train, optimizer):
    given, _ = small_crowd()
    recipe = replace(QUICK, optimizer=optimizer, lr=.05)
    run = train("UnionNet", given, recipe).test_probabilities
    for per_task in (True, False):
        training = Training(recipe, given["X"], 3, 0)
        loss = UnionConfusions(given["votes"], .02, .5)
        loss.per_task = per_task
        training.fit(loss)
        same = np.array_equal(run, training.probabilities(given["X_test"]))
        assert same == (per_task == (optimizer == "adam"))


@pytest.mark.parametrize("solver, options, other", [
    ("CrowdLayer", dict(lr=.02), dict(lr=.05)),
    ("CrowdLayer", dict(variant="VW"), dict(variant="VB")),
    ("CoNAL", dict(distance_weight=0.0), dict(distance_weight=.1)),
    ("GeoCrowdNet", dict(volume="F"), dict(volume="W")),
    ("UnionNet", dict(start="published"), dict(start=.5)),
    ("AnnotMix", dict(alpha=.2), dict(alpha=1.0)),
    ("AnnotMix", {}, dict(workers="network")),
    ("AggNet", dict(burn_in=0.0), dict(burn_in=.9)),
    ("CROWDLAB", dict(rounds=1, labels="soft"), dict(
        rounds=2, labels="soft")),
    ("WAUM", dict(epochs=.25), dict(epochs=1.0)),
    ("AUM", dict(epochs=.25), dict(epochs=1.0)),
    ("AUM", dict(margin="second"), dict(margin="logits")),
])
def test_parameters_matter(train, solver, options, other):
    """The tests of the losses check the rest."""
    given, _ = small_crowd()
    one, two = (train(solver, given, **chosen).get_result()
                for chosen in (options, other))
    key = "task_score" if solver in ("WAUM", "AUM") else "soft_labels"
    assert np.abs(one[key] - two[key]).max() > 1e-4


def test_crowdlab_hands_out_the_consensus_or_the_posterior(train):
    given, _ = small_crowd()
    hard, soft = (train("CROWDLAB", given, labels=labels)
                  for labels in ("hard", "soft"))
    assert set(np.unique(hard.soft_labels)) == {0, 1}
    assert ((soft.soft_labels > 0) & (soft.soft_labels < 1)).all()
    best = hard.soft_labels.argmax(axis=1)
    np.testing.assert_allclose(
        hard.task_score, soft.soft_labels[np.arange(120), best])
