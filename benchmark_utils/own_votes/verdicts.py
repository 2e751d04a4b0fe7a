"""The verdict on each worker, and the reason."""
import numpy as np

KEEP, REVIEW, REMOVE = "keep", "review", "remove"
# One-sided 95% and 99%, in standard errors.
LIKELY, CERTAIN = 1.645, 2.326
# Removed are workers whose accuracy is this far below the median worker's and
# whose `informedness` is below KNOWS_LITTLE, on at least ENOUGH votes.
GAP, KNOWS_LITTLE, ENOUGH = .1, .3, 10
FEW = 5  # with fewer votes a worker is not assessed


def verdicts(measures):
    """The verdict on each worker and the reason, two lists of str.

    Criteria: an accuracy more than GAP below the median worker's; an
    informedness below KNOWS_LITTLE; nearly always the same label; less
    agreement with the other voters than these have among themselves.
    ``remove`` needs the first, the second or third, and the fourth, each at
    99% (one-sided), and ENOUGH votes. ``review`` needs one of the first three
    at 95%. If half of the votes come from workers of little informedness, the
    labels are too poor to judge by, and no worker is removed.
    """
    m = measures
    counted = m.n >= FEW
    median = np.median(m.accuracy[counted]) if counted.any() else np.nan
    usual = weighted_median(m.informedness[counted], m.n[counted])
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
            why.append(f"accuracy {m.accuracy[j]:.2f}, more than {GAP} below "
                       f"the median worker's {median:.2f}")
        if little[j]:
            why.append(f"informedness {m.informedness[j]:.2f}, below "
                       f"{KNOWS_LITTLE}")
        if not counted[j]:
            names.append(KEEP)
            why = [f"too few votes to judge: {m.n[j]} on tasks with other "
                   f"votes, {FEW} are needed"]
        elif bad[j] and usual >= KNOWS_LITTLE:
            names.append(REMOVE)
        else:
            names.append(REVIEW if why else KEEP)
        if why and alone[j] and counted[j]:
            why.append(f"{m.agreement[j]:.0%} of the other voters agree with "
                       f"the worker, {m.expected_agreement[j]:.0%} with each "
                       "other")
        if bad[j] and names[-1] == REVIEW:
            why.append("not removed, because most workers here are barely "
                       "better than chance")
        reasons.append("; ".join(why))
    return names, reasons


def may_be_asked(verdict, n_votes):
    """Workers to ask for more votes: those to keep, or if there are none those
    to review; nobody who has not voted. Their indices."""
    verdict = np.array(verdict)
    keep = (verdict == KEEP) & (n_votes > 0)
    return np.flatnonzero(keep if keep.any() else
                          (verdict == REVIEW) & (n_votes > 0))


def weighted_median(value, weight):
    """The smallest value with half of the weight at or below it; NaN values
    are left out, NaN if none is left."""
    known = ~np.isnan(value)
    value, weight = value[known], weight[known]
    return np.quantile(value, .5, weights=weight, method="inverted_cdf"
                       ) if weight.any() else np.nan


def criteria(m, median, certain):
    """Low accuracy, low informedness, low agreement: three (n_workers,) bool,
    each by ``certain`` standard errors; NaN is False."""
    with np.errstate(invalid="ignore"):
        return (m.accuracy + certain * m.sampling < median - GAP,
                m.informedness_limit(certain) < KNOWS_LITTLE,
                m.agreement + certain * m.agreement_error
                < m.expected_agreement)
