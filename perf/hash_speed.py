"""Processor seconds of the two fingerprints of a problem's data.

    python perf/hash_speed.py

60,000 photographs of 3 x 32 x 32 bytes, 180 MB: the key of the cache and the
data version hash every row. Wanted: less than a second each.
"""
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmark_utils.contract.fingerprint import data_hash, data_version  # noqa: E402
from benchmark_utils.contract.problem import Problem  # noqa: E402
from benchmark_utils.votes import Votes  # noqa: E402


def main():
    X = np.tile(np.arange(256, dtype=np.uint8), (60_000, 12)).reshape(
        60_000, 3, 32, 32)
    problem = Problem.of(dict(
        votes=Votes([0], [0], [0], 1000, 1, 10), X=X[:1000], X_test=X[1000:],
        ground_truth=np.zeros(1000, int), y_test=np.zeros(59_000, int),
        classifier="resnet18"))
    for fingerprint in (data_hash, data_version):
        times = []
        for _ in range(3):
            start = time.process_time()
            fingerprint(problem)
            times.append(time.process_time() - start)
        print(f"{fingerprint.__name__}: {min(times):.2f} s")


if __name__ == "__main__":
    main()
