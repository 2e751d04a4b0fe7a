"""Your own votes: labels, workers and next steps, without ground truth.

    from benchmark_utils.own_votes import aggregate
    found = aggregate(frame)  # columns task, worker, label
    found.labels, found.workers, found.relabel, found.confusion

On the command line: ``python -m benchmark_utils.own_votes votes.csv``.
Benchopt and torch are not imported.
"""
from benchmark_utils.own_votes.analysis import Analysis, aggregate

__all__ = ["Analysis", "aggregate"]
