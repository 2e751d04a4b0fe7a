import numpy as np
from benchopt import BaseDataset

from benchmark_utils.checks import check_range
from benchmark_utils.crowds.simulation import (
    dirichlet_confusion,
    dominant_diagonal,
    draw_labels,
    draw_pairs,
)
from benchmark_utils.votes import Votes


class Dataset(BaseDataset):
    """Easy, hard and hopeless tasks for good and bad workers.

    All are right on an easy task, draw from their confusion matrix on a hard
    one, and uniformly on a random one. A share ``good_ratio`` of the workers
    has Dirichlet(.2) rows with the diagonal swapped with the maximum, the
    others Dirichlet(5) rows, nearly uniform. ``difficulty_ratio`` is the
    number of easy tasks over hard ones, ``random_ratio`` the share of random
    ones (these are the ambiguous tasks).
    """
    name = "DiscreteDifficulty"
    references = [
        "J. Whitehill et al. Whose vote should count more: optimal "
        "integration of labels from labelers of unknown expertise. "
        "NeurIPS 2009. https://proceedings.neurips.cc/paper/2009/hash/"
        "f899139df5e1059396431415e770c6dd-Abstract.html",
        "T. Lefort, B. Charlier, A. Joly, J. Salmon. Peerannot: "
        "classification for crowdsourced image datasets with Python. Computo "
        "2024. "
        "https://computo.sfds.asso.fr/published-202402-lefort-peerannot/"]
    parameters = {"n_tasks": [200], "n_workers": [100], "n_classes": [5],
                  "votes_per_task": [10], "good_ratio": [.35],
                  "difficulty_ratio": [1.0], "random_ratio": [0.0]}

    def prepare(self):
        """Nothing to download."""

    def get_data(self):
        check_range(self.name, "good_ratio", self.good_ratio, 0, 1)
        check_range(self.name, "random_ratio", self.random_ratio, 0, 1)
        check_range(self.name, "difficulty_ratio", self.difficulty_ratio, 0)
        K = self.n_classes
        rng = np.random.default_rng(self.get_seed(use_repetition=True))
        truth = rng.integers(K, size=self.n_tasks)

        n_good = round(self.good_ratio * self.n_workers)
        good = dominant_diagonal(dirichlet_confusion(rng, n_good, K, .2))
        bad = dirichlet_confusion(rng, self.n_workers - n_good, K, 5.0)
        confusion = np.concatenate([good, bad])  # (n_workers, K, K)

        u = rng.random(self.n_tasks)
        ambiguous = u < self.random_ratio
        easy = ~ambiguous & (
            rng.random(self.n_tasks)
            < self.difficulty_ratio / (1 + self.difficulty_ratio))

        task, worker = draw_pairs(
            rng, self.n_tasks, self.n_workers, self.votes_per_task)
        label = draw_labels(rng, confusion, worker, truth[task])
        guess = rng.integers(K, size=len(task))
        label = np.select([easy[task], ambiguous[task]],
                          [truth[task], guess], label)
        votes = Votes(task, worker, label, self.n_tasks, self.n_workers, K)
        return dict(
            votes=votes, ground_truth=truth, worker_confusion=confusion,
            ambiguous=ambiguous if ambiguous.any() else None, repetitions=10)
