"""The authors' file of what real workers answered on ImageNet classes."""
import json
from typing import NamedTuple

import numpy as np

from benchmark_utils.crowds.structured_workers import (
    check_counts,
    class_groups,
    normalise_rows,
)
from benchmark_utils.reading.files import BadFile


class GroupWorkers(NamedTuple):
    """What real workers answered, C classes in groups of similar ones.

    groups : {name: (workers, C, C)}, counts, rows = truth.
    total : (C, C), the counts of all workers.
    names : C names of the classes.
    """
    groups: dict
    total: np.ndarray
    names: list


def load_group_workers(path):
    """Read the authors' ``group_workers.json``.

    Its ``total_cm`` holds each row's shares, not counts, so the total is the
    sum of the groups, and ``total_cm`` only has to agree with it.

    Raises
    ------
    BadFile
        Naming the file, and the key where one is to blame.
    """
    try:
        with open(path, encoding="utf-8") as stream:
            content = json.load(stream)
    except (OSError, ValueError, RecursionError) as error:
        raise BadFile(f"{path}: {error}") from error
    try:
        return _group_workers(content)
    except ValueError as error:
        raise BadFile(f"{path}, {error}") from error


def _group_workers(content):
    for key, kind in (("group_workers", dict), ("total_cm", list),
                      ("imagenet100_name", list)):
        if not isinstance(content, dict) or not isinstance(
                content.get(key), kind) or not content[key]:
            raise ValueError(f"{key}: a filled {kind.__name__} is needed")
    names = content["imagenet100_name"]
    if not all(isinstance(name, str) for name in names):
        raise ValueError("imagenet100_name: names are needed")
    n_classes = len(names)
    shape = n_classes, n_classes
    groups = {name: check_counts(
        f"group_workers, {name}", matrices, (None, *shape))
        for name, matrices in content["group_workers"].items()}
    class_groups(groups)
    shares = check_counts("total_cm", content["total_cm"], shape)
    total = sum(matrices.sum(axis=0) for matrices in groups.values())
    if not np.allclose(normalise_rows(shares, total),
                       normalise_rows(total, total)):
        raise ValueError("total_cm: not the rows of all groups together")
    return GroupWorkers(groups, total, names)
