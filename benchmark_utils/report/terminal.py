"""The results on a terminal: a table per dataset, and who is best."""
import shutil
import sys
import textwrap

from tabulate import tabulate

from benchmark_utils.report.comparison.ranking_table import (
    MIN_GROUPED,
    Choice,
    headline,
)
from benchmark_utils.report.comparison.tables import cells
from benchmark_utils.report.results.names import slug
from benchmark_utils.report.results.runs import CLOCKS, shown_metrics
from benchmark_utils.report.results.settings import MIN_CROWDS, settings_of

BOLD, PLAIN = "\033[1m", "\033[0m"
MOST_TIMES = 6  # named in the account of time
NOBODY = ("Nobody won: no other method has a score beside one to compare "
          "with.\nFixed votes are compared with majority vote (-s MV), buying "
          "with random\nassignment (-s RandomAssign).")
CROWDS = {"human": "people", "llm": "language models",
          "simulated": "simulated crowds"}


def tables_text(runs, every=False, width=None, bold=None):
    """A table for each dataset, its methods best first, as wide as the
    terminal: where that is too narrow, spreads and then the columns on the
    right are left out, and the last line says so.

    every : all scores, not the main ones. bold : mark who may be the best;
    default: on a terminal.
    """
    width = width or terminal_width()
    bold = sys.stdout.isatty() if bold is None else bold
    metrics, entries = shown_metrics(runs, main=not every), settings_of(runs)
    tables = {metric: cells(runs, metric, entries) for metric in metrics}
    parts, cut = [], 0
    for dataset, rows in runs.groupby("dataset", sort=False):
        solvers = rows["solver"].drop_duplicates().tolist()
        filled = [metric for metric in metrics if any(
            tables[metric][dataset, solver].n for solver in solvers)]
        lead = next((m for m in filled if m.better), None)
        if lead is None:
            continue
        solvers.sort(key=lambda name: -lead.better * _order(
            tables[lead][dataset, name], lead))
        text, left_out = _fitted(dataset, solvers, filled, tables, width, bold)
        cut = max(cut, left_out)
        heading = wrapped(_heading(dataset, entries.get(dataset)), width)
        parts.append(f"{heading}\n{text}")
    hidden = sum(m not in metrics for m in shown_metrics(runs))
    said = [f"{cut} columns did not fit"] if cut else []
    said += [f"{hidden} more scores: --all"] if hidden else []
    return "\n\n".join([*parts, *(["; ".join(said)] if said else [])])


def terminal_width():
    return shutil.get_terminal_size((100, 24)).columns


def wrapped(text, width=None):
    """Lines no longer than the terminal is wide; what does not fit goes on
    below, indented."""
    fold = textwrap.TextWrapper(
        width or terminal_width(), subsequent_indent="  ",
        break_long_words=False, break_on_hyphens=False)
    return "\n".join(fold.fill(line) for line in text.split("\n"))


def _order(cell, metric):
    """Missing means go last."""
    return cell.mean if cell.mean == cell.mean else -metric.better * 1e99


def _fitted(dataset, solvers, metrics, tables, width, bold):
    """The table, and how many columns were left out."""
    for spread, n in [(True, len(metrics)),
                      *((False, n) for n in range(len(metrics), 0, -1))]:
        shown = metrics[:n]
        rows = [[solver, *(tables[metric][dataset, solver].text(
            metric, spread and bool(metric.main)) for metric in shown)]
            for solver in solvers]
        text = _table(rows, shown)
        if max(map(len, text.splitlines())) <= width or n == 1:
            break
    if bold:
        rows = [[row[0], *(
            f"{BOLD}{said}{PLAIN}" if tables[metric][dataset, row[0]].top
            else said for metric, said in zip(shown, row[1:]))]
            for row in rows]
        text = _table(rows, shown)
    return text, len(metrics) - n


def _table(rows, metrics):
    return tabulate(rows, ["Method", *(metric.title for metric in metrics)],
                    "simple", disable_numparse=True,
                    colalign=["left"] + ["right"] * len(metrics))


def _heading(dataset, entry):
    if entry is None or entry["tasks"] is None:
        return dataset
    name = entry["name"] if slug(entry["name"]) == dataset else (
        f"{entry['name']} ({dataset})")
    said = [CROWDS[entry["crowd"]], f"{entry['tasks']:,} tasks",
            f"{entry['workers']:,} workers",
            f"{'up to ' * entry['buy']}{entry['vpt']:.3g} votes per task",
            f"{entry['reps']} run" + "s" * (entry["reps"] > 1)]
    return f"{name}: {', '.join(said)}"


def time_text(runs):
    """Where the time of all repetitions went: by method, with the networks
    that the objective trains on labels as one of them, and by dataset."""
    own, training = (runs[clock.column].fillna(0) if clock.column in runs
                     else 0 * runs["time"] for clock in CLOCKS)
    total = float((own + training).sum())
    if not total:
        return ""
    methods = own.groupby(runs["solver"]).sum()
    if training.sum():
        methods["training on their labels"] = training.sum()
    datasets = (own + training).groupby(runs["dataset"]).sum()
    said = f"{total:.0f} s" if total < 600 else f"{total / 60:.0f} minutes"
    return (f"Time in methods and in training, {said}: "
            f"{_shares(methods / total)}\nBy dataset: "
            f"{_shares(datasets / total)}")


def _shares(shares):
    """The largest, and the rest together."""
    shares = shares.sort_values(ascending=False, kind="stable")
    parts = [f"{name} {share:.0%}" for name, share in shares.items()]
    rest = shares[MOST_TIMES:]
    return ", ".join(parts[:MOST_TIMES] + (
        [f"{len(rest)} others {rest.sum():.0%}"] if len(rest) else []))


def answers_text(data):
    """One line for each problem and kind of crowd: who is best, how sure."""
    lines = []
    for v, problem in (("fixed", "fixed votes"), ("buy", "buying votes")):
        for crowd, name in CROWDS.items():
            choice = Choice(v=v, crowd=crowd,
                            setting="" if v == "fixed" else "active")
            table = headline(data, choice)
            if table.others:
                lines.append(f"{name.capitalize()}, {problem}: "
                             + _answer(table))
    return "\n".join(lines) or NOBODY


def _answer(table):
    best, n = table.others[0], len(table.families)
    crowds = f"{n} crowd" + "s" * (n > 1)
    than = table.measure["than"]
    gain = f"{best.mean:+.1f} points over {than}"
    if not table.ranked:
        return (f"not ranked, {crowds} (a ranking takes {MIN_CROWDS}); "
                f"{best.name}, {gain}, is the best")
    gain += f" [{best.low:+.1f}, {best.high:+.1f}] on {crowds}"
    if not table.grouped:
        return (f"{best.name} leads, {gain}; groups take {MIN_GROUPED} "
                "crowds")
    if not best.beats:
        return f"not decided; {best.name} leads, {gain}"
    tied = [row.name for row in table.tied]
    return f"{best.name}, {gain}" + (
        f"; not significantly different: {', '.join(tied)}" if tied else "")
