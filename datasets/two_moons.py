from sklearn.datasets import make_moons

from benchmark_utils.crowds.toy_datasets import ToyDataset


class Dataset(ToyDataset):
    """Two interleaved noisy half circles; the workers are three classifiers
    stopped early.

    Their errors do not come from ambiguous points: pruning must not help.
    ``workers``: ``stopped``, ``full`` or ``truth`` (see `toy_datasets`). The
    test set has as many points as there are tasks.
    """
    name = "TwoMoons"
    facts = {
        "id": "two-moons",
        "title": "Two moons",
        "kind": "simulated",
        "shows":
            "errors that do not come from ambiguous points; pruning must not "
            "help",
        "truth": "drawn",
        "inputs": "points",
    }
    parameters = {"n_tasks": [500], "workers": ["stopped"]}

    def points(self, n, seed):
        return make_moons(n, noise=.2, random_state=seed)
