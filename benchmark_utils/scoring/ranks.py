"""How well one score orders things by another."""
import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score


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


def spearman(a, b):
    """Spearman's correlation of two arrays, NaN entries left out; NaN if
    fewer than three are left or either is constant."""
    known = ~(np.isnan(a) | np.isnan(b))
    a, b = a[known], b[known]
    if len(a) < 3 or not np.ptp(a) or not np.ptp(b):
        return np.nan
    return float(spearmanr(a, b).statistic)
