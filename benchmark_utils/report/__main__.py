"""Print the leaderboard and write it as a page that needs no network.

    python -m benchmark_utils.report [RESULT.parquet ...] [--page PAGE.html]

Without a file: the newest result in outputs/.
"""
import argparse
import sys
from pathlib import Path

from tabulate import tabulate

from benchmark_utils.report.page import write_page
from benchmark_utils.report.summary import cells, load_runs, shown_metrics

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
                        help="print the table as Markdown")
    options = parser.parse_args(arguments)
    results = options.results or [newest_result()]
    for path in results:
        if not path.is_file():
            sys.exit(f"{path} is missing")
    runs = load_runs(results)
    print(leaderboard_text(runs, "github" if options.markdown else "simple"))
    options.page.parent.mkdir(parents=True, exist_ok=True)
    write_page(runs, options.page)
    print(f"\nFrom {', '.join(map(str, results))}"
          f"\nThe same as a page: {options.page}")


def newest_result():
    results = sorted(OUTPUTS.glob("*.parquet"),
                     key=lambda path: path.stat().st_mtime)
    if not results:
        sys.exit(f"no result in {OUTPUTS}: benchopt run . makes one")
    return results[-1]


def leaderboard_text(runs, style="simple"):
    """The leaderboard as text; bold marks the best on a terminal and in
    Markdown."""
    if style == "github":
        bold = "**{}**".format
    else:
        bold = (BOLD + "{}" + PLAIN).format if sys.stdout.isatty() else str
    metrics = shown_metrics(runs)
    tables = [(metric, cells(runs, metric)) for metric in metrics]
    rows, last = [], None
    for key in tables[0][1]:
        dataset, solver = key
        row = [dataset if dataset != last or style == "github" else "",
               solver]
        for metric, table in tables:
            cell = table[key]
            text = metric.text(cell.mean)
            text = bold(text) if cell.best else text
            if metric.main and metric.spread(cell):
                text += f" ± {metric.spread(cell)}"
            row.append(text)
        rows.append(row)
        last = dataset
    return tabulate(rows, ["Dataset", "Solver", *(
        metric.title for metric in metrics)], tablefmt=style,
        disable_numparse=True,
        colalign=["left", "left", *["right"] * len(metrics)])


if __name__ == "__main__":
    main()
