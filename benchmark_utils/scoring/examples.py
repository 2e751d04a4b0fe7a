"""The tasks that a method finds worst, small enough for a result file."""
import base64
import io
import json

import numpy as np
from PIL import Image

N_WORST, PIXELS = 12, 32


def worst_tasks(X, votes, task_score, truth, task_ids=None, class_names=None):
    """The lowest scores as JSON: a list of dicts with ``task``, ``score``,
    ``votes`` ({class: number}, most first), ``truth`` (empty if unknown) and
    ``image``, a PNG of at most PIXELS x PIXELS in base64. Empty if the inputs
    are no images.

    Parameters
    ----------
    X : (n_tasks, channels, height, width), 1 or 3 channels; uint8, or floats
        within the range of the whole array
    """
    if X is None or X.ndim != 4 or X.shape[1] not in (1, 3):
        return ""
    order = np.argsort(task_score, kind="stable")  # NaN come last
    order = [i for i in order[:N_WORST] if not np.isnan(task_score[i])]
    name = class_names or list(map(str, range(votes.n_classes)))
    low, high = (0, 255) if X.dtype == np.uint8 else (X.min(), X.max())
    shown = []
    for i in order:
        labels, number = np.unique(votes.label[votes.task == i],
                                   return_counts=True)
        most = np.argsort(-number, kind="stable")
        shown.append(dict(
            task=str(i if task_ids is None else task_ids[i]),
            score=float(f"{task_score[i]:.4g}"),
            votes={name[labels[m]]: int(number[m]) for m in most},
            truth=name[truth[i]] if truth[i] >= 0 else "",
            image=_png((X[i] - low) / max(high - low, 1e-12))))
    return json.dumps(shown)


def _png(image):
    """(channels, height, width) in [0, 1] to base64."""
    pixels = (image * 255).round().astype(np.uint8).transpose(1, 2, 0)
    picture = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1
                              else pixels)
    picture.thumbnail((PIXELS, PIXELS))
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def decode(png):
    """The image of base64 PNG as floats in [0, 1], (height, width[, 3])."""
    with Image.open(io.BytesIO(base64.b64decode(png))) as picture:
        return np.asarray(picture) / 255


def caption(task):
    """What was voted, and what is true, of a task of `worst_tasks`."""
    votes = ", ".join(f"{number} × {label}"
                      for label, number in task["votes"].items())
    return votes + (f"; truth {task['truth']}" if task["truth"] else "")
