"""Predictions for examples that the network did not learn from."""
import numpy as np

from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import SoftLabels


def majority_labels(votes, rng):
    """The most voted class of each task, ties by chance, -1 = no vote,
    (n_tasks,)."""
    most = np.nan_to_num(votes.majority()) > 0
    label = (most * rng.random(most.shape)).argmax(axis=1)
    return np.where(votes.per_task > 0, label, -1)


def cross_fit(recipe, X, label, n_classes, seed, n_folds=5):
    """Probabilities (n, K) of each example by a network that learnt from the
    labels of the other folds, and the mean of the networks (n_other, K) as a
    function of other inputs.

    Parameters
    ----------
    label : (n,), -1 = unlabelled: predicted, not learnt from
    """
    fold = np.random.default_rng(seed).permutation(len(X)) % n_folds
    p = np.full((len(X), n_classes), 1 / n_classes)
    networks = []
    for hidden in range(min(n_folds, len(X))):
        learnt = (fold != hidden) & (label >= 0)
        if not learnt.any():
            continue
        target = np.eye(n_classes)[label[learnt]]
        network = Training(recipe, X[learnt], n_classes, seed)
        networks.append(network.fit(SoftLabels(target)))
        p[fold == hidden] = network.probabilities(X[fold == hidden])
    return p, lambda others: np.mean(
        [network.probabilities(others) for network in networks], axis=0)
