"""Simulators in which each worker has a confusion matrix."""
from benchmark_utils.checks import integer
from benchmark_utils.crowds.dataset import DRAWN, CrowdDataset
from benchmark_utils.crowds.simulation import (
    check_confusions,
    draw_votes,
    votes_per_task_value,
)


class ConfusionDataset(CrowdDataset):
    """Base class of the datasets that draw the truth uniformly, then the
    workers' confusion matrices, then their votes. A subclass writes
    ``confusions(rng)``, (n_workers, n_classes, n_classes), rows = truth."""
    parameters = {"n_tasks": [200], "n_workers": [30], "n_classes": [5],
                  "votes_per_task": [10]}
    accepts = {"n_tasks": integer(1, 10**7), "n_workers": integer(1, 10**5),
               "n_classes": integer(2, 10**3),
               "votes_per_task": votes_per_task_value}

    def check_together(self):
        check_confusions(self)

    def get_data(self):
        rng = self.rng()
        truth = rng.integers(self.n_classes, size=self.n_tasks)
        confusion = self.confusions(rng)
        votes = draw_votes(rng, truth, confusion, self.votes_per_task)
        return dict(votes=votes, ground_truth=truth,
                    worker_confusion=confusion, repetitions=DRAWN)
