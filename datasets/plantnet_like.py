import numpy as np

from benchmark_utils.checks import integer, number
from benchmark_utils.crowds.dataset import DRAWN, CrowdDataset
from benchmark_utils.papers import papers
from benchmark_utils.votes import Votes

GENUS = 5  # species in a genus
SKILL = 2.0, 1.0  # parameters of the Beta distribution of accuracies
TAIL = 2.0  # power of a uniform number, so that few species have most tasks


class Dataset(CrowdDataset):
    """Thousands of classes and workers, two or three votes per task.

    The shape of Pl@ntNet's data: a few species have most observations, and a
    few workers cast most votes. The author of an observation votes on it, and
    so do others. Each worker has an accuracy, which grows with the number of
    votes; errors stay within the genus of five species. Sizes of the real
    data: ``n_tasks=2000000, n_workers=800000, n_classes=10000``.
    """
    name = "PlantNetLike"
    facts = {
        "id": "plantnet-like",
        "title": "Like Pl@ntNet",
        "kind": "simulated",
        "shows":
            "so many classes that arrays of tasks x classes do not fit into "
            "memory and a worker sees few of them",
        "truth": "drawn",
        "inputs": "none",
    }
    references = papers("lefort2025")
    parameters = {"n_tasks": [4000], "n_workers": [1600],
                  "n_classes": [1000], "votes_per_task": [2.5]}
    accepts = {"n_tasks": integer(1, 10**8), "n_workers": integer(1, 10**7),
               "n_classes": integer(2, 10**5),
               "votes_per_task": number(1, 100)}
    test_parameters = {"n_tasks": [300], "n_workers": [60]}

    def get_data(self):
        rng, n, K = self.rng(), self.n_tasks, self.n_classes
        truth = _long_tail(rng, K, n)
        author = _long_tail(rng, self.n_workers, n)
        n_more = round((self.votes_per_task - 1) * n)
        task = np.concatenate([np.arange(n), rng.integers(n, size=n_more)])
        worker = np.concatenate(
            [author, _long_tail(rng, self.n_workers, n_more)])
        activity = np.bincount(worker, minlength=self.n_workers)
        skill = rng.beta(SKILL[0] + np.log1p(activity), SKILL[1])
        right = rng.random(len(task)) < skill[worker]
        genus = truth[task] // GENUS * GENUS
        size = np.minimum(GENUS, K - genus)
        # Another species of the genus; in a genus of one, no error.
        shift = rng.integers(1, np.maximum(size, 2))
        other = genus + (truth[task] - genus + shift) % size
        votes = Votes(task, worker, np.where(right, truth[task], other),
                      n, self.n_workers, K)
        return dict(votes=votes, ground_truth=truth, author=author,
                    repetitions=DRAWN)


def _long_tail(rng, n, size):
    """Random numbers below n, a few of which are frequent."""
    rank = (n * rng.random(size) ** TAIL).astype(np.intp)
    return rng.permutation(n)[rank]
