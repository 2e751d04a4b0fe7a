"""Label sets: their quality and the expert labels saved."""
from math import inf

import numpy as np

from benchmark_utils.scoring.metric import Metric

METRICS = (
    Metric("set_quality", "Label sets", 1, ".3f",
           "mean Jaccard index of the tasks' label sets with the true ones"),
    Metric("manual_quality", "Manual sets", 0, ".3f",
           "the same for an expert who labels every task"),
    Metric("multi_label_share", "Multi-label", 0, ".3f",
           "share of the tasks with more than one label"),
    Metric("labels_saved", "Expert labels saved", 0, ".3f",
           "1 - tasks labelled by the expert / tasks"),
    Metric("sets_per_task", "Label sets per task", 0, ".3g",
           "label sets queried from annotators, per task", range=(0, inf)),
)


def score(problem, answer):
    if answer.label_sets is None or problem.truth_sets is None:
        return {}
    sets, truth, n = answer.label_sets, problem.truth_sets, problem.n_tasks
    oracle = answer.label_set_oracle
    return dict(set_quality=mean_jaccard(sets, truth),
                manual_quality=mean_jaccard(problem.expert_sets, truth),
                multi_label_share=float((sets.sum(axis=1) > 1).mean()),
                labels_saved=1 - oracle.n_expert / n,
                sets_per_task=oracle.n_sets / n)


def mean_jaccard(sets, truth):
    """Mean over rows (n, K) bool of |A and B| / |A or B|, 1 if both are empty.
    """
    union = (sets | truth).sum(axis=1)
    both = (sets & truth).sum(axis=1)
    return float(np.where(union, both / np.maximum(union, 1), 1).mean())
