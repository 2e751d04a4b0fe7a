"""Which classes the crowd mixes up."""
import numpy as np
import pandas as pd


def mixed_up(votes, probability, class_names):
    """Votes for one class on tasks that are another, a frame.

    Columns: truth, vote, votes (expected number), share (of all votes on
    tasks of that truth), tasks (that got such a vote, expected number). Pairs
    with less than half a vote are left out; those with most votes come first.

    Parameters
    ----------
    votes : Votes
    probability : (n_tasks, K), calibrated
    """
    p = np.nan_to_num(probability)
    K = votes.n_classes
    counts = votes.counts()
    number = p.T @ counts  # [k, l]: votes l on tasks of class k
    tasks = p.T @ (counts > 0)
    total = number.sum(axis=1, keepdims=True)
    share = np.divide(number, total, out=np.zeros((K, K)), where=total > 0)
    np.fill_diagonal(number, 0)
    truth, vote = np.nonzero(number >= .5)
    order = np.argsort(-number[truth, vote], kind="stable")
    truth, vote = truth[order], vote[order]
    names = np.array(class_names, dtype=object)
    return pd.DataFrame({
        "truth": names[truth], "vote": names[vote],
        "votes": number[truth, vote], "share": share[truth, vote],
        "tasks": tasks[truth, vote]})
