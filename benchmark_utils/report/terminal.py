"""The results on a terminal: a table per dataset, and the best methods."""
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
from benchmark_utils.report.results.settings import (
    CROWDS,
    MIN_CROWDS,
    settings_of,
)

BOLD, PLAIN = "\033[1m", "\033[0m"
MOST_TIMES = 6  # largest shares of the time that are listed
NO_COMPARISON = (
    "No comparison: no other method was run with the baseline, which is\n"
    "majority vote (-s MV) for fixed votes and random assignment\n"
    "(-s RandomAssign) for label acquisition.")


def tables_text(runs, every=False, width=None, bold=None):
    """A table for each dataset with the best methods first. If the terminal is
    too narrow, standard deviations and then the last columns are left out, as
    the last line reports.

    every : all scores, not only the main ones. bold : mark the methods that
    do not differ significantly from the best; default: on a terminal.
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
    notes = [f"{cut} columns did not fit"] if cut else []
    notes += [f"{hidden} more scores: --all"] if hidden else []
    return "\n\n".join([*parts, *(["; ".join(notes)] if notes else [])])


def terminal_width():
    return shutil.get_terminal_size((100, 24)).columns


def wrapped(text, width=None):
    """Lines broken at the width of the terminal, continued with an indent."""
    fold = textwrap.TextWrapper(
        width or terminal_width(), subsequent_indent="  ",
        break_long_words=False, break_on_hyphens=False)
    return "\n".join(fold.fill(line) for line in text.split("\n"))


def _order(cell, metric):
    """Sort key, missing means last."""
    return cell.mean if cell.mean == cell.mean else -metric.better * 1e99


def _fitted(dataset, solvers, metrics, tables, width, bold):
    """The table, and the number of columns that were left out."""
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
            f"{BOLD}{text}{PLAIN}" if tables[metric][dataset, row[0]].top
            else text for metric, text in zip(shown, row[1:]))]
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
    facts = [CROWDS[entry["crowd"]], f"{entry['tasks']:,} tasks",
             f"{entry['workers']:,} workers",
             f"{'up to ' * entry['buy']}{entry['vpt']:.3g} votes per task",
             f"{entry['reps']} run" + "s" * (entry["reps"] > 1)]
    return f"{name}: {', '.join(facts)}"


def time_text(runs):
    """Shares of the total time by method, with the objective's training of
    networks as one of them, and by dataset."""
    own, training = (runs[clock.column].fillna(0) if clock.column in runs
                     else 0 * runs["time"] for clock in CLOCKS)
    total = float((own + training).sum())
    if not total:
        return ""
    methods = own.groupby(runs["solver"]).sum()
    if training.sum():
        methods["networks trained on labels"] = training.sum()
    datasets = (own + training).groupby(runs["dataset"]).sum()
    text = f"{total:.0f} s" if total < 600 else f"{total / 60:.0f} minutes"
    return (f"Time of methods and of training, {text}: "
            f"{_shares(methods / total)}\nBy dataset: "
            f"{_shares(datasets / total)}")


def _shares(shares):
    """The largest shares, and the sum of the others."""
    shares = shares.sort_values(ascending=False, kind="stable")
    parts = [f"{name} {share:.0%}" for name, share in shares.items()]
    rest = shares[MOST_TIMES:]
    return ", ".join(parts[:MOST_TIMES] + (
        [f"{len(rest)} others {rest.sum():.0%}"] if len(rest) else []))


def answers_text(data):
    """The best method for each source of labels, with fixed votes and with
    label acquisition, and its improvement with a 95% interval."""
    lines = []
    for v, setting, title in (("fixed", "", "fixed votes"),
                              ("buy", "active", "label acquisition")):
        for crowd, name in CROWDS.items():
            table = headline(data, Choice(v=v, crowd=crowd, setting=setting))
            if table.others:
                lines.append(f"{name[0].upper()}{name[1:]} datasets, {title}: "
                             + _answer(table))
    return "\n".join(lines) or NO_COMPARISON


def _answer(table):
    best, n = table.others[0], len(table.source_groups)
    datasets = f"{n} dataset" + "s" * (n > 1)
    gain = (f"{best.name} has the best mean, {best.mean:+.1f} percentage "
            f"points over {table.measure['than']}")
    if not table.ranked:
        return (f"{gain} on {datasets}; intervals need {MIN_CROWDS} datasets")
    gain += f" (95% CI {best.low:+.1f} to {best.high:+.1f}; {datasets})"
    if not table.grouped:
        return f"{gain}; tests need {MIN_GROUPED} datasets"
    gain += (f"; {best.verdict if best.mean > 0 else 'not better'}: "
             f"{best.stability.text}, adjusted for multiple comparisons")
    if not best.beats:
        better = [row.name for row in table.others if row.beats]
        return gain + (f"; significantly better: {', '.join(better)}"
                       if better else "")
    tied = [row.name for row in table.tied]
    return gain + (
        f"; not significantly different from it: {', '.join(tied)}"
        if tied else "")
