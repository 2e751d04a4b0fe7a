from sklearn.datasets import make_circles

from benchmark_utils.crowds.toy_datasets import ToyDataset


class Dataset(ToyDataset):
    """Two noisy concentric circles; the workers are three classifiers stopped
    early.

    ``workers``: ``stopped``, ``full`` or ``truth`` (see `toy_datasets`). The
    test set has as many points as there are tasks.
    """
    name = "TwoCircles"
    facts = {
        "id": "two-circles",
        "title": "Two circles",
        "kind": "simulated",
        "shows": "classifiers as workers, whose errors depend on the input",
        "truth": "drawn",
        "inputs": "points",
    }
    parameters = {"n_tasks": [200], "workers": ["stopped"]}

    def points(self, n, seed):
        return make_circles(n, noise=.15, factor=.5, random_state=seed)
