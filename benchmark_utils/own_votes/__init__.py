"""Your own votes: labels, workers and what to do next, without any truth.

    from benchmark_utils.own_votes import aggregate
    found = aggregate(frame)  # columns task, worker, label
    found.labels, found.workers, found.relabel, found.confusion

On the command line: ``python -m benchmark_utils.own_votes votes.csv``. Neither
needs benchopt or torch.
"""
from benchmark_utils.own_votes.analysis import Analysis, aggregate

__all__ = ["Analysis", "aggregate"]
