import numpy as np

from benchmark_utils.checks import integer, number, one_of
from benchmark_utils.crowds.dataset import QUERIED
from benchmark_utils.crowds.imagenet_workers import load_group_workers
from benchmark_utils.crowds.recorded import RealCrowd
from benchmark_utils.crowds.simulation import check_every_pair
from benchmark_utils.crowds.sources import source_files
from benchmark_utils.crowds.structured_workers import (
    class_groups,
    structured_confusions,
    uniform_like,
)
from benchmark_utils.papers import papers

WORKERS = source_files("workers")["group_workers.json"]
# {split: its group in the file}
GROUPS = {"dog": "0", "vertebrate": "1", "insectfungus": "2",
          "commodity": "4"}
N_MIXED = 20
EXPERT_PRICE = 10.0  # of a true label, in prices of a vote
N_FEATURES, SEPARATION, N_TEST = 16, 3.6, 500


class Dataset(RealCrowd):
    """Online: simulated workers who confuse ImageNet classes like 58 real
    workers.

    Labels are simulated, from confusion matrices sampled from the counts of
    workers on Amazon Mechanical Turk (see
    `structured_workers.structured_confusions` for ``smooth_ratio`` and
    ``noise_level``). The images are not used: the inputs are Gaussian, with
    one random mean per class.

    ``split``: ``dog`` (19 classes), ``vertebrate`` (18), ``insectfungus``
    (13) and ``commodity`` (16) are the authors' subsets, each one group of
    the file; ``noise_level`` then has no effect. ``imagenet20`` mixes all six
    groups. The authors do not list the 20 classes of their mixed subset; here
    the groups take turns, each giving its next class in the file's order.
    ``noise``: ``structured``, or ``uniform`` for workers of the same accuracy
    with uniform errors. The query budget is ``votes_per_task`` votes per
    task.
    """
    name = "AMTWorkers"
    facts = {
        "id": "amt-workers",
        "title": "AMT workers",
        "kind": "simulated",
        "licence": "MIT",
        "source":
            "https://github.com/fidler-lab/efficient-annotation-cookbook",
        "shows":
            "label acquisition from workers who confuse classes like real "
            "workers",
        "truth": "drawn",
        "inputs": "points",
    }
    references = papers("liao2021")
    parameters = {"split": ["dog"], "n_tasks": [200], "n_workers": [15],
                  "votes_per_task": [3], "smooth_ratio": [.01],
                  "noise_level": [.1], "noise": ["structured"]}
    test_parameters = {"n_tasks": [60], "votes_per_task": [1]}

    accepts = {"split": one_of(*GROUPS, "imagenet20"),
               "n_tasks": integer(1, 10**6), "n_workers": integer(1, 10**4),
               "votes_per_task": number(.01, 10**4),
               "smooth_ratio": number(0, 1e6), "noise_level": number(0, 1),
               "noise": one_of("structured", "uniform")}

    def check_together(self):
        check_every_pair(self)
        number(.01, self.n_workers)(
            self.name, "votes_per_task", self.votes_per_task)

    def files(self):
        return [WORKERS]

    def load(self):
        rng = self.rng()
        groups, total, names = load_group_workers(WORKERS.locate())
        classes = target_classes(groups, self.split)
        # The same draws whatever the noise.
        confusion = structured_confusions(
            rng, groups, total, classes, self.n_workers, self.smooth_ratio,
            self.noise_level)
        if self.noise == "uniform":
            confusion = uniform_like(confusion)
        n = self.n_tasks
        X, y = gaussians(rng, len(classes), n + N_TEST)
        return dict(
            votes=None, ground_truth=y[:n], X=X[:n], X_test=X[n:],
            y_test=y[n:], classifier="mlp", worker_confusion=confusion,
            oracle=dict(confusion=confusion, expert_price=EXPERT_PRICE,
                        budget=round(self.votes_per_task * n, 6)),
            class_names=[names[k] for k in classes], repetitions=QUERIED)


def target_classes(groups, split):
    """The sorted classes of a split."""
    group = class_groups(groups)
    members = {name: np.flatnonzero(group == g)
               for g, name in enumerate(groups)}
    if split in GROUPS:
        return members[GROUPS[split]]
    in_turn = zip(*(members[name] for name in sorted(members)))
    return np.sort(np.concatenate(list(in_turn))[:N_MIXED])


def gaussians(rng, n_classes, n):
    """Points of unit variance around one random mean per class, and y.

    A linear classifier trained on 500 true labels of 13 to 20 classes has a
    test accuracy of .84 to .89.
    """
    mean = rng.normal(size=(n_classes, N_FEATURES))
    mean *= SEPARATION / np.linalg.norm(mean, axis=1, keepdims=True)
    y = rng.integers(n_classes, size=n)
    X = mean[y] + rng.normal(size=(n, N_FEATURES))
    return X.astype(np.float32), y
