"""What results say, and the published leaderboard.

    python -m benchmark_utils.report [RESULT.parquet ...]

prints a table of each dataset and who is best, and writes the page. Without a
file: the newest result in outputs/. `COMMAND -h` explains a command.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmark_utils.report import store
from benchmark_utils.report.files import write_text
from benchmark_utils.report.names import Ambiguous

ROOT = Path(__file__).parents[2]
OUTPUTS = ROOT / "outputs"
PICTURE = ROOT / "docs" / "leaderboard.png"
SCORES = ROOT / "docs" / "scores.md"
METHODS = ROOT / "docs" / "methods.md"
README = ROOT / "README.md"
PIXELS = 1200, 1000
NAME = "python -m benchmark_utils.report"


def main(arguments=None):
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    parser, commands = _parser()
    if not arguments or arguments[0] not in (*commands, "-h", "--help"):
        arguments.insert(0, "show")
    options = parser.parse_args(arguments)
    try:
        options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # say, `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (store.Refused, Ambiguous, ValueError) as error:
        lines = getattr(error, "reasons", [str(error)])
        sys.exit("\n".join(["refused:", *lines]))


def _parser():
    parser = argparse.ArgumentParser(
        prog=NAME, description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name, run, text, results=False, stored=False):
        one = commands.add_parser(name, help=text, description=text)
        one.set_defaults(run=run)
        if results:
            one.add_argument(
                "results", nargs="*", type=Path, metavar="RESULT.parquet",
                help="result files of benchopt run; default: the newest in "
                "outputs/" + (", or --published" if stored else ""))
        if stored:
            one.add_argument(
                "--store", type=Path, default=store.STORE, metavar="FOLDER",
                help="the folder of published results; default: leaderboard/")
        return one

    show = command("show", _show, "print the tables, write the page; what "
                   "happens without a command", results=True)
    show.add_argument("--all", action="store_true", dest="every",
                      help="all scores, not only the main ones")
    show.add_argument("--width", type=int, metavar="COLUMNS",
                      help="of the tables; default: the terminal's")
    show.add_argument("--page", type=Path, metavar="PAGE.html",
                      default=OUTPUTS / "leaderboard.html",
                      help="where the page goes; default: "
                      "outputs/leaderboard.html")
    show.add_argument("--no-page", action="store_true",
                      help="print only")

    add = command("add", _add, "publish a result file beside the others",
                  stored=True)
    add.add_argument("result", type=Path, metavar="RESULT.parquet",
                     help="a result file of benchopt run")
    add.add_argument("--name", help="its name in the store; default: its own")
    add.add_argument("--replace", action="store_true",
                     help="these rows take the place of published ones")
    add.add_argument("--verified", action="store_true",
                     help="you ran it here yourself; else it is shown as "
                     "submitted")

    verify = command("verify", _verify, "compare a submitted result with a "
                     "run of yours; if they agree, it is shown as verified",
                     stored=True)
    verify.add_argument("name", help="of the published file")
    verify.add_argument("again", type=Path, metavar="AGAIN.parquet",
                        help="your run of its cells, in a clean clone")

    command("check", _check, "is the store in order?", stored=True)

    page = command("page", _page, "write the page of the published results, "
                   "and beside it results.json, csv/ and papers.bib",
                   stored=True)
    page.add_argument("--output", type=Path, metavar="PAGE.html",
                      help="default: index.html in the store")
    page.add_argument("--readme", action="store_true",
                      help="also put the ranking into README.md")

    picture = command("picture", _picture, "photograph the page for the "
                      "README, with Chromium", stored=True)
    picture.add_argument("--output", type=Path, default=PICTURE,
                         metavar="PICTURE.png", help="default: "
                         "docs/leaderboard.png")

    for name, text in (("json", "print the page's data as JSON"),
                       ("csv", "print a row per dataset and method as CSV"),
                       ("bibtex", "print the papers of methods and datasets")):
        one = command(name, _export, text, results=True, stored=True)
        one.set_defaults(format=name)
        one.add_argument("--published", action="store_true",
                         help="of the published results")

    scores = command("scores", _scores, "write docs/scores.md, what every "
                     "score means")
    scores.add_argument("--output", type=Path, default=SCORES,
                        metavar="SCORES.md", help="default: docs/scores.md")
    methods = command("methods", _methods, "write docs/methods.md, every "
                      "solver with its papers and defaults")
    methods.add_argument("--output", type=Path, default=METHODS,
                         metavar="METHODS.md", help="default: docs/methods.md")
    return parser, commands.choices


# --- commands ----------------------------------------------------------------

def _show(options):
    from benchmark_utils.report.data import page_data
    from benchmark_utils.report.runs import points_of, runs_of
    from benchmark_utils.report.terminal import answers_text, tables_text

    paths, rows = _results(options)
    print(tables_text(runs_of(points_of(rows)), options.every, options.width))
    data = page_data(rows)
    print(f"\n{answers_text(data)}\n\nFrom {', '.join(map(str, paths))}")
    if not options.no_page:
        _write_page(data, options.page)
        print(f"The page, with every figure: {options.page}")
    print(f"Next: {NAME} --all, for all scores; {NAME} add -h, to publish")


def _add(options):
    if not options.result.is_file():
        sys.exit(f"{options.result} is missing")
    changed = store.add(
        options.result, options.name, options.replace, options.store,
        store.VERIFIED if options.verified else store.SUBMITTED)
    for path in changed:
        print("wrote" if path.exists() else "removed", path)
    print(f"Next: {NAME} page")


def _verify(options):
    from benchmark_utils.report.runs import load_results
    from benchmark_utils.report.verification import differences

    rows = store.read_store(options.store)
    own = None if rows is None else rows[rows["run"] == options.name]
    if own is None or not len(own):
        sys.exit(f"no {options.name}.parquet in {options.store}")
    lines = differences(own, load_results([options.again]))
    if lines:
        sys.exit("\n".join(["does not agree:", *lines]))
    store.set_status(options.name, store.VERIFIED, options.store)
    print(f"{options.name} agrees with {options.again}: verified here")


def _check(options):
    reasons = store.check(options.store)
    if reasons:
        sys.exit("\n".join(reasons))
    n = len(list(options.store.glob("*.parquet")))
    print(f"{n} result file{'s' * (n != 1)}, all in order")


def _page(options):
    from benchmark_utils.report.data import page_data
    from benchmark_utils.report.exports import write_exports
    from benchmark_utils.report.readme import with_ranking

    data = page_data(_published(options))
    output = options.output or options.store / "index.html"
    _write_page(data, output)
    print(f"wrote {output}, {output.stat().st_size / 1e6:.2f} MB")
    files = write_exports(data, output.parent)
    print(f"wrote {len(files)} files of the same numbers beside it")
    if options.readme:
        write_text(README, with_ranking(README.read_text("utf-8"), data))
        print(f"wrote {README}")


def _picture(options):
    from PIL import Image

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


def _export(options):
    from benchmark_utils.report.bibtex import bibtex
    from benchmark_utils.report.data import as_json, page_data
    from benchmark_utils.report.exports import cells_csv

    rows = _published(options) if options.published else _results(options)[1]
    make = dict(json=as_json, csv=cells_csv, bibtex=bibtex)[options.format]
    sys.stdout.write(make(page_data(rows)).rstrip("\n") + "\n")


def _methods(options):
    from benchmark_utils.report.methods import methods_markdown

    write_text(options.output, methods_markdown())


def _scores(options):
    from benchmark_utils.report.scores import scores_markdown

    write_text(options.output, scores_markdown())
    print(f"wrote {options.output}")


# --- what they share ---------------------------------------------------------

def _results(options):
    """The files asked for, and their rows."""
    from benchmark_utils.report.runs import load_results

    paths = options.results or [_newest()]
    for path in paths:
        if not path.is_file():
            sys.exit(f"{path} is missing")
    return paths, load_results(paths)


def _newest():
    results = sorted(OUTPUTS.glob("*.parquet"),
                     key=lambda path: path.stat().st_mtime)
    if not results:
        sys.exit(f"no result in {OUTPUTS}: benchopt run . makes one")
    return results[-1]


def _published(options):
    rows = store.read_store(options.store)
    if rows is None:
        sys.exit(f"no result in {options.store}: {NAME} add "
                 "outputs/RESULT.parquet")
    return rows


def _write_page(data, path):
    from benchmark_utils.report.page import write_page

    path.parent.mkdir(parents=True, exist_ok=True)
    write_page(data, path)
