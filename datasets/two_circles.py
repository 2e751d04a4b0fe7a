import numpy as np
from benchopt import BaseDataset
from sklearn.datasets import make_circles

from benchmark_utils.crowds.toy_datasets import toy_dataset


class Dataset(BaseDataset):
    """Two noisy concentric circles; three stopped classifiers vote.

    ``workers``: ``stopped``, ``full`` or ``truth`` (see `toy_classifiers`).
    As many points again are the test set.
    """
    name = "TwoCircles"
    references = [
        "T. Lefort, B. Charlier, A. Joly, J. Salmon. Identify ambiguous "
        "tasks combining crowdsourced labels by weighting Areas Under the "
        "Margin. TMLR 2024. https://arxiv.org/abs/2209.15380"]
    parameters = {"n_tasks": [500], "workers": ["stopped"]}
    test_parameters = {"n_tasks": [60]}

    def prepare(self):
        """Nothing to download."""

    def get_data(self):
        seed = self.get_seed(use_repetition=True)
        X, y = make_circles(2 * self.n_tasks, noise=.15, factor=.5,
                            random_state=np.random.RandomState(seed))
        return toy_dataset(X, y, self.n_tasks, self.workers, seed)
