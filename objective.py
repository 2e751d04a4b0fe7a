"""The contract between datasets, solvers and scores.

A dataset's ``get_data`` returns a dict with
  votes          a `benchmark_utils.votes.Votes`
  ground_truth   (n_tasks,) int, -1 where unknown; seen by the scores alone
and, where they exist,
  X              (n_tasks, ...) inputs of the tasks: float, or uint8 images
  X_test, y_test inputs and classes of the test set
  classifier     the recipe that is trained on X: a name, or a dict with a
                 ``base`` name and changes (benchmark_utils/training/recipes)
  spammer        (n_workers,) bool          ) what a simulator knows
  ambiguous      (n_tasks,) bool            ) and hides from the solvers
  worker_confusion (n_workers, K, K)        )
  task_ids, worker_ids, class_names         original ids, for the CSV files
  repetitions    int, default 1             how often a bare run repeats it
  always_run     bool                       never answered from the cache
or only ``missing``, a line that says which file it lacks and how to get it.

A solver's ``get_result`` returns a dict with any of
  soft_labels    (n_tasks, K), rows summing to one, NaN row = no opinion
  kept           (n_tasks,) bool, the tasks worth training on
  test_probabilities (n_test, K), of a network that the solver trained itself;
                 without it the objective trains the recipe on (X, soft_labels)
                 of the kept tasks
  worker_score   (n_workers,), higher = more trustworthy, NaN = unknown
  task_score     (n_tasks,), higher = cleaner task
  final          bool, default True: no network is trained for the points of a
                 curve before the last
"""
import hashlib
import json
import time
import warnings
from pathlib import Path

import joblib
import numpy as np
from benchopt import BaseObjective

from benchmark_utils.calibration import (
    brier,
    expected_calibration_error,
    negative_log_likelihood,
    reliability_table,
)
from benchmark_utils.export import write_csv
from benchmark_utils.metrics import (
    auc,
    label_recovery,
    macro_f1,
    opinions,
    top_k_credit,
)
from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import SoftLabels
from benchmark_utils.training.recipes import get_recipe, out_of_reach

HERE = Path(__file__).parent


class Repetitions:
    """The part of scikit-learn's splitters that benchopt asks for the number
    of repetitions."""
    def __init__(self, n):
        self.n = n

    def get_n_splits(self, **_):
        return self.n


class Objective(BaseObjective):
    """Learn from the labels of a crowd: who is right, about what, and how
    well does a network do that learns from them?"""
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

    def set_data(self, votes, ground_truth, X=None, X_test=None, y_test=None,
                 classifier=None, spammer=None, ambiguous=None,
                 worker_confusion=None, task_ids=None, worker_ids=None,
                 class_names=None, repetitions=1, always_run=False):
        if ground_truth.shape != (votes.n_tasks,):
            raise ValueError(f"ground_truth has shape {ground_truth.shape}, "
                             f"({votes.n_tasks},) is needed")
        if X is not None and len(X) != votes.n_tasks:
            raise ValueError(f"X has {len(X)} rows for {votes.n_tasks} tasks")
        self.votes, self.ground_truth = votes, ground_truth
        self.X, self.X_test, self.y_test = X, X_test, y_test
        self.recipe = None if X is None else get_recipe(classifier)
        for array in (ground_truth, X, X_test, y_test):
            if array is not None:
                array.setflags(write=False)  # shared by all solvers
        self.spammer, self.ambiguous = spammer, ambiguous
        self.ids = dict(task_ids=task_ids, worker_ids=worker_ids,
                        class_names=class_names)
        self.cv = Repetitions(repetitions)
        self._always_run = always_run
        self._data_hash = joblib.hash([
            votes.task, votes.worker, votes.label, votes.n_tasks,
            votes.n_workers, votes.n_classes, ground_truth, spammer,
            ambiguous, worker_confusion, self.ids, _sample(X),
            _sample(X_test), y_test, repr(self.recipe)])

    def get_objective(self):
        # Never a true label: tests/test_contract.py walks what is handed out.
        # One seed for every network of a repetition, whoever trains it.
        return dict(votes=self.votes, X=self.X, X_test=self.X_test,
                    recipe=self.recipe,
                    seed=self.get_seed(use_repetition=True))

    # --- scores -----------------------------------------------------------
    def evaluate_result(self, soft_labels, kept=None,
                        test_probabilities=None, worker_score=None,
                        task_score=None, final=True):
        votes, truth = self.votes, self.ground_truth
        worker_score = _check_scores("worker_score", worker_score,
                                     votes.n_workers)
        task_score = _check_scores("task_score", task_score, votes.n_tasks)
        soft_labels = _check_distributions(
            "soft_labels", soft_labels, (votes.n_tasks, votes.n_classes),
            may_be_silent=True)
        if final:
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
            **self._test_scores(soft_labels, kept, test_probabilities, final),
        )

    def _test_scores(self, soft_labels, kept, test_probabilities, final):
        scores = dict.fromkeys(
            ["test_accuracy", "test_top2", "test_ece", "test_nll",
             "test_brier", "train_seconds"], np.nan)
        scores["test_reliability"] = ""
        if self.y_test is None:
            return scores
        if test_probabilities is None:
            unable = out_of_reach(self.recipe)
            if unable and final:
                warnings.warn(f"no test scores: {unable}")
            if unable or not final:
                return scores
            start = time.perf_counter()
            test_probabilities = self._train(soft_labels, kept)
            if test_probabilities is None:  # no label to learn from
                return scores
            scores["train_seconds"] = time.perf_counter() - start
        p = _check_distributions(
            "test_probabilities", test_probabilities,
            (len(self.y_test), self.votes.n_classes))
        scores.update(
            test_accuracy=float((p.argmax(axis=1) == self.y_test).mean()),
            test_top2=label_recovery(p, self.y_test, k=2),
            test_ece=expected_calibration_error(p, self.y_test),
            test_nll=negative_log_likelihood(p, self.y_test),
            test_brier=brier(p, self.y_test),
            test_reliability=json.dumps(reliability_table(p, self.y_test)))
        return scores

    def _train(self, soft_labels, kept):
        """Test probabilities of the recipe's network trained on the labels,
        None if there is no label."""
        trained = ~np.isnan(soft_labels).any(axis=1)
        if kept is not None:
            trained &= np.asarray(kept, dtype=bool)
        if self.recipe.n_train is not None:
            trained[self.recipe.n_train:] = False
        if not trained.any():
            return None
        training = Training(
            self.recipe, self.X[trained], self.votes.n_classes,
            seed=self.get_seed(use_repetition=True))
        training.fit(SoftLabels(soft_labels[trained]))
        return training.probabilities(self.X_test)

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


def _check_distributions(name, rows, shape, may_be_silent=False):
    """Rows of probabilities, or an error that names the first wrong one."""
    rows = np.asarray(rows, dtype=float)
    if rows.shape != shape:
        raise ValueError(f"{name} has shape {rows.shape}, {shape} is needed: "
                         "one row each, one column per class")
    right = (np.isclose(rows.sum(axis=1), 1, atol=1e-4)
             & (rows >= 0).all(axis=1))
    if may_be_silent:
        right |= np.isnan(rows).all(axis=1)
    if not right.all():
        row = np.flatnonzero(~right)[0]
        raise ValueError(
            f"{name}[{row}] = {rows[row]} is no distribution over the classes "
            f"({(~right).sum()} such rows)")
    return rows


def _check_scores(name, scores, size):
    if scores is None:
        return None
    scores = np.asarray(scores, dtype=float)
    if scores.shape != (size,):
        raise ValueError(f"{name} has shape {scores.shape}, ({size},) is "
                         "needed")
    return scores


def _sample(X, rows=1000):
    """Of large inputs some rows stand for all: their files are checksummed.
    """
    return None if X is None else (X.shape, X[::max(len(X) // rows, 1)])


def _shared_code_hash():
    """sha256 of benchmark_utils, less what only reads results."""
    digest = hashlib.sha256()
    folder = HERE / "benchmark_utils"
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        if not name.startswith("report/"):
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
