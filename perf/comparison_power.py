"""Power of the leaderboard's tests, by the size of the true difference.

    python perf/comparison_power.py [--tables 300]

Scores of datasets x methods are drawn from normal distributions. One method is
better by d standard deviations of its difference to another method on a
dataset; all others are equal. Printed for each size and d: the share of tables
in which it differs significantly from the baseline; the share of the other
methods from which it differs significantly, all pairs being compared; and the
share of tables with a false positive among the equal methods, for each test.
"""
import numpy as np
from common import parser

from benchmark_utils.report.comparison.tests import (
    is_significant,
    p_values_vs_baseline,
    pairwise_p_values,
)

SIZES = (6, 12), (14, 6), (4, 18)  # datasets, methods
GAINS = 0, .5, 1, 1.5, 2, 3  # in standard deviations of a difference


def shares(n_crowds, n_methods, gain, n_tables, rng):
    """Column 0 is the baseline, column 1 the better method. Returns its power
    against the baseline and against the others, and the share of tables with a
    false positive, of each test."""
    found = np.zeros(4)
    alike = np.arange(n_methods) != (1 if gain else -1)
    for _ in range(n_tables):
        # A difference of two methods has a standard deviation of 1.
        table = rng.normal(size=(n_crowds, n_methods)) / np.sqrt(2)
        table[:, 1] += gain
        pairs = is_significant(pairwise_p_values(table))
        base = is_significant(p_values_vs_baseline(table, 0))
        found += (base[1], pairs[1, 2:].mean(),
                  base[alike].any(), pairs[np.ix_(alike, alike)].any())
    return found / n_tables


def main(n_tables):
    print("datasets x methods |  d  | power vs. baseline | vs. another | "
          "false positives vs. baseline | vs. another")
    for size in SIZES:
        for gain in GAINS:
            found = shares(*size, gain, n_tables, np.random.default_rng(0))
            text = " | ".join(f"{share:4.0%}" for share in found)
            print(f"{size[0]:2} x {size[1]:2} | {gain:3} | {text}",
                  flush=True)


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--tables", type=int, default=400)
    main(options.parse_args().tables)
