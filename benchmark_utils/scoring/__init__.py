"""The scores, by family. A family is a file with METRICS (what readers see),
optionally FACTS and ARTEFACTS (other columns), and ``score(problem, answer)``,
which returns those that apply. A new score is a row and a line in one file."""
import numpy as np

from benchmark_utils.scoring import (
    label_sets,
    labels,
    network,
    purchases,
    tasks,
    workers,
)

FAMILIES = (labels, tasks, workers, label_sets, network, purchases)
METRICS = tuple(metric for family in FAMILIES for metric in family.METRICS)


def all_scores(problem, answer):
    """What does not apply is NaN, an artefact empty."""
    scores = dict.fromkeys((metric.name for metric in METRICS), np.nan)
    for family in FAMILIES:
        scores.update(dict.fromkeys(getattr(family, "FACTS", ()), np.nan))
        scores.update(dict.fromkeys(getattr(family, "ARTEFACTS", ()), ""))
        scores.update(family.score(problem, answer))
    return scores
