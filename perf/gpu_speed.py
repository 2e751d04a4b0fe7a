"""Time saved on a GPU by number format, memory layout and CUDA graphs.

    python perf/gpu_speed.py
    python perf/gpu_speed.py --recipe resnet18waum --only "CUDA graphs"

Milliseconds of a training step on random images of 32 x 32, for both recipes
of CIFAR-10H: float32; bfloat16 and channels_last; with CUDA graphs, which the
engine uses; and with `torch.compile` instead of the graphs. Medians over the
epochs after the first, which records and compiles.
"""
import statistics
import sys
import time
from dataclasses import replace

import numpy as np
import torch
from common import parser

from benchmark_utils.training import engine
from benchmark_utils.training.losses import SoftLabels
from benchmark_utils.training.recipes import get_recipe

NEVER = 10 ** 9


class Plain(engine.Training):
    """float32, and the memory layout of the images unchanged."""
    _fast_images = False


class Compiled(engine.Training):
    def _forward(self, batches, epochs):
        return torch.compile(self.network)


# name: (class, steps from which passes are recorded)
SETTINGS = {
    "float32": (Plain, NEVER),
    "bfloat16, channels_last": (engine.Training, NEVER),
    "CUDA graphs": (engine.Training, 1),
    "torch.compile": (Compiled, NEVER),
}


def step_times(recipe, setting, n_images, epochs):
    """Milliseconds of a step, one value per epoch after the first."""
    kind, engine.WORTH_RECORDING = SETTINGS[setting]
    rng = np.random.default_rng(0)
    X = rng.integers(0, 256, (n_images, 3, 32, 32), dtype=np.uint8)
    targets = np.eye(10)[rng.integers(10, size=n_images)]
    training = kind(replace(recipe, epochs=epochs), X, 10, seed=0)
    ends = []

    def on_epoch(epoch):
        torch.cuda.synchronize()
        ends.append(time.perf_counter())

    training.fit(SoftLabels(targets), on_epoch=on_epoch)
    steps = engine.Shuffled(n_images, recipe.batch_size).n_batches
    return [1000 * (end - start) / steps
            for start, end in zip(ends, ends[1:])]


def main():
    options = parser(__doc__)
    options.add_argument("--recipe", action="append",
                        help="default: resnet18waum and resnet18")
    options.add_argument("--only", action="append", choices=SETTINGS)
    options.add_argument("--images", type=int, default=9500)
    options.add_argument("--epochs", type=int, default=4)
    options = options.parse_args()
    if not torch.cuda.is_available():
        sys.exit("no GPU")
    print(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}")
    print("| recipe | setting | ms per step | images per second | gain |\n"
          "| --- | --- | --- | --- | --- |")
    for name in options.recipe or ["resnet18waum", "resnet18"]:
        recipe, first = get_recipe(name), None
        for setting in options.only or SETTINGS:
            took = statistics.median(step_times(
                recipe, setting, options.images, options.epochs))
            first = first or took
            print(f"| {name} | {setting} | {took:.2f} | "
                  f"{1000 * recipe.batch_size / took:,.0f} | "
                  f"{first / took:.1f} |", flush=True)


if __name__ == "__main__":
    main()
