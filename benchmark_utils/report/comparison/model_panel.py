"""What the improvements on LLM-annotated tasks would be for other models.

The same models answered all tasks of LLMAnnotators, so an interval over tasks
is one for these models. `perf/model_panel.py` stores refits on random halves
of the models; their variance makes it an interval for models like these.
"""
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmark_utils.report.comparison.stability import (
    models_variance,
    with_models,
)
from benchmark_utils.report.comparison.tests import LEVEL
from benchmark_utils.report.results.names import slug

STORED = Path(__file__).parents[3] / "docs/findings/results/model_panel.json"


@dataclass(frozen=True)
class ModelPanel:
    """study : what the script stored, see there."""
    study: dict

    @classmethod
    def stored(cls, path=STORED):
        """None without the file."""
        return cls(json.loads(path.read_text())) if path.is_file() else None

    def improvements(self, level=LEVEL):
        """{method id: (mean, low, high)} in percentage points over majority
        vote, for other tasks and other models."""
        n, half = self.study["n_models"], self.study["n_half"]
        return {slug(row): with_models(values, models_variance(
            self.study["halves"][row], n, half), n, level)
            for row, values in self.study["improvement"].items()}

    def as_data(self):
        """For the page: number of models, tasks and draws, the intervals,
        and which methods improve in intervals that hold for all of them at
        once (Bonferroni)."""
        found = self.improvements()
        joint = self.improvements(1 - (1 - LEVEL) / len(found))
        return dict(
            models=self.study["n_models"], tasks=len(self.study["tasks"]),
            draws=self.study["n_draws"], commit=self.study["commit"],
            improvement={m: np.round(own, 4).tolist()
                         for m, own in found.items()},
            better=[m for m, own in joint.items() if own[1] > 0])
