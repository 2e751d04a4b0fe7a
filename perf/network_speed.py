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
``--tasks`` scales everything down in proportion. ``--workers`` prints instead
the seconds of WAUM's networks of 100 workers with 20 votes each, 50 epochs,
trained side by side and one after another by the same engine.
"""
import time
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from common import noisy, parser

from benchmark_utils.training.annot_mix import MixedVotes
from benchmark_utils.training.aum import vote_areas
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

K, N_WORKERS, N_FEATURES, PER_TASK, LR = 10, 2571, 1600, 51.1, .02
RECIPE = replace(get_recipe("cpu"), epochs=1, batch_size=64)
# As in the solvers.
LOSSES = {
    "CrowdLayer": lambda votes, _, X: WorkerConfusions(votes, LR),
    "CoNAL": lambda votes, training, X: CommonConfusions(
        votes, LR, 1e-5, training, X),
    "TraceReg": lambda votes, _, X: TraceConfusions(votes, LR, .01),
    "GeoCrowdNet": lambda votes, _, X: VolumeConfusions(votes, LR, .01, "F"),
    "UnionNet": lambda votes, training, X: UnionConfusions(
        votes, LR, .5, training.recipe.optimizer),
    "AnnotMix": lambda votes, _, X: MixedVotes(votes, LR, 1.0),
}


def crowd(n_tasks, n_votes, n_workers, n_features, accuracy=.95):
    rng = np.random.default_rng(0)
    truth = rng.integers(K, size=n_tasks)
    task = np.sort(rng.integers(n_tasks, size=n_votes))
    worker = rng.integers(n_workers, size=n_votes)
    label = noisy(rng, truth[task], K, accuracy)
    X = rng.normal(size=(n_tasks, n_features)).astype(np.float32)
    return X, Votes(task, worker, label, n_tasks, n_workers, K)


def seconds(function, repeats=3):
    """The fastest run of ``repeats``, after a warm-up run."""
    function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def steps(n_tasks, value, optimizers, learn=True):
    """An epoch whose loss on a batch of tasks is ``value(tasks)``."""
    for tasks in Shuffled(n_tasks, RECIPE.batch_size)(
            torch.Generator().manual_seed(0)):
        loss = value(tasks)
        if learn:
            for optimizer in optimizers:
                optimizer.zero_grad()
            loss.backward()
            for optimizer in optimizers:
                optimizer.step()


def network_of(X):
    network = Training(RECIPE, X, K, seed=0).network
    return network, torch.optim.AdamW(network.parameters(), fused=True)


def parts(X, votes):
    """Seconds of an epoch in the network and in the loss, each without and
    with backward and update."""
    (network, optimizer), x = network_of(X), torch.tensor(X)
    loss, logits = WorkerConfusions(votes, LR), torch.randn(len(X), K)
    own = torch.optim.Adam(loss.parameters(), LR, fused=True)
    return [[seconds(partial(steps, len(X), value, [update], learn))
             for learn in (False, True)] for value, update in (
        (lambda tasks: network(x[tasks]).sum(), optimizer),
        (lambda tasks: loss(logits[tasks].requires_grad_(), tasks), own))]


def epoch_of(loss, votes, X):
    training = Training(RECIPE, X, K, seed=0)
    made = loss(votes, training, X)
    return seconds(lambda: training.fit(made))


def of_crowdkit(X, votes):
    """The parameters of its layer, and (z, tasks) -> loss."""
    from crowdkit.learning import CrowdLayer
    loss, layer = WorkerConfusions(votes, LR), CrowdLayer(K, N_WORKERS)

    def value(z, tasks):
        vote, place = loss.votes_of(tasks)
        return torch.nn.functional.cross_entropy(
            layer(z[place], loss.worker[vote]), loss.label[vote])

    return layer.parameters(), value


def of_peerannot(X, votes):
    from peerannot.models.agg_deep.Crowdlayer import Crowdlayer_net
    # Without a network its layer is applied to z: a softmax of log z is z.
    net = Crowdlayer_net(K, N_WORKERS, torch.nn.Identity())
    label = np.full((len(X), N_WORKERS), -1)
    label[votes.task, votes.worker] = votes.label
    label = torch.tensor(label)
    return [net.confusion], lambda z, tasks: torch.nn.functional.cross_entropy(
        net(z.log()).reshape(-1, K), label[tasks].view(-1), ignore_index=-1)


def their_epoch(X, parameters, value):
    (network, optimizer), x = network_of(X), torch.tensor(X)
    return seconds(partial(
        steps, len(X), lambda tasks: value(network(x[tasks]).softmax(-1),
                                           tasks),
        [optimizer, torch.optim.Adam(parameters, fused=True)]), repeats=1)


def workers(name, width):
    X, votes = crowd(500, 2000, 100, width, .7)
    areas = partial(vote_areas, X=X, seed=0, epochs=50, recipe=replace(
        get_recipe(name), epochs=50), accuracy=np.full((100, K), .7))
    side = seconds(lambda: areas(votes, mode="perworker"), 1)
    turn = seconds(lambda: [areas(votes.select(votes.worker == j))
                            for j in range(100)], 1)
    print(f"{name}: side by side {side:.2f} s, one after another "
          f"{turn:.2f} s, ratio {turn / side:.1f}", flush=True)


def main(n_tasks):
    X, votes = crowd(n_tasks, round(PER_TASK * n_tasks), N_WORKERS, N_FEATURES)
    (forward, learn), (loss, loss_learn) = parts(X, votes)
    print(f"{len(votes):,} votes, seconds of an epoch:\n"
          f"network: forward {forward:.3f}, all of a step {learn:.3f}\n"
          f"CrowdLayer's loss: forward {loss:.3f}, all of a step "
          f"{loss_learn:.3f}\nratios {loss / forward:.2f}, "
          f"{loss_learn / learn:.2f}", flush=True)
    soft = np.nan_to_num(votes.shares(), nan=1 / K)
    base = None
    for name, make in {
            "network alone, soft labels": lambda *_: SoftLabels(soft),
            **LOSSES, "CrowdLayer, classic":
                lambda votes, *_: MatrixScores(votes, None)}.items():
        took = epoch_of(make, votes, X)
        base = base or took
        print(f"{name}: {took:.3f} s, {took / base:.1f} times the network "
              "alone", flush=True)
    for name, theirs in (("crowd-kit", of_crowdkit),
                         ("peerannot", of_peerannot)):
        try:
            other = their_epoch(X, *theirs(X, votes))
        except ImportError as error:
            print(f"{name}: not installed ({error})")
            continue
        print(f"{name}'s CrowdLayer: {other:.3f} s, {other / took:.1f} times "
              "ours (classic)", flush=True)


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--tasks", type=int, default=10_000)
    options.add_argument("--workers", action="store_true")
    options = options.parse_args()
    torch.set_num_threads(1)
    if options.workers:
        workers("mlp30", 2)
        workers("mlp", 64)
    else:
        main(options.tasks)
