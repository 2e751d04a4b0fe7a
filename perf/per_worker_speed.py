"""WAUM with one network per worker: all networks in one batch, or in turn.

    OMP_NUM_THREADS=1 python perf/per_worker_speed.py

100 workers with 20 tasks each, features of the size of Digits, 50 epochs. The
loop trains the network of each worker alone, by the same engine and from the
same weights. Prints the seconds of both, their ratio, and the largest
difference of the AUMs in float64. (In float32, training with a learning rate
of .1 magnifies the last digit to 1e-3 within 50 epochs, whatever the order of
the sums.)
"""
import time
from dataclasses import replace

import numpy as np
import torch
from common import noisy

from benchmark_utils.training.aum import vote_areas
from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import StackedVotes
from benchmark_utils.training.margins import Areas
from benchmark_utils.training.recipes import get_recipe
from benchmark_utils.votes import Votes

N_WORKERS, PER_WORKER, N_TASKS, K, SEED = 100, 20, 500, 10, 0


def problem(width):
    rng = np.random.default_rng(0)
    truth = rng.integers(K, size=N_TASKS)
    X = rng.normal(size=(N_TASKS, width)) + 2 * rng.normal(
        size=(K, width))[truth]
    worker = np.repeat(np.arange(N_WORKERS), PER_WORKER)
    task = np.concatenate([rng.choice(N_TASKS, PER_WORKER, replace=False)
                           for _ in range(N_WORKERS)])
    label = noisy(rng, truth[task], K, .7)
    return X.astype(np.float32), Votes(task, worker, label, N_TASKS,
                                       N_WORKERS, K)


def one_after_the_other(votes, X, recipe, accuracy):
    """The AUMs, a `Training` per worker on that worker's tasks."""
    aum = np.zeros(len(votes))
    for worker in range(N_WORKERS):
        mine = np.flatnonzero(votes.worker == worker)
        own = Votes(np.arange(len(mine)), np.zeros(len(mine), int),
                    votes.label[mine], len(mine), 1, K)
        training = Training(recipe, X[votes.task[mine]], K, SEED + worker)
        areas = Areas(own, accuracy[:1], recipe.epochs, "second",
                      training.device)
        training.fit(StackedVotes(own), on_step=areas.add)
        aum[mine], _ = areas.result()
    return aum


def compare(recipe, votes, X, accuracy):
    """Seconds of both ways and the largest difference of their AUMs."""
    start = time.perf_counter()
    side, _ = vote_areas(votes, X, recipe, SEED, accuracy, recipe.epochs,
                         "perworker")
    middle = time.perf_counter()
    loop = one_after_the_other(votes, X, recipe, accuracy)
    return (middle - start, time.perf_counter() - middle,
            np.abs(side - loop).max())


def main():
    accuracy = np.full((N_WORKERS, K), .7)
    for name, recipe, width in (
            ("30-20-20", get_recipe("mlp30"), 2),
            ("64-128-10", get_recipe("mlp"), 64)):
        X, votes = problem(width)
        recipe = replace(recipe, epochs=50)
        vote_areas(votes, X, recipe, SEED, accuracy, 1, "perworker")  # warm up
        side, loop, _ = compare(recipe, votes, X, accuracy)
        torch.set_default_dtype(torch.float64)
        _, _, difference = compare(recipe, votes, X, accuracy)
        torch.set_default_dtype(torch.float32)
        print(f"{name}: side by side {side:.2f} s, one after the other "
              f"{loop:.2f} s, ratio {loop / side:.1f}; largest difference of "
              f"an AUM {difference:.0e}")


if __name__ == "__main__":
    main()
