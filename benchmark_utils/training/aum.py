"""Training networks for the areas under the margin (AUM) of votes."""
from functools import partial

import numpy as np
import torch

from benchmark_utils.training.batches import Shuffled
from benchmark_utils.training.engine import Training
from benchmark_utils.training.ensemble import (
    PerWorkerVotes,
    ShuffledEach,
    Stack,
    check_stackable,
)
from benchmark_utils.training.losses import SoftLabels, StackedVotes
from benchmark_utils.training.margins import Areas
from benchmark_utils.training.recipes import get_device

MODES = ["stacked", "sharedforward", "perworker"]
# Most parameters of the networks trained in parallel, together.
STACK_PARAMETERS = 20_000_000


def vote_areas(votes, X, recipe, seed, accuracy, epochs, mode="stacked",
               margin="second"):
    """AUM_ij and trust s_ij of every vote (Lefort et al., TMLR 2024, eq. 5 to
    8), (n_votes,) each, after ``epochs`` epochs.

    ``stacked``: one network, every (x_i, y_ij) is an example.
    ``sharedforward``: one forward pass for each task, with the vote shares as
    soft targets; the same full-batch gradient for 1 / |A(i)| of the time.
    ``perworker``: one network for each worker, trained on the worker's votes,
    the original definition; all are trained in parallel. Margins are computed
    during training, before each update.
    """
    if mode == "perworker":
        return _per_worker(votes, X, recipe, seed, accuracy, epochs, margin)
    training = Training(recipe, X, votes.n_classes, seed)
    areas = Areas(votes, accuracy, epochs, margin, training.device)
    if mode == "stacked":
        training.fit(
            StackedVotes(votes), Shuffled(len(votes), recipe.batch_size),
            on_step=areas.add, epochs=epochs)
        return areas.result()

    task = torch.as_tensor(np.array(votes.task), device=training.device)
    everyone = torch.arange(len(votes), device=training.device)
    seen = torch.zeros(len(X), votes.n_classes, device=training.device)

    def on_step(epoch, tasks, logits):
        seen[tasks] = logits

    training.fit(
        shared_forward_loss(votes, len(X)), on_step=on_step, epochs=epochs,
        on_epoch=lambda epoch: areas.add(epoch, everyone, seen[task]))
    return areas.result()


def shared_forward_loss(votes, n_tasks):
    """Soft targets with the full-batch gradient of the stacked votes."""
    counts = votes.counts()[:n_tasks]
    number = counts.sum(axis=1)
    return SoftLabels(counts / np.maximum(number, 1)[:, None],
                      weight=number / number.mean())


def _per_worker(votes, X, recipe, seed, accuracy, epochs, margin):
    order = np.argsort(votes.worker, kind="stable")
    by_worker = np.split(order, np.cumsum(votes.per_worker)[:-1])
    batches = {}  # workers with equally many batches are trained together
    for worker, positions in enumerate(by_worker):
        if len(positions):
            n = Shuffled(len(positions), recipe.batch_size).n_batches
            batches.setdefault(n, []).append(worker)
    size = check_stackable(recipe, X.shape[1:], votes.n_classes)
    at_once = max(STACK_PARAMETERS // size, 1)
    areas = Areas(votes, accuracy, epochs, margin, get_device())

    def on_step(epoch, vote, logits):  # (W, B), (W, B, K); -1 = padding
        real = vote >= 0
        areas.add(epoch, vote[real], logits[real])

    for workers in batches.values():
        for start in range(0, len(workers), at_once):
            group = workers[start:start + at_once]
            seeds = [seed + worker for worker in group]
            training = Training(
                recipe, X, votes.n_classes, seeds[0], partial(
                    Stack, recipe, n_classes=votes.n_classes, seeds=seeds))
            batches_of = ShuffledEach([by_worker[worker] for worker in group],
                                      recipe.batch_size, seeds)
            training.fit(PerWorkerVotes(votes), batches_of, on_step,
                         epochs=epochs)
    return areas.result()
