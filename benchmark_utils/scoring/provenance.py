"""What every result row says of its origin: data, protocol, code, device.

A leaderboard may only put rows side by side that were scored alike on the
same data. The data are fingerprinted. The protocol is a version that people
raise, kept honest by a hash of the files that score: edited without saying
what it means, they make rows of another protocol, ``1+3f2a9c41``, which the
leaderboard refuses.

    python -m benchmark_utils.scoring.provenance --keep    no number changes
    python -m benchmark_utils.scoring.provenance --raise   some number changes
"""
import argparse
import hashlib
import json
import subprocess
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
LOCK = Path(__file__).with_name("protocol.json")
# What turns a solver's answer into numbers: the scores, the oracles, the
# training of networks. Not the solvers, which are what is compared; not the
# datasets and simulators, whose fingerprint is `data_version`; not libraries,
# whose versions are recorded.
SCORING = (
    "objective.py",
    "benchmark_utils/checks.py",
    "benchmark_utils/votes.py",
    "benchmark_utils/scoring/*.py",
    "benchmark_utils/oracles/*.py",
    "benchmark_utils/aggregation/influence.py",
    "benchmark_utils/training/engine.py",
    "benchmark_utils/training/losses.py",
    "benchmark_utils/training/networks.py",
    "benchmark_utils/training/recipes.py",
)
_known = {}  # asking git takes longer than many a solver: once per process


def origin():
    """The columns that are the same for all rows of a process."""
    if not _known:
        # Here, not above: the commands of the leaderboard need no PyTorch.
        import torch

        from benchmark_utils.training.recipes import get_device
        device = get_device()
        _known.update(
            protocol=protocol(), commit=commit(), version_torch=str(
                torch.__version__),
            device="CPU" if device.type == "cpu"
            else torch.cuda.get_device_name(device))
    return dict(_known)


def protocol():
    lock = json.loads(LOCK.read_text())
    code = scoring_hash()
    version = str(lock["version"])
    return version if code == lock["code"] else f"{version}+{code[:8]}"


def scoring_hash():
    digest = hashlib.sha256()
    files = {path for pattern in SCORING for path in ROOT.glob(pattern)}
    for path in sorted(files):
        name = path.relative_to(ROOT).as_posix()
        # As text: a checkout on Windows has other line ends.
        text = path.read_text(encoding="utf-8")
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()


def commit():
    """The checkout's commit, ``+`` behind it if code that makes numbers was
    edited or added since; empty outside a git checkout."""
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


def data_version(*data):
    """A short hash of data, the same on every machine.

    Integers count exactly, floats by about 6 digits: processors differ in
    the last bits of a sine, which makes no other dataset.
    """
    digest = hashlib.sha256()
    _feed(digest, data)
    return digest.hexdigest()[:12]


def _feed(digest, value):
    if isinstance(value, dict):
        value = sorted(value.items())
    if isinstance(value, (list, tuple)):
        digest.update(f"[{len(value)}".encode())
        for item in value:
            _feed(digest, item)
    elif isinstance(value, (np.ndarray, np.generic, int, float)):
        array = np.asarray(value)
        if array.dtype.kind == "f":
            array = _rounded(array.astype(np.float64))
        elif array.dtype.kind in "iub":  # sizes differ between systems
            array = array.astype(np.int64)
        else:
            raise TypeError(f"no fingerprint of {array.dtype}")
        digest.update(f"{array.dtype.kind}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    elif value is None or isinstance(value, str):
        digest.update(repr(value).encode())
    else:
        raise TypeError(f"no fingerprint of {type(value).__name__}")


def _rounded(x):
    """20 bits of each mantissa; one zero and one NaN."""
    mantissa, exponent = np.frexp(x)
    x = np.ldexp(np.rint(mantissa * 2**20), exponent - 20) + 0.0
    return np.where(np.isnan(x), np.nan, x)


def main():
    parser = argparse.ArgumentParser(
        prog="python -m benchmark_utils.scoring.provenance", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--keep", action="store_true")
    choice.add_argument("--raise", action="store_true", dest="raise_it")
    options = parser.parse_args()
    if options.keep or options.raise_it:
        version = json.loads(LOCK.read_text())["version"] + options.raise_it
        LOCK.write_text(json.dumps(
            dict(version=version, code=scoring_hash()), indent=1) + "\n")
    print(f"protocol {protocol()}")


if __name__ == "__main__":
    main()
