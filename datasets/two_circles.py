from sklearn.datasets import make_circles

from benchmark_utils.checks import integer, one_of
from benchmark_utils.crowds.dataset import CrowdDataset
from benchmark_utils.crowds.toy_classifiers import WORKERS
from benchmark_utils.crowds.toy_datasets import toy_dataset


class Dataset(CrowdDataset):
    """Two noisy concentric circles; three stopped classifiers vote.

    ``workers``: ``stopped``, ``full`` or ``truth`` (see `toy_classifiers`).
    As many points again are the test set.
    """
    name = "TwoCircles"
    facts = {
        "id": "two-circles",
        "title": "Two circles",
        "kind": "simulated",
        "shows": "classifiers as workers whose errors depend on the input",
        "truth": "drawn",
        "inputs": "points",
    }
    facts_of = {
        "workers": {
            "truth": {"ranked": False},
        },
    }
    references = [
        "T. Lefort, B. Charlier, A. Joly, J. Salmon. Identify ambiguous "
        "tasks combining crowdsourced labels by weighting Areas Under the "
        "Margin. TMLR 2024. https://arxiv.org/abs/2209.15380"]
    parameters = {"n_tasks": [200], "workers": ["stopped"]}
    test_parameters = {"n_tasks": [60]}
    accepts = {"n_tasks": integer(10, 10**6), "workers": one_of(*WORKERS)}

    def get_data(self):
        rng = self.rng()
        X, y = make_circles(2 * self.n_tasks, noise=.15, factor=.5,
                            random_state=int(rng.integers(2**32)))
        return toy_dataset(X, y, self.n_tasks, self.workers, rng)
