"""Scores of all task-worker pairs beside a loop over them, and their memory.

    OMP_NUM_THREADS=1 python perf/assignment_speed.py

1,000 tasks, 50 workers, 10 classes, T = 16 and S = 32 samples in float32.
Prints the seconds of `bald_scores` and their ratio to a loop over pairs and
samples (timed on 20 pairs, scaled to all), with the largest difference there;
the seconds of `label_information`; then, for ten times as many tasks, the
seconds of `bald_scores` and the peak memory of the whole process.
"""
import resource
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmark_utils.online.confusion_rows import (  # noqa: E402
    sample_confusions,
)
from benchmark_utils.online.information_gain import (  # noqa: E402
    bald_scores,
    label_information,
)

N_TASKS, N_WORKERS, K, T, S = 1000, 50, 10, 16, 32
SLICE = slice(5), slice(4)  # tasks and workers of the loop


def problem(rng, n_tasks):
    """Samples f, W in float32 and the Dirichlet parameters behind W."""
    alpha = 10 * np.full((N_WORKERS, K, K), .3 / (K - 1))
    alpha[:, np.arange(K), np.arange(K)] = 7
    f = rng.dirichlet(np.ones(K), size=(n_tasks, T))
    W = sample_confusions(rng, alpha, S)
    return f.astype(np.float32), W.astype(np.float32), alpha


def entropy(p):
    return -(p * np.log(p)).sum()


def one_after_the_other(f, W):
    """The scores, a pair and a sample at a time."""
    scores = np.zeros((len(f), W.shape[1]))
    for i in range(len(f)):
        for j in range(W.shape[1]):
            q = [f_t @ W_s[j] for f_t in f[i] for W_s in W]
            scores[i, j] = entropy(np.mean(q, axis=0)) - np.mean(
                [entropy(q_ts) for q_ts in q])
    return scores


def timed(function, *arguments, repeat=5):
    """The least seconds of `repeat` calls, and the result."""
    took = []
    for _ in range(repeat):
        start = time.perf_counter()
        result = function(*arguments)
        took.append(time.perf_counter() - start)
    return min(took), result


def main():
    rng = np.random.default_rng(0)
    f, W, alpha = problem(rng, N_TASKS)
    fast, scores = timed(bald_scores, f, W)
    tasks, workers = SLICE
    slow, expected = timed(one_after_the_other, f[tasks], W[:, workers],
                           repeat=1)
    slow *= scores.size / expected.size
    gap = np.abs(scores[SLICE] - expected).max()
    print(f"{N_TASKS:,} tasks: bald_scores {fast:.2f} s, pairs one after the "
          f"other {slow:.0f} s, ratio {slow / fast:.0f}; largest difference "
          f"{gap:.0e}", flush=True)
    took, _ = timed(label_information, f[:, 0], alpha)
    print(f"{N_TASKS:,} tasks: label_information {took:.4f} s", flush=True)
    f, W, _ = problem(rng, 10 * N_TASKS)
    took, _ = timed(bald_scores, f, W, repeat=1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2 ** 20
    print(f"{10 * N_TASKS:,} tasks: bald_scores {took:.2f} s, peak memory "
          f"{peak:.2f} GiB")


if __name__ == "__main__":
    main()
