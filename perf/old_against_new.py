"""Processor seconds of an older commit beside those of this one.

    git worktree add OLD 935720e
    OMP_NUM_THREADS=1 CROWD_DATA=DATA python perf/old_against_new.py OLD

Both get the same votes, each in a process of its own: 1e5x10 are 100,000
generated votes of 10 classes, ten per task and a hundred per worker; rte and
others are recorded. ZeroBasedSkill was crowd-kit's; own_votes is the whole
command. ``--only EBCC/1e5x2 ...`` selects, ``--limit`` is in seconds.
"""
import importlib.util
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

CASES = [f"{method}/{crowd}" for method, crowds in {
    "EBCC": "1e5x2 1e5x10 SP web rte netease", "IBCC": "1e5x2 1e5x10 1e5x100",
    "MACE": "1e5x2 1e5x10 1e5x100 netease", "own_votes": "rte 1e5x2 1e6x2",
    "ZeroBasedSkill": "1e5x2 rte web trec"}.items() for crowd in crowds.split()]


def table(crowd):
    if "1e" in crowd or crowd == "netease":
        from aggregation_speed import votes_of
        votes = votes_of(crowd)
        return pd.DataFrame({key: getattr(votes, key)
                             for key in ("task", "worker", "label")})
    file = Path(os.environ["CROWD_DATA"], "truth_inference", crowd)
    votes = pd.read_csv(file / "label.csv").rename(columns={"item": "task"})
    return votes[["task", "worker", "label"]]


def fit(method, folder):
    """In a child process, in the folder of a commit."""
    from benchmark_utils.votes import Votes
    path, options = Path("solvers", {
        "ZeroBasedSkill": "zero_based_skill"}.get(method, method.lower())
        + ".py"), {}
    if not path.exists():
        path, options = Path("solvers/crowd_kit.py"), dict(method=method)
    spec = importlib.util.spec_from_file_location("solver", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    votes = np.load(folder / "votes.npy")
    votes = Votes(*votes, *(votes.max(axis=1) + 1))
    solver = module.Solver.get_instance(**options)
    solver.skip(votes=votes)  # imports the package
    solver.set_objective(votes=votes, seed=0)
    start = time.process_time()
    solver.run(None)
    print(time.process_time() - start)
    np.save(folder / "best.npy", np.nan_to_num(solver.soft_labels).argmax(1))


def measure(tree, method, folder, limit):
    """Processor seconds, and the best class of each task (or 0)."""
    command = [__file__, "--fit", method, folder]
    if method == "own_votes":
        new = (tree / "benchmark_utils" / method).exists()
        command = ["-m", f"benchmark_utils.{method if new else 'mine'}",
                   folder / "votes.csv", "--output", folder / f"{new}"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = subprocess.run(
        ["prlimit", f"--cpu={limit}", sys.executable, *map(str, command)],
        cwd=tree, env=os.environ | {"PYTHONPATH": str(tree)}, text=True,
        stdout=subprocess.PIPE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if found.returncode or method == "own_votes":
        return sum(after[:2]) - sum(before[:2]), 0
    return float(found.stdout.split()[-1]), np.load(folder / "best.npy")


if __name__ == "__main__" and sys.argv[1] == "--fit":
    fit(sys.argv[2], Path(sys.argv[3]))
elif __name__ == "__main__":
    options = importlib.import_module("common").parser(__doc__)
    options.add_argument("old", type=Path)
    options.add_argument("--only", nargs="*", default=CASES)
    options.add_argument("--limit", type=int, default=1000)
    options = options.parse_args()
    for case in options.only:
        method, crowd = case.split("/")
        with tempfile.TemporaryDirectory() as name:
            folder, votes = Path(name), table(crowd)
            votes.to_csv(folder / "votes.csv", index=False)
            np.save(folder / "votes.npy", [
                pd.factorize(votes[key], sort=True)[0] for key in votes])
            (old, a), (new, b) = (
                measure(tree, method, folder, options.limit) for tree in (
                    options.old.resolve(), Path(__file__).resolve().parents[1]))
        print(f"{case}: {old:.2f} s, now {new:.2f} s, ratio {old / new:.1f}, "
              f"{np.sum(a != b)} labels differ", flush=True)
