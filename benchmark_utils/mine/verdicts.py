"""Keep, watch or remove: a verdict on each worker, and its reasons."""
import numpy as np

KEEP, WATCH, REMOVE = "keep", "watch", "remove"
# One-sided 95% and 99%, in standard errors.
LIKELY, CERTAIN = 1.645, 2.326
# A worker whose accuracy is certainly this far below the median worker's ...
GAP = .1
# ... who certainly knows less than this share, see `information` ...
KNOWS_LITTLE = .3
# ... on at least this many votes, is one to remove. Below FEW, no verdict.
ENOUGH, FEW = 10, 5


def verdicts(measures):
    """The verdict on each worker and why, two lists of str.

    Criteria: accuracy more than GAP below the median worker's; the votes tell
    next to nothing; always the same label; fewer of the other voters agree
    than agree among themselves. ``remove`` needs the first, the second or
    third, and the fourth, each at 99% certainty, one-sided, and ENOUGH votes:
    no score alone removes anybody. ``watch`` needs one of the first three at
    95%. Where the worker of the median vote knows little, the labels are no
    measure, and nobody is removed.

    Parameters
    ----------
    measures : workers.WorkerMeasures
    """
    m = measures
    counted = m.n >= FEW
    median = np.median(m.accuracy[counted]) if counted.any() else np.nan
    usual = weighted_median(m.information[counted], m.n[counted])
    low, little, _ = criteria(m, median, LIKELY)
    sure_low, sure_little, alone = criteria(m, median, CERTAIN)
    bad = (sure_low & (sure_little | m.always_same) & alone
           & (m.n >= ENOUGH))
    names, reasons = [], []
    for j in range(len(m.n)):
        why = []
        if m.always_same[j]:
            why.append(f"nearly always the same label "
                       f"({m.favourite_share[j]:.0%}, expected "
                       f"{m.favourite_expected[j]:.0%})")
        if low[j]:
            why.append(f"accuracy {m.accuracy[j]:.2f}, median worker "
                       f"{median:.2f}")
        if little[j]:
            why.append("votes tell next to nothing about the label")
        if not counted[j]:
            names.append(KEEP)
            why = [f"too few votes to judge: {m.n[j]} on tasks with other "
                   "votes"]
        elif bad[j] and usual >= KNOWS_LITTLE:
            names.append(REMOVE)
        else:
            names.append(WATCH if why else KEEP)
        if why and alone[j] and counted[j]:
            why.append(f"{m.agreement[j]:.0%} of the other voters agree, "
                       f"{m.expected_agreement[j]:.0%} agree with each other")
        if bad[j] and names[-1] == WATCH:
            why.append("but this crowd knows too little to judge anybody")
        reasons.append("; ".join(why))
    return names, reasons


def weighted_median(value, weight):
    """The smallest value with half of the weight at or below it; NaN values
    are left out, NaN if none is left."""
    known = ~np.isnan(value)
    value, weight = value[known], weight[known]
    if not weight.sum():
        return np.nan
    order = np.argsort(value)
    total = np.cumsum(weight[order])
    return value[order][np.searchsorted(total, total[-1] / 2)]


def criteria(m, median, certain):
    """Low accuracy, little information, alone among the voters: three
    (n_workers,) bool, each to ``certain`` standard errors; NaN is False."""
    with np.errstate(invalid="ignore"):
        return (m.accuracy + certain * m.sampling < median - GAP,
                m.information_limit(certain) < KNOWS_LITTLE,
                m.agreement + certain * m.agreement_error
                < m.expected_agreement)
