"""Cross-fitting: predictions for examples that were held out of training."""
import numpy as np

from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import SoftLabels


def majority_labels(votes, rng):
    """Most voted class of each task, ties at random, -1 without votes,
    (n_tasks,)."""
    most = np.nan_to_num(votes.majority()) > 0
    label = (most * rng.random(most.shape)).argmax(axis=1)
    return np.where(votes.per_task > 0, label, -1)


def cross_fit(recipe, X, label, n_classes, seed, n_folds=5):
    """Out-of-fold probabilities (n, K), each by a network trained on the
    labels of the other folds; and a function, other inputs -> mean prediction
    of all networks (n_other, K). Examples with the label -1 are predicted, but
    not trained on."""
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
