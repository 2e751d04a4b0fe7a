"""What each worker's votes tell: measures, by numbers of tasks and workers."""
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from benchmark_utils.aggregation.emission import fit_emission

KEEP, WATCH, REMOVE = "keep", "watch", "remove"
# One-sided 95% and 99%, in standard errors.
LIKELY, CERTAIN = 1.645, 2.326
# A worker whose accuracy is certainly this far below the median worker's ...
GAP = .1
# ... who certainly knows less than this share, see `information` ...
KNOWS_LITTLE = .3
# ... on at least this many votes, is one to remove. Below FEW, no verdict.
ENOUGH, FEW = 10, 5


def verdicts(measures):
    """The verdict on each worker and why, two lists of str.

    Criteria: accuracy more than GAP below the median worker's; the votes tell
    next to nothing; always the same label; fewer of the other voters agree
    than agree among themselves. ``remove`` needs the first, the second or
    third, and the fourth, each at 99% certainty, one-sided, and ENOUGH votes:
    no score alone removes anybody. ``watch`` needs one of the first three at
    95%. Where the worker of the median vote knows little, the labels are no
    measure, and nobody is removed.

    Parameters
    ----------
    measures : workers.WorkerMeasures
    """
    m = measures
    counted = m.n >= FEW
    median = np.median(m.accuracy[counted]) if counted.any() else np.nan
    usual = weighted_median(m.information[counted], m.n[counted])
    low, little, _ = criteria(m, median, LIKELY)
    sure_low, sure_little, alone = criteria(m, median, CERTAIN)
    bad = (sure_low & (sure_little | m.always_same) & alone
           & (m.n >= ENOUGH))
    names, reasons = [], []
    for j in range(len(m.n)):
        why = []
        if m.always_same[j]:
            why.append(f"nearly always the same label "
                       f"({m.favourite_share[j]:.0%}, expected "
                       f"{m.favourite_expected[j]:.0%})")
        if low[j]:
            why.append(f"accuracy {m.accuracy[j]:.2f}, median worker "
                       f"{median:.2f}")
        if little[j]:
            why.append("votes tell next to nothing about the label")
        if not counted[j]:
            names.append(KEEP)
            why = [f"too few votes to judge: {m.n[j]} on tasks with other "
                   "votes"]
        elif bad[j] and usual >= KNOWS_LITTLE:
            names.append(REMOVE)
        else:
            names.append(WATCH if why else KEEP)
        if why and alone[j] and counted[j]:
            why.append(f"{m.agreement[j]:.0%} of the other voters agree, "
                       f"{m.expected_agreement[j]:.0%} agree with each other")
        if bad[j] and names[-1] == WATCH:
            why.append("but this crowd knows too little to judge anybody")
        reasons.append("; ".join(why))
    return names, reasons


def weighted_median(value, weight):
    """The smallest value with half of the weight at or below it; NaN values
    are left out, NaN if none is left."""
    known = ~np.isnan(value)
    value, weight = value[known], weight[known]
    if not weight.sum():
        return np.nan
    order = np.argsort(value)
    total = np.cumsum(weight[order])
    return value[order][np.searchsorted(total, total[-1] / 2)]


def criteria(m, median, certain):
    """Low accuracy, little information, alone among the voters: three
    (n_workers,) bool, each to ``certain`` standard errors; NaN is False."""
    with np.errstate(invalid="ignore"):
        return (m.accuracy + certain * m.sampling < median - GAP,
                m.information_limit(certain) < KNOWS_LITTLE,
                m.agreement + certain * m.agreement_error
                < m.expected_agreement)


INTERVAL = 1.96  # two-sided 95%, in standard errors
# Errors of the labels themselves move a worker's measured accuracy. Its
# standard deviation as a share of the error that is expected of the labels
# of the worker's tasks: the value at which 95% intervals held the accuracy
# on known truths in 95% of the workers of the recorded crowds.
LABEL_ERROR = .4
# Votes whose K probabilities are held at once.
CHUNK = 1 << 16


@dataclass(frozen=True, eq=False)
class WorkerMeasures:
    """All (n_workers,), NaN = nothing to measure, unless a shape is given.

    A vote is compared with the labels and the votes of the task's other
    voters only: nobody is judged by their own opinion.

    Attributes
    ----------
    n_votes : votes in all
    n : votes on tasks with other voters, or with a known truth
    accuracy : mean probability that a vote is right
    low, high : 95% interval of it, errors of the labels included
    sampling : standard error of it, without them: for comparing workers
    by_class : (n_workers, K), probability of the right vote for each class,
        of the emission model, which draws those with few votes to the crowd
    agreement : mean share of the other voters who gave the same vote
    expected_agreement : the same between these other voters
    agreement_error : standard error of ``agreement``
    information : (accuracy - c) / (1 - c), c the accuracy of a worker who
        gives the same labels as often, but at random; 0 = guesses, 1 = knows
    chance : c
    favourite : the label given most, -1 = no vote
    favourite_share : its share in the worker's votes
    favourite_expected : its share had the crowd voted on the same tasks
    favourite_p : probability of at least so many by chance
    always_same : bool, at least 95% one label, where the crowd gives it less
        than 75% and chance does not explain the difference
    gold_votes, gold_right : votes on known truths, and those right
    """
    n_votes: np.ndarray
    n: np.ndarray
    accuracy: np.ndarray
    low: np.ndarray
    high: np.ndarray
    sampling: np.ndarray
    by_class: np.ndarray
    agreement: np.ndarray
    expected_agreement: np.ndarray
    agreement_error: np.ndarray
    information: np.ndarray
    chance: np.ndarray
    favourite: np.ndarray
    favourite_share: np.ndarray
    favourite_expected: np.ndarray
    favourite_p: np.ndarray
    always_same: np.ndarray
    gold_votes: np.ndarray
    gold_right: np.ndarray

    def information_limit(self, certain):
        """Upper limit of ``information``, ``certain`` standard errors up."""
        most = np.minimum(self.accuracy + certain * self.sampling, 1)
        return (most - self.chance) / np.where(
            self.chance < 1, 1 - self.chance, np.nan)


def by_the_others(votes, model, known_truth=None):
    """The classes of each vote's task by the other votes on it, in chunks.

    The emission model's posterior less the vote's own factor. A known truth
    is what it is; the row of a task without other votes is NaN.

    Yields
    ------
    rows : slice of the votes
    T : (n_rows, K)
    """
    log_pi = np.log(model.pi(votes.answer_worker, votes.answer_label))
    log_T = votes.answer_matrix @ log_pi + np.log(model.prevalence)
    for start in range(0, len(votes), CHUNK):
        rows = slice(start, start + CHUNK)
        task = votes.task[rows]
        T = log_T[task] - log_pi[votes.answer_index[rows]]
        T -= T.max(axis=1, keepdims=True)
        np.exp(T, out=T)
        T /= T.sum(axis=1, keepdims=True)
        T[votes.per_task[task] < 2] = np.nan
        if known_truth is not None:
            known = known_truth[task] >= 0
            T[known] = 0
            T[known, known_truth[task[known]]] = 1
        yield rows, T


def judge(votes, model, known_truth=None):
    """The probability that each vote is right by the others, (n_votes,), NaN
    = no others, and each worker's tasks by class, (n_workers, K), summed over
    the votes that others judge."""
    right = np.empty(len(votes))
    met = np.zeros((votes.n_workers, votes.n_classes))
    for rows, T in by_the_others(votes, model, known_truth):
        label = votes.label[rows]
        right[rows] = T[np.arange(len(T)), label]
        judged = ~np.isnan(right[rows])
        np.add.at(met, votes.worker[rows][judged], T[judged])
    return right, met


def measure(votes, T, probability, known_truth=None):
    """`WorkerMeasures` of all workers.

    Parameters
    ----------
    votes : Votes
    T : (n_tasks, K), the method's posterior
    probability : (n_tasks, K), calibrated
    known_truth : (n_tasks,) or None
    """
    model = fit_emission(votes, T)
    right, met = judge(votes, model, known_truth)
    judged = ~np.isnan(right)
    n = np.bincount(votes.worker[judged], minlength=votes.n_workers)
    accuracy = votes.worker_mean(right)
    sampling = standard_error(accuracy, n)
    doubt = votes.worker_mean((1 - probability.max(axis=1))[votes.task])
    if known_truth is not None:
        known = known_truth[votes.task] >= 0
        doubt = votes.worker_mean(np.where(
            known, 0, (1 - probability.max(axis=1))[votes.task]))
    spread = np.hypot(sampling, LABEL_ERROR * doubt)
    agreement, expected = agreements(votes)
    given, met = shares(votes, judged, met)
    usual = met @ model.crowd  # what the crowd would have voted
    chance = np.einsum("jk,jk->j", given, met)
    with np.errstate(divide="ignore", invalid="ignore"):
        information = (accuracy - chance) / np.where(
            chance < 1, 1 - chance, np.nan)
    favourite = given.argmax(axis=1)
    worker = np.arange(votes.n_workers)
    share, usual = given[worker, favourite], usual[worker, favourite]
    p = binom.sf(np.round(share * n) - 1, n, np.clip(usual, 0, 1))
    nobody = n == 0
    gold = (np.zeros(len(votes), bool) if known_truth is None
            else known_truth[votes.task] >= 0)
    return WorkerMeasures(
        votes.per_worker, n, accuracy,
        np.maximum(accuracy - INTERVAL * spread, 0),
        np.minimum(accuracy + INTERVAL * spread, 1), sampling,
        class_accuracies(votes, model), agreement, expected,
        standard_error(agreement, n), information, chance,
        np.where(nobody, -1, favourite), np.where(nobody, np.nan, share),
        np.where(nobody, np.nan, usual), np.where(nobody, np.nan, p),
        (share >= .95) & (usual < .75) & (p < .001) & ~nobody,
        np.bincount(votes.worker[gold], minlength=votes.n_workers),
        np.bincount(votes.worker[gold & (right > .5)],
                    minlength=votes.n_workers))


def standard_error(share, n):
    """Of a share of n votes, with one vote of each kind added, so that 3 of 3
    is not certainty (Agresti and Coull 1998). (n_workers,)"""
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = (share * n + 1) / (n + 2)
        return np.sqrt(drawn * (1 - drawn) / n)


def agreements(votes):
    """Mean over a worker's votes of the share of the task's other votes that
    are the same, and of the agreement of these others among themselves.
    (n_workers,) each, NaN where no task has enough of them."""
    counts = votes.counts()
    n = votes.per_task[votes.task].astype(float)
    same = counts[votes.task, votes.label] - 1.0
    pairs = (counts * (counts - 1.0)).sum(axis=1)[votes.task] - 2 * same
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(n > 1, same / (n - 1), np.nan)
        theirs = np.where(n > 2, pairs / ((n - 1) * (n - 2)), np.nan)
    return votes.worker_mean(own), votes.worker_mean(theirs)


def shares(votes, judged, met):
    """Shares of the labels that each worker gave in the votes that others
    judge, and of the classes met there, each (n_workers, K), 0 for a worker
    without such votes."""
    given = np.zeros(met.shape)
    np.add.at(given, (votes.worker[judged], votes.label[judged]), 1)
    n = np.maximum(given.sum(axis=1, keepdims=True), 1)
    return given / n, met / n


def class_accuracies(votes, model):
    """P(worker j votes k | truth k), (n_workers, K)."""
    K = votes.n_classes
    worker = np.repeat(np.arange(votes.n_workers), K)
    label = np.tile(np.arange(K), votes.n_workers)
    diagonal = np.empty(votes.n_workers * K)
    for start in range(0, len(worker), CHUNK):
        rows = slice(start, start + CHUNK)
        pi = model.pi(worker[rows], label[rows])
        diagonal[rows] = pi[np.arange(len(pi)), label[rows]]
    return diagonal.reshape(votes.n_workers, K)
