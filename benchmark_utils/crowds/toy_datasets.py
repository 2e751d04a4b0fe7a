"""Points of the plane whose workers are half-trained classifiers."""
import warnings

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import SVC, LinearSVC

from benchmark_utils.checks import integer, one_of
from benchmark_utils.crowds.dataset import TRAINED, CrowdDataset
from benchmark_utils.crowds.simulation import perfect_worker
from benchmark_utils.papers import papers
from benchmark_utils.votes import Votes

CLASSIFIERS = ["LinearSVC", "SVC", "GradientBoosting"]
WORKERS = ["stopped", "full", "truth"]


def toy_dataset(X, y, n_tasks, workers, rng):
    """The data dict: the first ``n_tasks`` points are the tasks, which
    networks train on; the others are the test set."""
    X = X.astype(np.float32)
    votes = classifier_votes(X[:n_tasks], y[:n_tasks], workers, rng)
    return dict(votes=votes, ground_truth=y[:n_tasks], X=X[:n_tasks],
                X_test=X[n_tasks:], y_test=y[n_tasks:], classifier="mlp30",
                worker_ids=None if workers == "truth" else CLASSIFIERS,
                repetitions=TRAINED)


def classifier_votes(X, y, workers, rng):
    """Votes of three scikit-learn classifiers, fitted on (X, y), on every
    point.

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
        LinearSVC(random_state=seed, max_iter=1 if stopped else 10_000),
        SVC(max_iter=1 if stopped else -1, random_state=seed),
        GradientBoostingClassifier(
            n_estimators=5 if stopped else 100, random_state=seed)]
    with warnings.catch_warnings():
        # Stopping early is the point of ``stopped``.
        warnings.simplefilter("ignore", ConvergenceWarning)
        label = np.stack(
            [classifier.fit(X, y).predict(X) for classifier in classifiers],
            axis=1)  # (n_tasks, 3)
    return table_votes(label, K)


def table_votes(label, n_classes):
    """Votes of workers who all answer every task: label (n_tasks, n_workers).
    """
    n, W = label.shape
    return Votes(np.repeat(np.arange(n), W), np.tile(np.arange(W), n),
                 label.ravel(), n, W, n_classes)


class ToyDataset(CrowdDataset):
    """Base of the datasets of two classes that scikit-learn draws. A child
    writes ``points(n, seed)``: X (n, 2) and the classes, (n,)."""
    references = papers("lefort2024")
    test_parameters = {"n_tasks": [60]}
    accepts = {"n_tasks": integer(10, 10**6), "workers": one_of(*WORKERS)}

    def get_data(self):
        rng = self.rng()
        X, y = self.points(2 * self.n_tasks, int(rng.integers(2**32)))
        return toy_dataset(X, y, self.n_tasks, self.workers, rng)
