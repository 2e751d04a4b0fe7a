"""Speed of the EM kernels beside crowd-kit's, and their size at a million.

    pip install crowd-kit==1.4.2
    OMP_NUM_THREADS=1 python perf/aggregation_speed.py

Prints seconds per EM iteration of Dawid-Skene and GLAD on votes of the shape
of CIFAR-10H's raw file (10,000 tasks, 2,571 workers, 511,000 votes, 10
classes), ours and crowd-kit's in the same process, and their ratio; then the
seconds and the peak memory of every offline solver at 1,000,000 votes,
300,000 tasks, 100,000 workers, 100 classes, each in a process of its own;
then the seconds it takes to simulate a million votes. `--skip-crowdkit` and
`--skip-million` leave parts out.
"""
import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmark_utils.aggregation.dawid_skene import dawid_skene  # noqa: E402
from benchmark_utils.aggregation.glad import glad  # noqa: E402
from benchmark_utils.crowds.simulation import (  # noqa: E402
    deal_workers,
    dominant_diagonal,
    draw_labels,
    draw_pairs,
)
from benchmark_utils.votes import Votes  # noqa: E402

MILLION = dict(n_tasks=300_000, n_workers=100_000, n_classes=100)
SOLVERS = ["MV", "NS", "Consensus", "DS", "GLAD", "WDS"]


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
        "GLAD": per_iteration(lambda n: glad(votes, n, -1), 1, 4)}
    theirs = {} if skip else crowdkit(votes)
    for name, own in ours.items():
        line = f"{name}: {own:.4f} s an iteration"
        if name in theirs:
            line += (f", crowd-kit {theirs[name]:.3f} s, "
                     f"ratio {theirs[name] / own:.0f}")
        print(line, flush=True)


def crowdkit(votes):
    import pandas as pd
    from crowdkit.aggregation import GLAD, DawidSkene
    table = pd.DataFrame(
        dict(task=votes.task, worker=votes.worker, label=votes.label))
    few = min(seconds(lambda: DawidSkene(n_iter=1, tol=0).fit(table))
              for _ in range(2))
    many = min(seconds(lambda: DawidSkene(n_iter=6, tol=0).fit(table))
               for _ in range(2))
    # One GLAD iteration takes a minute, beside which its start is nothing.
    return {"DS": (many - few) / 5,
            "GLAD": seconds(lambda: GLAD(n_iter=1, tol=0).fit(table))}


def one_of_a_million(name):
    """Run one solver on the million; print its line."""
    from benchopt.benchmark import Benchmark
    benchmark = Benchmark(ROOT)
    solver = {cls.name: cls for cls in benchmark.get_solvers()}[
        name].get_instance()
    votes = crowd(**MILLION, n_votes=1_000_000, accuracy=.7)
    solver.set_objective(votes=votes)
    took = seconds(lambda: solver.run(None))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2 ** 20
    print(f"{name} on 1,000,000 votes: {took:.1f} s, peak memory "
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
    parser.add_argument("--skip-million", action="store_true")
    parser.add_argument("--one", choices=SOLVERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return one_of_a_million(options.one)
    simulate_a_million()
    beside_crowdkit(options.skip_crowdkit)
    if not options.skip_million:
        for name in SOLVERS:
            subprocess.run([sys.executable, __file__, "--one", name],
                           check=True)


if __name__ == "__main__":
    main()
