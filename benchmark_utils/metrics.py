"""Scores of aggregated labels. A metric that does not apply is NaN."""
import numpy as np
from scipy.stats import rankdata
from sklearn.metrics import roc_auc_score

# Sums in another order differ in the last digits: closer than this is a tie.
TIE = 1e-9


def opinions(soft_labels):
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


def label_recovery(soft_labels, truth, k=1):
    """Mean `top_k_credit` over the tasks with known truth (-1 = unknown).

    NaN if no truth is known, or if the k best of the classes are all of them.
    """
    known = truth >= 0
    if not known.any() or (k > 1 and k >= soft_labels.shape[1]):
        return np.nan
    return float(top_k_credit(
        opinions(soft_labels[known]), truth[known], k).mean())


def macro_f1(soft_labels, truth):
    """F1 averaged over the classes present in the truth or the prediction.

    A tie among m classes counts as 1/m of a prediction of each, so the value
    does not depend on a tie-break; without ties it is scikit-learn's.
    """
    known = truth >= 0
    if not known.any():
        return np.nan
    soft_labels, truth = opinions(soft_labels[known]), truth[known]
    K = soft_labels.shape[1]
    best = soft_labels >= soft_labels.max(axis=1, keepdims=True) - TIE
    predicted = best / best.sum(axis=1, keepdims=True)
    hits = np.bincount(truth, predicted[np.arange(len(truth)), truth],
                       minlength=K)
    size = predicted.sum(axis=0) + np.bincount(truth, minlength=K)
    present = size > 0
    return float((2 * hits[present] / size[present]).mean())


def auc(score, positive):
    """ROC AUC of ``score`` for the boolean ``positive``, ties one half.

    Entries with a NaN score are left out; NaN if one of the two groups is
    then empty.
    """
    known = ~np.isnan(score)
    score, positive = score[known], positive[known]
    if positive.all() or not positive.any():
        return np.nan
    return float(roc_auc_score(positive, score))


def mean_jaccard(sets, truth):
    """Mean over rows of |A and B| / |A or B|, 1 if both are empty; (n, K)
    bool each."""
    union = (sets | truth).sum(axis=1)
    both = (sets & truth).sum(axis=1)
    return float(np.where(union, both / np.maximum(union, 1), 1).mean())


def entropy(soft_labels):
    """Shannon entropy in nats of each row, NaN for a NaN row. (n_tasks,)"""
    p = np.maximum(soft_labels, 1e-300)
    return -(soft_labels * np.log(p)).sum(axis=1)


def worker_importance(confusion, test_probabilities, y_test):
    """How much of what the classifier lacks a worker knows, (n_workers,).

    sum_k w_k confusion[j, k, k] with w_k proportional to one over the
    classifier's accuracy on class k, classes met in the test set; an
    accuracy of 0 counts as half an example. Do policies buy from those?
    After Liao, Kar, Fidler, CVPR 2021.
    """
    n = np.bincount(y_test, minlength=confusion.shape[1])
    right = np.bincount(
        y_test[test_probabilities.argmax(axis=1) == y_test],
        minlength=len(n))
    met = n > 0
    weight = n[met] / np.maximum(right[met], .5)
    reliability = confusion.diagonal(axis1=1, axis2=2)[:, met]
    return reliability @ (weight / weight.sum())


def spearman(a, b):
    """Spearman's correlation of two arrays, NaN entries left out; NaN if
    fewer than three are left or either is constant."""
    known = ~(np.isnan(a) | np.isnan(b))
    a, b = rankdata(a[known]), rankdata(b[known])
    if len(a) < 3 or not np.ptp(a) or not np.ptp(b):
        return np.nan
    return float(np.corrcoef(a, b)[0, 1])
