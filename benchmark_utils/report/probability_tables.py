"""Tables of the numbers that perf/label_probabilities.py stores."""
import numpy as np
import pandas as pd
from scipy.stats import spearmanr

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
