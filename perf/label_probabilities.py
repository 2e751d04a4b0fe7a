"""What label probabilities are worth, and whether votes can choose a method.

    CROWD_DATA=... OMP_NUM_THREADS=1 python perf/label_probabilities.py

with `--figure FILE` to draw the figure too.

On every recorded crowd whose files are at hand: the calibration error of
label probabilities made in different ways, how it changes with the one
constant of ours, and how the likelihood of held-out votes goes with recovery
over all methods that read nothing but votes. Prints the tables of
docs/findings/label_probabilities.md, and draws its figure.
"""
import argparse

import numpy as np
import pandas as pd
from recorded_crowds import ROOT, recorded_crowds
from scipy.optimize import minimize_scalar
from scipy.stats import spearmanr

from benchmark_utils.aggregation.committee import committee
from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.held_out import held_out, hold_out, temper
from benchmark_utils.mine.probabilities import (
    CORRELATION,
    best_labels,
    calibrated,
)
from benchmark_utils.scoring.calibration import (
    brier,
    calibration_error,
    negative_log_likelihood,
    reliability,
)
from benchmark_utils.scoring.label_probabilities import (
    label_reliability,
    vote_nll,
)
from benchmark_utils.scoring.labels import label_recovery, top_k_credit

METHODS = {
    "DS": lambda votes: dawid_skene(votes).T,
    "HierDS": lambda votes: dawid_skene(votes, pooled=3.0).T,
    "Committee": lambda votes: committee(votes).T,
}
GRID = (0, .1, .2, .3, .4, .5, .6, .8, 1.0)


def heat_of(votes, aggregate):
    """The temperature at which held-out votes are likeliest."""
    fold = hold_out(votes)
    score = held_out(votes, {f: aggregate(votes.select(fold != f))
                             for f in range(5)}, fold)
    return float(np.exp(minimize_scalar(
        lambda log_t: score.nll(np.exp(log_t)), method="bounded",
        bounds=(np.log(.1), np.log(50))).x))


def ours(votes, fit, correlation):
    label = best_labels(fit.T, np.random.default_rng(0))
    return calibrated(fit, votes, label, correlation)


def score(T, truth):
    known = (truth >= 0) & ~np.isnan(T).any(axis=1)
    return dict(error=calibration_error(label_reliability(T, truth)),
                nll=negative_log_likelihood(T[known], truth[known]),
                brier=brier(T[known], truth[known]))


def probabilities(votes):
    """{name: (n_tasks, K)} of all ways, and {correlation: the same} of ours.
    """
    found = {"vote shares": votes.shares()}
    for name, aggregate in METHODS.items():
        found[name] = aggregate(votes)
        found[f"{name}, temperature"] = temper(
            found[name], heat_of(votes, aggregate))
    fit = committee(votes)
    grid = {rho: ours(votes, fit, rho) for rho in GRID}
    found["ours"] = grid[CORRELATION]
    return found, grid


def methods_without_truth(votes, truth):
    """Vote NLL, agreement with the votes, and recovery of every solver that
    says ``votes_only``, a frame."""
    from benchopt.benchmark import Benchmark
    rows = []
    for cls in Benchmark(ROOT).get_solvers():
        if not getattr(cls, "votes_only", False) or cls.name == "CrowdKit":
            continue
        solver = cls.get_instance()
        if solver.skip(votes=votes)[0]:
            continue
        solver.set_objective(votes=votes, seed=0)
        solver.run(None)
        result = solver.get_result()
        T = result["soft_labels"]
        rows.append(dict(
            solver=cls.name, recovery=label_recovery(T, truth),
            vote_nll=vote_nll(votes, result["held_out_labels"]),
            agreement=np.nanmean(T[votes.task, votes.label])))
    return pd.DataFrame(rows).set_index("solver")


def best_of_others(table, crowd):
    """The grid value of least mean NLL over all crowds but one."""
    return table.drop(crowd, level="crowd").groupby("correlation")[
        "nll"].mean().idxmin()


def main(figure):
    rows, grid_rows, tables, bins, choice = [], [], {}, [], []
    for crowd, kind, votes, truth in recorded_crowds():
        print("...", crowd, flush=True)
        found, grid = probabilities(votes)
        for way, T in found.items():
            rows.append(dict(crowd=crowd, kind=kind, way=way,
                             **score(T, truth)))
            known = (truth >= 0) & ~np.isnan(T).any(axis=1)
            table = reliability(T[known].max(axis=1), top_k_credit(
                T[known], truth[known]), 10)
            bins.append(pd.DataFrame(table).assign(
                crowd=crowd, kind=kind, way=way, bin=range(10)))
        grid_rows += [dict(crowd=crowd, kind=kind, correlation=rho,
                           **score(T, truth)) for rho, T in grid.items()]
        tables[crowd] = methods_without_truth(votes, truth)
    rows, grid = pd.DataFrame(rows), pd.DataFrame(grid_rows)
    ways = rows["way"].unique()

    print("\n## Calibration error by crowd\n")
    wide = rows.pivot(index="crowd", columns="way", values="error")[ways]
    print(wide.to_markdown(floatfmt=".3f"))
    print("\n## Means over crowds\n")
    means = rows.groupby("way")[["error", "nll", "brier"]].mean().loc[ways]
    for kind in ("human", "llm"):
        means[f"error, {kind}"] = rows[rows["kind"] == kind].groupby("way")[
            "error"].mean()
    print(means.to_markdown(floatfmt=".3f"))
    print("\n## The correlation\n")
    print(grid.groupby("correlation")[["error", "nll", "brier"]].mean()
          .to_markdown(floatfmt=".3f"))
    indexed = grid.set_index(["crowd", "correlation"])
    for crowd in wide.index:
        chosen = best_of_others(indexed, crowd)
        choice.append(indexed.loc[(crowd, chosen), "error"])
    print(f"\nchosen on the other crowds by NLL: error {np.mean(choice):.3f}")

    print("\n## 90% sure\n")
    bins = pd.concat(bins)
    bins = bins[bins["n"] >= 10].assign(
        sure=lambda b: b["confidence"] / b["n"],
        right=lambda b: b["right"] / b["n"])
    by_bin = bins.groupby(["way", "kind", "bin"])[["sure", "right"]].agg(
        ["mean", "size"])
    print(by_bin.loc[["DS", "Committee", "ours"]].to_markdown(floatfmt=".3f"))
    print("\n## Vote NLL and recovery\n")
    lines = []
    for crowd, table in tables.items():
        best = table["vote_nll"].idxmin()
        lines.append(dict(
            crowd=crowd,
            nll=spearmanr(-table["vote_nll"], table["recovery"]).statistic,
            agreement=spearmanr(table["agreement"],
                                table["recovery"]).statistic,
            likeliest=best, its_recovery=table.loc[best, "recovery"],
            committee=table.loc["Committee", "recovery"],
            best=table["recovery"].max(), best_method=table[
                "recovery"].idxmax()))
    lines = pd.DataFrame(lines).set_index("crowd")
    print(lines.to_markdown(floatfmt=".3f"))
    print(lines.mean(numeric_only=True).to_markdown(floatfmt=".3f"))
    print("positive on", (lines["nll"] > 0).sum(), "of", len(lines))
    average = pd.concat(tables).groupby("solver")["recovery"].mean()
    print(average.sort_values(ascending=False).to_markdown(floatfmt=".4f"))
    if figure:
        with open(figure, "w", encoding="utf-8") as stream:
            stream.write(reliability_figure(by_bin))


def reliability_figure(by_bin):
    """Two panels, people and language models: of the labels with a
    probability, the share that is right; the mean over crowds."""
    size, gap, left, top = 260, 60, 52, 30
    colours = {"DS": "#b3261e", "Committee": "#8a5a00", "ours": "#0b62c4"}
    titles = {"DS": "Dawid-Skene", "Committee": "Committee, plain mean",
              "ours": "Committee, calibrated"}
    parts = []
    for place, (kind, title) in enumerate((
            ("human", "people"), ("llm", "language models"))):
        x0 = left + place * (size + gap)
        parts.append(f'<rect x="{x0}" y="{top}" width="{size}" height="{size}"'
                     ' fill="none" stroke="#c5cbd3"/>'
                     f'<line x1="{x0}" y1="{top + size}" x2="{x0 + size}" '
                     f'y2="{top}" stroke="#59636e" stroke-dasharray="4 4"/>'
                     f'<text x="{x0}" y="{top - 10}">{title}</text>')
        for share in (0, .25, .5, .75, 1):
            parts.append(
                f'<text x="{x0 + share * size}" y="{top + size + 18}" '
                f'text-anchor="middle">{share:.0%}</text><text x="{x0 - 8}" '
                f'y="{top + size * (1 - share) + 4}" text-anchor="end">'
                f"{share:.0%}</text>")
        for way, colour in colours.items():
            line = by_bin.loc[(way, kind)]
            line = line[line[("sure", "size")] >= 3]  # crowds
            points = [(x0 + size * sure, top + size * (1 - right))
                      for sure, right in zip(line[("sure", "mean")],
                                             line[("right", "mean")])]
            parts.append(
                f'<polyline fill="none" stroke="{colour}" stroke-width="2" '
                'points="' + " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
                + '"/>' + "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" '
                                  f'fill="{colour}"/>' for x, y in points))
    for i, (way, colour) in enumerate(colours.items()):
        parts.append(f'<text x="{left + 190 * i}" y="{top + size + 62}" '
                     f'fill="{colour}">● {titles[way]}</text>')
    parts.append(f'<text x="{left}" y="{top + size + 40}">across: probability '
                 "of the label; up: share that is right; mean over crowds"
                 "</text>")
    return ('<svg xmlns="http://www.w3.org/2000/svg" width="660" height="370" '
            'font-family="sans-serif" font-size="13" fill="#1b1f24">'
            '<rect width="660" height="370" fill="#fff"/>'
            + "".join(parts) + "</svg>\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--figure", help="write the reliability figure here")
    main(parser.parse_args().figure)
