"""The origin of a result row: protocol, code, libraries and device.

A leaderboard may only compare rows that were scored in the same way on the
same data. The protocol has a version and a hash of the files that score. After
an edit of these files, rows get another protocol, such as ``1+3f2a9c41``, and
the leaderboard refuses them, until ``python -m benchmark_utils.report
provenance`` records whether scores can change.
"""
import hashlib
import json
import os
import subprocess
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[2]
UTILS = ROOT / "benchmark_utils"
LOCK = Path(__file__).with_name("protocol.json")
# What turns a solver's answer into numbers: the scores, the oracles, the
# training of networks. Solvers are what is compared; `data_version` covers
# datasets and simulators; the versions of libraries are recorded.
SCORING = (
    "objective.py",
    "benchmark_utils/checks.py",
    "benchmark_utils/votes.py",
    "benchmark_utils/label_rows.py",
    "benchmark_utils/draws.py",  # what oracles answer
    "benchmark_utils/contract/*.py",
    "benchmark_utils/harness/parameters.py",
    "benchmark_utils/scoring/*.py",
    "benchmark_utils/oracles/*.py",
    "benchmark_utils/aggregation/agreement.py",
    "benchmark_utils/aggregation/influence*.py",
    "benchmark_utils/aggregation/emission.py",
    "benchmark_utils/aggregation/error_correlation.py",
    "benchmark_utils/aggregation/guards.py",
    "benchmark_utils/aggregation/held_out.py",
    "benchmark_utils/training/batches.py",
    "benchmark_utils/training/cuda_graphs.py",
    "benchmark_utils/training/engine.py",
    "benchmark_utils/training/losses.py",
    "benchmark_utils/training/networks.py",
    "benchmark_utils/training/recipes.py",
    "benchmark_utils/training/selection.py",
)
# Other versions may give other numbers: cached results are not reused.
LIBRARIES = "numpy", "scipy", "scikit-learn", "torch", "benchopt"
_known = {}  # once per process: git takes longer than many solvers


def origin():
    """The columns that are the same in all rows of a process."""
    if not _known:
        # Imported here, because the commands of the report need no PyTorch.
        import torch

        from benchmark_utils.training.recipes import get_device
        device = get_device()
        _known.update(
            protocol=protocol(), commit=commit(), version_torch=str(
                torch.__version__),
            # A machine without a GPU may collect what a GPU trained.
            device="CPU" if device.type == "cpu" else
            torch.cuda.get_device_name(device) if torch.cuda.is_available()
            else "CUDA")
    return dict(_known)


def shared_code_hash():
    """sha256 of benchmark_utils without report/, which only reads results, of
    the versions of the libraries that compute, of the device, and of whether
    a CPU trains everything."""
    from benchmark_utils.training.recipes import get_device
    digest = _shared_code().copy()
    for value in (*installed_versions(), get_device().type,
                  os.environ.get("CROWD_FORCE_TRAINING")):
        digest.update(f"{value or ''}\0".encode())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def installed_versions():
    return tuple(f"{name}=={version(name)}" for name in LIBRARIES)


@lru_cache(maxsize=1)
def _shared_code():
    """Once per process, as Python imports the code: later edits do not affect
    a running process. The cache asks for this hash four times for each cell.
    """
    digest = hashlib.sha256()
    for path in sorted(UTILS.rglob("*.py")):
        name = path.relative_to(UTILS).as_posix()
        if not name.startswith("report/"):
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest


def protocol():
    lock = json.loads(LOCK.read_text())
    code = scoring_hash()
    number = str(lock["version"])
    return number if code == lock["code"] else f"{number}+{code[:8]}"


def write_lock(bump=False):
    """Record the files that score as they are, as the same version of the
    protocol or, with ``bump``, as the next one."""
    number = json.loads(LOCK.read_text())["version"] + bump
    LOCK.write_text(json.dumps(dict(version=number, code=scoring_hash()),
                               indent=1) + "\n")


def scoring_hash():
    digest = hashlib.sha256()
    files = {path for pattern in SCORING for path in ROOT.glob(pattern)}
    for path in sorted(files):
        name = path.relative_to(ROOT).as_posix()
        # As text, because a checkout on Windows has other line ends.
        text = path.read_text(encoding="utf-8")
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()


def commit():
    """The checkout's commit, with ``+`` at its end if code that makes numbers
    was edited or added since; empty outside a git checkout."""
    if not (ROOT / ".git").exists():
        return ""
    try:
        head = _git("rev-parse", "--short=10", "HEAD")
        edited = _git("status", "--porcelain", "--", "objective.py",
                      "benchmark_utils", "datasets", "solvers")
    except (OSError, subprocess.CalledProcessError):
        return ""
    return head + ("+" if edited else "")


def _git(*arguments):
    return subprocess.run(["git", *arguments], cwd=ROOT, text=True, check=True,
                          capture_output=True).stdout.strip()
