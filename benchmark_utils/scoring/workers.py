"""Does the worker score order the workers by what they are worth?"""
import json

import joblib
import numpy as np

from benchmark_utils.aggregation.influence import Pipeline
from benchmark_utils.scoring.metric import Metric
from benchmark_utils.scoring.ranks import auc, spearman

METRICS = (
    Metric("worker_auc", "Worker AUC", 1, ".3f",
           "does the worker score tell spammers from the rest"),
    Metric("contribution_rank_corr", "Worth corr.", 1, ".3f",
           "Spearman's correlation of the worker score with how much the test "
           "loss rises when the worker is left out"),
)
ARTEFACTS = ("contributions",)
# The exact worth takes a retraining each: small crowds only.
MOST_VALUED_WORKERS = 50
_WORTH = {}  # by the problem: the same for all solvers of a process


def score(problem, answer):
    if answer.worker_score is None:
        return {}
    scores = {}
    if problem.spammer is not None:
        scores["worker_auc"] = auc(answer.worker_score, ~problem.spammer)
    worth = worth_of_workers(problem) if answer.final else None
    if worth is not None:
        numbers = dict(score=answer.worker_score, worth=worth,
                       n_votes=problem.votes.per_worker)
        if problem.spammer is not None:
            numbers["spammer"] = problem.spammer
        scores["contribution_rank_corr"] = spearman(answer.worker_score, worth)
        scores["contributions"] = json.dumps({
            name: [float(f"{value:.4g}") for value in np.nan_to_num(values)]
            for name, values in numbers.items()})
    return scores


def worth_of_workers(problem):
    """By how much the test loss of a fixed pipeline rises without each
    worker, retrained, (n_workers,); None without gold or in large crowds."""
    if (problem.X_gold is None or problem.votes is None
            or problem.y_test is None
            or not 3 <= problem.n_workers <= MOST_VALUED_WORKERS):
        return None
    key = joblib.hash([problem.votes.task, problem.votes.worker,
                       problem.votes.label, problem.X, problem.X_test])
    if key not in _WORTH:
        _WORTH[key] = Pipeline(problem.votes, problem.X).leave_one_out(
            problem.X_test, problem.y_test)
    return _WORTH[key]
