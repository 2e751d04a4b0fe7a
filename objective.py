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
import json
import time
import warnings
from pathlib import Path

import joblib
import numpy as np
from benchopt import BaseObjective

from benchmark_utils.agreement import krippendorff_alpha
from benchmark_utils.answers import check_distributions, check_scores
from benchmark_utils.calibration import (
    brier,
    expected_calibration_error,
    negative_log_likelihood,
    reliability_table,
)
from benchmark_utils.contributions import Pipeline
from benchmark_utils.export import write_csv
from benchmark_utils.metrics import (
    auc,
    label_recovery,
    macro_f1,
    mean_jaccard,
    opinions,
    spearman,
    top_k_credit,
    worker_importance,
)
from benchmark_utils.oracle import (
    Oracle,
    recorded_answers,
    simulated_answers,
    simulated_gold,
)
from benchmark_utils.panel import Panel, simulated_panel
from benchmark_utils.provenance import data_version, origin
from benchmark_utils.task_view import worst_tasks
from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import SoftLabels
from benchmark_utils.training.recipes import get_recipe, out_of_reach

HERE = Path(__file__).parent
# The exact worth of workers takes a retraining each: small crowds only.
MOST_VALUED_WORKERS = 50


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

    def set_data(self, ground_truth, votes=None, oracle=None, X=None,
                 X_test=None, y_test=None, X_gold=None, y_gold=None,
                 classifier=None, spammer=None,
                 ambiguous=None, truth_sets=None, test_sets=None, panel=None,
                 worker_confusion=None, worker_skills=None,
                 task_ids=None, worker_ids=None, class_names=None,
                 repetitions=1, always_run=False):
        if (votes is None) == (oracle is None):
            raise ValueError("a dataset gives either votes or an oracle")
        n_tasks = len(ground_truth) if votes is None else votes.n_tasks
        if ground_truth.shape != (n_tasks,):
            raise ValueError(f"ground_truth has shape {ground_truth.shape}, "
                             f"({n_tasks},) is needed")
        if X is not None and len(X) != n_tasks:
            raise ValueError(f"X has {len(X)} rows for {n_tasks} tasks")
        self.votes, self.ground_truth = votes, ground_truth
        self.oracle, self.worker_skills = oracle, worker_skills
        crowd = votes if votes is not None else oracle.get("recorded")
        self.n_workers, self.n_classes = (
            oracle["confusion"].shape[:2] if crowd is None
            else (crowd.n_workers, crowd.n_classes))
        self._oracle, self._curve, self._panel = None, [], None
        self.truth_sets, self.test_sets = truth_sets, test_sets
        self.panel = panel
        self.X, self.X_test, self.y_test = X, X_test, y_test
        self.gold = {} if X_gold is None else dict(
            X_gold=X_gold, y_gold=y_gold)
        self.recipe = None if X is None else get_recipe(classifier)
        for array in (ground_truth, X, X_test, y_test, X_gold, y_gold):
            if array is not None:
                array.setflags(write=False)  # shared by all solvers
        self.spammer, self.ambiguous = spammer, ambiguous
        self.worker_confusion = worker_confusion
        self.ids = dict(task_ids=task_ids, worker_ids=worker_ids,
                        class_names=class_names)
        self.cv = Repetitions(repetitions)
        self._always_run = always_run
        known = [_arrays(votes), _arrays(oracle), ground_truth, spammer,
                 ambiguous, worker_confusion, worker_skills, _sample(X),
                 _sample(X_test), y_test, repr(self.recipe)]
        # What a dataset does not have of these is not part of its version.
        rare = [self.gold or None, truth_sets, test_sets, panel]
        self._data_hash = joblib.hash([known, rare, self.ids])
        # What the leaderboard compares; ids are names and change no score.
        self._origin = dict(origin(), data_version=data_version(
            *known, *(part for part in rare if part is not None)))

    def get_objective(self):
        # Never a true label: tests/test_contract.py walks what is handed out.
        seed = self.get_seed(use_repetition=True)
        # One seed for every network of a repetition, whoever trains it.
        handed = dict(votes=self.votes, X=self.X, X_test=self.X_test,
                      recipe=self.recipe, seed=seed, **self.gold)
        if self.oracle is not None:
            # A fresh counter for every run, with the same answers for all.
            self._oracle, self._curve = self._make_oracle(seed), []
            handed.update(oracle=self._oracle, skills=self.worker_skills)
        if self.panel is not None:
            self._panel = handed["panel"] = self._make_panel(seed)
        return handed

    def _make_panel(self, seed):
        spec = dict(self.panel)
        budget, annotators = spec.pop("budget"), spec["annotators"]
        answers = simulated_panel(self.truth_sets, seed=seed, **spec)
        self._expert = answers[1]
        n_tasks, K = self.truth_sets.shape
        return Panel(*answers, n_tasks, len(annotators), K, budget,
                     expert_budget=n_tasks)

    def _make_oracle(self, seed):
        spec, truth = dict(self.oracle), self.ground_truth
        confusion, recorded = (
            spec.pop(name, None) for name in ("confusion", "recorded"))
        if recorded is not None:
            answer, spec["available"] = recorded_answers(recorded)
        else:
            answer = simulated_answers(confusion, truth, seed)
            spec["gold"] = simulated_gold(confusion, seed)
        if spec.get("expert_price") is not None:
            spec["expert"] = lambda task: truth[task]
        return Oracle(answer, len(truth), self.n_workers, self.n_classes,
                      **spec)

    # --- scores -----------------------------------------------------------
    def evaluate_result(self, soft_labels, kept=None,
                        test_probabilities=None, worker_score=None,
                        task_score=None, label_sets=None,
                        finished_tasks=None, final=True):
        truth = self.ground_truth
        votes = self.votes if self._oracle is None else self._oracle.votes()
        worker_score = check_scores("worker_score", worker_score,
                                     votes.n_workers)
        task_score = check_scores("task_score", task_score, votes.n_tasks)
        soft_labels = check_distributions(
            "soft_labels", soft_labels, (votes.n_tasks, votes.n_classes),
            may_be_silent=True)
        if final:
            self._export(votes, soft_labels, worker_score, task_score)

        worker_auc = task_auc = np.nan
        if worker_score is not None and self.spammer is not None:
            worker_auc = auc(worker_score, ~self.spammer)
        if task_score is not None:
            task_auc = self._task_auc(soft_labels, task_score, label_sets)
        recovery = label_recovery(soft_labels, truth)
        # Answers to gold questions were paid for too.
        n_votes = (len(votes) if self._oracle is None
                   else self._oracle.n_votes)
        return dict(
            label_recovery=recovery,
            recovery_top2=label_recovery(soft_labels, truth, k=2),
            macro_f1=macro_f1(soft_labels, truth),
            n_votes=n_votes,
            votes_per_task=n_votes / votes.n_tasks,
            alpha=krippendorff_alpha(votes),
            worst_tasks=self._worst_tasks(votes, task_score, final),
            worker_auc=worker_auc,
            task_auc=task_auc,
            **self._set_scores(label_sets),
            **self._contributions(worker_score, final),
            **self._test_scores(soft_labels, kept, test_probabilities, final),
            **self._online_scores(soft_labels, recovery, finished_tasks),
            **self._origin,
        )

    def _set_scores(self, label_sets):
        """Of all labels that a task has; full manual work is the expert on
        every task, alone."""
        scores = dict.fromkeys(
            ["set_quality", "manual_quality", "multi_label_share",
             "labels_saved", "sets_per_task"], np.nan)
        if label_sets is None or self.truth_sets is None:
            return scores
        label_sets = np.asarray(label_sets, bool)
        n_tasks = len(self.truth_sets)
        manual = self._expert(np.arange(n_tasks))
        return dict(
            set_quality=mean_jaccard(label_sets, self.truth_sets),
            manual_quality=mean_jaccard(manual, self.truth_sets),
            multi_label_share=float((label_sets.sum(axis=1) > 1).mean()),
            labels_saved=1 - self._panel.n_expert / n_tasks,
            sets_per_task=self._panel.n_sets / n_tasks)

    def _contributions(self, worker_score, final):
        """Does the worker score order the workers by what they are worth?"""
        scores = dict(contribution_rank_corr=np.nan, contributions="")
        if worker_score is None or not final:
            return scores
        worth = self.worth_of_workers()
        if worth is None:
            return scores
        scores["contribution_rank_corr"] = spearman(worker_score, worth)
        numbers = dict(score=worker_score, worth=worth,
                       n_votes=self.votes.per_worker)
        if self.spammer is not None:
            numbers["spammer"] = self.spammer
        scores["contributions"] = json.dumps({
            name: [float(f"{value:.4g}") for value in np.nan_to_num(values)]
            for name, values in numbers.items()})
        return scores

    def worth_of_workers(self):
        """By how much the test loss of a fixed pipeline rises without each
        worker, retrained: the exact reference, (n_workers,). None unless the
        dataset gives gold questions and a small crowd."""
        if (not self.gold or self.votes is None or self.y_test is None
                or not 3 <= self.n_workers <= MOST_VALUED_WORKERS):
            return None
        if self._data_hash not in _WORTH:
            _WORTH[self._data_hash] = Pipeline(
                self.votes, self.X).leave_one_out(self.X_test, self.y_test)
        return _WORTH[self._data_hash]

    def _online_scores(self, soft_labels, recovery, finished):
        """What a curve says so far; NaN for a method that has no curve."""
        scores = dict.fromkeys(
            ["cost", "cost_per_task", "worker_seconds", "finished_share",
             "finished_precision", "expert_share", "votes_to_95",
             "budget_auc"], np.nan)
        if self._oracle is None:
            return scores
        n_tasks, spent = len(self.ground_truth), self._oracle.spent
        scores.update(cost=spent, cost_per_task=spent / n_tasks,
                      worker_seconds=self._oracle.seconds,
                      expert_share=self._oracle.n_expert / n_tasks)
        if finished is None:
            return scores
        finished = np.asarray(finished, bool)
        scores.update(
            finished_share=float(finished.mean()),
            finished_precision=label_recovery(
                soft_labels[finished], self.ground_truth[finished]))
        self._curve.append((spent, recovery))
        spent, recoveries = np.array(self._curve).T
        reached = np.flatnonzero(recoveries >= .95)
        if len(reached):
            scores["votes_to_95"] = float(spent[reached[0]] / n_tasks)
        # To the end of the budget the last recovery holds.
        scores["budget_auc"] = float(np.trapezoid(
            [*recoveries, recoveries[-1]], [*spent, self._oracle.budget]
        ) / self._oracle.budget)
        return scores

    def _test_scores(self, soft_labels, kept, test_probabilities, final):
        scores = dict.fromkeys(
            ["test_accuracy", "test_top2", "test_ece", "test_nll",
             "test_brier", "real_accuracy", "real_top5", "train_seconds",
             "importance_corr"], np.nan)
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
        p = check_distributions(
            "test_probabilities", test_probabilities,
            (len(self.y_test), self.n_classes))
        if self.test_sets is not None:
            best = p.argmax(axis=1)
            scores.update(
                real_accuracy=float(
                    self.test_sets[np.arange(len(p)), best].mean()),
                real_top5=label_recovery(p, self.y_test, k=5))
        scores.update(
            test_accuracy=float((p.argmax(axis=1) == self.y_test).mean()),
            test_top2=label_recovery(p, self.y_test, k=2),
            test_ece=expected_calibration_error(p, self.y_test),
            test_nll=negative_log_likelihood(p, self.y_test),
            test_brier=brier(p, self.y_test),
            test_reliability=json.dumps(reliability_table(p, self.y_test)))
        if self._oracle is not None and self.worker_confusion is not None:
            scores["importance_corr"] = spearman(
                worker_importance(self.worker_confusion, p, self.y_test),
                self._oracle.given)
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
            self.recipe, self.X[trained], self.n_classes,
            seed=self.get_seed(use_repetition=True))
        training.fit(SoftLabels(soft_labels[trained]))
        return training.probabilities(self.X_test)

    def _task_auc(self, soft_labels, task_score, label_sets):
        """Does the score find the clean tasks: those that the simulator calls
        so, else those whose aggregated label, or label set, is right?"""
        if self.ambiguous is not None:
            return auc(task_score, ~self.ambiguous)
        if label_sets is not None and self.truth_sets is not None:
            return auc(task_score, (label_sets == self.truth_sets).all(axis=1))
        known = self.ground_truth >= 0
        right = top_k_credit(opinions(soft_labels[known]),
                             self.ground_truth[known]) > .5
        return auc(task_score[known], right)

    def _worst_tasks(self, votes, task_score, final):
        if task_score is None or not final:
            return ""
        return worst_tasks(self.X, votes, task_score, self.ground_truth,
                           self.ids["task_ids"], self.ids["class_names"])

    def _export(self, votes, soft_labels, worker_score, task_score):
        try:
            folder = self.get_run_output_path()
        except RuntimeError:  # benchopt test has no run folder
            return
        write_csv(folder, soft_labels, votes, worker_score, task_score,
                  **self.ids)

    def get_one_result(self):
        shape = len(self.ground_truth), self.n_classes
        return dict(soft_labels=np.full(shape, 1 / shape[1]))


_WORTH = {}  # by the hash of the data: the same for all solvers of a process


def _arrays(value):
    """Votes, alone or within a dict, as what they consist of."""
    if isinstance(value, dict):
        return {name: _arrays(item) for name, item in value.items()}
    if hasattr(value, "n_tasks"):
        return [value.task, value.worker, value.label, value.n_tasks,
                value.n_workers, value.n_classes]
    return value


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
