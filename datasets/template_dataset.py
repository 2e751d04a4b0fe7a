# Copy this file to datasets/your_dataset.py and edit the copy. benchopt
# ignores files whose name starts with template_.
import numpy as np

from benchmark_utils.checks import integer
from benchmark_utils.crowds.dataset import CrowdDataset
from benchmark_utils.votes import Votes


class Dataset(CrowdDataset):
    """Workers of random accuracy who all vote on every task.

    Explain each parameter here. A dataset that reads files derives from
    ``crowds.recorded.RecordedCrowd`` instead; see datasets/bluebirds.py.
    """
    name = "YourDataset"  # letters and digits, used by no other dataset
    # Shown on the page and in docs/datasets.md; benchmark_utils/catalogue.py
    # lists the keys.
    facts = {
        "id": "your-dataset", "title": "Your dataset", "kind": "simulated",
        "shows": "what this dataset is for", "truth": "drawn",
        "inputs": "none"}
    parameters = {"n_tasks": [100], "n_workers": [10], "n_classes": [3]}
    accepts = {"n_tasks": integer(1), "n_workers": integer(1),
               "n_classes": integer(2)}
    test_parameters = {"n_tasks": [20]}  # the tests use these: keep it small
    references = ["A. Author. Title. Venue 2026. https://example.org/paper"]

    def get_data(self):
        """Returns at least ``votes`` and ``ground_truth``; the top of
        objective.py lists all keys."""
        rng = self.rng()  # the same for all solvers, another per repetition
        truth = rng.integers(self.n_classes, size=self.n_tasks)
        accuracy = rng.uniform(.1, .7, size=self.n_workers)
        task = np.repeat(np.arange(self.n_tasks), self.n_workers)
        worker = np.tile(np.arange(self.n_workers), self.n_tasks)
        guess = rng.integers(self.n_classes, size=len(task))
        right = rng.random(len(task)) < accuracy[worker]
        votes = Votes(task, worker, np.where(right, truth[task], guess),
                      self.n_tasks, self.n_workers, self.n_classes)
        return dict(votes=votes, ground_truth=truth,  # -1: unknown
                    repetitions=10)  # the number of repetitions by default
