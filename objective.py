"""The contract between datasets, solvers and scores.

A dataset's ``get_data`` returns a dict with
  votes          a `benchmark_utils.votes.Votes`
  ground_truth   (n_tasks,) int, -1 where unknown; seen by the scores alone
and, where they exist,
  spammer        (n_workers,) bool          ) what a simulator knows
  ambiguous      (n_tasks,) bool            ) and hides from the solvers
  worker_confusion (n_workers, K, K)        )
  task_ids, worker_ids, class_names         original ids, for the CSV files
  repetitions    int, default 1             how often a bare run repeats it
  always_run     bool                       never answered from the cache
or only ``missing``, a line that says which file it lacks and how to get it.

A solver's ``get_result`` returns a dict with any of
  soft_labels    (n_tasks, K), rows summing to one, NaN row = no opinion
  worker_score   (n_workers,), higher = more trustworthy, NaN = unknown
  task_score     (n_tasks,), higher = cleaner task
"""
import hashlib
from pathlib import Path

import joblib
import numpy as np
from benchopt import BaseObjective

from benchmark_utils.export import write_csv
from benchmark_utils.metrics import (
    auc,
    label_recovery,
    macro_f1,
    opinions,
    top_k_credit,
)

HERE = Path(__file__).parent


class Repetitions:
    """The part of scikit-learn's splitters that benchopt asks for the number
    of repetitions."""
    def __init__(self, n):
        self.n = n

    def get_n_splits(self, **_):
        return self.n


class Objective(BaseObjective):
    """Learn from the labels of a crowd: who is right, and about what?"""
    name = "Crowdsourced labels"
    min_benchopt_version = "1.10"
    sampling_strategy = "run_once"
    test_dataset_name = "HammerSpammer"

    # --- benchopt's cache -------------------------------------------------
    # It knows neither the data nor the shared code: both go into its key.
    _data_hash = _always_run = None

    def _get_state(self):
        state = dict(code=_shared_code_hash(), data=self._data_hash,
                     always_run=self._always_run)
        if self._always_run and self._run_context is not None:
            state["run"] = str(self._run_context.run_output_base)
        return state

    def __setstate__(self, state):
        self._data_hash, self._always_run = state["data"], state["always_run"]

    # --- data -------------------------------------------------------------
    def skip(self, missing=None, **data):
        return missing is not None, missing

    def set_data(self, votes, ground_truth, spammer=None, ambiguous=None,
                 worker_confusion=None, task_ids=None, worker_ids=None,
                 class_names=None, repetitions=1, always_run=False):
        if ground_truth.shape != (votes.n_tasks,):
            raise ValueError(f"ground_truth has shape {ground_truth.shape}, "
                             f"({votes.n_tasks},) is needed")
        self.votes, self.ground_truth = votes, ground_truth
        self.spammer, self.ambiguous = spammer, ambiguous
        self.ids = dict(task_ids=task_ids, worker_ids=worker_ids,
                        class_names=class_names)
        self.cv = Repetitions(repetitions)
        self._always_run = always_run
        self._data_hash = joblib.hash([
            votes.task, votes.worker, votes.label, votes.n_tasks,
            votes.n_workers, votes.n_classes, ground_truth, spammer,
            ambiguous, worker_confusion, self.ids])

    def get_objective(self):
        # Never a true label: tests/test_contract.py walks what is handed out.
        return dict(votes=self.votes)

    # --- scores -----------------------------------------------------------
    def evaluate_result(self, soft_labels, worker_score=None,
                        task_score=None):
        votes, truth = self.votes, self.ground_truth
        worker_score = _check_scores("worker_score", worker_score,
                                     votes.n_workers)
        task_score = _check_scores("task_score", task_score, votes.n_tasks)
        soft_labels = _check_soft_labels(soft_labels, votes)
        self._export(soft_labels, worker_score, task_score)

        worker_auc = task_auc = np.nan
        if worker_score is not None and self.spammer is not None:
            worker_auc = auc(worker_score, ~self.spammer)
        if task_score is not None:
            task_auc = self._task_auc(soft_labels, task_score)
        return dict(
            label_recovery=label_recovery(soft_labels, truth),
            recovery_top2=label_recovery(soft_labels, truth, k=2),
            macro_f1=macro_f1(soft_labels, truth),
            n_votes=len(votes),
            votes_per_task=len(votes) / votes.n_tasks,
            worker_auc=worker_auc,
            task_auc=task_auc,
        )

    def _task_auc(self, soft_labels, task_score):
        """Does the score find the clean tasks: those that the simulator calls
        so, else those whose aggregated label is right?"""
        if self.ambiguous is not None:
            return auc(task_score, ~self.ambiguous)
        known = self.ground_truth >= 0
        right = top_k_credit(opinions(soft_labels[known]),
                             self.ground_truth[known]) > .5
        return auc(task_score[known], right)

    def _export(self, soft_labels, worker_score, task_score):
        try:
            folder = self.get_run_output_path()
        except RuntimeError:  # benchopt test has no run folder
            return
        write_csv(folder, soft_labels, self.votes, worker_score, task_score,
                  **self.ids)

    def get_one_result(self):
        shape = self.votes.n_tasks, self.votes.n_classes
        return dict(soft_labels=np.full(shape, 1 / shape[1]))


def _check_soft_labels(soft_labels, votes):
    soft_labels = np.asarray(soft_labels, dtype=float)
    shape = votes.n_tasks, votes.n_classes
    if soft_labels.shape != shape:
        raise ValueError(f"soft_labels has shape {soft_labels.shape}, "
                         f"(n_tasks, n_classes) = {shape} is needed")
    silent = np.isnan(soft_labels).all(axis=1)
    wrong = ~silent & ~(np.isclose(soft_labels.sum(axis=1), 1, atol=1e-4)
                        & (soft_labels >= 0).all(axis=1))
    if wrong.any():
        row = np.flatnonzero(wrong)[0]
        raise ValueError(
            f"soft_labels[{row}] = {soft_labels[row]} is no distribution over "
            f"the classes ({wrong.sum()} such rows)")
    return soft_labels


def _check_scores(name, scores, size):
    if scores is None:
        return None
    scores = np.asarray(scores, dtype=float)
    if scores.shape != (size,):
        raise ValueError(f"{name} has shape {scores.shape}, ({size},) is "
                         "needed")
    return scores


def _shared_code_hash():
    """sha256 of benchmark_utils, less what only reads results."""
    digest = hashlib.sha256()
    folder = HERE / "benchmark_utils"
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        if not name.startswith("report/"):
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
