"""The quality of each worker: measures, their errors, and a verdict."""
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, rankdata

from benchmark_utils.aggregation.agreement import agreements
from benchmark_utils.aggregation.emission import fit_emission
from benchmark_utils.own_votes.probabilities import MODELS, PEOPLE

KEEP, REVIEW, REMOVE = "keep", "review", "remove"
# One-sided 95% and 99%, in standard errors.
LIKELY, CERTAIN = 1.645, 2.326
# Removed are workers whose accuracy is this far below the median worker's and
# whose `informedness` is below KNOWS_LITTLE, on at least ENOUGH votes.
GAP, KNOWS_LITTLE, ENOUGH = .1, .3, 10
FEW = 5  # with fewer votes a worker is not assessed


def verdicts(measures):
    """The verdict on each worker and the reason, two lists of str.

    Criteria: an accuracy more than GAP below the median worker's; an
    informedness below KNOWS_LITTLE; nearly always the same label; less
    agreement with the other voters than these have among themselves.
    ``remove`` needs the first, the second or third, and the fourth, each at
    99% (one-sided), and ENOUGH votes. ``review`` needs one of the first three
    at 95%. If half of the votes come from workers of little informedness, the
    labels are too poor to judge by, and no worker is removed.

    Parameters
    ----------
    measures : WorkerMeasures
    """
    m = measures
    counted = m.n >= FEW
    median = np.median(m.accuracy[counted]) if counted.any() else np.nan
    usual = weighted_median(m.informedness[counted], m.n[counted])
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
            why.append(f"accuracy {m.accuracy[j]:.2f}, more than {GAP} below "
                       f"the median worker's {median:.2f}")
        if little[j]:
            why.append(f"informedness {m.informedness[j]:.2f}, below "
                       f"{KNOWS_LITTLE}")
        if not counted[j]:
            names.append(KEEP)
            why = [f"too few votes to judge: {m.n[j]} on tasks with other "
                   f"votes, {FEW} are needed"]
        elif bad[j] and usual >= KNOWS_LITTLE:
            names.append(REMOVE)
        else:
            names.append(REVIEW if why else KEEP)
        if why and alone[j] and counted[j]:
            why.append(f"{m.agreement[j]:.0%} of the other voters agree with "
                       f"the worker, {m.expected_agreement[j]:.0%} with each "
                       "other")
        if bad[j] and names[-1] == REVIEW:
            why.append("not removed, because most workers here are barely "
                       "better than chance")
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
    """Low accuracy, low informedness, low agreement: three (n_workers,) bool,
    each by ``certain`` standard errors; NaN is False."""
    with np.errstate(invalid="ignore"):
        return (m.accuracy + certain * m.sampling < median - GAP,
                m.informedness_limit(certain) < KNOWS_LITTLE,
                m.agreement + certain * m.agreement_error
                < m.expected_agreement)


INTERVAL = 1.96  # two-sided 95%, in standard errors
# The accuracy of language models is this share of the expected error of the
# labels lower than it seems, because they share errors.
SHARED_ERROR = .1
# Votes whose K probabilities are held at once.
CHUNK = 1 << 16


@dataclass(frozen=True, eq=False)
class WorkerMeasures:
    """All (n_workers,), NaN = not measurable, unless a shape is given.

    A vote is compared only with the votes of the task's other voters and the
    labels that follow from these, never with itself.

    Attributes
    ----------
    n_votes : votes in all
    n : votes on tasks with other voters, or with a known truth
    accuracy : mean probability that a vote is right
    low, high : its 95% interval, which includes errors of the labels; NaN for
        language models, whose interval would be too wide to be of use
    rank : by accuracy, 1 = the most accurate, 0 = not measurable
    sampling : its standard error without these, for comparing workers
    by_class : (n_workers, K), probability of the right vote for each class in
        the emission model, which shrinks workers with few votes to the crowd
    agreement : mean share of the other voters who gave the same vote
    expected_agreement : the same between these other voters
    agreement_error : standard error of ``agreement``
    informedness : chance-corrected accuracy, (accuracy - c) / (1 - c), with c
        the accuracy of a worker who gives each label as often, but at random
    chance : c
    favourite : the label given most, -1 = no vote
    favourite_share : its share of the worker's votes
    favourite_expected : its share of the crowd's votes on the same tasks
    favourite_p : probability of at least so many by chance
    always_same : bool, one label in at least 95% of the votes, while the crowd
        gives it in less than 75%, and chance does not explain the difference
    gold_votes, gold_right : votes on known truths, and the right ones
    """
    n_votes: np.ndarray
    n: np.ndarray
    accuracy: np.ndarray
    low: np.ndarray
    high: np.ndarray
    rank: np.ndarray
    sampling: np.ndarray
    by_class: np.ndarray
    agreement: np.ndarray
    expected_agreement: np.ndarray
    agreement_error: np.ndarray
    informedness: np.ndarray
    chance: np.ndarray
    favourite: np.ndarray
    favourite_share: np.ndarray
    favourite_expected: np.ndarray
    favourite_p: np.ndarray
    always_same: np.ndarray
    gold_votes: np.ndarray
    gold_right: np.ndarray

    def informedness_limit(self, certain):
        """``informedness`` plus ``certain`` standard errors."""
        most = np.minimum(self.accuracy + certain * self.sampling, 1)
        return (most - self.chance) / np.where(
            self.chance < 1, 1 - self.chance, np.nan)


def by_the_others(votes, model, known_truth=None):
    """The posterior of each vote's task given the other votes on it, in
    chunks: the emission model's, divided by the vote's own factor.

    A known truth has probability 1; without other votes the row is NaN.

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
    """The probability that each vote is right given the other votes,
    (n_votes,), NaN = no others; and the expected number of each worker's tasks
    of each class, (n_workers, K), over the tasks with other votes."""
    right = np.empty(len(votes))
    met = np.zeros((votes.n_workers, votes.n_classes))
    for rows, T in by_the_others(votes, model, known_truth):
        label = votes.label[rows]
        right[rows] = T[np.arange(len(T)), label]
        judged = ~np.isnan(right[rows])
        np.add.at(met, votes.worker[rows][judged], T[judged])
    return right, met


def measure(votes, T, probability, known_truth=None, voters=PEOPLE):
    """`WorkerMeasures` of all workers.

    Parameters
    ----------
    votes : Votes
    T : (n_tasks, K), the method's posterior
    probability : (n_tasks, K), calibrated
    known_truth : (n_tasks,) or None
    voters : Voters
    """
    model = fit_emission(votes, T)
    right, met = judge(votes, model, known_truth)
    judged = ~np.isnan(right)
    n = np.bincount(votes.worker[judged], minlength=votes.n_workers)
    accuracy = votes.worker_mean(right)
    sampling = standard_error(accuracy, n)
    doubt = votes.worker_mean((1 - probability.max(axis=1))[votes.task])
    if voters is MODELS:
        accuracy = np.maximum(accuracy - SHARED_ERROR * doubt, 0)
    half = INTERVAL * np.hypot(sampling, voters.label_error * doubt)
    if voters is MODELS:
        half[:] = np.nan
    agreement, expected = agreements(votes)
    given, met = shares(votes, judged, met)
    usual = met @ model.crowd  # how the crowd votes on such tasks
    chance = np.einsum("jk,jk->j", given, met)
    with np.errstate(divide="ignore", invalid="ignore"):
        informedness = (accuracy - chance) / np.where(
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
        np.maximum(accuracy - half, 0), np.minimum(accuracy + half, 1),
        rank_of(accuracy), sampling,
        class_accuracies(votes, model), agreement, expected,
        standard_error(agreement, n), informedness, chance,
        np.where(nobody, -1, favourite), np.where(nobody, np.nan, share),
        np.where(nobody, np.nan, usual), np.where(nobody, np.nan, p),
        (share >= .95) & (usual < .75) & (p < .001) & ~nobody,
        np.bincount(votes.worker[gold], minlength=votes.n_workers),
        np.bincount(votes.worker[gold & (right > .5)],
                    minlength=votes.n_workers))


def rank_of(accuracy):
    """1 = the largest, equal ones share the best rank, 0 = NaN."""
    known = ~np.isnan(accuracy)
    found = np.zeros(len(accuracy), int)
    found[known] = rankdata(-accuracy[known], "min")
    return found


def standard_error(share, n):
    """Standard error of a share of n votes, with one vote of each kind added,
    so that 3 of 3 is not certain (Agresti and Coull 1998). (n_workers,)"""
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = (share * n + 1) / (n + 2)
        return np.sqrt(drawn * (1 - drawn) / n)


def shares(votes, judged, met):
    """Shares of each worker's labels, and of the classes of these tasks, over
    the tasks with other votes. (n_workers, K) each, 0 without such votes."""
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
