"""The study of label probabilities, as docs/findings quotes it.

``docs/findings/results/label_probabilities.json`` is what
``perf/label_probabilities.py --output`` writes: rows by crowd and way of
making probabilities, by crowd and method.
"""
import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from benchmark_utils.report.docs.studies import markdown, number

STORED = (Path(__file__).parents[3] / "docs" / "findings" / "results"
          / "label_probabilities.json")
ALL = "all"


class Probabilities:
    """Numbers of the study; ``kind`` is one of all, human, llm.

    Attributes
    ----------
    source : which commit made the numbers, and when
    kinds : number of crowds of each kind
    errors : calibration errors, crowds x ways
    recoveries : crowds x methods
    choice, choice_means : what Vote NLL and agreement would choose, by crowd
        and in the mean
    """

    def __init__(self, found):
        self.protocol = found["protocol"]
        self.source = f"commit {found['commit']}, {found['date']}"
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
        """Mean over crowds of the calibration ``error``, the log loss
        ``nll`` or the ``brier`` score of a way."""
        return _of(self.ways[self.ways["way"] == way], kind)[score].mean()

    def ratio(self, way, to, score="error", kind=ALL):
        return self.mean(way, score, kind) / self.mean(to, score, kind)

    def worse(self, way, than):
        """Crowds on which the error of ``way`` is higher, the most first."""
        more = self.errors[way] - self.errors[than]
        more = more.sort_values(ascending=False)
        return list(more[more > 0].index)

    def near(self, way, kind, tenth):
        """``sure`` and ``right`` of the labels of a tenth, such as .9."""
        return self.bins.loc[(way, kind, round(10 * tenth))]

    def doubt(self, crowd, way):
        """By how much more of the labels are right than their mean
        probability says."""
        rows = self.rows.loc[(crowd, way)]
        return ((rows["right"] - rows["sure"]) * rows["n"]).sum() / rows[
            "n"].sum()

    def correlation(self, rho, score="error", kind=ALL):
        return _of(self.grid[self.grid["correlation"] == rho],
                   kind)[score].mean()

    def way_table(self, titles):
        """``titles``: {way: title}; the lowest of each column is bold."""
        columns = [("error", ALL), ("error", "human"), ("error", "llm"),
                   ("nll", ALL), ("nll", "human"), ("brier", ALL)]
        values = [[self.mean(way, *column) for way in titles]
                  for column in columns]
        cells = [[f"**{number(x)}**" if x == min(column) else number(x)
                  for x in column] for column in values]
        return markdown([[title, *row] for title, row in zip(
            titles.values(), zip(*cells))], [
                "way to make probabilities", "calibration error", "people",
                "language models", "log loss", "people", "Brier"])

    def correlation_table(self):
        grid = sorted(self.grid["correlation"].unique())
        rows = [("calibration error", "error", ALL), ("people", "error",
                "human"), ("language models", "error", "llm"),
                ("log loss", "nll", ALL)]
        return markdown([[title, *(number(self.correlation(rho, *of))
                                   for rho in grid)] for title, *of in rows],
                        ["correlation", *(f"{rho:g}".removeprefix("0") or "0"
                                          for rho in grid)])

    # --- the choice of a method --------------------------------------------
    def misled(self):
        """Crowds on which a lower Vote NLL goes with a lower recovery."""
        scores = self.choice["nll"].sort_values()
        return list(scores[scores < 0].index)

    def choice_table(self):
        """By crowd, those on which Vote NLL misleads most first."""
        rows = [[crowd, *(number(row[c], 2) for c in ("nll", "agreement")),
                 row["chosen by nll"], *(number(row[c]) for c in (
                     "by nll", "Committee", "best")), row["best method"]]
                for crowd, row in self.choice.sort_values("nll").iterrows()]
        return markdown(rows, [
            "crowd", "Vote NLL", "agreement", "Vote NLL chooses", "recovery",
            "Committee", "best", "the best"])


def _of(rows, kind):
    return rows if kind == ALL else rows[rows["kind"] == kind]


FEWEST = 10  # labels of a crowd in a bin


def means_by_kind(rows, by, scores):
    """Means over the crowds, and those of the first score over people and
    over language models."""
    means = rows.groupby(by)[scores].mean()
    for kind in rows["kind"].unique():
        means[f"{scores[0]}, {kind}"] = rows[rows["kind"] == kind].groupby(
            by)[scores[0]].mean()
    return means


def error_of_choice(grid):
    """Mean calibration error if the correlation for each crowd were that of
    least mean log loss on all the others."""
    nll = grid.pivot(index="crowd", columns="correlation", values="nll")
    error = grid.pivot(index="crowd", columns="correlation", values="error")
    return float(np.mean([error.loc[crowd, nll.drop(crowd).mean().idxmin()]
                          for crowd in nll.index]))


def by_bin(found):
    """Of the labels with about a probability: that probability and the share
    that is right, each crowd that has ten of them weighing the same."""
    bins = pd.DataFrame(found["reliability"])
    bins = bins[bins["n"] >= FEWEST]
    return bins.groupby(["way", "kind", "bin"]).agg(
        sure=("sure", "mean"), right=("right", "mean"),
        crowds=("crowd", "size"))


def method_choice(found):
    """By crowd: Spearman's correlation over the methods of recovery with the
    Vote NLL (its sign turned) and with the agreement with the votes; and the
    recovery of the method that each of them would choose."""
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
    """Means over all crowds and over each kind, and the number of crowds on
    which the correlations are above 0."""
    groups = [("all", choice), *choice.groupby("kind")]
    table = pd.DataFrame({name: rows.mean(numeric_only=True)
                          for name, rows in groups}).T
    for score in ("nll", "agreement"):
        table[f"{score} above 0"] = [
            f"{(rows[score] > 0).sum()} of {len(rows)}" for _, rows in groups]
    return table
