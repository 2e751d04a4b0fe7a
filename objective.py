"""The contract between datasets, solvers and scores.

A dataset's ``get_data`` returns a dict with
  votes          a `benchmark_utils.votes.Votes`, None if votes are for sale
  ground_truth   (n_tasks,) int, -1 where unknown; seen by the scores alone
and, where they exist,
  X              (n_tasks, ...) inputs of the tasks: float, or uint8 images
  X_test, y_test inputs and classes of the test set
  X_gold, y_gold inputs with known classes, neither tasks nor test; handed to
                 the solvers, and asked for when workers are to be valued
  classifier     the recipe that is trained on X: a name, or a dict with a
                 ``base`` name and changes (benchmark_utils/training/recipes)
  spammer        (n_workers,) bool          ) what a simulator knows
  ambiguous      (n_tasks,) bool            ) and hides from the solvers
  worker_confusion (n_workers, K, K)        )
  oracle         sells the votes: a dict with ``confusion`` (n_workers, K, K)
                 or ``recorded`` (Votes), ``budget``, and optionally ``cap``,
                 ``cost``, ``latency``, ``seconds_budget``, and
                 ``expert_price`` where one knows the truth
                 (benchmark_utils/oracle)
  truth_sets, test_sets (n, K) bool, all labels that tasks and test inputs have
  panel          sells label sets: a dict with ``annotators``, ``expert``,
                 ``visibility`` and ``budget`` (benchmark_utils/panel)
  worker_skills  (n_workers, K, K), confusion matrices that solvers may know
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
  label_sets     (n_tasks, K) bool, all labels of a task
  finished_tasks (n_tasks,) bool, the tasks that need no more votes
  final          bool, default True: no network is trained for the points of a
                 curve before the last
What an online solver bought is read off the oracle, not told by the solver.
"""
import hashlib
import time
import warnings
from pathlib import Path

import joblib
import numpy as np
from benchopt import BaseObjective

from benchmark_utils.scoring.__init__ import all_scores
from benchmark_utils.scoring.export import write_csv
from benchmark_utils.scoring.problem import Answer, Problem
from benchmark_utils.scoring.provenance import data_version, origin
from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import SoftLabels
from benchmark_utils.training.recipes import out_of_reach

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

    def set_data(self, classifier=None, worker_skills=None, task_ids=None,
                 worker_ids=None, class_names=None, repetitions=1,
                 always_run=False, **data):
        self.problem = Problem(
            recipe=classifier, skills=worker_skills, ids=dict(
                task_ids=task_ids, worker_ids=worker_ids,
                class_names=class_names), **data)
        self.cv, self._always_run = Repetitions(repetitions), always_run
        self._sellers = {}
        known = {name: _plain(value) for name, value
                 in self.problem.present().items()}
        self._data_hash = joblib.hash(known)
        known.pop("ids")  # names change no score
        self._origin = dict(origin(), data_version=data_version(known))

    def get_objective(self):
        # One seed for every network of a repetition, whoever trains it.
        handed, self._sellers = self.problem.handed_out(
            self.get_seed(use_repetition=True))
        return handed

    # --- scores -----------------------------------------------------------
    def evaluate_result(self, **result):
        problem = self.problem
        answer = Answer(problem=problem, **self._sellers, **result)
        if problem.y_test is not None and answer.test_probabilities is None:
            self._train(answer)
        if answer.final:
            self._export(answer)
        return dict(all_scores(problem, answer), **self._origin)

    def _train(self, answer):
        """Give the answer what the recipe's network predicts that learns from
        its labels; nothing if there is no label or no machine for it."""
        problem, recipe = self.problem, self.problem.recipe
        unable = out_of_reach(recipe)
        if unable and answer.final:
            warnings.warn(f"no test scores: {unable}")
        if unable or not answer.final:
            return
        start = time.perf_counter()
        learnt = ~np.isnan(answer.soft_labels).any(axis=1)
        if answer.kept is not None:
            learnt &= np.asarray(answer.kept, bool)
        learnt[recipe.n_train:] &= recipe.n_train is None
        if not learnt.any():
            return
        training = Training(recipe, problem.X[learnt], problem.n_classes,
                            seed=self.get_seed(use_repetition=True))
        training.fit(SoftLabels(answer.soft_labels[learnt]))
        answer.test_probabilities = training.probabilities(problem.X_test)
        answer.train_seconds = time.perf_counter() - start

    def _export(self, answer):
        try:
            folder = self.get_run_output_path()
        except RuntimeError:  # benchopt test has no run folder
            return
        write_csv(folder, answer.soft_labels, answer.votes,
                  answer.worker_score, answer.task_score, **self.problem.ids)

    def get_one_result(self):
        shape = self.problem.n_tasks, self.problem.n_classes
        return dict(soft_labels=np.full(shape, 1 / shape[1]))


def _plain(value, rows=1000):
    """What a value consists of; of large inputs some rows stand for all."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if hasattr(value, "per_task"):
        return [value.task, value.worker, value.label, value.n_tasks,
                value.n_workers, value.n_classes]
    if isinstance(value, np.ndarray) and value.ndim > 1 and len(value) > rows:
        return [value.shape, value[::max(len(value) // rows, 1)]]
    if isinstance(value, (np.ndarray, list, int, float, str)):
        return value
    return repr(value)


def _shared_code_hash():
    """sha256 of benchmark_utils, less what only reads results."""
    digest = hashlib.sha256()
    folder = HERE / "benchmark_utils"
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        if not name.startswith("report/"):
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
