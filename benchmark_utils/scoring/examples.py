"""The lowest-scored tasks of a method, small enough for a result file."""
import base64
import io

import numpy as np
from PIL import Image

from benchmark_utils.scoring.export import names

N_WORST, PIXELS, N_LETTERS = 12, 32, 300


def worst_tasks(problem, answer):
    """The tasks with the lowest scores, if they have images or texts: a list
    of dicts with ``task``, ``score``, ``votes`` ({class: number}, most
    frequent first), ``truth`` (empty if unknown) and ``image``, a PNG of at
    most PIXELS x PIXELS in base64, or ``text``, at most N_LETTERS letters.

    Images are X (n_tasks, channels, height, width) with 1 or 3 channels, of
    uint8, or of floats within the range of the whole array.
    """
    X, votes, score = problem.X, answer.votes, answer.task_score
    images = X is not None and X.ndim == 4 and X.shape[1] in (1, 3)
    if not images and problem.texts is None:
        return []
    # Ties in the order of the dataset, NaN last.
    order = np.lexsort((problem.task_order, score))[:N_WORST]
    order = order[~np.isnan(score[order])]
    class_name = names(problem.class_names, np.arange(problem.n_classes))
    task_id = names(problem.task_ids, problem.task_order)
    if images:
        low, high = (0, 255) if X.dtype == np.uint8 else (X.min(), X.max())
    shown = []
    for i in order:
        labels, number = np.unique(votes.label[votes.task == i],
                                   return_counts=True)
        most = np.argsort(-number, kind="stable")
        truth = problem.ground_truth[i]
        shown.append(dict(
            task=str(task_id[i]), score=float(f"{score[i] + 0.0:.4g}"),
            votes={str(class_name[labels[m]]): int(number[m]) for m in most},
            truth=str(class_name[truth]) if truth >= 0 else ""))
        if images:
            shown[-1]["image"] = _png((X[i] - low) / max(high - low, 1e-12))
        else:
            shown[-1]["text"] = problem.texts[i][:N_LETTERS]
    return shown


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
    """The image of a base64 PNG as floats in [0, 1], (height, width[, 3])."""
    with Image.open(io.BytesIO(base64.b64decode(png))) as picture:
        return np.asarray(picture) / 255


def caption(task):
    """The votes and the truth of a task of `worst_tasks`, as text."""
    votes = ", ".join(f"{number} × {label}"
                      for label, number in task["votes"].items())
    return votes + (f"; truth {task['truth']}" if task["truth"] else "")
