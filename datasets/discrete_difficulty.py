import numpy as np

from benchmark_utils.checks import number
from benchmark_utils.crowds.confusion_dataset import ConfusionDataset
from benchmark_utils.crowds.dataset import DRAWN
from benchmark_utils.crowds.simulation import (
    dirichlet_confusion,
    dominant_diagonal,
    draw_pairs,
)
from benchmark_utils.draws import draw_labels
from benchmark_utils.papers import papers
from benchmark_utils.votes import Votes


class Dataset(ConfusionDataset):
    """Easy, hard and random tasks for good and bad workers.

    Every vote is right on an easy task, drawn from the worker's confusion
    matrix on a hard task, and uniform on a random task. A share
    ``good_ratio`` of the workers has Dirichlet(.2) rows with the diagonal
    swapped with the maximum; the others have Dirichlet(5) rows, which are
    nearly uniform. ``difficulty_ratio`` is the ratio of easy to hard tasks,
    ``random_ratio`` the share of random tasks (the ambiguous tasks).
    """
    name = "DiscreteDifficulty"
    facts = {
        "id": "discrete-difficulty",
        "title": "Discrete difficulty",
        "kind": "simulated",
        "shows": "tasks that are easy, hard or random for all workers",
        "truth": "drawn",
        "inputs": "none",
    }
    references = papers("whitehill2009", "lefort2024b")
    parameters = {**ConfusionDataset.parameters, "n_workers": [100],
                  "good_ratio": [.35], "difficulty_ratio": [1.0],
                  "random_ratio": [0.0]}
    accepts = {**ConfusionDataset.accepts,
               "good_ratio": number(0, 1), "random_ratio": number(0, 1),
               "difficulty_ratio": number(0, 1e9)}

    def get_data(self):
        K = self.n_classes
        rng = self.rng()
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
            ambiguous=ambiguous if ambiguous.any() else None,
            repetitions=DRAWN)
