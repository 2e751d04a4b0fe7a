"""Results that the pages of docs/findings quote besides the published run.

``docs/findings/results/NAME.csv``: a row for each dataset, solver and
repetition of a run of ``configs/studies/NAME.yml``, with the scores of whole
curves, its commit and its protocol. Small enough to read, and to compare in a
pull request.
"""
import re
from pathlib import Path

import numpy as np
import pandas as pd
from tabulate import tabulate

from benchmark_utils.report.comparison.tests import student
from benchmark_utils.report.results.runs import (
    COLUMNS,
    load_results,
    points_of,
    runs_of,
)
from benchmark_utils.report.store.admission import commit_problems
from benchmark_utils.safe_files import write_text

STUDIES = Path(__file__).parents[3] / "docs" / "findings" / "results"
ORIGIN = ("objective_commit", "objective_protocol", "run_date")
DIGITS = 6


def store_study(path, name=None, folder=STUDIES):
    """Keep the runs of a result file; returns the file written.

    Raises
    ------
    ValueError
        If the commit of the rows is not known, or ``name`` is not the name
        of a file in the folder.
    """
    path = Path(path)
    name = name or path.stem
    if not re.fullmatch(r"\w[\w.-]*", name):
        raise ValueError("--name must be letters, digits and _ . - (the "
                         f"file lies in the folder itself), got {name!r}")
    rows = load_results([path])
    wrong = [*commit_problems(rows, path.name)]
    if wrong:
        raise ValueError("\n".join(wrong))
    runs = runs_of(points_of(rows))
    columns = [metric.column for metric in COLUMNS if metric.column in runs
               and runs[metric.column].notna().any()]
    runs["run_date"] = runs["run_date"].astype(str).str[:10]
    kept = runs[["dataset", "solver", "idx_rep", *ORIGIN, *columns]]
    to = Path(folder) / f"{name}.csv"
    to.parent.mkdir(parents=True, exist_ok=True)
    write_text(to, kept.to_csv(index=False, float_format=f"%.{DIGITS}g"))
    return to


class Study:
    """Numbers of a run as a page writes them. Scores are named as in
    docs/scores.md (``test_accuracy``), datasets and solvers as in tables."""

    def __init__(self, name, runs):
        self.name, self.runs = name, runs

    @classmethod
    def stored(cls, name, folder=STUDIES):
        return cls(name, pd.read_csv(Path(folder) / f"{name}.csv"))

    @property
    def commit(self):
        return " and ".join(sorted(set(
            self.runs["objective_commit"].astype(str).str[:10])))

    @property
    def date(self):
        return max(self.runs["run_date"].astype(str).str[:10])

    @property
    def protocol(self):
        """The version of the scoring protocol, as a text."""
        return " and ".join(sorted(set(
            self.runs["objective_protocol"].astype(str))))

    @property
    def source(self):
        many = "s" * (" and " in self.commit)
        return (f"`configs/studies/{self.name}.yml`, commit{many} "
                f"{self.commit}, {self.date}, protocol {self.protocol}")

    def values(self, dataset, solver, score):
        """The score in each repetition, a Series; ValueError if there is
        none."""
        own = self.runs[(self.runs["dataset"] == dataset)
                        & (self.runs["solver"] == solver)]
        if not len(own):
            raise ValueError(f"{self.name} has no {solver} on {dataset}; "
                             "found " + ", ".join(self.solvers(dataset)))
        return own.set_index("idx_rep")[f"objective_{score}"]

    def solvers(self, dataset):
        own = self.runs[self.runs["dataset"] == dataset]
        return list(dict.fromkeys(own["solver"]))

    def n(self, dataset, solver):
        return len(self.values(dataset, solver, "seconds"))

    def mean(self, dataset, solver, score):
        return float(self.values(dataset, solver, score).mean())

    def difference(self, dataset, solver, baseline, score, its_score=None):
        """(mean, low, high) of solver minus baseline, paired over the
        repetitions, by Student's t. ``its_score``: the baseline's score, if
        it is another one."""
        both = (self.values(dataset, solver, score)
                - self.values(dataset, baseline, its_score or score)).dropna()
        return student(both)

    # --- as text ----------------------------------------------------------
    def score(self, dataset, solver, score, digits=3):
        """Mean ± standard deviation over the repetitions."""
        values = self.values(dataset, solver, score).dropna()
        text = number(values.mean(), digits)
        return text if len(values) < 2 else (
            f"{text} ± {number(values.std(), digits)}")

    def less(self, dataset, solver, baseline, score, ci="", digits=3):
        """`difference` with its interval."""
        return interval(self.difference(dataset, solver, baseline, score),
                        ci, digits)

    def table(self, score, datasets, solvers, head="method", digits=3,
              best=1):
        """Methods x datasets, ``score``s as text. ``datasets``, ``solvers``:
        {title: name}. The highest mean of a column is bold (``best=-1``: the
        lowest); a cell that did not run is empty."""
        columns = []
        for dataset in datasets.values():
            there = set(self.solvers(dataset))
            cells = {s: self.score(dataset, s, score, digits)
                     if s in there else "" for s in solvers.values()}
            means = {s: best * self.mean(dataset, s, score)
                     for s in solvers.values() if s in there}
            top = max(means.values())
            columns.append([
                f"**{text}**" if means.get(s) == top else text
                for s, text in cells.items()])
        return markdown([[title, *cells] for title, cells in zip(
            solvers, zip(*columns))], [head, *datasets])


def number(value, digits=3):
    """``.052``, as the pages write it; ``never`` for a NaN."""
    if not np.isfinite(value):
        return "never" if np.isnan(value) else str(value)
    text = f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 and digits else text


CI = "95% CI "  # names the interval where a paragraph has its first one


def interval(found, ci="", digits=3):
    """``.032 (.026 to .039)`` of (mean, low, high)."""
    mean, low, high = (number(value, digits) for value in found)
    return f"{mean} ({ci}{low} to {high})"


def aside(found, digits=3):
    """``.032, 95% CI .026 to .039``, to stand in parentheses."""
    return interval(found, CI, digits).replace(" (", ", ")[:-1]


def points(found, ci="", scale=1):
    """``+3.2 (0.9 to 5.6)``: percentage points; ``scale``: 100 for shares."""
    mean, low, high = (scale * value for value in found)
    return f"{mean:+.1f} ({ci}{low:.1f} to {high:.1f})"


def minus(found):
    """(mean, low, high) of the difference the other way round."""
    mean, low, high = found
    return -mean, -high, -low


def markdown(rows, head):
    return tabulate(rows, head, tablefmt="pipe", disable_numparse=True,
                    colalign=["left"] * len(head))
