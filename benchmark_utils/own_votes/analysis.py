"""The analysis of a crowd's votes, without ground truth."""
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmark_utils.aggregation.agreement import krippendorff_alpha
from benchmark_utils.aggregation.committee import committee
from benchmark_utils.aggregation.emission import fit_emission
from benchmark_utils.own_votes import tables
from benchmark_utils.own_votes.learning_curve import Curve, more_votes
from benchmark_utils.own_votes.method_check import (
    Check,
    check,
    tasks_that_differ,
)
from benchmark_utils.own_votes.probabilities import best_labels, calibrated
from benchmark_utils.own_votes.relabel import (
    MOST_ASKED,
    expected_gain,
    relabel_order,
    whom_to_ask,
)
from benchmark_utils.own_votes.workers import WorkerMeasures, measure, verdicts
from benchmark_utils.reading.crowd import (
    Crowd,
    Options,
    crowd_of,
    match_gold,
)
from benchmark_utils.reading.formats import (
    frame_of,
    table_of_frame,
    table_of_gold,
)
from benchmark_utils.reading.vote_tables import check_distinct, check_memory

# Arrays of (n_tasks, n_classes) floats that an analysis holds at once.
DENSE_ARRAYS = 14


@dataclass(frozen=True, eq=False)
class Analysis:
    """The results: arrays index tasks, workers and classes; frames name them.

    Attributes
    ----------
    crowd : Crowd
    label : (n_tasks,), -1 = no vote
    probability : (n_tasks, K), calibrated, NaN row = no vote
    differ : (n_tasks,) bool, the methods disagree on the label
    check : Check of the method by held-out votes
    measures : WorkerMeasures
    verdict, reason : lists of str, of each worker
    gain : (n_tasks,), expected gain of one more vote
    order : tasks, the largest gain first
    ask : (n_first, 3), the workers to ask about the first tasks in ``order``
    curve : Curve or None
    alpha : Krippendorff's
    known_truth : (n_tasks,) or None
    labels, workers, relabel, confusion : the written tables
    """
    crowd: Crowd
    label: np.ndarray
    probability: np.ndarray
    differ: np.ndarray
    check: Check
    measures: WorkerMeasures
    verdict: list
    reason: list
    gain: np.ndarray
    order: np.ndarray
    ask: np.ndarray
    curve: Curve | None
    alpha: float
    known_truth: np.ndarray | None

    @property
    def labels(self) -> pd.DataFrame:
        return tables.labels_table(self)

    @property
    def workers(self) -> pd.DataFrame:
        return tables.workers_table(self)

    @property
    def relabel(self) -> pd.DataFrame:
        return tables.relabel_table(self)

    @property
    def confusion(self) -> pd.DataFrame:
        return tables.mixed_up(self.crowd.votes, self.probability,
                               self.crowd.class_names)

    @property
    def tells(self) -> bool:
        """Whether a task has a second vote, or a truth is known."""
        return (self.known_truth is not None
                or bool((self.crowd.votes.per_task > 1).any()))

    @property
    def expected_accuracy(self) -> float:
        """Expected share of right labels; NaN if nothing supports it."""
        if not self.tells:
            return np.nan
        return float(np.nanmean(self.probability.max(axis=1)))


def aggregate(votes, task: str = "task", worker: str = "worker",
              label: str = "label", gold=None, seed: int = 0,
              drop_empty: bool = False, fold_case: bool = False,
              repeats: str = "once") -> Analysis:
    """Labels, workers and next steps, from a row per vote.

    Parameters
    ----------
    votes : a pandas or polars frame, a dict of columns, or a list of (task,
        worker, label); ids are text or numbers, and become text
    task, worker, label : names of the columns
    gold : known truths, which the analysis uses: {task: label}, a Series of
        labels by task, or a frame with the columns task and label
    seed : of ties, folds and draws; the same seed gives the same numbers
    drop_empty : leave out rows with an empty label, else they are an error
    fold_case : labels that differ by case only are one class
    repeats : ``once`` counts equal rows once, ``count`` counts all

    Returns
    -------
    Analysis, whose frames ``labels``, ``workers``, ``relabel`` and
    ``confusion`` are the tables of the command line

    Raises
    ------
    BadFile
        A ValueError, for a missing column, for a missing value, named by its
        row, and for gold labels or tasks that have no vote.
    """
    names = task, worker, label
    check_distinct(names, "frame")
    table = table_of_frame(frame_of(votes, names), names, filled=names[:2])
    crowd = crowd_of(table, tuple(map(str, names)), Options(
        drop_empty, fold_case, repeats))
    known_truth = (None if gold is None or not len(gold)
                   else match_gold(table_of_gold(gold), crowd))
    return analyse(crowd, known_truth, seed)


def analyse(crowd, known_truth=None, seed=0, progress=None):
    """`Analysis` of a crowd.

    Parameters
    ----------
    crowd : Crowd
    known_truth : (n_tasks,), -1 = unknown, or None
    seed : int
    progress : (name of a step, its parts) -> these parts; shows the progress
    """
    votes, rng = crowd.votes, np.random.default_rng(seed)
    check_memory(votes.n_tasks, votes.n_classes, DENSE_ARRAYS, "your votes",
                 votes.n_workers)
    progress = progress or (lambda name, parts: parts)
    [fit] = (committee(votes, known_truth)
             for _ in progress("labels", [None]))
    label = best_labels(fit.T, rng)
    probability = calibrated(fit, votes, label)
    checked = check(votes, fit, known_truth, seed,
                    lambda folds: progress("held-out votes", folds))
    measures = measure(votes, fit.T, probability, known_truth)
    verdict, reason = verdicts(measures)
    [gain] = (expected_gain(probability, fit_emission(votes, fit.T).crowd)
              for _ in progress("next votes", [None]))
    if known_truth is not None:
        gain[known_truth >= 0] = 0
    order = relabel_order(gain, 1 - probability.max(axis=1), rng)
    ask = whom_to_ask(votes, order[:MOST_ASKED], probability,
                      measures.by_class, verdict, rng)
    curve = more_votes(votes, probability, seed,
                       lambda jobs: progress("fewer votes", jobs))
    return Analysis(
        crowd, label, probability, tasks_that_differ(fit.members.values()),
        checked, measures, verdict, reason, gain, order, ask, curve,
        krippendorff_alpha(votes), known_truth)
