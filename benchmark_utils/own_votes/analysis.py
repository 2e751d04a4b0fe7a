"""The analysis of a crowd's votes, without ground truth."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from benchmark_utils.aggregation.agreement import krippendorff_alpha
from benchmark_utils.aggregation.emission import fit_emission
from benchmark_utils.checks import check_array
from benchmark_utils.own_votes import tables
from benchmark_utils.own_votes.budget import Assignments, assign
from benchmark_utils.own_votes.estimates import check_predictions, estimates
from benchmark_utils.own_votes.files import Refused
from benchmark_utils.own_votes.learning_curve import Curve, more_votes
from benchmark_utils.own_votes.method_check import (
    Check,
    check,
    tasks_that_differ,
)
from benchmark_utils.own_votes.notes import notes
from benchmark_utils.own_votes.panels import alternatives, panel_sizes
from benchmark_utils.own_votes.probabilities import (
    KINDS,
    METHODS,
    MODELS,
    PEOPLE,
    best_labels,
    fit_labels,
)
from benchmark_utils.own_votes.relabel import (
    MOST_ASKED,
    expected_gain,
    relabel_order,
    whom_to_ask,
)
from benchmark_utils.own_votes.share_right import Evidence, weigh
from benchmark_utils.own_votes.verdicts import verdicts
from benchmark_utils.own_votes.workers import WorkerMeasures, measure
from benchmark_utils.reading.crowd import (
    KIND,
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
from benchmark_utils.reading.values import clean
from benchmark_utils.reading.vote_tables import check_distinct, check_memory

# Arrays of (n_tasks, n_classes) floats that an analysis holds at once.
DENSE_ARRAYS = 14


@dataclass(frozen=True, eq=False)
class Analysis:
    """The results: arrays index tasks, workers and classes; frames name them.
    ``labels``, ``workers``, ``relabel`` and ``confusion`` are the written
    tables."""
    crowd: Crowd
    method: str  # of the labels
    guard: str | None  # why the majority decides about them, see `Labels`
    label: np.ndarray  # (n_tasks,), -1 = no vote
    probability: np.ndarray  # (n_tasks, K), calibrated, NaN row = no vote
    evidence: Evidence
    differ: np.ndarray  # (n_tasks,) bool, the methods disagree on the label
    check: Check
    measures: WorkerMeasures
    verdict: list  # str, of each worker
    reason: list
    gain: np.ndarray  # (n_tasks,), expected, of one more vote
    order: np.ndarray  # tasks, the largest gain first
    ask: np.ndarray  # (n_first, 3), workers to ask about the first in order
    curve: Curve | None
    alpha: float  # Krippendorff's, of the tasks with two voters
    known_truth: np.ndarray | None  # (n_tasks,)
    notes: list  # str, what limits these results
    panels: list  # of `PanelSize`, empty unless the kinds are known
    models: pd.DataFrame  # of `alternatives`, empty without both kinds

    @cached_property
    def labels(self) -> pd.DataFrame:
        return tables.labels_table(self)

    @cached_property
    def workers(self) -> pd.DataFrame:
        return tables.workers_table(self)

    @cached_property
    def relabel(self) -> pd.DataFrame:
        return tables.relabel_table(self)

    @cached_property
    def confusion(self) -> pd.DataFrame:
        return tables.mixed_up(self.crowd.votes, self.probability,
                               self.crowd.class_names)

    def assign(self, budget, cap=None, seed=0) -> Assignments:
        """Who is to vote on which task, for ``budget`` votes."""
        return assign(self.crowd.votes, self.probability, self.measures,
                      self.verdict, budget, np.random.default_rng(seed), cap,
                      gain=self.gain)

    def estimate(self, predictions=None, seed=0):
        """See `estimates.estimates`; predictions: {name: (n_tasks,)}."""
        predictions = predictions or {}
        check_predictions(predictions, self.crowd.votes, self.crowd.worker_ids)
        if self.evidence.blind is None:
            raise Refused("estimates need gold tasks: a random sample of the "
                          "tasks with known truth")
        p, label = self.evidence.blind
        return estimates(p, label, self.known_truth, self.crowd.class_names,
                         predictions, seed)

    @property
    def expected_accuracy(self) -> float:
        """The share of right labels; NaN if only a range is known."""
        found = self.evidence
        return found.share.middle if found.gives_number else np.nan


def aggregate(votes, task: str = "task", worker: str = "worker",
              label: str = "label", gold=None, seed: int = 0,
              drop_empty: bool = False, fold_case: bool = False,
              repeats: str = "once", voters: str | None = None,
              method: str = "Committee") -> Analysis:
    """Labels, workers and next steps, from a row per vote.

    Parameters
    ----------
    votes : a pandas or polars frame, a dict of columns, or a list of (task,
        worker, label); ids are text or numbers, and become text. A column
        kind, with person or model in each row, says what the worker is
    task, worker, label : names of the columns
    gold : known truths, which the analysis uses: {task: label}, a Series of
        labels by task, or a frame with the columns task and label
    seed : of ties, folds and draws; the same seed gives the same numbers
    drop_empty : leave out rows with an empty label, also of ``gold``, else
        they are an error
    fold_case : labels that differ by case only are one class
    repeats : ``once`` counts equal rows once, ``count`` counts all
    voters : ``people`` or ``models``, if all voters are of this kind
    method : Committee, or one of DS, MACE, BWA, MV

    Returns an `Analysis`, whose frames ``labels``, ``workers``, ``relabel``
    and ``confusion`` are the tables of the command line.

    Raises a BadFile for a missing column, for a missing value, named by its
    row, and for gold labels or tasks that have no vote.
    """
    check_choice("voters", voters, (None, "people", "models"))
    check_choice("method", method, METHODS)
    check_choice("repeats", repeats, ("once", "count"))
    names = tuple(clean(str(name)) for name in (task, worker, label))
    check_distinct(names, "frame")
    frame = frame_of(votes, names)
    more = [KIND] if KIND in frame.columns and KIND not in names else []
    table = table_of_frame(frame, [*names, *more], filled=names[:2])
    crowd = crowd_of(table, names, Options(drop_empty, fold_case, repeats))
    nothing = gold is None or hasattr(gold, "__len__") and not len(gold)
    known_truth = None if nothing else match_gold(
        table_of_gold(gold), crowd, drop_empty)
    return analyse(crowd, known_truth, seed, voters=KINDS.get(voters),
                   method=method)


def check_choice(name, value, choices):
    if not isinstance(value, str | None) or value not in choices:
        known = ", ".join(map(str, choices))
        raise ValueError(f"{name} must be one of {known}, got {value!r}")


def analyse(crowd, known_truth=None, seed=0, progress=None, voters=None,
            method="Committee"):
    """`Analysis` of a Crowd by a method of METHODS; ``voters``: PEOPLE, MODELS
    or None; ``progress`` shows (name of a step, its parts) and returns the
    parts."""
    votes, rng, kind = crowd.votes, np.random.default_rng(seed), crowd.kind
    if kind is not None:
        voters = MODELS if kind.any() else PEOPLE
    mixed = kind if kind is not None and len(np.unique(kind)) > 1 else None
    known_truth = check_array("known_truth", known_truth, (votes.n_tasks,),
                              "iu", -1, votes.n_classes)
    check_memory(votes.n_tasks, votes.n_classes, DENSE_ARRAYS, "your votes",
                 votes.n_workers)
    progress = progress or (lambda name, parts: parts)
    [fitted] = (fit_labels(votes, known_truth, voters, method, mixed)
                for _ in progress("labels", [None]))
    T, label = fitted.fit.T, best_labels(fitted.score, rng)
    evidence, probability = weigh(votes, fitted, label, known_truth, voters,
                                  seed, method, mixed)
    checked = check(votes, fitted, method, known_truth, seed,
                    lambda folds: progress("held-out votes", folds), mixed)
    measures = measure(votes, T, probability, known_truth, evidence.kinds[0],
                       kind)
    verdict, reason = verdicts(measures)
    [gain] = (expected_gain(probability, fit_emission(votes, T).crowd)
              for _ in progress("next votes", [None]))
    if known_truth is not None:
        gain[known_truth >= 0] = 0
    order = relabel_order(gain, 1 - probability.max(axis=1), rng)
    ask = whom_to_ask(votes, order[:MOST_ASKED], probability,
                      measures.by_class, verdict, rng)
    curve = more_votes(votes, probability, seed,
                       lambda jobs: progress("fewer votes", jobs), mixed)
    shared = (votes.n_voters > 1)[votes.task]
    return Analysis(
        crowd, method, fitted.guard, label, probability, evidence,
        tasks_that_differ(fitted.fit.members.values()), checked, measures,
        verdict, reason, gain, order, ask, curve,
        krippendorff_alpha(votes.select(shared)), known_truth,
        notes(crowd, fitted, evidence),
        [] if kind is None else panel_sizes(votes, kind, known_truth, seed),
        pd.DataFrame() if mixed is None else alternatives(
            votes, kind, crowd.worker_ids, ordered_values(crowd), seed))


def ordered_values(crowd):
    """The class names as numbers, (K,), if they are more than two numbers."""
    if crowd.label_rule.numeric and len(crowd.class_names) > 2:
        return np.array(crowd.class_names, float)
    return None
