"""How accurate are the labels?"""
import numpy as np

from benchmark_utils.label_rows import (
    abstains,
    best_shares,
    is_sparse,
    n_above,
    value_at,
)
from benchmark_utils.scoring.metric import Headline, Metric
from benchmark_utils.scoring.outcomes import CREDITS, pack_credits
from benchmark_utils.votes import UNKNOWN, UNVOTED

METRICS = (
    Metric("label_recovery", "Label accuracy", 1, ".3f",
           "accuracy of the most probable label; ties count 1/m",
           main=True, headline=Headline(
               "labels", "Label accuracy", "MV", "majority vote",
               "Accuracy of the most probable label, compared with majority "
               "vote on the same votes.", CREDITS)),
    Metric("macro_f1", "Macro F1", 1, ".3f", "F1 averaged over the classes"),
    Metric("recovery_top2", "Top-2 accuracy", 1, ".3f",
           "share of tasks whose truth is among the two most probable "
           "labels"),
)
FACTS = ("task_credit",)


def score(problem, answer):
    """task_credit : the credit of each task with known truth, in the order of
    the dataset, see `outcomes`; their mean is the label accuracy."""
    soft, truth = answer.soft_labels, problem.scored_truth
    scores = dict(label_recovery=label_recovery(soft, truth),
                  recovery_top2=label_recovery(soft, truth, k=2),
                  macro_f1=macro_f1(soft, truth))
    if (truth != UNKNOWN).any():
        place = np.argsort(problem.task_order)
        scores["task_credit"] = pack_credits(
            task_credits(soft[place], truth[place]))
    return scores


def task_credits(soft_labels, truth, k=1):
    """`top_k_credit` of the tasks with known truth (not -1), in their order.
    A truth without votes (-2) has credit 0."""
    known = truth != UNKNOWN
    rows, truth = soft_labels[known], truth[known]
    named = truth != UNVOTED
    credit = np.zeros(len(truth))
    credit[named] = top_k_credit(rows[named], truth[named], k)
    return credit


def top_k_credit(soft_labels, truth, k=1):
    """Probability that the truth is among the k best classes, (n_tasks,), if
    ties are broken at random.

    With g classes above the truth and m equal to it (itself included) it is
    (k - g) / m, clipped to 0..1. A row that abstains is a tie of all classes.
    """
    rows = abstain_uniformly(soft_labels)
    of_truth = value_at(rows, np.arange(len(truth)), truth)
    above, equal = n_above(rows, of_truth)
    return np.clip((k - above) / equal, 0, 1)


def abstain_uniformly(soft_labels):
    """Rows with uniform ones where dense rows abstain; an empty sparse row is
    a tie of all classes already."""
    if is_sparse(soft_labels) or not abstains(soft_labels).any():
        return soft_labels
    return np.where(abstains(soft_labels)[:, None],
                    1 / soft_labels.shape[1], soft_labels)


def label_recovery(soft_labels, truth, k=1):
    """Mean `top_k_credit` over the tasks with known truth.

    NaN if no truth is known, or if k > 1 is at least the number of classes.
    """
    if (truth == UNKNOWN).all() or (k > 1 and k >= soft_labels.shape[1]):
        return np.nan
    return float(task_credits(soft_labels, truth, k).mean())


def macro_f1(soft_labels, truth):
    """F1 averaged over the classes present in the truth or the prediction.

    A tie of m classes counts as 1/m of a prediction of each, so that the value
    does not depend on how ties are broken; without ties it is scikit-learn's.
    A truth without votes is a class of its own, never predicted.
    """
    known = truth != UNKNOWN
    if not known.any():
        return np.nan
    truth, K = truth[known], soft_labels.shape[1]
    predicted = best_shares(soft_labels[known])
    task = np.arange(len(truth))
    unsure = abstains(predicted)  # 1/K of a prediction of each class
    named = truth != UNVOTED
    hit = np.where(unsure[named], 1 / K,
                   value_at(predicted, task[named], truth[named]))
    hits = np.bincount(truth[named], hit, minlength=K)
    size = (predicted.sum(axis=0) + unsure.sum() / K
            + np.bincount(truth[named], minlength=K))
    present = size > 0
    f1 = 2 * hits[present] / size[present]
    return float(f1.sum() / (present.sum() + (not named.all())))
