"""Calibration of label probabilities, and methods chosen by held-out votes.

    CROWD_DATA=... OMP_NUM_THREADS=1 python perf/label_probabilities.py \
        --output results.json
    python perf/label_probabilities.py --stored results.json --figure FILE

The first command measures on every recorded dataset whose files are present:
the calibration error of label probabilities computed in several ways, its
dependence on our one constant, and how the likelihood of held-out votes
correlates with label accuracy over all methods that need votes only. It
writes its numbers after each dataset and takes about 15 minutes, most of them
for EBCC; docs/findings/label_probabilities.md shows them. The second command
draws the figure of that page.
"""
import json
from datetime import date
from pathlib import Path

import numpy as np
from common import classes, parser  # sets the path: first
from recorded_crowds import recorded_crowds
from scipy.optimize import minimize_scalar

from benchmark_utils.aggregation.committee import committee
from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.held_out import held_out, hold_out, temper
from benchmark_utils.own_votes.probabilities import (
    CORRELATION,
    best_labels,
    calibrated,
)
from benchmark_utils.report.docs.label_probabilities import by_bin
from benchmark_utils.scoring.calibration import (
    brier,
    calibration_error,
    negative_log_likelihood,
    reliability,
)
from benchmark_utils.scoring.label_probabilities import (
    label_reliability,
    vote_scores,
)
from benchmark_utils.scoring.labels import label_recovery, top_k_credit
from benchmark_utils.scoring.provenance import origin
from benchmark_utils.votes import TIE

METHODS = {
    "DS": lambda votes: dawid_skene(votes).T,
    "HierDS": lambda votes: dawid_skene(votes, pooled=3.0).T,
    "Committee": lambda votes: committee(votes).T,
}
SHOWN = {"DS": ("Dawid-Skene", "#b3261e"),
         "Committee": ("Committee, plain mean", "#8a5a00"),
         "ours": ("Committee, calibrated", "#0b62c4")}
FEWEST_CROWDS = 3  # in a bin that is drawn
GRID = (0, .1, .2, .3, .4, .5, .6, .8, 1.0)


def heat_of(votes, aggregate):
    """The temperature that maximises the likelihood of held-out votes."""
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
                nll=float(negative_log_likelihood(T[known], truth[known])),
                brier=float(brier(T[known], truth[known])))


def probabilities(votes):
    """{way: (n_tasks, K)}, and {correlation: (n_tasks, K)} of own_votes."""
    found = {"vote shares": votes.shares()}
    for name, aggregate in METHODS.items():
        found[name] = aggregate(votes)
        found[f"{name}, temperature"] = temper(
            found[name], heat_of(votes, aggregate))
    fit = committee(votes)
    grid = {rho: ours(votes, fit, rho) for rho in GRID}
    found["ours"] = grid[CORRELATION]
    return found, grid


def bins_of(T, truth):
    """Labels by tenths of their probability: their number n, mean probability
    and the share that is correct, without empty tenths."""
    known = (truth >= 0) & ~np.isnan(T).any(axis=1)
    table = reliability(T[known].max(axis=1),
                        top_k_credit(T[known], truth[known]), 10)
    return [dict(bin=bin, n=int(n), sure=float(sure / n),
                 right=float(right / n)) for bin, (n, sure, right)
            in enumerate(zip(table["n"], table["confidence"],
                             table["right"])) if n]


def methods_without_truth(votes, truth):
    """Label accuracy, vote NLL and agreement (the share of votes equal to the
    label; tied labels share) of every solver with ``votes_only``."""
    for cls in classes("solvers").values():
        if not getattr(cls, "votes_only", False):
            continue
        solver = cls.get_instance()
        if solver.skip(votes=votes)[0]:
            continue
        solver.set_objective(votes=votes, seed=0)
        solver.run(None)
        result = solver.get_result()
        T = result["soft_labels"]
        best = T >= T.max(axis=1, keepdims=True) - TIE
        with np.errstate(invalid="ignore"):  # NaN where it abstains
            best = best / best.sum(axis=1, keepdims=True)
        yield dict(
            solver=cls.name, recovery=float(label_recovery(T, truth)),
            vote_nll=vote_scores(votes, result["held_out_labels"])[
                "vote_nll"],
            agreement=float(np.nanmean(best[votes.task, votes.label])))


def measure():
    """{table: list of rows} of the datasets so far, after each dataset."""
    made = origin()
    found = dict(protocol=made["protocol"], commit=made["commit"],
                 date=date.today().isoformat(), crowds=[], probabilities=[],
                 correlation=[], reliability=[], methods=[])
    for crowd, kind, votes, truth, _ in recorded_crowds():
        key = dict(crowd=crowd, kind=kind)
        found["crowds"].append(dict(
            key, n_tasks=votes.n_tasks, n_workers=votes.n_workers,
            n_votes=len(votes), n_classes=votes.n_classes,
            n_known=int((truth >= 0).sum())))
        ways, grid = probabilities(votes)
        for way, T in ways.items():
            found["probabilities"].append(dict(key, way=way,
                                               **score(T, truth)))
            found["reliability"] += [dict(key, way=way, **row)
                                     for row in bins_of(T, truth)]
        found["correlation"] += [dict(key, correlation=rho, **score(T, truth))
                                 for rho, T in grid.items()]
        found["methods"] += [dict(key, **row) for row
                             in methods_without_truth(votes, truth)]
        yield found


def rounded(value):
    """Six digits; the pages show three."""
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def reliability_figure(found):
    """Share of correct labels by label probability, mean over datasets: a
    panel each for human and LLM labels."""
    size, top, table = 260, 30, by_bin(found)
    parts = [text(52 + 190 * i, top + size + 62, f"● {title}", f'fill="{ink}"')
             for i, (title, ink) in enumerate(SHOWN.values())]
    parts.append(text(52, top + size + 40, "x: label probability; y: share of "
                      "correct labels; mean over datasets"))
    for x0, kind, title in ((52, "human", "human-annotated"),
                            (372, "llm", "LLM-annotated")):
        parts.append(
            f'<rect x="{x0}" y="{top}" width="{size}" height="{size}" '
            f'fill="none" stroke="#c5cbd3"/><line x1="{x0}" y1="{top + size}" '
            f'x2="{x0 + size}" y2="{top}" stroke="#59636e" '
            'stroke-dasharray="4 4"/>' + text(x0, top - 10, title))
        for share in (0, .25, .5, .75, 1):
            parts += [text(x0 + share * size, top + size + 18, f"{share:.0%}",
                           'text-anchor="middle"'),
                      text(x0 - 8, top + size * (1 - share) + 4,
                           f"{share:.0%}", 'text-anchor="end"')]
        for way, (_, ink) in SHOWN.items():
            line = table.loc[(way, kind)]
            line = line[line["crowds"] >= FEWEST_CROWDS]
            points = [f"{x0 + size * sure:.1f},{top + size * (1 - right):.1f}"
                      for sure, right in zip(line["sure"], line["right"])]
            parts.append(f'<polyline fill="none" stroke="{ink}" stroke-width='
                         f'"2" points="{" ".join(points)}"/>')
            parts += ['<circle cx="{}" cy="{}" r="3.5" fill="{}"/>'.format(
                *point.split(","), ink) for point in points]
    return ('<svg xmlns="http://www.w3.org/2000/svg" width="660" height="370" '
            'font-family="sans-serif" font-size="13" fill="#1b1f24">'
            '<rect width="660" height="370" fill="#fff"/>'
            + "".join(parts) + "</svg>\n")


def text(x, y, words, more=""):
    return f'<text x="{x}" y="{y}" {more}>{words}</text>'


if __name__ == "__main__":
    options = parser(__doc__)
    for name in ("--output", "--stored", "--figure"):
        options.add_argument(name, type=Path)
    options = options.parse_args()
    if options.output:
        for found in measure():
            print("...", found["crowds"][-1]["crowd"], flush=True)
            options.output.write_text(json.dumps(
                rounded(found), indent=1) + "\n", "utf-8")
    if options.figure:
        options.figure.write_text(reliability_figure(json.loads(
            (options.stored or options.output).read_text("utf-8"))), "utf-8")
