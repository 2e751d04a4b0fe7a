"""Simulated crowds whose errors are structured like those of real workers.

People confuse classes that look alike, each person in their own way. Sampler
of Y.-H. Liao, A. Kar, S. Fidler. Towards good practices for efficiently
annotating large-scale image classification datasets. CVPR 2021.
"""
import numpy as np

from benchmark_utils.checks import check_array, check_range, plain
from benchmark_utils.crowds.simulation import confusion_with_diagonal


def class_groups(groups):
    """The number of each class's group, (C,), in the order of ``groups``.

    It follows from the counts: a class belongs to the group in whose matrices
    it occurs, as truth or as answer. A class without any count forms its own
    group, numbered from ``len(groups)``.

    Raises
    ------
    ValueError
        If a class occurs in two groups.
    """
    occurs = np.array([matrices.any(axis=(0, 1)) | matrices.any(axis=(0, 2))
                       for matrices in groups.values()])  # (groups, C)
    number = occurs.sum(axis=0)
    if (number > 1).any():
        both = np.flatnonzero(number > 1)[0]
        where = [name for name, has in zip(groups, occurs[:, both]) if has]
        raise ValueError(f"groups {', '.join(where)}: all have counts of "
                         f"class {both}, which must be in one group")
    group = occurs.argmax(axis=0)
    alone = np.flatnonzero(number == 0)
    group[alone] = len(groups) + np.arange(len(alone))
    return group


def structured_confusions(rng, groups, total, classes, n_workers,
                          smooth_ratio, noise_level):
    """Sample confusion matrices (n_workers, K, K), rows = truth.

    A simulated worker's counts are those of one random real worker of each
    group, plus ``smooth_ratio`` times those of all workers, so that a worker
    with few answers is not perfect. Only the target classes are kept, and the
    rows are normalised. (Normalising before that too changes nothing.) Then a
    share ``noise_level`` of the mass that a row has inside the group of its
    class (see `class_groups`; the class itself included) is spread evenly
    over the target classes of other groups, if there are any.

    A row without any count is replaced by that of all workers, the limit of a
    small ``smooth_ratio``. If that has no count either, the row is uniform.

    Parameters
    ----------
    rng : numpy.random.Generator
    groups : {name: (workers, C, C)}, counts of real workers
    total : (C, C), counts of all workers
    classes : (K,), the target classes, different integers in 0..C-1
    n_workers : int
    smooth_ratio : float in [0, 1e6]
    noise_level : float in [0, 1]
    """
    owner = "structured_confusions"
    check_range(owner, "n_workers", n_workers, 1, whole=True)
    check_range(owner, "smooth_ratio", smooth_ratio, 0, 1e6)
    check_range(owner, "noise_level", noise_level, 0, 1)
    n_classes = len(total)
    total = check_counts("total", total, (n_classes, n_classes))
    groups = {name: check_counts(
        f"group {name}", matrices, (None, n_classes, n_classes))
        for name, matrices in groups.items()}
    if not groups:
        raise ValueError("structured_confusions: no group of workers")
    classes = _check_classes(classes, n_classes)
    total = total[classes[:, None], classes]
    counts = np.repeat(float(smooth_ratio) * total[None], n_workers,
                       axis=0)
    for matrices in groups.values():
        worker = rng.integers(len(matrices), size=n_workers)
        counts += matrices[:, classes[:, None], classes][worker]
    confusion = normalise_rows(counts, total)
    return _spread(confusion, class_groups(groups)[classes], noise_level)


def _spread(confusion, group, noise_level):
    """Move a share of each row's mass from its group to the other classes."""
    inside = group[:, None] == group
    n_outside = (~inside).sum(axis=1)[:, None]
    share = np.where(n_outside, noise_level, 0.0)
    moved = share * (confusion * inside).sum(axis=2, keepdims=True)
    return np.where(inside, confusion * (1 - share),
                    confusion + moved / np.maximum(n_outside, 1))


def normalise_rows(counts, fallback):
    """Rows divided by their sums. An empty row is replaced by the fallback's,
    or is uniform if that is empty too."""
    counts = np.where(counts.any(axis=-1, keepdims=True), counts, fallback)
    counts = np.where(counts.any(axis=-1, keepdims=True), counts, 1.0)
    return counts / counts.sum(axis=-1, keepdims=True)


def uniform_like(confusion):
    """The contrast to `structured_confusions`: the same mean diagonal for each
    worker, with errors spread evenly. (n_workers, K, K)"""
    diagonal = np.diagonal(confusion, axis1=1, axis2=2)
    return confusion_with_diagonal(
        diagonal.mean(axis=1), confusion.shape[2])


def check_counts(name, values, shape):
    """Finite numbers from 0, of this shape (None = any length but 0)."""
    try:
        counts = plain(name, values)
    except ValueError as error:  # lists of different lengths
        raise ValueError(f"{name}: {error}") from error
    if not counts.size:
        raise ValueError(f"{name} is empty")
    return check_array(name, counts, shape, "iuf", 0, np.inf)


def _check_classes(classes, n_classes):
    classes = plain("structured_confusions: classes", classes)
    if (classes.ndim != 1 or classes.dtype.kind not in "iu"
            or len(np.unique(classes)) != len(classes) or len(classes) < 2
            or classes.min() < 0 or classes.max() >= n_classes):
        raise ValueError(
            "structured_confusions: classes must be two or more different "
            f"integers in 0..{n_classes - 1}")
    return classes
