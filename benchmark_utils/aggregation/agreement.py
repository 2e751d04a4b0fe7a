"""Agreement of votes: Krippendorff's alpha, each worker with the others."""
import numpy as np
from scipy import sparse


def krippendorff_alpha(votes):
    """Krippendorff's alpha for nominal labels (Content Analysis, 1980).

    alpha = 1 - D_o / D_e. D_o is the probability that two different votes on
    one task differ, with tasks weighted by their number of votes; D_e is that
    probability for any two votes. Only tasks with at least two votes count;
    repeated votes of a worker on a task all do. Linear in the number of votes.

    Parameters
    ----------
    votes : Votes

    Returns
    -------
    float
        1 = all votes agree, 0 = agreement by chance; NaN if no task has two
        votes or all votes have the same label.
    """
    number = votes.per_task.astype(float)
    paired = number > 1
    n = number[paired].sum()
    cells = sparse.csr_array(
        (np.ones(len(votes)), (votes.task, votes.label)),
        shape=(votes.n_tasks, votes.n_classes))
    cells.sum_duplicates()
    squares = cells.multiply(cells).sum(axis=1)  # sum_c n_ic^2
    differ = ((number ** 2 - squares)[paired] / (number[paired] - 1)).sum()
    of_class = np.bincount(votes.label, paired[votes.task],
                           minlength=votes.n_classes)
    expected = n ** 2 - (of_class ** 2).sum()
    if expected == 0:
        return np.nan
    return float(1 - (n - 1) * differ / expected)


def agreements(votes):
    """The mean share of a task's other votes that equal a worker's vote, and
    the mean agreement of these others among themselves. (n_workers,) each,
    NaN if no task has enough votes."""
    counts = votes.counts()
    n = votes.per_task[votes.task].astype(float)
    same = counts[votes.task, votes.label] - 1.0
    pairs = (counts * (counts - 1.0)).sum(axis=1)[votes.task] - 2 * same
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(n > 1, same / (n - 1), np.nan)
        theirs = np.where(n > 2, pairs / ((n - 1) * (n - 2)), np.nan)
    return votes.worker_mean(own), votes.worker_mean(theirs)
