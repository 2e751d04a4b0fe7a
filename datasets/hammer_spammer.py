import numpy as np
from benchopt import BaseDataset

from benchmark_utils.checks import check_range
from benchmark_utils.crowds.simulation import draw_between, draw_pairs
from benchmark_utils.votes import Votes


class Dataset(BaseDataset):
    """Hammers tell the truth; spammers are uniform over all K classes.

    ``hammer_accuracy`` below 1, or a range such as ``0.4to0.8`` drawn for
    each hammer, makes them err, evenly over the other classes.
    """
    name = "HammerSpammer"
    references = [
        "D. Karger, S. Oh, D. Shah. Iterative learning for reliable "
        "crowdsourcing systems. NeurIPS 2011"]
    parameters = {
        "n_tasks, n_workers, n_classes, votes_per_task": [
            (100, 20, 2, "every"), (100, 20, 4, "1to20")],
        "n_hammers": [4], "hammer_accuracy": [1.0]}
    test_parameters = {
        "n_tasks, n_workers, n_classes, votes_per_task": [
            (30, 8, 3, "1to8")]}

    def prepare(self):
        """Nothing to download."""

    def get_data(self):
        check_range(self.name, "n_hammers", self.n_hammers, 0,
                    self.n_workers, whole=True)
        rng = np.random.default_rng(self.get_seed(use_repetition=True))
        truth = rng.integers(self.n_classes, size=self.n_tasks)
        hammer = np.arange(self.n_workers) < self.n_hammers
        task, worker = draw_pairs(
            rng, self.n_tasks, self.n_workers, self.votes_per_task)
        guess = rng.integers(self.n_classes, size=len(task))
        accuracy = draw_between(rng, self.name, "hammer_accuracy",
                                self.hammer_accuracy, self.n_workers)
        wrong = rng.random(len(task)) >= accuracy[worker]
        shift = wrong * rng.integers(
            1, max(self.n_classes, 2), size=len(task))
        answer = (truth[task] + shift) % self.n_classes
        label = np.where(hammer[worker], answer, guess)
        votes = Votes(task, worker, label, self.n_tasks, self.n_workers,
                      self.n_classes)
        return dict(votes=votes, ground_truth=truth, spammer=~hammer,
                    repetitions=10)
