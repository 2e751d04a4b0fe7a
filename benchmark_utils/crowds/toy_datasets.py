"""Points of the plane, labelled by toy classifiers."""
import numpy as np

from benchmark_utils.checks import integer, one_of
from benchmark_utils.crowds.dataset import TRAINED, CrowdDataset
from benchmark_utils.crowds.toy_classifiers import (
    CLASSIFIERS,
    WORKERS,
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


class ToyDataset(CrowdDataset):
    """Base of the datasets of two classes that scikit-learn draws. A child
    writes ``points(n, seed)``: X (n, 2) and the classes, (n,)."""
    references = [
        "T. Lefort, B. Charlier, A. Joly, J. Salmon. Identify ambiguous "
        "tasks combining crowdsourced labels by weighting Areas Under the "
        "Margin. TMLR 2024. https://arxiv.org/abs/2209.15380"]
    test_parameters = {"n_tasks": [60]}
    accepts = {"n_tasks": integer(10, 10**6), "workers": one_of(*WORKERS)}

    def get_data(self):
        rng = self.rng()
        X, y = self.points(2 * self.n_tasks, int(rng.integers(2**32)))
        return toy_dataset(X, y, self.n_tasks, self.workers, rng)
