"""Methods of the package crowd-kit, applied to `Votes`."""
import numpy as np
import pandas as pd

METHODS = ("MMSR", "KOS")
# The memory of M-MSR grows as n_workers^4: 2 GiB for this many.
MOST_WORKERS = 120


def crowd_kit(votes, method, seed=0):
    """Hard labels of a method with the package's own defaults.

    The package breaks ties by the order of the classes, so classes are first
    permuted at random.

    Parameters
    ----------
    votes : Votes
    method : one of METHODS
    seed : int

    Returns
    -------
    T : (n_tasks, K)
        NaN rows for tasks without votes or, with KOS, without evidence.
    fit : the fitted object of the package

    Raises
    ------
    ValueError
        If the messages of a task cancel in KOS: the package cannot label it.
    """
    import crowdkit.aggregation
    fit = getattr(crowdkit.aggregation, method)()
    fit.random_state = seed
    T = np.full((votes.n_tasks, votes.n_classes), np.nan)
    if not len(votes):
        return T, fit
    counted = votes.select(_with_evidence(votes)) if method == "KOS" else votes
    if method == "KOS" and len(np.unique(counted.label)) == 1:
        # All votes agree; the package needs two classes.
        T[counted.task] = np.eye(votes.n_classes)[counted.label]
        return T, fit
    name = np.random.default_rng(seed).permutation(votes.n_classes)
    state = np.random.get_state()  # KOS seeds the global generator
    table = pd.DataFrame(dict(task=counted.task, worker=counted.worker,
                              label=name[counted.label]))
    try:
        fit.fit(table)
    except KeyError as error:
        if method != "KOS":
            raise
        raise ValueError(  # it has no class for a sum of 0
            "CrowdKit[method=KOS]: the messages of a task's votes cancel, as "
            "repeated votes of one worker can; the package cannot label it"
        ) from error
    finally:
        np.random.set_state(state)
    labels = fit.predict(table) if method == "MMSR" else fit.labels_
    T[labels.index] = np.eye(votes.n_classes)[
        np.argsort(name)[labels.to_numpy(int)]]
    return T, fit


def _with_evidence(votes):
    """Votes on the tasks that receive a message other than 0 in KOS,
    (n_votes,) bool.

    A message excludes what came from its receiver, so it is 0 at the leaves
    of a tree of tasks and workers; the package fails on a sum of 0.
    """
    task, worker = votes.task, votes.worker
    sent = np.ones(len(votes), int)  # a message from worker to task is not 0
    for _ in range(100):  # the package's number of iterations
        received = (np.bincount(task, sent)[task] > sent).astype(int)
        sent = (np.bincount(worker, received)[worker] > received).astype(int)
    return np.bincount(task, sent)[task] > 0
