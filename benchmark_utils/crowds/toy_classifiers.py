"""Points of the plane whose workers are half-trained classifiers."""
import warnings

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import SVC, LinearSVC

from benchmark_utils.crowds.simulation import perfect_worker
from benchmark_utils.votes import Votes

CLASSIFIERS = ["LinearSVC", "SVC", "GradientBoosting"]
WORKERS = ["stopped", "full", "truth"]


def classifier_votes(X, y, workers, rng):
    """Three scikit-learn classifiers, fitted on (X, y), vote on every point.

    ``workers``: ``stopped``, the support vector machines after one iteration
    and boosting after 5 trees, as in the WAUM paper (Lefort et al., TMLR
    2024); ``full``, scikit-learn's defaults; ``truth``, one perfect worker
    instead, the upper bound.
    """
    K, seed = int(y.max()) + 1, int(rng.integers(2**32))
    if workers == "truth":
        return perfect_worker(y, K)
    stopped = workers == "stopped"
    classifiers = [
        LinearSVC(random_state=seed, **(
            dict(max_iter=1) if stopped else dict(max_iter=10_000))),
        SVC(max_iter=1 if stopped else -1, random_state=seed),
        GradientBoostingClassifier(
            n_estimators=5 if stopped else 100, random_state=seed)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is the point
        label = np.stack(
            [classifier.fit(X, y).predict(X) for classifier in classifiers],
            axis=1)  # (n_tasks, 3)
    return table_votes(label, K)


def table_votes(label, n_classes):
    """Votes of a crowd that answers everything: label (n_tasks, n_workers).
    """
    n, W = label.shape
    return Votes(np.repeat(np.arange(n), W), np.tile(np.arange(W), n),
                 label.ravel(), n, W, n_classes)
