"""Generated files of the shape of NetEaseCrowd, and the speed of reading them.

    python perf/netease_shape.py FOLDER          # writes them, 0.5 GB
    python perf/netease_shape.py FOLDER --read   # seconds and peak memory
    CROWD_DATA=FOLDER benchopt run . -d NetEaseCrowd -s MV -s NS -s DS \\
        -s GLAD -s WDS

999,799 tasks of 3 classes in sets of about 100, 2,413 workers with accuracies
of .6 to .99 and long-tailed activity, 6,016,319 votes, 15 parts with the
columns of the authors.
"""
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from common import classes, parser, peak
from pyarrow import csv

N_TASKS, N_WORKERS, N_VOTES, N_PARTS, K = 999_799, 2_413, 6_016_319, 15, 3


def draw(rng):
    """Task, worker and label of each vote, and the truth of each task."""
    truth = rng.integers(K, size=N_TASKS)
    task = np.sort(np.concatenate([
        np.arange(N_TASKS), rng.integers(N_TASKS, size=N_VOTES - N_TASKS)]))
    activity = rng.pareto(1, size=N_WORKERS) + .05
    worker = rng.choice(N_WORKERS, size=N_VOTES, p=activity / activity.sum())
    worker[rng.permutation(N_VOTES)[:N_WORKERS]] = np.arange(N_WORKERS)
    right = rng.random(N_VOTES) < rng.uniform(.6, .99, N_WORKERS)[worker]
    return (task, worker, np.where(right, truth[task], rng.integers(
        K, size=N_VOTES)), truth)


def write(folder):
    rng = np.random.default_rng(0)
    task, worker, answer, truth = draw(rng)
    # Ids of 19 digits that are close to each other, like those of the authors.
    ids = 1_012_658_482_844_795_232 + np.cumsum(
        rng.integers(1, 10**9, size=N_TASKS))
    taskset = task // 100
    table = pd.DataFrame(dict(
        tasksetId=taskset, taskId=ids[task], workerId=worker, answer=answer,
        completeTime=1_661_855_450_281 + rng.integers(10**10, size=N_VOTES),
        truth=truth[task], capability=taskset % 80))
    folder.mkdir(parents=True, exist_ok=True)
    for i, rows in enumerate(np.array_split(np.arange(N_VOTES), N_PARTS)):
        csv.write_csv(
            pa.Table.from_pandas(table.iloc[rows], preserve_index=False),
            folder / f"NetEaseCrowd_part_{i + 1}.csv",
            csv.WriteOptions(quoting_header="none"))


def read():
    dataset = classes("datasets")["NetEaseCrowd"].get_instance()
    before, start = peak(), time.perf_counter()
    data = dataset.get_data()
    seconds = time.perf_counter() - start
    votes, truth = data["votes"], data["ground_truth"]
    print(f"{votes.n_tasks:,} tasks, {votes.n_workers:,} workers, "
          f"{len(votes):,} votes, {votes.n_classes} classes, "
          f"{(truth >= 0).mean():.0%} of the truths known")
    print(f"{seconds:.1f} s, peak {peak():.1f} GiB ({before:.1f} before)")


def main():
    options = parser(__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--read", action="store_true")
    options = options.parse_args()
    if options.read:
        os.environ["CROWD_DATA"] = str(options.folder)
        read()
    else:
        write(options.folder / "netease_crowd")


if __name__ == "__main__":
    main()
