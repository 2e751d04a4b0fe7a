"""Training time of losses on votes, relative to the network itself.

    pip install crowd-kit peerannot
    OMP_NUM_THREADS=1 python perf/network_speed.py

Uses votes of the shape of CIFAR-10H (10,000 tasks, 2,571 workers, 511,000
votes, 10 classes) and the network of the recipe ``cpu`` (1,600 features, 256
hidden units, batches of 64 tasks) on one core. Prints the seconds of an epoch
in the network (forward; forward, backward and update) and in the loss of
CrowdLayer; then of every loss, trained as the solvers do; then of the
CrowdLayer of crowd-kit and peerannot if they are installed, from the same
weights and on the same batches. Theirs receive the outputs of the network once
per task and labels in memory, which is faster than their own loops.
``--tasks`` scales everything down in proportion.
"""
import time
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from common import noisy, parser

from benchmark_utils.training.annot_mix import MixedVotes
from benchmark_utils.training.batches import Shuffled
from benchmark_utils.training.conal import CommonConfusions
from benchmark_utils.training.confusions import (
    TraceConfusions,
    UnionConfusions,
    VolumeConfusions,
    WorkerConfusions,
)
from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import SoftLabels
from benchmark_utils.training.recipes import get_recipe
from benchmark_utils.training.vote_loss import MatrixScores
from benchmark_utils.votes import Votes

K, N_WORKERS, N_FEATURES, PER_TASK = 10, 2571, 1600, 51.1
RECIPE = replace(get_recipe("cpu"), epochs=1, batch_size=64)
LR = .02


def crowd(n_tasks):
    rng = np.random.default_rng(0)
    truth = rng.integers(K, size=n_tasks)
    task = np.sort(rng.integers(n_tasks, size=round(PER_TASK * n_tasks)))
    worker = rng.integers(N_WORKERS, size=len(task))
    label = noisy(rng, truth[task], K, .95)
    X = rng.normal(size=(n_tasks, N_FEATURES)).astype(np.float32)
    return X, Votes(task, worker, label, n_tasks, N_WORKERS, K)


def seconds(function, repeats=3):
    """The fastest run of ``repeats``, after a warm-up run."""
    function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def batches(n_tasks):
    return Shuffled(n_tasks, RECIPE.batch_size)(
        torch.Generator().manual_seed(0))


def parts(X, votes):
    """Seconds of an epoch in the network and in the loss, each without and
    with backward and update."""
    network = Training(RECIPE, X, K, seed=0).network
    x, loss = torch.tensor(X), WorkerConfusions(votes, LR)
    optimizer = torch.optim.AdamW(network.parameters(), fused=True)
    own = torch.optim.Adam(loss.parameters(), LR, fused=True)
    logits = torch.randn(len(X), K)

    def in_network(learn):
        for tasks in batches(len(X)):
            value = network(x[tasks]).sum()
            if learn:
                value.backward()
                optimizer.step()

    def in_loss(learn):
        for tasks in batches(len(X)):
            value = loss(logits[tasks].requires_grad_(), tasks)
            if learn:
                own.zero_grad()
                value.backward()
                own.step()

    return [[seconds(partial(run, learn)) for learn in (False, True)]
            for run in (in_network, in_loss)]


def ours(X, votes):
    """{name: function from a training to a loss}, as in the solvers."""
    soft = votes.shares()
    soft[np.isnan(soft)] = 1 / K
    return {
        "network alone, soft labels": lambda training: SoftLabels(soft),
        "CrowdLayer": lambda training: WorkerConfusions(votes, LR),
        "CrowdLayer, classic": lambda training: MatrixScores(votes, None),
        "TraceReg": lambda training: TraceConfusions(votes, LR, .01),
        "GeoCrowdNet": lambda training: VolumeConfusions(
            votes, LR, .01, "F"),
        "UnionNet": lambda training: UnionConfusions(votes, LR, .5),
        "CoNAL": lambda training: CommonConfusions(
            votes, LR, 1e-5, training, X),
        "AnnotMix, linear": lambda training: MixedVotes(votes, LR, 1.0),
    }


def epoch_of(loss, X):
    training = Training(RECIPE, X, K, seed=0)
    made = loss(training)
    return seconds(lambda: training.fit(made))


def epoch_of_crowdkit(X, votes):
    from crowdkit.learning import CrowdLayer
    loss, layer = WorkerConfusions(votes, LR), CrowdLayer(K, N_WORKERS)

    def step(z, tasks):
        vote, place = loss.votes_of(tasks)
        return torch.nn.functional.cross_entropy(
            layer(z[place], loss.worker[vote]), loss.label[vote])

    return their_epoch(X, layer.parameters(), step)


def epoch_of_peerannot(X, votes):
    from peerannot.models.agg_deep.Crowdlayer import Crowdlayer_net
    # Without a network its layer is applied to z: a softmax of log z is z.
    net = Crowdlayer_net(K, N_WORKERS, torch.nn.Identity())
    label = np.full((len(X), N_WORKERS), -1)
    label[votes.task, votes.worker] = votes.label
    label = torch.tensor(label)

    def step(z, tasks):
        return torch.nn.functional.cross_entropy(
            net(z.log()).reshape(-1, K), label[tasks].view(-1),
            ignore_index=-1)

    return their_epoch(X, [net.confusion], step)


def their_epoch(X, parameters, step):
    """Seconds of an epoch whose loss is ``step(z, tasks)``."""
    network = Training(RECIPE, X, K, seed=0).network
    x = torch.tensor(X)
    optimizers = [torch.optim.AdamW(network.parameters(), fused=True),
                  torch.optim.Adam(parameters, fused=True)]

    def epoch():
        for tasks in batches(len(X)):
            value = step(network(x[tasks]).softmax(-1), tasks)
            for optimizer in optimizers:
                optimizer.zero_grad()
            value.backward()
            for optimizer in optimizers:
                optimizer.step()

    return seconds(epoch, repeats=1)


def main():
    options = parser(__doc__)
    options.add_argument("--tasks", type=int, default=10_000)
    options = options.parse_args()
    torch.set_num_threads(1)
    X, votes = crowd(options.tasks)
    (forward, learn), (loss, loss_learn) = parts(X, votes)
    print(f"{len(votes):,} votes, seconds of an epoch:\n"
          f"network: forward {forward:.3f}, all of a step {learn:.3f}\n"
          f"CrowdLayer's loss: forward {loss:.3f}, all of a step "
          f"{loss_learn:.3f}\nratios {loss / forward:.2f}, "
          f"{loss_learn / learn:.2f}", flush=True)
    base = None
    for name, make in ours(X, votes).items():
        took = epoch_of(make, X)
        base = base or took
        print(f"{name}: {took:.3f} s, {took / base:.1f} times the network "
              "alone", flush=True)
        if name == "CrowdLayer, classic":
            same = took
    for name, epoch in (("crowd-kit", epoch_of_crowdkit),
                        ("peerannot", epoch_of_peerannot)):
        try:
            took = epoch(X, votes)
        except ImportError as error:
            print(f"{name}: not installed ({error})")
            continue
        print(f"{name}'s CrowdLayer: {took:.3f} s, {took / same:.1f} times "
              "ours (classic)", flush=True)


if __name__ == "__main__":
    main()
