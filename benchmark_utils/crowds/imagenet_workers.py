"""The authors' file of real workers' answers on ImageNet classes."""
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
    """Answers of real workers on C classes, in groups of similar classes.

    groups : {name: (workers, C, C)}, counts, rows = truth.
    total : (C, C), the counts of all workers.
    names : C names of the classes.
    """
    groups: dict
    total: np.ndarray
    names: list


def load_group_workers(path):
    """Read the authors' ``group_workers.json``.

    Its ``total_cm`` holds the shares of each row, not counts. The total is
    therefore computed from the groups, and ``total_cm`` must agree with it.

    Raises
    ------
    BadFile
        With the path of the file, and the key whose value is wrong.
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
            raise ValueError(f"{key} must be a {kind.__name__}, not empty")
    names = content["imagenet100_name"]
    if not all(isinstance(name, str) for name in names):
        raise ValueError("imagenet100_name must be a list of names")
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
        raise ValueError("total_cm does not agree with the sum of the groups")
    return GroupWorkers(groups, total, names)
