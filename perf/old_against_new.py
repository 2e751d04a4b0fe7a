"""Processor seconds of an older commit beside those of this one.

    git worktree add OLD 935720e
    OMP_NUM_THREADS=1 CROWD_DATA=DATA python perf/old_against_new.py OLD

Both get the same votes, each in a process of its own: 1e5x10 are 100,000
generated votes of 10 classes; rte and others are recorded. ZeroBasedSkill was
crowd-kit's; own_votes is the whole command. ``--only EBCC/1e5x2 ...`` selects.
"""
import os
import runpy
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import numpy as np
import pandas as pd

KEYS, NEW = ("task", "worker", "label"), Path(__file__).resolve().parents[1]
CASES = [f"{method}/{crowd}" for method, *crowds in map(str.split, (
    "EBCC 1e5x2 1e5x10 SP web rte netease", "IBCC 1e5x2 1e5x10 1e5x100",
    "MACE 1e5x2 1e5x10 1e5x100 netease", "ZeroBasedSkill 1e5x2 rte web trec",
    "own_votes rte 1e5x2 1e6x2")) for crowd in crowds]


def table(crowd):
    from aggregation_speed import SHAPES, votes_of  # of this commit
    if crowd in SHAPES:
        votes = votes_of(crowd)
        return pd.DataFrame({key: getattr(votes, key) for key in KEYS})
    folder = Path(os.environ["CROWD_DATA"], "truth_inference", crowd)
    return pd.read_csv(folder / "label.csv").set_axis(KEYS, axis=1)


def fit(method, folder):
    """In a child process, in the folder of a commit."""
    from benchmark_utils.catalogue import catalogue
    from benchmark_utils.votes import Votes
    known, options = catalogue("solvers"), {}
    if method not in known:
        options, method = dict(method=method), "CrowdKit"
    module = runpy.run_path(known[method].file)
    votes = np.load(folder / "votes.npy")
    votes = Votes(*votes, *(votes.max(axis=1) + 1))
    solver = module["Solver"].get_instance(**options)
    solver.skip(votes=votes)  # imports the package
    solver.set_objective(votes=votes, seed=0)
    start = time.process_time()
    solver.run(None)
    print(time.process_time() - start)
    np.save(folder / "best.npy", np.nan_to_num(solver.soft_labels).argmax(1))


def measure(tree, method, folder):
    """Processor seconds, and the best class of each task (or 0)."""
    command = [__file__, "--fit", method, folder]
    if method == "own_votes":
        name = method if tree == NEW else "mine"
        command = ["-m", f"benchmark_utils.{name}", folder / "votes.csv",
                   "--output", folder / name]
    before = sum(getrusage(RUSAGE_CHILDREN)[:2])
    found = subprocess.run(
        [sys.executable, *map(str, command)], cwd=tree, check=True, text=True,
        env=os.environ | {"PYTHONPATH": str(tree)}, stdout=subprocess.PIPE)
    if method == "own_votes":
        return sum(getrusage(RUSAGE_CHILDREN)[:2]) - before, 0
    return float(found.stdout.split()[-1]), np.load(folder / "best.npy")


if __name__ == "__main__" and sys.argv[1] == "--fit":
    fit(sys.argv[2], Path(sys.argv[3]))
elif __name__ == "__main__":
    from common import parser
    options = parser(__doc__)
    options.add_argument("old", type=Path)
    options.add_argument("--only", nargs="*", default=CASES)
    options = options.parse_args()
    for case in options.only:
        with tempfile.TemporaryDirectory() as name:
            method, crowd = case.split("/")
            folder, votes = Path(name), table(crowd)
            votes.to_csv(folder / "votes.csv", index=False)
            np.save(folder / "votes.npy", [
                pd.factorize(votes[key], sort=True)[0] for key in votes])
            (old, a), (new, b) = (measure(tree, method, folder)
                                  for tree in (options.old.resolve(), NEW))
        print(f"{case}: {old:.2f} s, now {new:.2f} s, ratio {old / new:.1f}, "
              f"{np.sum(a != b)} labels differ", flush=True)
