"""Speed of the aggregation methods, and of crowd-kit's beside them.

    pip install crowd-kit==1.4.2
    OMP_NUM_THREADS=1 python perf/aggregation_speed.py

Prints seconds per iteration of Dawid-Skene, GLAD and MACE on votes of the
shape of CIFAR-10H's raw file (10,000 tasks, 2,571 workers, 511,000 votes, 10
classes), ours and crowd-kit's in the same process, and their ratio; then the
seconds and the peak memory of every method that labels from votes alone, with
its defaults, each in a process of its own: at 1,000,000 votes, 300,000 tasks,
100,000 workers, 100 classes (`million`), and on 6,016,319 votes of
NetEaseCrowd's shape (`netease`); last the seconds it takes to simulate a
million votes. `--skip-crowdkit` and `--shapes` leave parts out, `--solvers`
names some.
"""
import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "perf")]

import netease_shape  # noqa: E402

from benchmark_utils.aggregation.dawid_skene import dawid_skene  # noqa: E402
from benchmark_utils.aggregation.glad import glad  # noqa: E402
from benchmark_utils.aggregation.mace import mace  # noqa: E402
from benchmark_utils.catalogue import catalogue  # noqa: E402
from benchmark_utils.crowds.simulation import (  # noqa: E402
    deal_workers,
    dominant_diagonal,
    draw_labels,
    draw_pairs,
)
from benchmark_utils.votes import Votes  # noqa: E402

SHAPES = ("million", "netease")
SOLVERS = [name for name, entry in catalogue("solvers").items()
           if entry.says.get("votes_only")]


def crowd(n_tasks, n_workers, n_classes, n_votes, accuracy):
    """Votes right with the given chance, else uniform."""
    rng = np.random.default_rng(0)
    number = np.bincount(rng.integers(n_tasks, size=n_votes),
                         minlength=n_tasks)
    task, worker = deal_workers(rng, number, n_workers)
    truth = rng.integers(n_classes, size=n_tasks)
    label = np.where(rng.random(n_votes) < accuracy, truth[task],
                     rng.integers(n_classes, size=n_votes))
    return Votes(task, worker, label, n_tasks, n_workers, n_classes)


def seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def per_iteration(fit, few, many):
    """Seconds of one iteration: start-up cancels in the difference."""
    return (min(seconds(lambda: fit(many)) for _ in range(3))
            - min(seconds(lambda: fit(few)) for _ in range(3))) / (many - few)


def beside_crowdkit(skip):
    votes = crowd(10_000, 2571, 10, 511_000, .95)
    votes.answer_matrix  # noqa: B018  built once per dataset, as in a run
    ours = {
        "DS": per_iteration(lambda n: dawid_skene(votes, n, -1), 2, 12),
        "GLAD": per_iteration(lambda n: glad(votes, n, -1), 1, 4),
        "MACE": per_iteration(lambda n: mace(votes, n), 1, 11)}
    theirs = {} if skip else crowdkit(votes)
    for name, own in ours.items():
        line = f"{name}: {own:.4f} s an iteration"
        if name in theirs:
            line += (f", crowd-kit {theirs[name]:.3f} s, "
                     f"ratio {theirs[name] / own:.0f}")
        print(line, flush=True)


def crowdkit(votes):
    import pandas as pd
    from crowdkit.aggregation import GLAD, MACE, DawidSkene
    table = pd.DataFrame(
        dict(task=votes.task, worker=votes.worker, label=votes.label))

    def difference(method, few, many, **options):
        return (seconds(lambda: method(n_iter=many, **options).fit(table))
                - seconds(lambda: method(n_iter=few, **options).fit(table))
                ) / (many - few)

    # One GLAD iteration takes a minute, beside which its start is nothing.
    return {"DS": difference(DawidSkene, 1, 6, tol=0),
            "GLAD": seconds(lambda: GLAD(n_iter=1, tol=0).fit(table)),
            "MACE": difference(MACE, 1, 6, n_restarts=1)}


def votes_of(shape):
    if shape == "million":
        return crowd(300_000, 100_000, 100, 1_000_000, accuracy=.7)
    *votes, _ = netease_shape.draw(np.random.default_rng(0))
    return Votes(*votes, netease_shape.N_TASKS, netease_shape.N_WORKERS,
                 netease_shape.K)


def run_one(shape, name):
    """Run one solver on one of the shapes; print its line."""
    from benchopt.benchmark import Benchmark
    solver = {cls.name: cls for cls in Benchmark(ROOT).get_solvers()}[
        name].get_instance()
    votes = votes_of(shape)
    skip, reason = solver.skip(votes=votes)
    if skip:
        return print(f"{name} on {shape}: {reason}", flush=True)
    solver.set_objective(votes=votes)
    took = seconds(lambda: solver.run(None))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2 ** 20
    print(f"{name} on {len(votes):,} votes: {took:.1f} s, peak memory "
          f"{peak:.2f} GiB", flush=True)


def simulate_a_million():
    rng = np.random.default_rng(0)
    pairs, labels = [], []

    def pair_up():
        pairs.extend(draw_pairs(rng, 100_000, 1000, 10))

    def label():
        confusion = dominant_diagonal(
            rng.dirichlet(np.ones(10), size=(1000, 10)))
        task, worker = pairs
        labels.append(draw_labels(rng, confusion, worker, task % 10))

    print(f"simulating {1_000_000:,} votes: {seconds(pair_up):.2f} s for the "
          f"workers, {seconds(label):.2f} s for the labels", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skip-crowdkit", action="store_true")
    parser.add_argument("--shapes", nargs="*", choices=SHAPES, default=SHAPES)
    parser.add_argument("--solvers", nargs="*", choices=SOLVERS,
                        default=SOLVERS)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return run_one(*options.one)
    beside_crowdkit(options.skip_crowdkit)
    for shape in options.shapes:
        for name in options.solvers:
            subprocess.run([sys.executable, __file__, "--one", shape, name],
                           check=True)
    simulate_a_million()


if __name__ == "__main__":
    main()
