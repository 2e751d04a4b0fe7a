"""The study of people and models, as docs/findings quotes it: what
``perf/panel_worth.py --output docs/findings/results/panel_worth.json`` writes.
"""
import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from benchmark_utils.report.comparison.tests import LEVEL, student
from benchmark_utils.report.docs.studies import STUDIES, markdown, number

STORED = STUDIES / "panel_worth.json"
PURE = ["people MV", "people DS", "models DS", "equal DS"]


class PanelWorth:
    """Tables of the study as data frames: ``judged``, a row for each dataset
    and kind of workers; ``agreement``, by dataset; ``cells``, by dataset and
    votes of people; ``worth``, by dataset, panel and method; ``tempered``;
    ``widths``; ``prompts``, {dataset: correlation}. ``source``: its commit and
    date."""

    def __init__(self, found):
        self.source = f"commit {found['commit']}, {found['date']}"
        self.judged = pd.DataFrame(found["correlation"]).dropna(subset="rho")
        self.agreement = pd.DataFrame(found["agreement"])
        self.cells = pd.DataFrame(found["cells"])
        self.worth = pd.DataFrame(found["worth"])
        self.tempered = pd.DataFrame(found["tempered"])
        self.widths = pd.DataFrame(found["widths"])
        self.prompts = found["prompts"]

    @classmethod
    def stored(cls, path=STORED):
        return cls(json.loads(Path(path).read_text("utf-8")))

    def rho(self, kind):
        """Correlation of errors, (mean, low, high) over datasets."""
        return student(self._rho(kind))

    def effective(self, kind, n=10):
        """How many independent votes n votes count as, the same."""
        return student(n / (1 + (n - 1) * self._rho(kind).clip(0, 1)))

    def rho_difference(self):
        """Models minus people, with Welch's interval over datasets."""
        models, people = self._rho("llm"), self._rho("human")
        low, high = stats.ttest_ind(
            models, people, equal_var=False).confidence_interval(LEVEL)
        return models.mean() - people.mean(), low, high

    def _rho(self, kind):
        return self.judged.loc[self.judged["kind"] == kind, "rho"]

    def sizes(self, most=13):
        """Effective votes of panels of 11 to 13 models, as a Series."""
        votes = self.judged["votes"]
        return self.judged.loc[(self.judged["kind"] == "llm") & (votes > 10.5)
                               & (votes <= most + .5), "effective"]

    def over(self, way, than, table="agreement"):
        """Difference in percentage points, (mean, low, high) over datasets."""
        rows = getattr(self, table)
        return student(100 * (rows[way] - rows[than]).groupby(
            rows["crowd"]).mean())

    def regret(self, way="discounted"):
        """The same, less the best of `PURE` in each cell, which needs the
        truth; with people's held-out votes as the truth of AltTest."""
        rows = pd.concat([self.cells, self.agreement])
        return student(100 * (rows[way] - rows[PURE].max(axis=1)).groupby(
            rows["crowd"]).mean())

    def lost(self, crowd):
        """Points that DiscountedDS has less than Dawid-Skene of people."""
        row = self.agreement.set_index("crowd").loc[crowd]
        return 100 * (row["people DS"] - row["discounted"])

    def width(self, name):
        """Ratio of widths, geometric mean over panels with its interval."""
        return np.exp(student(np.log(self.widths[name])))

    def of(self, crowd, method, panel):
        return self.worth.set_index(["crowd", "method", "panel"]).loc[
            (crowd, method, panel)]

    def people(self, crowd, method, panel):
        """``4.5 (3.2 to 6.2)`` people"""
        row = self.of(crowd, method, panel)
        value, low, high = (
            "less than 1" if not x else f"more than {row['k_max']}"
            if np.isinf(x) else number(x, 1) for x in row[
                ["worth", "low", "high"]])
        return f"{value} ({low} to {high})"

    def worth_table(self):
        return markdown([[crowd, panel, *(
            self.people(crowd, method, panel) for method in ("DS", "MV"))]
            for crowd, panel in dict.fromkeys(zip(
                self.worth["crowd"], self.worth["panel"]))],
            ["dataset", "panel", "Dawid-Skene", "majority vote"])

    def agreement_table(self):
        ways = {"people MV": "people", "models MV": "models",
                "equal MV": "all, equal votes", "one vote": "panel one vote",
                "people DS": "people, DS", "discounted": "DiscountedDS"}
        return markdown([[row["crowd"], *(number(row[way]) for way in ways)]
                         for _, row in self.agreement.iterrows()],
                        ["dataset", *ways.values()])

    def cells_table(self):
        ways = {"people DS": "people", "models DS": "models",
                "equal DS": "all, equal votes", "discounted": "DiscountedDS"}
        return markdown([[row["crowd"], str(row["votes"]), *(
            number(row[way]) for way in ways)]
                         for _, row in self.cells.iterrows()],
                        ["dataset", "people's votes per task", *ways.values()])
