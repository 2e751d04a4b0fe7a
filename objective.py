"""The contract between datasets, solvers and scores.

The ``get_data`` of a dataset returns a dict with fields of
`contract.problem.Problem`: either votes or an oracle that is queried for them,
``ground_truth``, which only the scores see, and optionally inputs, a test set,
worker skills and more. Without its files it returns only ``missing``, a line
that names the file and the command that fetches it. Further keys:
  repetitions    int, default 1: number of repetitions of a run without ``-r``
  always_run     bool, default False: never take the result from the cache
  hide_votes     bool, default True unless the votes are simulated: hide parts
                 of the votes, to score how well the other votes predict them

A solver gets the public fields, tasks and workers in random order;
`solver.CrowdSolver` makes them attributes. Its ``get_result`` returns fields
of `contract.answer.Answer`:
  soft_labels    (n_tasks, K), rows summing to one; a NaN row abstains
  train_mask     (n_tasks,) bool, the tasks to train on
  test_probabilities (n_test, K), from a network that the solver has trained;
                 without them the objective trains the dataset's recipe on
                 (X, soft_labels) of the tasks in ``train_mask``
  worker_score   (n_workers,), higher = more trustworthy, NaN = unknown
  task_score     (n_tasks,), higher = cleaner task
  label_sets     (n_tasks, K) bool, all labels of a task
  finished_tasks (n_tasks,) bool, the tasks that need no more votes
  held_out_labels (n_folds, n_tasks, K), soft labels without each fold of
                 votes, of solvers that declare ``votes_only``
  final          bool, default True; False for the points of a learning curve
                 before its end, for which the objective trains no network
The objective reads from the oracle what an online solver has queried.
"""
import time
import warnings
from types import SimpleNamespace

import numpy as np
from benchopt import BaseObjective

from benchmark_utils.checks import check_choice, check_range
from benchmark_utils.contract.answer import Answer
from benchmark_utils.contract.fingerprint import data_hash, data_version
from benchmark_utils.contract.problem import Problem
from benchmark_utils.harness.cache import discard_damaged_once
from benchmark_utils.harness.cells import dataset_of, forget_data
from benchmark_utils.harness.failures import refused
from benchmark_utils.harness.parallel import (
    end_cells_of_dead_workers,
    send_terminals_without_counts,
)
from benchmark_utils.harness.run_folders import (
    keep_to_one_run,
    run_base,
    run_folder,
)
from benchmark_utils.label_rows import dense
from benchmark_utils.scoring import all_scores, artefacts
from benchmark_utils.scoring.export import write_csv
from benchmark_utils.scoring.provenance import origin, shared_code_hash
from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import SoftLabels
from benchmark_utils.training.recipes import out_of_reach
from benchmark_utils.training.selection import SelectedEpoch


class Objective(BaseObjective):
    """Learning from crowdsourced labels: how accurate are the labels, the
    worker scores, and a network trained on the labels?"""
    name = "Crowdsourced labels"
    min_benchopt_version = "1.10"
    # Of benchmark_utils; solvers and datasets add their own.
    requirements = [
        "pip::numpy", "pip::scipy", "pip::pandas", "pip::scikit-learn",
        "pip::joblib", "pip::filelock", "pip::threadpoolctl", "pip::torch",
        "pip::torchvision", "pip::pillow", "pip::pooch", "pip::tqdm"]
    sampling_strategy = "run_once"
    test_dataset_name = "HammerSpammer"

    # --- benchopt's cache -------------------------------------------------
    # Its key holds neither data nor shared code nor environment: add them.
    _data_hash = _always_run = _hide_votes = None

    def _get_state(self):
        state = dict(code=shared_code_hash(), data=self._data_hash,
                     hide_votes=self._hide_votes,
                     always_run=self._always_run)
        if self._always_run:
            state["run"] = str(run_base(self))
        return state

    def __setstate__(self, state):
        self._data_hash, self._always_run = state["data"], state["always_run"]
        self._hide_votes = state["hide_votes"]

    # --- data -------------------------------------------------------------
    def skip(self, missing=None, repetitions=1, always_run=False,
             hide_votes=True, **data):
        keep_to_one_run(self)
        discard_damaged_once()
        send_terminals_without_counts()
        end_cells_of_dead_workers()
        if missing is None:
            try:  # here, since a failure of set_data ends the run
                check_range("get_data", "repetitions", repetitions, 1,
                            whole=True)
                check_choice("get_data", "hide_votes", hide_votes,
                             (True, False))
                Problem.of(data)
            except Exception as error:  # a dataset may return anything
                missing = refused(dataset_of(self), error)
        return missing is not None, missing

    def set_data(self, repetitions=1, always_run=False, hide_votes=True,
                 **data):
        self.problem = self._given = Problem.of(data)
        self._order_seed = None
        # benchopt reads the number of repetitions from a splitter.
        self.cv = SimpleNamespace(get_n_splits=lambda **_: repetitions)
        self._always_run, self._hide_votes = always_run, hide_votes
        self._oracles = {}
        self._data_hash = data_hash(self._given)
        self._origin = dict(origin(), data_version=data_version(self._given))

    def get_objective(self):
        # One seed for all networks of a repetition, of solver and objective.
        seed = self.get_seed(use_repetition=True)
        if seed != self._order_seed:  # once per dataset and repetition
            self.problem, self._order_seed = self._given.shuffled(seed), seed
        handed = self.problem.handed_out(seed)
        handed["hide_votes"] = self._hide_votes
        self._oracles = {name: handed[name] for name in (
            "oracle", "label_set_oracle") if name in handed}
        return handed

    # --- scores -----------------------------------------------------------
    def evaluate_result(self, **result):
        answer = self._answer(result)
        if (self.problem.y_test is not None and answer.final
                and answer.test_probabilities is None):
            self._train(answer)
        return dict(all_scores(self.problem, answer), **self._origin)

    def _answer(self, result):
        return Answer.of(self.problem, self._oracles, result)

    def _train(self, answer):
        """Add the test predictions of a network that the recipe trains on the
        answer's labels. None without labels, or if the recipe needs a GPU."""
        problem, recipe = self.problem, self.problem.recipe
        unable = out_of_reach(recipe)
        if unable:
            warnings.warn(f"no test scores: {unable}")
            return
        learnt = answer.labelled
        if not learnt.any():
            return
        start = time.perf_counter()
        training = Training(recipe, problem.X[learnt], problem.n_classes,
                            seed=self.get_seed(use_repetition=True))
        held_out = problem.trainable is not None and (
            ~problem.trainable & (problem.ground_truth >= 0))
        selected = SelectedEpoch(
            training, problem.X[held_out], problem.ground_truth[held_out]
        ) if np.any(held_out) else None
        training.fit(SoftLabels(dense(answer.soft_labels[learnt])),
                     on_epoch=selected)
        answer.test_probabilities = training.probabilities(problem.X_test)
        answer.train_seconds = time.perf_counter() - start
        if selected:
            answer.selected_probabilities = selected.probabilities(
                problem.X_test)

    # --- files and artefacts ------------------------------------------------
    def save_final_results(self, **result):
        """Write CSV files with the dataset's ids into the folder of the run;
        return the artefacts that the report shows beside the scores, as JSON.
        """
        answer, folder = self._answer(result), run_folder(self)
        if folder is not None:
            try:
                write_csv(folder, self.problem, answer)
            except OSError as error:  # keep the scores without the files
                warnings.warn("labels and posteriors were not written: "
                              f"{error}")
        kept = artefacts(self.problem, answer)
        self._release()
        return kept

    def _release(self):
        """benchopt keeps one objective for each solver until the run ends.
        The inputs of each would fill the memory."""
        self.problem = self._given = self._order_seed = None
        forget_data(self)

    def get_one_result(self):
        shape = self.problem.n_tasks, self.problem.n_classes
        return dict(soft_labels=np.full(shape, 1 / shape[1]))
