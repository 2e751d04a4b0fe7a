"""Small trials on a CPU: classes that networks lose, and stems of ResNet-18.

    python perf/network_trials.py classes --seeds 20
    python perf/network_trials.py stems --seeds 3

Needs the files of CIFAR-10H and CIFAR-10 (docs/running.md). ``classes`` trains
each loss on votes, and as a control majority labels, on Digits and on the
first 3,000 images of CIFAR-10H (a small network with batch normalisation, 10
epochs, matrices at .02, SGD from .1 to 0 by the cosine of `resnet18`; at a
constant .1 the last step alone decides whether the control loses a class). It
prints the test accuracy, how many classes are never predicted, and how often
the rarest one is. ``--cold`` leaves out the start on the shares of the votes.
AnnotMix trains on each vote: with 50 a task it takes half an hour a seed.
``stems`` trains ResNet-18 of a quarter of the width on the majority labels of
4,000 images, with torchvision's stem and with that of the WAUM paper's code
(15 epochs, steps after 5 and 10), and prints the accuracy on 3,000 images of
the last epoch and of the epoch with the lowest loss on images 9500..9999.
"""
from dataclasses import replace

import numpy as np
from common import parser
from network_speed import LOSSES
from sklearn.datasets import load_digits
from torch import nn
from torchvision.models.resnet import BasicBlock, ResNet

from benchmark_utils.crowds.simulation import deal_workers, draw_votes
from benchmark_utils.reading.files import data_folder
from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import SoftLabels
from benchmark_utils.training.recipes import get_recipe
from benchmark_utils.training.selection import SelectedEpoch
from benchmark_utils.votes import Votes
from datasets.digits import crowd

K, N_WORKERS = 10, 2571


def images(batch):
    """Images of CIFAR-10, uint8 (10,000, 3, 32, 32), and their classes."""
    records = np.fromfile(data_folder() / "cifar-10-batches-bin" / batch,
                          np.uint8).reshape(-1, 3073)
    return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0].astype(int)


def counts():
    return np.load(data_folder() / "cifar10h" / "cifar10h-counts.npy")


class QuarterResNet(ResNet):
    """ResNet-18 with 16 to 128 channels, and the stem ``torchvision`` or
    ``authors``."""
    def __init__(self, stem):
        super().__init__(BasicBlock, [2, 2, 2, 2], num_classes=K)
        self.conv1 = (
            nn.Conv2d(3, 16, 7, stride=2, padding=3, bias=False)
            if stem == "torchvision" else
            nn.Conv2d(3, 16, 3, padding=3, bias=False))
        if stem == "authors":
            self.maxpool = nn.Identity()
        self.bn1, self.fc = nn.BatchNorm2d(16), nn.Linear(128, K)

    def _make_layer(self, block, planes, *arguments, **options):
        self.inplanes = 16 if planes == 64 else self.inplanes
        return super()._make_layer(block, planes // 4, *arguments, **options)


def stems(seeds, n):
    X, truth = images("test_batch.bin")
    X_test, y_test = (part[:3000] for part in images("data_batch_1.bin"))
    recipe = replace(get_recipe("resnet18waum"), epochs=15,
                     milestones=(5, 10), needs_gpu=False)
    labels = np.eye(K)[counts()[:n].argmax(axis=1)]
    for seed in range(seeds):
        for stem in ("torchvision", "authors"):
            training = Training(recipe, X[:n], K, seed,
                                lambda shape, stem=stem: QuarterResNet(stem))
            selected = SelectedEpoch(training, X[9500:], truth[9500:])
            training.fit(SoftLabels(labels), on_epoch=selected)
            last, chosen = (
                (p.argmax(axis=1) == y_test).mean() for p in (
                    training.probabilities(X_test),
                    selected.probabilities(X_test)))
            print(f"seed {seed}, {stem}'s stem, {n} images: last epoch "
                  f"{last:.3f}, selected {chosen:.3f}", flush=True)


def small_network(shape):
    parts, channels = [], 3
    for width in (16, 32, 64):
        parts += [nn.Conv2d(channels, width, 3, padding=1),
                  nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(2)]
        channels = width
    return nn.Sequential(*parts, nn.Flatten(), nn.Linear(1024, K))


def cifar(seed, n, most):
    X, y = images("test_batch.bin")
    rng, number = np.random.default_rng(seed), counts()[:n]
    task, worker = deal_workers(rng, number.sum(axis=1), N_WORKERS)
    label = np.repeat(np.tile(np.arange(K), n), number.ravel())
    label = label[np.lexsort((rng.random(len(label)), task))]
    kept = np.arange(len(task)) - task.searchsorted(task) < most
    recipe = replace(get_recipe("resnet18waum"), epochs=10, needs_gpu=False,
                     schedule="cosine", n_train=None)
    return (Votes(task[kept], worker[kept], label[kept], n, N_WORKERS, K),
            X[:n], X[n:n + 2500], y[n:n + 2500], recipe, small_network)


def digits(seed, *_):
    rng, data = np.random.default_rng(seed), load_digits()
    order = rng.permutation(len(data.target))
    X = (data.images[order, None] / 16).astype(np.float32)
    y = data.target[order]
    return (draw_votes(rng, y[:1200], crowd(20)[0], 3), X[:1200], X[1200:],
            y[1200:], get_recipe("mlp"), None)


def majority_labels(votes, *_):
    return SoftLabels(np.eye(K)[votes.counts().argmax(axis=1)])


def classes(seeds, n, names, most, cold):
    for title, data in (("Digits", digits), ("CIFAR-10H", cifar)):
        for name in names:
            for seed in range(seeds):
                votes, X, X_test, y, recipe, network = data(seed, n, most)
                training = Training(recipe, X, K, seed, network)
                loss = TRAINED[name](votes, training, X)
                if cold:
                    loss.warm_up = None
                training.fit(loss)
                best = training.probabilities(X_test).argmax(axis=1)
                number = np.bincount(best, minlength=K)
                print(f"{title}, {name}, seed {seed}: accuracy "
                      f"{(best == y).mean():.3f}, classes lost "
                      f"{np.sum(number == 0)}, rarest predicted "
                      f"{number.min()} times", flush=True)


TRAINED = {"majority labels": majority_labels, **LOSSES}


def main():
    options = parser(__doc__)
    options.add_argument("trial", choices=["classes", "stems"])
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--images", type=int,
                         help="default: 3000 for classes, 4000 for stems")
    options.add_argument("--losses", nargs="+", default=list(TRAINED),
                         choices=TRAINED, help="default: all")
    options.add_argument("--votes", type=int, default=10 ** 6,
                         help="at most so many of each image of CIFAR-10H")
    options.add_argument("--cold", action="store_true")
    options = options.parse_args()
    if options.trial == "stems":
        stems(options.seeds, options.images or 4000)
    else:
        classes(options.seeds, options.images or 3000, options.losses,
                options.votes, options.cold)


if __name__ == "__main__":
    main()
