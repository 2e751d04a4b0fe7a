"""Do the 95% intervals of workers' accuracies contain the true accuracy?

    CROWD_DATA=... OMP_NUM_THREADS=1 python perf/worker_intervals.py

For each recorded dataset whose files are available: the share of workers whose
accuracy on tasks with known truth lies in the interval that
`benchmark_utils.own_votes` gives without truth, among workers with at least
five such votes. Takes about a minute.
"""
import numpy as np
from recorded_crowds import recorded_crowds  # sets the path: first

from benchmark_utils.aggregation.committee import committee
from benchmark_utils.own_votes.probabilities import best_labels, calibrated
from benchmark_utils.own_votes.workers import FEW, measure
from benchmark_utils.report.docs.studies import markdown


def held(votes, truth):
    """The share of intervals that contain the accuracy, and their number."""
    fit = committee(votes)
    label = best_labels(fit.T, np.random.default_rng(0))
    measures = measure(votes, fit.T, calibrated(fit, votes, label))
    known = truth[votes.task] >= 0
    judged = votes.select(known)
    right = judged.worker_mean((judged.label == truth[judged.task]) * 1.)
    counted = judged.per_worker >= FEW
    inside = (measures.low <= right) & (right <= measures.high)
    return inside[counted].mean(), counted.sum()


def main():
    rows = [(name, kind, *held(votes, truth))
            for name, kind, votes, truth in recorded_crowds()]
    rows.sort(key=lambda row: row[2])
    print(markdown([[name, kind, f"{share:.0%}", f"{n}"]
                    for name, kind, share, n in rows],
                   ["dataset", "kind", "contained", "workers"]))
    for kind in ("human", "llm"):
        shares = [row[2] for row in rows if row[1] == kind]
        print(f"\nmean over {len(shares)} datasets, {kind}: "
              f"{np.mean(shares):.1%}")
    print(f"\nmean over all {len(rows)}: "
          f"{np.mean([row[2] for row in rows]):.1%}")


if __name__ == "__main__":
    main()
