"""How often the leaderboard tells a better method, by how much better it is.

    python perf/comparison_power.py [--tables 300]

Normal scores of crowds x methods, one method better by d standard deviations
of the difference to another method on a crowd, the others alike. For each
size and d: the share of tables in which it is told from the baseline; the
share of the other methods that it is told from, all pairs being compared; and
of tables in which methods that are alike are told apart, by each test.
"""
import argparse
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmark_utils.report.comparison.tests import (  # noqa: E402
    is_told,
    told_apart,
    told_from,
)

SIZES = (6, 12), (14, 6), (4, 18)  # crowds, methods
GAINS = 0, .5, 1, 1.5, 2, 3  # in standard deviations of a difference


def shares(n_crowds, n_methods, gain, n_tables, rng):
    """Column 0 is the baseline, column 1 the better method: how often it is
    told from the baseline, from the others, and anything alike by mistake."""
    told = np.zeros(4)
    alike = np.arange(n_methods) != (1 if gain else -1)
    for _ in range(n_tables):
        # A difference of two methods has a standard deviation of 1.
        table = rng.normal(size=(n_crowds, n_methods)) / np.sqrt(2)
        table[:, 1] += gain
        pairs, base = is_told(told_apart(table)), is_told(told_from(table, 0))
        told += (base[1], pairs[1, 2:].mean(),
                 base[alike].any(), pairs[np.ix_(alike, alike)].any())
    return told / n_tables


def main(n_tables):
    print("crowds x methods |  d  | told from the baseline | from another | "
          "by mistake from the baseline | from another")
    for size in SIZES:
        for gain in GAINS:
            found = shares(*size, gain, n_tables, np.random.default_rng(0))
            text = " | ".join(f"{share:4.0%}" for share in found)
            print(f"{size[0]:2} x {size[1]:2} | {gain:3} | {text}",
                  flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tables", type=int, default=400)
    main(parser.parse_args().tables)
