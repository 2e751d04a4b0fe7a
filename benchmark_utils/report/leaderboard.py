"""The published leaderboard: add results, check them, build the page.

    python -m benchmark_utils.report.leaderboard add outputs/RESULT.parquet
    python -m benchmark_utils.report.leaderboard check
    python -m benchmark_utils.report.leaderboard page
    python -m benchmark_utils.report.leaderboard picture

``add`` refuses results that may not stand beside the published ones and says
why; leaderboard/README.md has the rules. ``page`` needs no run: it reads
``leaderboard/*.parquet`` and writes ``leaderboard/index.html``;
``picture`` photographs that for the README, with Chromium.
"""
import argparse
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from PIL import Image

from benchmark_utils.report import store

PICTURE = store.STORE.parent / "docs" / "leaderboard.png"
PIXELS = 1200, 1000
README = store.STORE.parent / "README.md"
MARKS = ("<!-- leaderboard: python -m benchmark_utils.report.leaderboard page "
         "--readme -->", "<!-- /leaderboard -->")


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m benchmark_utils.report.leaderboard", description=__doc__,
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
                      help="tables only, a fifth of the size")
    page.add_argument("--readme", action="store_true",
                      help="also put the overall ranking into README.md")
    picture = commands.add_parser("picture", help="photograph the page")
    picture.add_argument("--output", type=Path, default=PICTURE)
    options = parser.parse_args(arguments)
    {"add": _add, "check": _check, "page": _page,
     "picture": _picture}[options.command](options)


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
    print("next: python -m benchmark_utils.report.leaderboard page")


def _check(options):
    reasons = store.check(options.store)
    if reasons:
        sys.exit("\n".join(reasons))
    print(f"{len(list(options.store.glob('*.parquet')))} result files, all in "
          "order")


def _page(options):
    # The page needs plotly, which the other commands do not load.
    from benchmark_utils.report.page import write_page

    rows = store.read_store(options.store)
    if rows is None:
        sys.exit(f"no result in {options.store}: python -m "
                 "benchmark_utils.report.leaderboard add outputs/RESULT.parquet")
    output = options.output or options.store / "index.html"
    output.parent.mkdir(parents=True, exist_ok=True)
    write_page(rows, output, plots=not options.no_plots)
    print(f"wrote {output}, {output.stat().st_size / 1e6:.2f} MB")
    if options.readme:
        README.write_text(with_ranking(README.read_text(), rows))
        print(f"wrote {README}")


def with_ranking(text, rows):
    """A README with the overall ranking between its marks."""
    from benchmark_utils.report.tables import ranking_markdown

    facts = store.provenance(rows)
    said = ("Elo [95% interval]; **bold**: first; ≈: not told from the first; "
            "who has fewer than 3 datasets is not ranked. "
            f"{len(facts['solvers'])} solvers, {len(facts['datasets'])} "
            f"datasets; commit {', '.join(facts['commits'])}, "
            f"{' to '.join(facts['dates'])}, "
            f"{', '.join(facts['machine']['processor'])}, networks on "
            f"{', '.join(facts['machine']['device'])}.")
    head, mark, rest = text.partition(MARKS[0])
    body, end, tail = rest.partition(MARKS[1])
    if not end:
        raise ValueError(f"README.md has no {MARKS[0]} ... {MARKS[1]}")
    return (f"{head}{mark}\n{ranking_markdown(rows)}\n\n"
            f"{textwrap.fill(said, 80)}\n{end}{tail}")


def _picture(options):
    page = options.store / "index.html"
    browser = next(filter(None, map(shutil.which, (
        "chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None or not page.is_file():
        sys.exit(f"needs Chromium and {page}")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder) / "shot.png"
        subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu",
             "--hide-scrollbars", f"--user-data-dir={folder}/profile",
             "--window-size={},{}".format(*PIXELS),
             "--virtual-time-budget=8000", f"--screenshot={shot}",
             page.resolve().as_uri()],
            check=True, capture_output=True, timeout=120)
        # 64 colours are enough for text and bars, in a quarter of the bytes.
        Image.open(shot).convert("RGB").quantize(64).save(
            options.output, optimize=True)
    print(f"wrote {options.output}, "
          f"{options.output.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
