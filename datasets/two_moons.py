from sklearn.datasets import make_moons

from benchmark_utils.crowds.toy_datasets import ToyDataset


class Dataset(ToyDataset):
    """Two interleaved noisy half circles; three stopped classifiers vote.

    Their mistakes are no ambiguity of the points: pruning must not help here.
    ``workers``: ``stopped``, ``full`` or ``truth`` (see `toy_datasets`).
    As many points again are the test set.
    """
    name = "TwoMoons"
    facts = {
        "id": "two-moons",
        "title": "Two moons",
        "kind": "simulated",
        "shows":
            "errors that are no ambiguity of the points: pruning must not "
            "help",
        "truth": "drawn",
        "inputs": "points",
    }
    parameters = {"n_tasks": [500], "workers": ["stopped"]}

    def points(self, n, seed):
        return make_moons(n, noise=.2, random_state=seed)
