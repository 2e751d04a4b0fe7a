"""Does the worker score rank workers by their value?"""
import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from benchmark_utils.aggregation.influence import Pipeline
from benchmark_utils.contract.fingerprint import data_hash
from benchmark_utils.scoring.metric import Metric


def auc(score, positive):
    """ROC AUC of ``score`` for the boolean ``positive``, ties one half.

    Entries with a NaN score are left out. NaN if one of the two groups is
    then empty.
    """
    known = ~np.isnan(score)
    score, positive = score[known], positive[known]
    if positive.all() or not positive.any():
        return np.nan
    return float(roc_auc_score(positive, score))


def spearman(a, b):
    """Spearman's correlation of two arrays, NaN entries left out; NaN if
    fewer than three are left or either is constant."""
    known = ~(np.isnan(a) | np.isnan(b))
    a, b = a[known], b[known]
    if len(a) < 3 or not np.ptp(a) or not np.ptp(b):
        return np.nan
    return float(spearmanr(a, b).statistic)


METRICS = (
    Metric("worker_auc", "Worker AUC", 1, ".3f",
           "ROC AUC of the worker score: spammers against other workers"),
    Metric("leave_one_out_corr", "Leave-one-out correlation", 1, ".3f",
           "Spearman's correlation of the worker score with the increase in "
           "test loss when the worker is left out", range=(-1, 1)),
)
# Each value takes one retraining, so larger datasets have none.
MOST_VALUED_WORKERS = 50
# By the content of the original problem: the values are the same for all
# solvers, which have copies of it where cells run in parallel.
_VALUES = {}


def score(problem, answer):
    scores, score = {}, answer.worker_score
    if score is not None and problem.spammer is not None:
        scores["worker_auc"] = auc(score, ~problem.spammer)
    if score is not None and answer.final:
        values = leave_one_out_values(problem)
        if values is not None:
            scores["leave_one_out_corr"] = spearman(score, values)
    return scores


def artefacts(problem, answer):
    """Score, leave-one-out value, number of votes and, if known, spammer flag
    of each worker, in the order of the dataset."""
    if answer.worker_score is None:
        return {}
    values = leave_one_out_values(problem)
    if values is None:
        return {}
    numbers = dict(score=answer.worker_score, leave_one_out=values,
                   n_votes=problem.votes.per_worker)
    if problem.spammer is not None:
        numbers["spammer"] = problem.spammer
    place = np.argsort(problem.worker_order)
    return dict(worker_values={
        name: [float(f"{value:.4g}") for value in np.nan_to_num(array)[place]]
        for name, array in numbers.items()})


def leave_one_out_values(problem):
    """Increase in the test loss of a fixed pipeline that is retrained without
    each worker, (n_workers,). None without a validation set or with more than
    MOST_VALUED_WORKERS workers."""
    if (problem.X_gold is None or problem.votes is None
            or problem.y_test is None
            or not 3 <= problem.n_workers <= MOST_VALUED_WORKERS):
        return None
    given = problem.original
    key = data_hash(given)
    if key not in _VALUES:
        _VALUES[key] = Pipeline(given.votes, given.X).leave_one_out(
            given.X_test, given.y_test)
    return _VALUES[key][problem.worker_order]
