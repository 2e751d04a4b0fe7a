"""How far the votes of a crowd agree beyond chance."""
import numpy as np
from scipy import sparse


def krippendorff_alpha(votes):
    """Krippendorff's alpha for nominal labels; 1 = all agree, 0 = by chance.

    alpha = 1 - D_o / D_e. D_o: chance that two different votes on a task
    differ, tasks weighted by their number of votes; D_e: the same for any two
    of the votes that have a partner on their task. Tasks with a single vote
    tell nothing and do not count; every vote of a worker who voted twice
    does. NaN if no task has two votes or all votes name one class. Linear in
    the number of votes. K. Krippendorff. Content analysis, 1980.

    Parameters
    ----------
    votes : Votes
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
