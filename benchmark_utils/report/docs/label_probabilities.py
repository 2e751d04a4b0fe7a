"""The study of label probabilities, as docs/findings quotes it.

``docs/findings/results/label_probabilities.json`` is what
``perf/label_probabilities.py --output`` writes: rows by dataset and way of
computing probabilities, and by dataset and method.
"""
import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from benchmark_utils.report.docs.studies import STUDIES, markdown, number

STORED = STUDIES / "label_probabilities.json"
ALL = "all"
FEWEST = 10  # labels of a dataset in a bin


class Probabilities:
    """Numbers of the study; ``kind`` is one of all, human, llm.

    Attributes
    ----------
    source : commit, date and scoring protocol of the numbers
    kinds : number of datasets of each kind
    errors : calibration errors, datasets x ways
    recoveries : label accuracies, datasets x methods
    choice, choice_means : methods that vote NLL and agreement would select,
        by dataset and on average
    """

    def __init__(self, found):
        self.protocol = found["protocol"]
        self.source = (f"commit {found['commit']}, {found['date']}, "
                       f"protocol {self.protocol}")
        self.kinds = pd.DataFrame(found["crowds"])["kind"].value_counts()
        self.ways = pd.DataFrame(found["probabilities"])
        self.errors = self.ways.pivot(index="crowd", columns="way",
                                      values="error")
        self.grid = pd.DataFrame(found["correlation"])
        self.bins, self.rows = by_bin(found), pd.DataFrame(
            found["reliability"]).set_index(["crowd", "way"])
        self.choice = method_choice(found)
        self.choice_means = choice_means(self.choice)
        self.recoveries = pd.DataFrame(found["methods"]).pivot(
            index="crowd", columns="solver", values="recovery")
        self.elsewhere = error_of_choice(self.grid)

    @classmethod
    def stored(cls, path=STORED):
        return cls(json.loads(Path(path).read_text("utf-8")))

    # --- probabilities ----------------------------------------------------
    def mean(self, way, score="error", kind=ALL):
        """Mean over datasets of the calibration ``error``, the log loss
        ``nll`` or the ``brier`` score of a way."""
        return _of(self.ways[self.ways["way"] == way], kind)[score].mean()

    def ratio(self, way, to, score="error", kind=ALL):
        return self.mean(way, score, kind) / self.mean(to, score, kind)

    def worse(self, way, than):
        """Datasets on which ``way`` has the larger error, largest first."""
        more = self.errors[way] - self.errors[than]
        return list(more[more > 0].sort_values(ascending=False).index)

    def near(self, way, kind, tenth):
        """Mean probability ``sure`` and share correct ``right`` of the labels
        with a probability in a tenth, such as .9 to 1."""
        return self.bins.loc[(way, kind, round(10 * tenth))]

    def doubt(self, crowd, way):
        """Share of correct labels minus their mean probability."""
        rows = self.rows.loc[(crowd, way)]
        return ((rows["right"] - rows["sure"]) * rows["n"]).sum() / rows[
            "n"].sum()

    def correlation(self, rho, score="error", kind=ALL):
        return _of(self.grid[self.grid["correlation"] == rho],
                   kind)[score].mean()

    def way_table(self, titles):
        """``titles``: {way: title}; the lowest of each column is bold."""
        columns = {"calibration error": ("error", ALL),
                   "human": ("error", "human"), "LLM": ("error", "llm"),
                   "log loss": ("nll", ALL), "log loss, human": (
                       "nll", "human"), "Brier score": ("brier", ALL)}
        cells = []
        for column in columns.values():
            values = [self.mean(way, *column) for way in titles]
            cells.append([f"**{number(x)}**" if x == min(values)
                          else number(x) for x in values])
        return markdown([[title, *row] for title, row in zip(
            titles.values(), zip(*cells))], ["probabilities", *columns])

    def correlation_table(self):
        grid = sorted(self.grid["correlation"].unique())
        rows = [("calibration error", "error", ALL),
                ("human", "error", "human"), ("LLM", "error", "llm"),
                ("log loss", "nll", ALL)]
        return markdown([[title, *(number(self.correlation(rho, *of))
                                   for rho in grid)] for title, *of in rows],
                        ["correlation", *(f"{rho:g}".removeprefix("0") or "0"
                                          for rho in grid)])

    # --- selecting a method -----------------------------------------------
    def misled(self):
        """Datasets on which a lower vote NLL goes with lower accuracy."""
        scores = self.choice["nll"].sort_values()
        return list(scores[scores < 0].index)

    def choice_table(self):
        """By dataset, the lowest correlation of vote NLL first."""
        rows = [[crowd, *(number(row[c], 2) for c in ("nll", "agreement")),
                 row["chosen by nll"], *(number(row[c]) for c in (
                     "by nll", "Committee", "best")), row["best method"]]
                for crowd, row in self.choice.sort_values("nll").iterrows()]
        return markdown(rows, [
            "dataset", "correlation of vote NLL", "of agreement",
            "lowest vote NLL", "its accuracy", "Committee", "best accuracy",
            "best method"])


def _of(rows, kind):
    return rows if kind == ALL else rows[rows["kind"] == kind]


def error_of_choice(grid):
    """Mean calibration error if the correlation for each dataset is the one
    with the lowest mean log loss on all others."""
    nll, error = (grid.pivot(index="crowd", columns="correlation",
                             values=score) for score in ("nll", "error"))
    return float(np.mean([error.loc[crowd, nll.drop(crowd).mean().idxmin()]
                          for crowd in nll.index]))


def by_bin(found):
    """Labels by tenths of their probability: mean probability and share
    correct, averaged over the datasets with `FEWEST` such labels or more."""
    bins = pd.DataFrame(found["reliability"])
    bins = bins[bins["n"] >= FEWEST]
    return bins.groupby(["way", "kind", "bin"]).agg(
        sure=("sure", "mean"), right=("right", "mean"),
        crowds=("crowd", "size"))


def method_choice(found):
    """By dataset: Spearman's correlation over the methods of label accuracy
    with vote NLL (sign reversed) and with agreement; the method that each of
    them selects, and its label accuracy."""
    lines = []
    for (crowd, kind), table in pd.DataFrame(found["methods"]).groupby(
            ["crowd", "kind"], sort=False):
        table = table.set_index("solver")
        recovery = table["recovery"]
        line = dict(crowd=crowd, kind=kind)
        for name, column in (("nll", -table["vote_nll"]),
                             ("agreement", table["agreement"])):
            line[name] = spearmanr(column, recovery).statistic
            line[f"by {name}"] = recovery[column.idxmax()]
        line.update({"chosen by nll": table["vote_nll"].idxmin(),
                     "Committee": recovery["Committee"],
                     "DS": recovery["DS"], "MV": recovery["MV"],
                     "best": recovery.max(),
                     "best method": recovery.idxmax()})
        lines.append(line)
    return pd.DataFrame(lines).set_index("crowd")


def choice_means(choice):
    """Means over all datasets and over each kind, and the number of datasets
    with a positive correlation."""
    groups = [(ALL, choice), *choice.groupby("kind")]
    table = pd.DataFrame({name: rows.mean(numeric_only=True)
                          for name, rows in groups}).T
    for score in ("nll", "agreement"):
        table[f"{score} above 0"] = [
            f"{(rows[score] > 0).sum()} of {len(rows)}" for _, rows in groups]
    return table
