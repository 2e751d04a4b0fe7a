import numpy as np

from benchmark_utils.checks import integer
from benchmark_utils.crowds.dataset import DRAWN, CrowdDataset
from benchmark_utils.crowds.simulation import (
    chance_value,
    check_crowd,
    draw_between,
    draw_pairs,
    votes_per_task_value,
)
from benchmark_utils.papers import papers
from benchmark_utils.votes import Votes


class Dataset(CrowdDataset):
    """Reliable workers ("hammers", Karger et al., 2011) and spammers.

    Spammers vote uniformly over all K classes. Reliable workers vote for the
    truth, or with ``hammer_accuracy``: a number, or a range such as
    ``0.4to0.8`` from which the accuracy of each is drawn. Their errors are
    uniform over the other classes.
    """
    name = "HammerSpammer"
    facts = {
        "id": "hammer-spammer",
        "title": "Hammers and spammers",
        "kind": "simulated",
        "shows": "the value of detecting spammers when all else is equal",
        "truth": "drawn",
        "inputs": "none",
    }
    references = papers("karger2011")
    parameters = {
        "n_tasks, n_workers, n_classes, votes_per_task": [
            (100, 20, 2, "every"), (100, 20, 4, "1to20")],
        "n_hammers": [4], "hammer_accuracy": [1.0]}
    test_parameters = {
        "n_tasks, n_workers, n_classes, votes_per_task": [
            (30, 8, 3, "1to8")]}
    accepts = {"n_tasks": integer(1, 10**7), "n_workers": integer(1, 10**6),
               "n_classes": integer(2, 10**4),
               "votes_per_task": votes_per_task_value,
               "n_hammers": integer(0), "hammer_accuracy": chance_value}

    def check_together(self):
        check_crowd(self)
        integer(0, self.n_workers)(self.name, "n_hammers", self.n_hammers)

    def get_data(self):
        rng = self.rng()
        truth = rng.integers(self.n_classes, size=self.n_tasks)
        reliable = np.arange(self.n_workers) < self.n_hammers
        task, worker = draw_pairs(
            rng, self.n_tasks, self.n_workers, self.votes_per_task)
        guess = rng.integers(self.n_classes, size=len(task))
        accuracy = draw_between(rng, self.hammer_accuracy, self.n_workers)
        wrong = rng.random(len(task)) >= accuracy[worker]
        shift = wrong * rng.integers(1, self.n_classes, size=len(task))
        answer = (truth[task] + shift) % self.n_classes
        label = np.where(reliable[worker], answer, guess)
        votes = Votes(task, worker, label, self.n_tasks, self.n_workers,
                      self.n_classes)
        return dict(votes=votes, ground_truth=truth, spammer=~reliable,
                    repetitions=DRAWN)
