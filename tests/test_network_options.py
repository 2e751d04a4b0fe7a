"""Effects of the parameters of network solvers, against plain twins."""
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from benchopt_internals import solver_classes
from small_crowds import QUICK, small_crowd, trained

from benchmark_utils.aggregation.held_out import held_out, hold_out
from benchmark_utils.training.confusions import VolumeConfusions
from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import SoftLabels
from benchmark_utils.training.vote_loss import MatrixScores

WEIGHTS = .001, .003, .01, .03, .1


@pytest.fixture
def train(benchmark):
    """train(name, given, recipe, seed, **parameters): a solver that ran."""
    return partial(trained, benchmark)


@pytest.mark.parametrize("seed", range(2))
def test_auto_takes_the_weight_that_predicts_held_out_votes(train, seed):
    given, _ = small_crowd(seed)
    votes, recipe = given["votes"], replace(QUICK, epochs=30)
    fold = hold_out(votes, 3)
    nll = []
    for weight in WEIGHTS:
        training = Training(recipe, given["X"], 3, 3)
        loss = VolumeConfusions(votes.select(fold != 0), .02, weight, "F")
        training.fit(loss)
        T = loss.posterior(training.log_probabilities(),
                           votes.select(fold != 0))
        nll.append(held_out(votes, {0: T}, fold).nll())
    best = WEIGHTS[int(np.argmin(nll))]
    auto, fixed = (
        train("GeoCrowdNet", given, recipe, 3, weight=weight
              ).test_probabilities for weight in ("auto", best))
    np.testing.assert_array_equal(auto, fixed)
    assert np.ptp(nll) > 1e-4
    worst = train("GeoCrowdNet", given, recipe, 3,
                  weight=WEIGHTS[int(np.argmax(nll))]).test_probabilities
    assert not np.array_equal(auto, worst)


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


@pytest.mark.parametrize("solver, options, other", [
    ("CrowdLayer", dict(lr=.02), dict(lr=.05)),
    ("CrowdLayer", dict(variant="VW"), dict(variant="VB")),
    ("CoNAL", dict(distance_weight=0.0), dict(distance_weight=.1)),
    ("GeoCrowdNet", dict(volume="F"), dict(volume="W")),
    ("UnionNet", dict(scale=1.0), dict(scale=5.0)),
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
