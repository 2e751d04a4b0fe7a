"""Are the labels right?"""
import numpy as np

from benchmark_utils.scoring.metric import Headline, Metric
from benchmark_utils.scoring.outcomes import CREDITS, pack_credits
from benchmark_utils.votes import NOBODYS, TIE, UNKNOWN

METRICS = (
    Metric("label_recovery", "Recovery", 1, ".3f",
           "share of tasks whose best label is the truth; ties in "
           "expectation", main=True, headline=Headline(
               "labels", "Labels right", "MV", "majority vote",
               "Share of tasks whose best label is the truth, against "
               "majority vote on the same votes.", CREDITS)),
    Metric("macro_f1", "Macro F1", 1, ".3f", "F1 averaged over the classes"),
    Metric("recovery_top2", "Top 2", 1, ".3f",
           "share of tasks whose truth is among the two best labels"),
)
FACTS = ("task_credit",)


def score(problem, answer):
    """task_credit : the credit of each task with known truth, in the order of
    the dataset, see `outcomes`; their mean is the recovery."""
    soft, truth = answer.soft_labels, problem.scored_truth
    scores = dict(label_recovery=label_recovery(soft, truth),
                  recovery_top2=label_recovery(soft, truth, k=2),
                  macro_f1=macro_f1(soft, truth))
    if (truth != UNKNOWN).any():
        place = np.argsort(problem.task_order)
        scores["task_credit"] = pack_credits(top_k_credit(
            *of_known_truth(soft[place], truth[place])))
    return scores


def abstain_uniformly(soft_labels):
    """``soft_labels`` (n_tasks, K) with NaN rows (no opinion) made uniform.
    """
    silent = np.isnan(soft_labels).any(axis=1)
    if not silent.any():
        return soft_labels
    return np.where(silent[:, None], 1 / soft_labels.shape[1], soft_labels)


def top_k_credit(soft_labels, truth, k=1):
    """Chance that the truth is among the k best classes, (n_tasks,).

    Ties are broken at random, in expectation: with g classes above the truth
    and m equal to it (itself included), the credit is (k - g) / m, clipped to
    0..1.
    """
    of_truth = soft_labels[np.arange(len(truth)), truth][:, None]
    above = (soft_labels > of_truth + TIE).sum(axis=1)
    equal = (np.abs(soft_labels - of_truth) <= TIE).sum(axis=1)
    return np.clip((k - above) / equal, 0, 1)


def of_known_truth(soft_labels, truth):
    """The rows whose truth is known (not -1), abstentions made uniform.

    A truth that no vote names (-2) becomes a class of its own, after the
    others: its probability of -1 is never among the best, so every answer is
    wrong, as it should be.
    """
    known = truth != UNKNOWN
    soft_labels, truth = abstain_uniformly(soft_labels[known]), truth[known]
    nobodys = truth == NOBODYS
    if not nobodys.any():
        return soft_labels, truth
    return (np.column_stack([soft_labels, np.full(len(truth), -1.)]),
            np.where(nobodys, soft_labels.shape[1], truth))


def label_recovery(soft_labels, truth, k=1):
    """Mean `top_k_credit` over the tasks with known truth.

    NaN if no truth is known, or if the k best of the classes are all of them.
    """
    if (truth == UNKNOWN).all() or (k > 1 and k >= soft_labels.shape[1]):
        return np.nan
    return float(top_k_credit(*of_known_truth(soft_labels, truth), k).mean())


def macro_f1(soft_labels, truth):
    """F1 averaged over the classes present in the truth or the prediction.

    A tie among m classes counts as 1/m of a prediction of each, so the value
    does not depend on a tie-break; without ties it is scikit-learn's.
    """
    if (truth == UNKNOWN).all():
        return np.nan
    soft_labels, truth = of_known_truth(soft_labels, truth)
    K = soft_labels.shape[1]
    best = soft_labels >= soft_labels.max(axis=1, keepdims=True) - TIE
    predicted = best / best.sum(axis=1, keepdims=True)
    hits = np.bincount(truth, predicted[np.arange(len(truth)), truth],
                       minlength=K)
    size = predicted.sum(axis=0) + np.bincount(truth, minlength=K)
    present = size > 0
    return float((2 * hits[present] / size[present]).mean())
