"""Print the leaderboard and write it as a page that needs no network.

    python -m benchmark_utils.report [RESULT.parquet ...] [--page PAGE.html]

Without a file: the newest result in outputs/.
"""
import argparse
import sys
from pathlib import Path

from tabulate import tabulate

from benchmark_utils.report.page import write_page
from benchmark_utils.report.runs import (
    cells,
    load_results,
    prepare_runs,
    shown_metrics,
)

OUTPUTS = Path(__file__).parents[2] / "outputs"
BOLD, PLAIN = "\033[1m", "\033[0m"


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m benchmark_utils.report", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", nargs="*", type=Path)
    parser.add_argument("--page", type=Path,
                        default=OUTPUTS / "leaderboard.html")
    parser.add_argument("--markdown", action="store_true",
                        help="print a Markdown table for each main metric")
    options = parser.parse_args(arguments)
    results = options.results or [newest_result()]
    for path in results:
        if not path.is_file():
            sys.exit(f"{path} is missing")
    rows = load_results(results)
    runs = prepare_runs(rows)
    print(markdown_text(runs) if options.markdown else leaderboard_text(runs))
    options.page.parent.mkdir(parents=True, exist_ok=True)
    write_page(rows, options.page)
    print(f"\nFrom {', '.join(map(str, results))}"
          f"\nThe same as a page: {options.page}",
          # The tables alone go where they are pasted or piped.
          file=sys.stderr if options.markdown else sys.stdout)


def newest_result():
    results = sorted(OUTPUTS.glob("*.parquet"),
                     key=lambda path: path.stat().st_mtime)
    if not results:
        sys.exit(f"no result in {OUTPUTS}: benchopt run . makes one")
    return results[-1]


def leaderboard_text(runs):
    """The leaderboard for a terminal, the best in bold if it is one."""
    bold = (BOLD + "{}" + PLAIN).format if sys.stdout.isatty() else str
    metrics = shown_metrics(runs)
    tables = [(metric, cells(runs, metric)) for metric in metrics]
    rows, last = [], None
    for key in tables[0][1]:
        dataset, solver = key
        rows.append([dataset if dataset != last else "", solver, *(
            _cell(metric, table[key], bold, spread=metric.main)
            for metric, table in tables)])
        last = dataset
    return _table(rows, ["Dataset", "Solver", *(
        metric.title for metric in metrics)], "simple", n_names=2)


def markdown_text(runs):
    """A Markdown table of solvers x datasets for each main metric."""
    parts = []
    for metric in shown_metrics(runs):
        if not metric.main:
            continue
        table = cells(runs, metric)
        datasets = list(dict.fromkeys(
            dataset for (dataset, _), cell in table.items()
            if cell.n))  # a metric is empty for some datasets
        solvers = sorted({solver for (dataset, solver), cell in table.items()
                          if cell.n})
        rows = [[solver, *(
            _cell(metric, table[dataset, solver], "**{}**".format)
            if (dataset, solver) in table else "-" for dataset in datasets)]
            for solver in solvers]
        parts.append(_table(rows, [metric.title, *datasets], "pipe", 1))
    return "\n\n".join(parts)


def _cell(metric, cell, bold, spread=True):
    text = metric.text(cell.mean)
    text = bold(text) if cell.best else text
    if spread and metric.spread(cell):
        text += f" ± {metric.spread(cell)}"
    return text


def _table(rows, head, style, n_names):
    return tabulate(rows, head, tablefmt=style, disable_numparse=True,
                    colalign=["left"] * n_names
                    + ["right"] * (len(head) - n_names))


if __name__ == "__main__":
    main()
