"""EM of which classes a task shows, from yes and no answers."""
import numpy as np
from scipy.special import expit, logit

# Pseudo-answers, right and wrong.
EXPERT_FINDS, EXPERT_REJECTS = (97, 3), (199, 1)


def set_posterior(answers, group, n_annotators, max_iter=100, tol=1e-6):
    """Probability that a task has a class, (n_tasks, K), by EM.

    Classes are independent; annotator j says yes to a class that is there
    with probability sensitivity_j, to another with 1 - specificity_j; before
    any answer, the classes of a ``group`` are equally likely. Beta priors:
    (9, 1) on sensitivities and specificities of annotators, (1, 9) on the
    groups. The expert, number ``n_annotators``, is known to be good:
    EXPERT_FINDS on the sensitivity, EXPERT_REJECTS on the specificity.

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
    answered = np.bincount(cell, minlength=len(flat)) > 0
    prior = np.tile([9.0, 1.0], (n_annotators + 1, 1))

    def rate(weight, hit, expert):
        prior[n_annotators] = expert
        total = np.bincount(who, weight, minlength=n_annotators + 1)
        right = np.bincount(who, weight * hit, minlength=n_annotators + 1)
        return (right + prior[:, 0]) / (total + prior.sum(axis=1))

    # From the share of yes among the answers.
    n_answers = np.bincount(cell, minlength=len(flat))
    q = np.bincount(cell, yes, minlength=len(flat)) / np.maximum(n_answers, 1)
    for _ in range(max_iter):
        before = q
        sensitivity, specificity = (
            rate(q[cell], yes, EXPERT_FINDS),
            rate(1 - q[cell], ~yes, EXPERT_REJECTS))
        # Only answered classes tell how likely their group is.
        size = np.bincount(flat[answered], minlength=flat.max() + 1)
        likely = (np.bincount(flat[answered], q[answered],
                              minlength=flat.max() + 1) + 1) / (size + 10)
        evidence = np.where(
            yes, np.log(sensitivity / (1 - specificity))[who],
            np.log((1 - sensitivity) / specificity)[who])
        q = expit(logit(likely)[flat] + np.bincount(
            cell, evidence, minlength=len(flat)))
        if np.abs(q - before).max() < tol:
            break
    return q.reshape(group.shape)
