# Copy to datasets/your_crowd.py and change what is below; benchopt does not
# load files that start with template_. Then:
#     benchopt run . -d YourCrowd
import numpy as np

from benchmark_utils.checks import integer
from benchmark_utils.crowds.dataset import CrowdDataset
from benchmark_utils.votes import Votes


class Dataset(CrowdDataset):
    """One sentence: workers of random accuracy answer every task.

    What each parameter does. A crowd that reads files derives from
    ``crowds.recorded.RecordedCrowd`` instead: see datasets/bluebirds.py.
    """
    name = "YourCrowd"
    facts = {  # for the page; benchmark_utils/catalogue.py lists the keys
        "id": "your-crowd", "title": "Your crowd", "kind": "simulated",
        "shows": "what it is there to show", "truth": "drawn",
        "inputs": "none"}
    parameters = {"n_tasks": [100], "n_workers": [10], "n_classes": [3]}
    accepts = {"n_tasks": integer(1), "n_workers": integer(1),
               "n_classes": integer(2)}
    test_parameters = {"n_tasks": [20]}  # what the tests run: keep it tiny
    references = [
        "Who. Title. Where, year. https://arxiv.org/abs/..."]

    def get_data(self):
        """The keys stand at the top of objective.py; two are needed."""
        rng = self.rng()  # in repetition r the same draw for every solver
        truth = rng.integers(self.n_classes, size=self.n_tasks)
        accuracy = rng.uniform(.1, .7, size=self.n_workers)
        task = np.repeat(np.arange(self.n_tasks), self.n_workers)
        worker = np.tile(np.arange(self.n_workers), self.n_tasks)
        guess = rng.integers(self.n_classes, size=len(task))
        right = rng.random(len(task)) < accuracy[worker]
        votes = Votes(task, worker, np.where(right, truth[task], guess),
                      self.n_tasks, self.n_workers, self.n_classes)
        return dict(votes=votes, ground_truth=truth,  # -1 = unknown
                    repetitions=10)  # of a run without -r
