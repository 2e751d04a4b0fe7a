"""The scores, by family. A family is a file with

  METRICS   the scores that the report shows
  FACTS     optional: names of other columns
  score(problem, answer) -> {name: value} of those that apply
  artefacts(problem, answer)   optional: JSON-like data that the report shows
                               of a run beside the scores

A new score is a row of METRICS and a line in ``score``. Metrics of a learning
curve are not computed here but by the report, from all points of a run.
"""
import json

import numpy as np

from benchmark_utils.scoring import (
    crowd,
    label_probabilities,
    label_sets,
    labels,
    network,
    purchases,
    tasks,
    workers,
)

FAMILIES = (labels, label_probabilities, network, purchases, workers, tasks,
            label_sets, crowd)
METRICS = tuple(metric for family in FAMILIES for metric in family.METRICS)


def all_scores(problem, answer):
    """{column: value}; a score that does not apply is NaN."""
    scores = {}
    for family in FAMILIES:
        names = [metric.name for metric in family.METRICS
                 if metric.curve is None]
        scores.update(dict.fromkeys([*names, *getattr(family, "FACTS", ())],
                                    np.nan))
        scores.update(family.score(problem, answer))
    return scores


def artefacts(problem, answer):
    """The artefacts of all families as JSON."""
    shown = {}
    for family in FAMILIES:
        if hasattr(family, "artefacts"):
            shown.update(family.artefacts(problem, answer))
    return json.dumps(shown)
