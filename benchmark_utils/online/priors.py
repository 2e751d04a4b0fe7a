"""What is believed of the workers before their votes: Dirichlet parameters of
their confusion rows, (n_workers, K, K), rows = truth."""
import numpy as np

# Pseudo-votes in each row. Both this and `prior_accuracy` are those of the
# released configuration of Liao, Kar and Fidler, CVPR 2021 (worker.prior:
# strength 10, pos_count 2, neg_count 1).
STRENGTH = 10.0
# Pseudo-votes of skills that are given: more than votes can be asked for.
GIVEN = 1e4


def prior_accuracy(K):
    """Two parts for the truth and one part spread evenly over all K classes,
    the truth's share of which is dropped: .8 in two classes, .68 in twenty.
    """
    return 2 / (3 - 1 / K)


def identity_prior(n_workers, K, strength=STRENGTH, accuracy=None):
    """Workers better than chance: ``strength`` pseudo-votes a row, a share
    ``accuracy`` of them right, the others spread evenly."""
    accuracy = prior_accuracy(K) if accuracy is None else accuracy
    row = np.full((K, K), strength * (1 - accuracy) / max(K - 1, 1))
    np.fill_diagonal(row, strength * accuracy)
    return np.tile(row, (n_workers, 1, 1))


def given_prior(skills):
    """Workers of known confusion matrices (n_workers, K, K)."""
    return GIVEN * np.maximum(skills, 1e-6)


def gold_prior(kind, gold, strength=STRENGTH):
    """What gold questions say of the workers.

    Parameters
    ----------
    kind : ``class``, ``worker`` or ``both``
        ``class``: one matrix for all workers, a row per class. ``worker``:
        one accuracy for each worker, the same in all classes, errors uniform.
        ``both``: each worker's own matrix, from the own answers and, as prior,
        those of the others. Liao, Kar, Fidler, CVPR 2021, compare these.
    gold : (n_workers, K, K)
        Answers counted, rows = truth.
    strength : float
        Pseudo-votes in each row, to which ``both`` adds the own answers; a
        worker of `prior_accuracy` weighs as much among the answers.
    """
    n_workers, K, _ = gold.shape
    start = identity_prior(n_workers, K, strength)
    if kind != "worker":
        rows = start + gold.sum(axis=0)
        if kind == "both":
            rows = rows - gold  # what the others say
        rows = rows * (strength / rows.sum(axis=2, keepdims=True))
        return rows + gold if kind == "both" else rows
    right = gold.trace(axis1=1, axis2=2) + strength * prior_accuracy(K)
    accuracy = right / (gold.sum(axis=(1, 2)) + strength)
    return np.stack([identity_prior(1, K, strength, a)[0] for a in accuracy])
