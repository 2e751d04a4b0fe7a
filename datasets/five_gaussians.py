import numpy as np

from benchmark_utils.checks import LARGEST, integer, number, one_of
from benchmark_utils.crowds.dataset import QUERIED, CrowdDataset
from benchmark_utils.crowds.simulation import (
    check_every_pair,
    confusion_with_diagonal,
)
from benchmark_utils.papers import papers

K, RADIUS, N_TEST = 5, 2.0, 500
EXPERT, MID, OFF_CLASS = .95, .7, .5  # accuracies
SECONDS = 10.0  # mean time of a vote


class Dataset(CrowdDataset):
    """Online: five Gaussians on a ring, votes queried from 15 workers.

    One worker is an expert (accuracy .95), a third of the workers have
    accuracy .95 on one class and .5 on the others, a fifth are spammers, and
    the rest have accuracy .7. The query budget is ``votes_per_task`` votes per
    task. ``skills``: ``unknown``, or ``known`` to the solvers from the start.
    ``prices``: ``equal``, or ``skill``, in proportion to the worker's accuracy
    with mean 1. A vote takes 10 seconds on average, at a pace that depends on
    the worker; ``seconds_per_task`` limits the total time, 0 = no limit. A
    true label of the expert costs ``expert_price``. We chose this crowd; the
    paper introduces one-by-one queries.
    """
    name = "FiveGaussians"
    facts = {
        "id": "five-gaussians",
        "title": "Five Gaussians",
        "kind": "simulated",
        "shows": "which vote to query next, with known and unknown skills",
        "truth": "drawn",
        "inputs": "points",
    }
    references = papers("liao2021")
    parameters = {"n_tasks": [500], "n_workers": [15],
                  "votes_per_task": [3], "skills": ["unknown"],
                  "prices": ["equal"], "seconds_per_task": [0.0],
                  "expert_price": [10.0]}
    test_parameters = {"n_tasks": [60], "votes_per_task": [1]}
    accepts = {"n_tasks": integer(1, 10**6), "n_workers": integer(1, 10**4),
               "votes_per_task": number(.01, 10**4),
               "skills": one_of("unknown", "known"),
               "prices": one_of("equal", "skill"),
               "seconds_per_task": number(0, 1e9),
               "expert_price": number(.01, 1e9)}

    def check_together(self):
        check_every_pair(self)
        number(.01, LARGEST / self.n_tasks)(
            f"{self.name}[n_tasks={self.n_tasks}]", "votes_per_task",
            self.votes_per_task)

    def get_data(self):
        rng = self.rng()
        y = rng.integers(K, size=self.n_tasks + N_TEST)
        angle = 2 * np.pi * y / K
        X = RADIUS * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        X = (X + rng.normal(size=X.shape)).astype(np.float32)
        confusion, spammer = crowd(rng, self.n_workers)
        accuracy = confusion.trace(axis1=1, axis2=2) / K
        pace = rng.lognormal(sigma=.5, size=self.n_workers)
        n = self.n_tasks
        return dict(
            ground_truth=y[:n], X=X[:n], X_test=X[n:], y_test=y[n:],
            classifier="mlp", worker_confusion=confusion, spammer=spammer,
            oracle=dict(
                confusion=confusion, budget=self.votes_per_task * n,
                cost=(accuracy / accuracy.mean() if self.prices == "skill"
                      else None),
                latency=SECONDS * pace / pace.mean(),
                seconds_budget=self.seconds_per_task * n or None,
                expert_price=self.expert_price),
            worker_skills=confusion if self.skills == "known" else None,
            repetitions=QUERIED)


def crowd(rng, n_workers):
    """Confusion matrices (n_workers, K, K) in random order, and the spammers,
    (n_workers,)."""
    n_class, n_spammers = n_workers // 3, n_workers // 5
    accuracy = np.full((n_workers, K), MID)
    accuracy[0] = EXPERT
    accuracy[1:1 + n_class] = OFF_CLASS
    accuracy[np.arange(1, 1 + n_class), np.arange(n_class) % K] = EXPERT
    accuracy[n_workers - n_spammers:] = 1 / K
    confusion = confusion_with_diagonal(accuracy)
    spammer = np.arange(n_workers) >= n_workers - n_spammers
    order = rng.permutation(n_workers)
    return confusion[order], spammer[order]
