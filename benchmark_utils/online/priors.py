"""The prior of the workers: Dirichlet parameters of their confusion rows,
(n_workers, K, K), rows = truth."""
import numpy as np

# Pseudo-votes in each row. This and `prior_accuracy` follow the released
# configuration of Liao, Kar and Fidler, CVPR 2021 (worker.prior: strength 10,
# pos_count 2, neg_count 1).
STRENGTH = 10.0
# Pseudo-votes of revealed skills: more than the number of votes.
GIVEN = 1e4


def prior_accuracy(K):
    """Two parts for the truth and one part spread evenly over all K classes,
    without the share of the truth: .8 for two classes, .68 for twenty."""
    return 2 / (3 - 1 / K)


def identity_prior(n_workers, K, strength=STRENGTH, accuracy=None):
    """Workers better than chance: ``strength`` pseudo-votes per row, a share
    ``accuracy`` of them correct, the others spread evenly."""
    accuracy = prior_accuracy(K) if accuracy is None else accuracy
    row = np.full((K, K), strength * (1 - accuracy) / max(K - 1, 1))
    np.fill_diagonal(row, strength * accuracy)
    return np.tile(row, (n_workers, 1, 1))


def given_prior(skills):
    """Workers with known confusion matrices (n_workers, K, K)."""
    return GIVEN * np.maximum(skills, 1e-6)


def gold_prior(kind, gold, strength=STRENGTH):
    """The prior of the workers after their answers to gold tasks.

    Parameters
    ----------
    kind : ``class``, ``worker`` or ``both``
        ``class``: one matrix for all workers, a row per class. ``worker``:
        one accuracy for each worker, the same in all classes, errors uniform.
        ``both``: one matrix for each worker, from the worker's answers with
        those of the others as prior. Liao, Kar, Fidler, CVPR 2021, compare
        these three.
    gold : (n_workers, K, K)
        Counts of answers, rows = truth.
    strength : float
        Pseudo-votes in each row, to which ``both`` adds the worker's answers;
        also the weight of a worker of `prior_accuracy` among the answers.
    """
    n_workers, K, _ = gold.shape
    start = identity_prior(n_workers, K, strength)
    if kind != "worker":
        rows = start + gold.sum(axis=0)
        if kind == "both":
            rows = rows - gold  # the answers of the others
        rows = rows * (strength / rows.sum(axis=2, keepdims=True))
        return rows + gold if kind == "both" else rows
    right = gold.trace(axis1=1, axis2=2) + strength * prior_accuracy(K)
    accuracy = right / (gold.sum(axis=(1, 2)) + strength)
    return np.stack([identity_prior(1, K, strength, a)[0] for a in accuracy])
