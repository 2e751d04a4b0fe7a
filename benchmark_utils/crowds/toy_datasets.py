"""Points of the plane, labelled by toy classifiers."""
import numpy as np

from benchmark_utils.crowds.dataset import TRAINED
from benchmark_utils.crowds.toy_classifiers import (
    CLASSIFIERS,
    classifier_votes,
)


def toy_dataset(X, y, n_tasks, workers, rng):
    """The data dict: the first ``n_tasks`` points to label and train on, the
    others to test on."""
    X = X.astype(np.float32)
    votes = classifier_votes(X[:n_tasks], y[:n_tasks], workers, rng)
    return dict(votes=votes, ground_truth=y[:n_tasks], X=X[:n_tasks],
                X_test=X[n_tasks:], y_test=y[n_tasks:], classifier="mlp30",
                worker_ids=None if workers == "truth" else CLASSIFIERS,
                repetitions=TRAINED)
