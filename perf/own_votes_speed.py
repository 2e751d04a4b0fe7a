"""Processor seconds of ``python -m benchmark_utils.own_votes`` on two crowds.

    CROWD_DATA=... OMP_NUM_THREADS=1 python perf/own_votes_speed.py

rte: 800 tasks, 164 workers, 8,000 votes; trec: 19,033 tasks, 762 workers,
88,385 votes. The limits are 20 s and 120 s.
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main():
    folder = Path(os.environ["CROWD_DATA"]).resolve() / "truth_inference"
    for name in ("rte", "trec"):
        before = os.times()
        with tempfile.TemporaryDirectory() as out:
            subprocess.run(
                [sys.executable, "-m", "benchmark_utils.own_votes",
                 str(folder / name / "label.csv"), "--task", "item",
                 "--output", f"{out}/out"], cwd=ROOT, check=True,
                stdout=subprocess.DEVNULL)
        after = os.times()
        used = (after.children_user + after.children_system
                - before.children_user - before.children_system)
        print(f"{name}: {used:.1f} s")


if __name__ == "__main__":
    main()
