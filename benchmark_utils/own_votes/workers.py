"""The quality of each worker: measures, their errors, and a verdict."""
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.special import bdtrc

from benchmark_utils.aggregation.agreement import agreements
from benchmark_utils.aggregation.emission import fit_emission
from benchmark_utils.own_votes.probabilities import MODELS, PEOPLE

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
    """
    n_votes: np.ndarray
    n: np.ndarray  # votes on tasks with other voters, or with a known truth
    accuracy: np.ndarray  # mean probability that a vote is right
    # Its 95% interval, which includes errors of the labels; NaN for language
    # models, whose interval would be too wide to be of use.
    low: np.ndarray
    high: np.ndarray
    rank: np.ndarray  # by accuracy, 1 = the best, 0 = not measurable
    sampling: np.ndarray  # standard error without these, to compare workers
    # (n_workers, K), probability of the right vote for each class in the
    # emission model, which shrinks workers with few votes to the crowd.
    by_class: np.ndarray
    agreement: np.ndarray  # mean share of other voters who voted the same
    expected_agreement: np.ndarray  # the same between these other voters
    agreement_error: np.ndarray  # standard error
    # Chance-corrected accuracy, (accuracy - chance) / (1 - chance), with the
    # accuracy of a worker who gives each label as often, but at random.
    informedness: np.ndarray
    chance: np.ndarray
    favourite: np.ndarray  # the label given most, -1 = no vote
    favourite_share: np.ndarray  # of the worker's votes
    favourite_expected: np.ndarray  # of the crowd's votes on the same tasks
    favourite_p: np.ndarray  # probability of at least so many by chance
    # One label in at least 95% of the votes, while the crowd gives it in less
    # than 75%, and chance does not explain the difference.
    always_same: np.ndarray
    gold_votes: np.ndarray  # on known truths
    gold_right: np.ndarray

    def informedness_limit(self, certain):
        """``informedness`` plus ``certain`` standard errors."""
        most = np.minimum(self.accuracy + certain * self.sampling, 1)
        return (most - self.chance) / np.where(
            self.chance < 1, 1 - self.chance, np.nan)


def by_the_others(votes, model, known_truth=None):
    """The posterior of each vote's task given the other votes on it, in
    chunks: the emission model's, divided by the vote's own factor.

    A known truth has probability 1; without other votes the row is NaN. Yields
    a slice of the votes and T (n_rows, K).
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
        of_worker = sparse.csr_array(
            (np.ones(judged.sum()), (votes.worker[rows][judged],
                                     np.flatnonzero(judged))),
            shape=(votes.n_workers, len(T)))
        met += of_worker @ np.nan_to_num(T)
    return right, met


def measure(votes, T, probability, known_truth=None, voters=PEOPLE,
            kind=None):
    """`WorkerMeasures` of all workers, from the method's posterior ``T`` and
    calibrated ``probability``, (n_tasks, K) each; ``voters`` are of this kind,
    unless the ``kind`` of each worker is given."""
    models = np.full(votes.n_workers, voters is MODELS) if (
        kind is None) else kind == 1
    model = fit_emission(votes, T)
    right, met = judge(votes, model, known_truth)
    judged = ~np.isnan(right)
    n = np.bincount(votes.worker[judged], minlength=votes.n_workers)
    accuracy = votes.worker_mean(right)
    sampling = standard_error(accuracy, n)
    doubt = votes.worker_mean((1 - probability.max(axis=1))[votes.task])
    accuracy = np.where(models, np.maximum(
        accuracy - SHARED_ERROR * doubt, 0), accuracy)
    half = np.where(models, np.nan, INTERVAL * np.hypot(
        sampling, PEOPLE.label_error * doubt))
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
    p = bdtrc(np.round(share * n) - 1, n, np.clip(usual, 0, 1))
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
    return pd.Series(-accuracy).rank(method="min").fillna(0).to_numpy(int)


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
    worker, label = votes.answer_worker, votes.answer_label
    right = np.tile(model.strength * np.diag(model.crowd),
                    (votes.n_workers, 1))
    right[worker, label] += model.counts[np.arange(len(label)), label]
    return right / (model.totals + model.strength)
