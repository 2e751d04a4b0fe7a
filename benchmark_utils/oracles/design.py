"""The uniform design: the same number of votes of random workers per task."""
import numpy as np


def random_workers(rng, candidates, tasks):
    """A random worker for each of the ``tasks``, among the ``candidates``
    (n_tasks, n_workers) bool."""
    keys = np.where(candidates[tasks],
                    rng.random((len(tasks), candidates.shape[1])), -1)
    return keys.argmax(axis=1)


def random_design(oracle, seed):
    """Spend the whole budget: every task in turn gets the vote of a random
    worker. Offline methods thus get votes at the same cost as the online
    methods, which choose theirs. Returns `Votes`."""
    rng = np.random.default_rng(seed)
    while True:
        candidates = oracle.candidates()
        task = rng.permutation(np.flatnonzero(candidates.any(axis=1)))
        if not len(task):
            return oracle.votes()
        worker = random_workers(rng, candidates, task)
        if oracle.cap is not None:  # the first tasks get the last votes
            turn = np.zeros(len(task), int)
            for j in np.unique(worker):
                turn[worker == j] = np.arange((worker == j).sum())
            within = turn < (oracle.cap - oracle.per_worker)[worker]
            task, worker = task[within], worker[within]
        paid = oracle.affordable(worker)
        oracle.ask(task[paid], worker[paid])
