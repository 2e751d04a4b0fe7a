"""The published leaderboard: add results, check them, build the page.

    python -m benchmark_utils.leaderboard add outputs/RESULT.parquet
    python -m benchmark_utils.leaderboard check
    python -m benchmark_utils.leaderboard page

``add`` refuses results that may not stand beside the published ones and says
why; leaderboard/README.md has the rules. ``page`` needs no run: it reads
``leaderboard/*.parquet`` and writes ``leaderboard/index.html``.
"""
import argparse
import sys
from pathlib import Path

from benchmark_utils.report import store


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m benchmark_utils.leaderboard", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, default=store.STORE,
                        help="the folder of published results")
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser("add", help="publish a result file")
    add.add_argument("result", type=Path)
    add.add_argument("--name", help="its name in the store; default: its own")
    add.add_argument("--replace", action="store_true",
                     help="these rows take the place of published ones")
    commands.add_parser("check", help="is the store in order?")
    page = commands.add_parser("page", help="build the page")
    page.add_argument("--output", type=Path,
                      help="default: index.html in the store")
    page.add_argument("--no-plots", action="store_true",
                      help="tables only, a twentieth of the size")
    page.add_argument("--markdown", action="store_true",
                      help="print the overall ranking for the README")
    options = parser.parse_args(arguments)
    {"add": _add, "check": _check, "page": _page}[options.command](options)


def _add(options):
    if not options.result.is_file():
        sys.exit(f"{options.result} is missing")
    try:
        changed = store.add(options.result, options.name, options.replace,
                            options.store)
    except store.Refused as refused:
        sys.exit("\n".join(["refused:", *refused.reasons]))
    for path in changed:
        print("wrote" if path.exists() else "removed", path)
    print("next: python -m benchmark_utils.leaderboard page")


def _check(options):
    reasons = store.check(options.store)
    if reasons:
        sys.exit("\n".join(reasons))
    print(f"{len(list(options.store.glob('*.parquet')))} result files, all in "
          "order")


def _page(options):
    # The page needs plotly, which the other commands do not load.
    from benchmark_utils.report.page import write_page
    from benchmark_utils.report.tables import ranking_markdown

    rows = store.read_store(options.store)
    if rows is None:
        sys.exit(f"no result in {options.store}: python -m "
                 "benchmark_utils.leaderboard add outputs/RESULT.parquet")
    output = options.output or options.store / "index.html"
    output.parent.mkdir(parents=True, exist_ok=True)
    write_page(rows, output, plots=not options.no_plots)
    if options.markdown:
        print(ranking_markdown(rows), end="\n\n")
    print(f"wrote {output}, {output.stat().st_size / 1e6:.2f} MB",
          file=sys.stderr)


if __name__ == "__main__":
    main()
