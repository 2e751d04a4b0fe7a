"""How networks are trained: a table of recipes.

The recipe is fixed for each dataset and the same for every method. The network
of the last epoch is used: no early stopping, no selection on true labels.
"""
import math
import os
from dataclasses import dataclass, fields, replace
from itertools import pairwise

import torch

from benchmark_utils.checks import (
    check_range,
    integer,
    list_of,
    number,
    one_of,
)

MOST_WEIGHTS = 10 ** 8  # 400 MB
# Valid values of a recipe's fields.
LIMITS = dict(
    network=one_of("mlp", "smallcnn", "resnet18", "resnet18small",
                   "resnet18pad3"),
    epochs=integer(1, 10 ** 5), batch_size=integer(1, 10 ** 6),
    lr=number(0, 1e38), momentum=number(0, .999), weight_decay=number(0, 100),
    dropout=number(0, .99), optimizer=one_of("sgd", "adam"),
    schedule=one_of("constant", "steps", "cosine"),
    augment=one_of(False, True), needs_gpu=one_of(False, True),
    n_train=integer(1), milestones=list_of(integer(1, 10 ** 5)),
    hidden=list_of(integer(1, 10 ** 5)))


@dataclass(frozen=True)
class Recipe:
    """network : a name in `networks.NETWORKS`; hidden : widths of an MLP.
    schedule : ``constant``, ``steps`` (lr / 10 at each milestone epoch) or
    ``cosine`` (to 0, after a linear warm-up over 5% of the steps).
    augment : random crop (4 pixels) and horizontal flip.
    n_train : number of tasks to train on, the first ones; None = all.
    needs_gpu : training takes hours on a CPU and is skipped there.
    """
    name: str
    network: str
    epochs: int
    batch_size: int
    lr: float
    optimizer: str = "sgd"
    momentum: float = .9
    weight_decay: float = 0.0
    schedule: str = "constant"
    milestones: tuple = ()
    hidden: tuple = ()
    dropout: float = 0.0
    augment: bool = False
    n_train: int | None = None
    needs_gpu: bool = False

    def __post_init__(self):
        for name, check in LIMITS.items():
            if getattr(self, name) is not None or name != "n_train":
                check("recipe", name, getattr(self, name))
        if sum(map(math.prod, pairwise(self.hidden))) > MOST_WEIGHTS:
            raise ValueError(f"recipe: hidden = {self.hidden}, more than "
                             f"{MOST_WEIGHTS:,} weights between them")
        if self.schedule == "cosine" and self.optimizer == "sgd":
            # Nesterov momentum must not be 0.
            check_range("recipe", "momentum", self.momentum, 1e-3, .999)


# The schedule of the WAUM paper's public code and of its author's thesis.
WAUM = dict(epochs=150, batch_size=64, lr=.1, weight_decay=5e-4,
            schedule="steps", milestones=(50, 100))
RECIPES = {recipe.name: recipe for recipe in (
    # The WAUM paper's network for 2-D points.
    Recipe("mlp30", "mlp", epochs=100, batch_size=64, lr=.1,
           hidden=(30, 20, 20)),
    Recipe("mlp30steps", "mlp", hidden=(30, 20, 20), **WAUM),
    # Feature vectors.
    Recipe("mlp", "mlp", epochs=60, batch_size=64, lr=2e-3,
           optimizer="adam", hidden=(128,)),
    # Small grey images, 8 x 8.
    Recipe("smallcnn", "smallcnn", epochs=30, batch_size=64, lr=2e-3,
           optimizer="adam"),
    # Pooled VGG features of LabelMe.
    Recipe("vgghead", "mlp", epochs=50, batch_size=64, lr=3e-4,
           optimizer="adam", hidden=(128,), dropout=.5),
    # 124 features of 700 songs. Without dropout, a network trained on the
    # true labels falls from .80 to .77; more width does not hurt.
    Recipe("music", "mlp", epochs=50, batch_size=64, lr=1e-3,
           optimizer="adam", hidden=(256, 128), dropout=.5),
    # 5,000 TF-IDF weights of 4,000 sentences; more epochs overfit.
    Recipe("tfidf", "mlp", epochs=10, batch_size=64, lr=1e-3,
           optimizer="adam", hidden=(64,), dropout=.5),
    # Whitened patches of CIFAR-10 (crowds/patches.py): seconds on a CPU.
    Recipe("cpu", "mlp", epochs=10, batch_size=64, lr=1e-3,
           optimizer="adam", hidden=(256,), dropout=.5, weight_decay=.1,
           schedule="cosine"),
    # The WAUM paper's recipe for CIFAR-10H, 9,500 images, with torchvision's
    # network, which the paper names; ...
    Recipe("resnet18waum", "resnet18", n_train=9500, needs_gpu=True, **WAUM),
    # ... and with that of the authors' public code.
    Recipe("resnet18paper", "resnet18pad3", n_train=9500, needs_gpu=True,
           **WAUM),
    # ResNet-18 with a stem for small images and current practice. 100
    # epochs of batches of 256 were as accurate.
    Recipe("resnet18", "resnet18small", epochs=60, batch_size=128, lr=.2,
           weight_decay=5e-4, schedule="cosine", augment=True,
           needs_gpu=True),
    # Photographs of 128 x 128 pixels and more.
    Recipe("resnet18photo", "resnet18", epochs=60, batch_size=64, lr=.02,
           weight_decay=5e-4, schedule="cosine", augment=True,
           needs_gpu=True),
)}


def get_recipe(classifier):
    """The recipe of a name, or of a dict with a ``base`` name and changes.
    Raises a ValueError that lists the choices for an unknown name or key."""
    if isinstance(classifier, Recipe):
        return classifier
    changes = dict(classifier) if isinstance(classifier, dict) else {
        "base": classifier}
    base = changes.pop("base", None)
    if not isinstance(base, str) or base not in RECIPES:
        raise ValueError(f"classifier {base!r} is unknown; choose from "
                         + ", ".join(RECIPES))
    known = {field.name for field in fields(Recipe)}
    unknown = sorted(map(str, set(changes) - known))
    if unknown:
        raise ValueError(f"recipe has no {', '.join(unknown)}; it has "
                         + ", ".join(sorted(known)))
    return replace(RECIPES[base], **changes)


def recipe_value(owner, name, value):
    """Check for ``accepts``: raise a ValueError unless ``value`` is a recipe
    or ``none``, which trains no network."""
    if isinstance(value, str) and value == "none":
        return
    try:
        get_recipe(value)
    except ValueError as error:
        raise ValueError(f"{owner}: {name} = {value!r}: {error}") from error


def check_inputs(recipe, shape):
    """Raise a ValueError unless the recipe's network takes inputs of this
    shape, the shape of one row of X."""
    if recipe.network == "mlp":
        return
    channels = 3 if recipe.network in ("resnet18", "resnet18pad3") else None
    if (len(shape) != 3 or channels not in (None, shape[0])
            or min(shape[1:]) < 2 or recipe.augment and min(shape[1:]) < 8):
        raise ValueError(
            f"recipe {recipe.name}: its {recipe.network} takes images "
            f"({channels or 'channels'}, height, width), got inputs of shape "
            f"{tuple(shape)}")


def schedule(recipe, step, n_steps):
    """Learning rate at a step, as a multiple of the recipe's ``lr``."""
    done = step / n_steps
    if recipe.schedule == "steps":
        passed = sum(done * recipe.epochs >= m for m in recipe.milestones)
        return .1 ** passed
    if recipe.schedule == "cosine":
        warm = .05
        if done < warm:
            return done / warm
        return (1 + math.cos(math.pi * (done - warm) / (1 - warm))) / 2
    return 1.0


def get_device():
    """``CROWD_DEVICE`` if set, else CUDA if available, else the CPU."""
    return torch.device(os.environ.get("CROWD_DEVICE") or (
        "cuda" if torch.cuda.is_available() else "cpu"))


def out_of_reach(recipe):
    """The reason why this recipe is not trained here, or None."""
    if (not recipe.needs_gpu or get_device().type != "cpu"
            or os.environ.get("CROWD_FORCE_TRAINING") == "1"):
        return None
    return (f"recipe {recipe.name} takes hours on a CPU; "
            "CROWD_FORCE_TRAINING=1 trains it anyway")
