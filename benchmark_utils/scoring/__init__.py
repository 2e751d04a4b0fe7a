"""The scores, by family. A family is a file with ``METRICS`` (what readers
see), optionally ``FACTS`` (other columns), ``score(problem, answer)``, which
returns those that apply, and optionally ``artefacts(problem, answer)``, what
the report shows of a run beside its numbers. A new score is a row and a line
in one file. Metrics of a curve are no column of a point: the report adds them
where the curve is whole (report/curves.py)."""
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
    """{column: value}; what does not apply is NaN."""
    scores = {}
    for family in FAMILIES:
        names = [metric.name for metric in family.METRICS
                 if metric.curve is None]
        scores.update(dict.fromkeys([*names, *getattr(family, "FACTS", ())],
                                    np.nan))
        scores.update(family.score(problem, answer))
    return scores


def artefacts(problem, answer):
    """JSON of what the families show beside their scores."""
    shown = {}
    for family in FAMILIES:
        if hasattr(family, "artefacts"):
            shown.update(family.artefacts(problem, answer))
    return json.dumps(shown)
