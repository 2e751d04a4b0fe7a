"""MixMatch: batches, guessed labels, mixtures and their weight."""
import numpy as np
import torch
from numpy.testing import assert_allclose

from benchmark_utils.training.mixmatch import MixMatchLoss, Paired


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
