"""Which tasks to have relabelled, and by which workers."""
import numpy as np

from benchmark_utils.own_votes.verdicts import may_be_asked

# The first so many tasks get the names of so many workers.
MOST_ASKED, N_NAMES = 10_000, 3
# Of more workers, so many are compared for each class and for all classes:
# those of the largest accuracy.
SHORT_LIST = 500
CHUNK = 1 << 10
CELLS = 1 << 15  # numbers that a processor's cache holds


def expected_gain(probability, crowd):
    """How much one more vote raises the probability that the label is right.

    With p the probabilities of a task's classes and G the confusion matrix of
    the crowd (rows = truth), the label after a vote l is the class of largest
    p_k G_kl, so the gain is sum_l max_k p_k G_kl - max_k p_k (the value of
    sample information; as a policy, Zheng et al., QASCA, SIGMOD 2015). It is 0
    if no single vote can change the label. (n_tasks,), NaN = no vote yet.
    """
    gain = np.zeros(len(probability))
    n_rows = max(CELLS // len(crowd), 1)
    for start in range(0, len(probability), n_rows):
        rows = slice(start, start + n_rows)
        p = probability[rows]
        for likelihood in crowd.T:  # of label l under each truth
            gain[rows] += (p * likelihood).max(axis=1)
        gain[rows] -= p.max(axis=1)
    return np.maximum(gain, 0)  # rounding


def relabel_order(gain, doubt, rng):
    """Tasks by expected gain, the largest first; equal gains by doubt, then
    at random. Tasks without votes come before all others. (n_tasks,)"""
    gain = np.where(np.isnan(gain), np.inf, np.round(gain, 9))
    doubt = np.where(np.isnan(doubt), np.inf, doubt)
    return np.lexsort((rng.random(len(gain)), -doubt, -gain))


def whom_to_ask(votes, tasks, probability, by_class, verdict, rng):
    """The workers most likely to be right about each of some tasks, among
    those that `may_be_asked` and have not voted on it; ties at random.
    by_class (n_workers, K): their accuracies on each class. Returns
    (n, N_NAMES) indices of workers, -1 = no worker left."""
    able = may_be_asked(verdict, votes.per_worker)
    asked = np.full((len(tasks), N_NAMES), -1)
    if not len(able):
        return asked
    able = able[short_list(by_class[able], rng)]
    place = np.full(votes.n_workers, -1)
    place[able] = np.arange(len(able))
    skill = by_class[able].T  # (K, n_able)
    for start in range(0, len(tasks), CHUNK):
        chunk = tasks[start:start + CHUNK]
        p = np.nan_to_num(probability[chunk], nan=1 / votes.n_classes)
        right = p @ skill
        right += 1e-9 * rng.random(right.shape)  # ties
        given = votes.of_tasks(chunk)
        voted = place[given.worker] >= 0
        right[given.task[voted], place[given.worker[voted]]] = -1
        n = min(N_NAMES, len(able))
        best = np.argpartition(-right, np.arange(n), axis=1)[:, :n]
        some = np.take_along_axis(right, best, axis=1) >= 0
        asked[start:start + len(chunk), :n] = np.where(some, able[best], -1)
    return asked


def short_list(skill, rng):
    """The workers with one of the SHORT_LIST largest ``skill`` (n_workers, K)
    on a class, or on average, ascending; all if they are few."""
    if len(skill) <= SHORT_LIST:
        return np.arange(len(skill))
    best = set()
    for column in (*skill.T, skill.mean(axis=1)):
        column = column + 1e-9 * rng.random(len(column))  # ties
        best.update(np.argpartition(-column, SHORT_LIST)[:SHORT_LIST])
    return np.array(sorted(best))
