"""Scores of a result file, and differences from a baseline.

    python perf/paired.py RESULT.parquet BASELINE SCORE [SCORE ...]

Prints for each dataset and solver the mean and standard deviation of each
score, and the mean difference from the solver BASELINE (as named in the
tables) with its 95% confidence interval, paired over repetitions.
"""
import sys

import common  # noqa: F401 (sets the path: first)
import numpy as np

from benchmark_utils.report.comparison.tests import student
from benchmark_utils.report.results.runs import (
    load_results,
    points_of,
    runs_of,
)


def main(path, baseline, *scores):
    runs = runs_of(points_of(load_results([path])))
    for dataset, rows in runs.groupby("dataset", sort=False):
        print(dataset)
        for score in scores:
            table = rows.pivot_table(
                index="idx_rep", columns="solver", sort=False, dropna=False,
                values=f"objective_{score}")
            for solver, values in table.items():
                text = f"  {score:18} {solver:40} {values.mean():8.3f}"
                if len(values) > 1:
                    text += f" ± {values.std():.3f}"
                both = (values - table[baseline]).dropna()
                if solver != baseline and len(both):
                    mean, low, high = student(both)
                    text += f"  {mean:+.3f}"
                    if np.isfinite(low):
                        text += f" [{low:.3f}, {high:.3f}]"
                reached = int(values.notna().sum())
                if reached < len(values):
                    text += f"  in {reached} of {len(values)}"
                print(text)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
