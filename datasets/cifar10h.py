import json
import warnings
import zipfile
from functools import lru_cache

import numpy as np
import pandas as pd

from benchmark_utils.checks import integer, one_of
from benchmark_utils.crowds.patches import patch_features
from benchmark_utils.crowds.recorded import RecordedCrowd
from benchmark_utils.crowds.simulation import deal_workers, perfect_worker
from benchmark_utils.crowds.sources import source_files
from benchmark_utils.papers import papers
from benchmark_utils.reading.files import (
    BadFile,
    DataFile,
    cached_arrays,
    data_folder,
)
from benchmark_utils.training.recipes import recipe_value
from benchmark_utils.votes import Votes

URL = "https://github.com/jcpeterson/cifar-10h/raw/"
COUNTS = DataFile(
    "cifar10h/cifar10h-counts.npy",
    URL + "597cbc5f07266c9405b830ee4a53463539124c4f/data/cifar10h-counts.npy",
    "9b36b4550349af56c79083356312eb4af856cc5fd3caf1f669d40b9d0bbb69ff")
RAW = DataFile(
    "cifar10h/cifar10h-raw.zip",
    URL + "389f22d9d300ec71a4c44735d46f550c94b957ab/data/cifar10h-raw.zip",
    "4b0283f9b2ae72a616eeb4a2a38474cc2a238eb041bfb8df5ead3a8a47f35aa3")
LAST_500 = DataFile(
    "cifar10h/answers_valid_9500_9999.json", RAW.url,
    "ab6c57cbf548732b80cb4548fb47480b35c1e274c6154863fa9ad41f439eb851")
CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog",
           "horse", "ship", "truck"]
BATCHES = source_files("cifar-10-batches-bin")
TEST_BATCH, *TRAIN_BATCHES = BATCHES.values()
N_IMAGES, N_ANNOTATORS = 10_000, 2571
FEATURES = "cifar10h/patch_features_1.npz"  # 1: of patches.py


def n_worst_value(owner, name, value):
    """Check that the value is ``every`` or a number of workers."""
    if not isinstance(value, str) or value != "every":
        integer(1, N_ANNOTATORS)(owner, name, value)


class Dataset(RecordedCrowd):
    """The 10,000 test images of CIFAR-10, about 51 votes each.

    ``workers``:
    ``exchangeable`` the published counts, each vote assigned to a random one
        of 2,571 workers, so that nothing can be learnt about a worker;
    ``recorded`` the raw file with the worker of each vote, without attention
        checks;
    ``recorded500`` the same for the last 500 images;
    ``truth`` one perfect worker, the upper bound.
    ``n_worst_workers``: ``every`` worker, or only this number of the least
    accurate workers and the tasks that they voted on. ``classifier``: the
    recipe trained on the labelled images and tested on CIFAR-10's 50,000
    training images; ``cpu``, a small network on whitened patches (see
    `patches`; computed once, in two minutes), tested on the first 10,000 of
    them; or ``none``. Without the image files, and with ``mode=online``, only
    labels are scored.
    """
    name = "CIFAR-10H"
    facts = {
        "id": "cifar10h",
        "source_group": "cifar10h",
        "title": "CIFAR-10H",
        "kind": "human",
        "year": 2019,
        "licence": "CC BY-NC-SA 4.0",
        "source": "https://github.com/jcpeterson/cifar-10h",
        "question": "Which of ten objects does the image show?",
        "truth": "the labels of CIFAR-10",
        "inputs": "images",
        "exchangeable": True,
    }
    facts_of = {
        "workers": "cifar10h",  # in crowds/facts.json
        "classifier": {
            "none": {"inputs": "none"},
        },
    }
    references = papers("peterson2019")
    parameters = {"workers": ["exchangeable"], "n_worst_workers": ["every"],
                  "votes_per_task": ["every"], "classifier": ["cpu"],
                  "mode": ["offline"]}
    accepts = {"workers": one_of("exchangeable", "recorded", "recorded500",
                                 "truth"),
               "n_worst_workers": n_worst_value,
               "classifier": recipe_value}

    def files(self):
        if self.workers == "truth":
            return [TEST_BATCH]
        if self.workers == "exchangeable":
            return [COUNTS]
        if self.workers == "recorded500" and LAST_500.is_right():
            return [LAST_500]
        return [RAW]

    def extra_files(self):
        return [TEST_BATCH, *({"none": [], "cpu": TRAIN_BATCHES[:1]}.get(
            str(self.classifier), TRAIN_BATCHES))]

    def prepare(self):
        super().prepare()
        if self.classifier == "cpu":
            _features()

    def load(self):
        truth = _truth()
        votes = self._votes(truth)
        image_ids = np.arange(N_IMAGES)
        if self.n_worst_workers != "every":
            votes = _keep_worst(votes, truth, self.n_worst_workers)
        if (votes.per_task == 0).any():
            votes, image_ids = _drop_unvoted(votes)
        data = dict(votes=votes, ground_truth=truth[image_ids],
                    task_ids=image_ids, class_names=CLASSES)
        # Training a network after each query would take hours.
        if self.mode == "online" or self.classifier == "none" or not all(
                file.is_right() for file in self.extra_files()):
            return data
        X_test, y_test = _images(self.extra_files()[1:])
        data.update(y_test=y_test, classifier=self.classifier)
        if self.classifier == "cpu":
            X, X_test = _features()
            return dict(data, X=X[image_ids], X_test=X_test,
                        inputs_version=FEATURES)
        X, _ = _images([TEST_BATCH])
        return dict(data, X=X[image_ids], X_test=X_test)

    def _votes(self, truth):
        if self.workers == "truth":
            return perfect_worker(truth, 10)
        if self.workers == "exchangeable":
            return _exchangeable(self.rng())
        return _recorded() if self.workers == "recorded" else _recorded_500()


def _features():
    """Features of the labelled images and of the test images, float16."""
    return _features_in(data_folder())


@lru_cache(maxsize=1)
def _features_in(folder):
    arrays = cached_arrays(FEATURES, lambda: dict(zip(
        ("X", "X_test"), patch_features(
            _images([TEST_BATCH])[0], _images(TRAIN_BATCHES[:1])[0]))))
    return arrays["X"], arrays["X_test"]


def _exchangeable(rng):
    counts = np.load(COUNTS.locate(), allow_pickle=False)  # (n_images, K)
    task, worker = deal_workers(rng, counts.sum(axis=1), N_ANNOTATORS)
    label = np.repeat(np.tile(np.arange(10), N_IMAGES), counts.ravel())
    # Both are sorted by task: shuffle the labels within each task.
    label = label[np.lexsort((rng.random(len(label)), task))]
    return Votes(task, worker, label, N_IMAGES, N_ANNOTATORS, 10)


def _recorded():
    columns = ["annotator_id", "is_attn_check", "chosen_label",
               "cifar10_test_test_idx"]
    with zipfile.ZipFile(RAW.locate()) as archive:
        with archive.open("cifar10h-raw.csv") as stream:
            raw = pd.read_csv(stream, usecols=columns)
    raw = raw[raw["is_attn_check"] == 0]
    return Votes(raw["cifar10_test_test_idx"].to_numpy(),
                 raw["annotator_id"].to_numpy(),
                 raw["chosen_label"].to_numpy(), N_IMAGES, N_ANNOTATORS, 10)


def _recorded_500():
    if not LAST_500.is_right():  # the raw file has them all
        votes = _recorded()
        return votes.select(votes.task >= 9500)
    answers = json.loads(LAST_500.locate().read_text())
    task, worker, label = np.array([
        (int(image), int(annotator), label)
        for image, by_annotator in answers.items()
        for annotator, label in by_annotator.items()]).T
    return Votes(task, worker, label, N_IMAGES, N_ANNOTATORS, 10)


def _truth():
    """The labels of CIFAR-10, or -1 without its file."""
    if not TEST_BATCH.is_right():
        warnings.warn(
            f"{TEST_BATCH.locate()} is missing: labels are not scored; "
            "benchopt prepare . -d CIFAR-10H fetches it")
        return np.full(N_IMAGES, -1)
    return _images([TEST_BATCH])[1]


def _images(files):
    """Images, uint8 (n, 3, 32, 32), and their classes, (n,), read-only."""
    paths = [file.locate() for file in files]
    return _read_images(tuple(
        (str(path), path.stat().st_mtime_ns) for path in paths))


@lru_cache(maxsize=2)
def _read_images(paths_and_times):
    """As `_images`, read once for all solvers and repetitions. Each record is
    a byte for the class, then the red, green and blue planes."""
    records = np.concatenate([
        np.fromfile(path, np.uint8).reshape(N_IMAGES, 3073)
        for path, _ in paths_and_times])
    images = np.ascontiguousarray(records[:, 1:]).reshape(-1, 3, 32, 32)
    classes = records[:, 0].astype(int)
    images.setflags(write=False)
    classes.setflags(write=False)
    return images, classes


def _keep_worst(votes, truth, n_workers):
    """Votes of the least accurate workers, ties broken by id."""
    if (truth < 0).any():
        raise BadFile(f"{TEST_BATCH.locate()} is missing: n_worst_workers "
                      "needs the truth; benchopt prepare . -d CIFAR-10H "
                      "fetches it")
    accuracy = votes.worker_mean((votes.label == truth[votes.task]) * 1.0)
    worst = np.argsort(accuracy, kind="stable")[:n_workers]  # NaN come last
    return votes.select(np.isin(votes.worker, worst))


def _drop_unvoted(votes):
    """The votes with only the voted tasks, renumbered, and their images."""
    image_ids, task = np.unique(votes.task, return_inverse=True)
    return Votes(task, votes.worker, votes.label, len(image_ids),
                 votes.n_workers, votes.n_classes), image_ids
