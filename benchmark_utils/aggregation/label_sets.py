"""EM of which classes a task shows, from yes and no answers."""
import numpy as np
from scipy.special import expit, logit

# Pseudo-answers, right and wrong, of each rate. Annotators are believed to be
# right in 9 of 10 answers, with the weight of ten, so that their own answers,
# hundreds each, decide. An expert is believed ten times as firmly, and to err
# ten times as rarely: that is what makes the answers of one who saw few tasks
# weigh more than those of several annotators. The answers correct both.
ANNOTATOR, EXPERT = (9.0, 1.0), (99.0, 1.0)
# Pseudo-classes, shown and not shown, of each group: a task shows few.
SHOWN, NOT_SHOWN = 1.0, 9.0


def set_posterior(answers, group, n_annotators, max_iter=100, tol=1e-6):
    """Probability that a task has a class, (n_tasks, K), by EM.

    Classes are independent; annotator j says yes to a class that is there
    with probability sensitivity_j, to another with 1 - specificity_j; before
    any answer, the classes of a ``group`` are equally likely. Sensitivities
    and specificities have a Beta prior, ANNOTATOR or, of the expert, who is
    number ``n_annotators``, EXPERT; the groups Beta(SHOWN, NOT_SHOWN).

    Parameters
    ----------
    answers : list of (task (n,), who (n,), asked (n, K), yes (n, K))
    group : (n_tasks, K) ints; group 0 is never put to annotators
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

    # From the share of yes among the answers.
    q = np.bincount(cell, yes, minlength=len(flat)) / np.maximum(n_answers, 1)
    for _ in range(max_iter):
        before = q
        sensitivity, specificity = rate(q[cell], yes), rate(1 - q[cell], ~yes)
        # Only answered classes tell how likely their group is.
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
