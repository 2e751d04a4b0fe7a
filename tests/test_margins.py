"""WAUM's arithmetic by hand, and its three modes against each other."""
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch.nn import functional as F

from benchmark_utils.aggregation.dawid_skene import accuracies, dawid_skene
from benchmark_utils.training.aum import shared_forward_loss, vote_areas
from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import StackedVotes
from benchmark_utils.training.margins import (
    Areas,
    above_quantile,
    early_epochs,
    weighted_areas,
)
from benchmark_utils.training.recipes import get_recipe
from benchmark_utils.votes import Votes

RECIPE = replace(get_recipe("mlp30"), epochs=4)


def two_by_two():
    """Task 0: worker 0 says 0, worker 1 says 1; task 1: both say 1."""
    return Votes([0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 1], 2, 2, 3)


@pytest.mark.parametrize("margin, expected", [
    # Minus the second largest: task 0 gives .6 - .2 and .2 - .2, then .5 - .3
    # and .3 - .3; task 1 .5 - .4, then .3 - .3.
    ("second", [[.4, 0, .1, .1], [.2, 0, 0, 0]]),
    # Minus the largest other: .6 - .2 and .2 - .6, then .5 - .3 and .3 - .5;
    # .5 - .4, then .3 - .5.
    ("other", [[.4, -.4, .1, .1], [.2, -.2, -.2, -.2]]),
    # The same of the logits, here the logarithms of the probabilities.
    ("logits", np.log([[3, 1 / 3, 1.25, 1.25], [5 / 3, .6, .6, .6]]))])
def test_waum_by_hand(margin, expected):
    votes = two_by_two()
    accuracy = np.array([[.9, .8, 0], [.5, .6, 0]])
    areas = Areas(votes, accuracy, epochs=2, margin=margin, device="cpu")
    everyone = torch.arange(4)
    # Two epochs' probabilities of task 0 and task 1, as their votes see them.
    first = torch.tensor([[.6, .2, .2], [.4, .5, .1]])
    second = torch.tensor([[.5, .3, .2], [.2, .3, .5]])
    task = torch.tensor(votes.task.copy())
    for epoch, p in enumerate([first, second]):
        areas.add(epoch, everyone, p[task].log())
    aum, trust = areas.result()
    assert_allclose(aum, np.mean(expected, axis=0), atol=1e-6)
    # <diag pi^j, sigma at the last epoch>
    assert_allclose(trust, [.9 * .5 + .8 * .3, .5 * .5 + .6 * .3,
                            .9 * .2 + .8 * .3, .5 * .2 + .6 * .3], rtol=1e-6)
    waum = weighted_areas(votes, aum, trust)
    assert_allclose(waum, [
        (trust[0] * aum[0] + trust[1] * aum[1]) / (trust[0] + trust[1]),
        aum[2]])


def test_nobody_trusted_is_the_plain_mean_and_no_vote_is_nan():
    votes = Votes([0, 0], [0, 1], [0, 1], 2, 2, 2)
    waum = weighted_areas(votes, np.array([.2, .4]), np.zeros(2))
    assert_allclose(waum, [.3, np.nan])


def test_prune_below_the_quantile():
    kept = above_quantile(np.array([.5, .1, np.nan, .9, .7, .3]), .2)
    np.testing.assert_array_equal(kept, [1, 0, 1, 1, 1, 1])
    assert above_quantile(np.arange(10.), 0).all()


def crowd(seed=0, n=60, W=12, K=3, per_task=4):
    rng = np.random.default_rng(seed)
    y = rng.integers(K, size=n)
    X = rng.normal(size=(n, 2)) + 2 * rng.normal(size=(K, 2))[y]
    worker = np.concatenate(
        [rng.choice(W, per_task, replace=False) for _ in range(n)])
    task = np.repeat(np.arange(n), per_task)
    keep = rng.random(len(task)) < .8  # uneven numbers of votes
    label = np.where(rng.random(len(task)) < .7, y[task],
                     rng.integers(K, size=len(task)))
    return X, Votes(task[keep], worker[keep], label[keep], n, W, K)


def test_shared_forward_has_the_gradient_of_the_stacked_votes(float64):
    X, votes = crowd()
    network = Training(RECIPE, X, 3, seed=0).network

    def gradient(loss):
        network.zero_grad()
        loss.backward()
        return torch.cat([p.grad.flatten() for p in network.parameters()])

    x = torch.tensor(X)
    stacked = StackedVotes(votes)
    everyone = torch.arange(len(votes))
    a = gradient(stacked(network(x[stacked.rows(everyone)]), everyone))
    shared = shared_forward_loss(votes, len(X))
    b = gradient(shared(network(x), torch.arange(len(X))))
    assert_allclose(b, a, atol=1e-12)
    assert a.abs().max() > 1e-3


@pytest.mark.parametrize("batch_size", [64, 8, 5])  # one batch, or several
def test_side_by_side_equals_one_after_the_other(float64, batch_size):
    """The AUM of each worker's votes against a plain loop of SGD written
    here, from the same weights and in the same order."""
    X, votes = crowd()
    recipe = replace(RECIPE, batch_size=batch_size)
    accuracy = accuracies(votes, dawid_skene(votes))
    aum, trust = vote_areas(votes, X, recipe, 7, accuracy, recipe.epochs,
                            "perworker")
    x = torch.tensor(X)
    for j in range(votes.n_workers):
        mine = np.flatnonzero(votes.worker == j)
        network = Training(recipe, X, 3, seed=7 + j).network
        optimizer = torch.optim.SGD(network.parameters(), lr=recipe.lr,
                                    momentum=.9)
        order = torch.Generator().manual_seed(7 + j)
        total, last = np.zeros(len(mine)), np.zeros(len(mine))
        for _ in range(recipe.epochs):
            turn = torch.randperm(len(mine), generator=order).tolist()
            batches = [turn[i:i + batch_size]
                       for i in range(0, len(turn), batch_size)]
            if len(batches[-1]) == 1 and len(batches) > 1:
                alone = batches.pop()
                batches[-1] += alone
            for batch in batches:
                at = mine[batch]
                logits = network(x[votes.task[at]])
                p = logits.detach().softmax(1).numpy()
                total[batch] += (p[np.arange(len(at)), votes.label[at]]
                                 - np.sort(p, axis=1)[:, -2])
                last[batch] = p @ accuracy[j]
                optimizer.zero_grad()
                F.cross_entropy(
                    logits, torch.tensor(votes.label[at])).backward()
                optimizer.step()
        assert_allclose(aum[mine], total / recipe.epochs, atol=1e-9)
        assert_allclose(trust[mine], last, atol=1e-9)


def test_modes_agree_on_which_votes_are_odd():
    """Votes against the cluster of their point have the lowest areas."""
    X, votes = crowd(n=200, W=20)
    recipe = replace(RECIPE, epochs=30)
    accuracy = accuracies(votes, dawid_skene(votes))
    areas = [vote_areas(votes, X, recipe, 0, accuracy, 30, mode)[0]
             for mode in ("stacked", "sharedforward")]
    assert np.corrcoef(*areas)[0, 1] > .9


@pytest.mark.parametrize("mode", ["stacked", "sharedforward", "perworker"])
def test_early_areas_are_those_of_the_first_epochs(mode):
    """If the mean is m over two epochs and a over the first, it is 2 m - a in
    the second; training stops after the epochs."""
    X, votes = crowd()
    accuracy = accuracies(votes, dawid_skene(votes))
    first, both, again = (
        vote_areas(votes, X, RECIPE, 0, accuracy, epochs, mode)
        for epochs in (1, 2, 2))
    np.testing.assert_array_equal(both, again)
    second = 2 * both[0] - first[0]
    assert np.abs(second).max() <= 1 + 1e-6 and np.ptp(second - first[0]) > 0
    assert not np.allclose(both[1], first[1])  # sigma_T is the last epoch's


@pytest.mark.parametrize("name, epochs, expected", [
    ("resnet18waum", "early", 50), ("resnet18", "early", 30),
    ("mlp", "early", 30), ("mlp", 1.0, 60), ("mlp", .25, 15),
    ("mlp", 0.0, 1)])
def test_early_is_before_the_rate_drops_or_half(name, epochs, expected):
    assert early_epochs(get_recipe(name), epochs) == expected


def test_batch_normalisation_cannot_be_stacked():
    images = np.zeros((4, 3, 32, 32), np.uint8)
    votes = Votes([0, 1, 2, 3], [0, 1, 0, 1], [0, 1, 1, 0], 4, 2, 2)
    with pytest.raises(ValueError, match="perworker cannot stack resnet18"):
        vote_areas(votes, images, get_recipe("resnet18waum"), 0,
                   np.ones((2, 2)), 1, "perworker")
