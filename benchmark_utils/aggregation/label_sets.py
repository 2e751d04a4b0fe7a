"""EM for the set of classes of each task, from yes/no answers."""
import numpy as np
from scipy.special import expit, logit

# Right and wrong pseudo-answers of each rate. The prior of an annotator, 9 of
# 10 right, has the weight of ten answers, so that hundreds of own answers
# decide. The prior of an expert errs a tenth as often and weighs ten times as
# much, so that an expert with few answers outweighs several annotators.
ANNOTATOR, EXPERT = (9.0, 1.0), (99.0, 1.0)
# Pseudo-classes of each group that are in a task's set, and that are not.
SHOWN, NOT_SHOWN = 1.0, 9.0


def set_posterior(answers, group, n_annotators, max_iter=100, tol=1e-6):
    """Probability that a class is in a task's set, (n_tasks, K), by EM.

    Classes are independent; annotator j says yes to a class in the set with
    probability sensitivity_j, to another with 1 - specificity_j; all classes
    of a ``group`` have the same prior. Sensitivities and specificities have
    the Beta prior ANNOTATOR or, for the expert, who has the number
    ``n_annotators``, EXPERT; groups have Beta(SHOWN, NOT_SHOWN).

    Parameters
    ----------
    answers : list of (task (n,), who (n,), asked (n, K), yes (n, K))
    group : (n_tasks, K) ints
        Annotators are never asked about group 0.
    """
    task, who, asked, yes = map(np.concatenate, zip(*answers))
    row, label = np.nonzero(asked)
    K = group.shape[1]
    cell, who, yes = task[row] * K + label, who[row], yes[row, label]
    flat = group.ravel()
    n_answers = np.bincount(cell, minlength=len(flat))
    answered = n_answers > 0
    right, wrong = np.array([ANNOTATOR] * n_annotators + [EXPERT]).T

    def rate(weight, hit):
        total = np.bincount(who, weight, minlength=n_annotators + 1)
        hits = np.bincount(who, weight * hit, minlength=n_annotators + 1)
        return (hits + right) / (total + right + wrong)

    def per_group(value):
        return np.bincount(flat[answered], value[answered],
                           minlength=flat.max() + 1)

    # EM starts from the share of yes among the answers.
    q = np.bincount(cell, yes, minlength=len(flat)) / np.maximum(n_answers, 1)
    for _ in range(max_iter):
        before = q
        sensitivity, specificity = rate(q[cell], yes), rate(1 - q[cell], ~yes)
        # The prior of a group is estimated from its answered classes alone.
        likely = (per_group(q) + SHOWN) / (
            per_group(np.ones_like(q)) + SHOWN + NOT_SHOWN)
        evidence = np.where(
            yes, np.log(sensitivity / (1 - specificity))[who],
            np.log((1 - sensitivity) / specificity)[who])
        q = expit(logit(likely)[flat] + np.bincount(
            cell, evidence, minlength=len(flat)))
        if np.abs(q - before).max() < tol:
            break
    return q.reshape(group.shape)
