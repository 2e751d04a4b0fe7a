"""What the scripts share. Importing it lets them import benchmark_utils."""
import argparse
import resource
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


@lru_cache
def classes(kind):
    """{name: class} of the benchmark's ``datasets`` or ``solvers``."""
    from benchopt.benchmark import Benchmark
    found = getattr(Benchmark(ROOT), f"get_{kind}")()
    return {cls.name: cls for cls in found}


def data_of(name, **parameters):
    """The fields of a dataset, None without its files."""
    data = classes("datasets")[name].get_instance(**parameters).get_data()
    return None if "missing" in data else data


def parser(text):
    """A parser of options whose help shows the script's docstring."""
    return argparse.ArgumentParser(
        description=text, formatter_class=argparse.RawDescriptionHelpFormatter)


def peak():
    """Peak memory of this process in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2 ** 20


def noisy(rng, truth, n_classes, accuracy):
    """A label for each truth: correct with this probability, else uniform."""
    return np.where(rng.random(len(truth)) < accuracy, truth,
                    rng.integers(n_classes, size=len(truth)))
