"""What the commands of the command line do, each given its options."""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmark_utils.report.store import store
from benchmark_utils.report.store.admission import numbers
from benchmark_utils.safe_files import write_text

ROOT = Path(__file__).parents[2]
OUTPUTS = ROOT / "outputs"
PICTURE = ROOT / "docs" / "leaderboard.png"
SCORES = ROOT / "docs" / "scores.md"
METHODS = ROOT / "docs" / "methods.md"
PIXELS = 1200, 1000
NAME = "python -m benchmark_utils.report"


def show(options):
    from benchmark_utils.report.page.data import page_data
    from benchmark_utils.report.results.runs import points_of, runs_of
    from benchmark_utils.report.terminal import (
        answers_text,
        tables_text,
        time_text,
        wrapped,
    )

    paths, rows = _results(options)
    runs = runs_of(points_of(rows))
    print(tables_text(runs, options.every, options.width))
    data = page_data(rows)
    said = wrapped(f"{answers_text(data)}\n\n{time_text(runs)}",
                   options.width)
    print(f"\n{said}\n\nFrom {', '.join(map(str, paths))}")
    if not options.no_page:
        _write_page(data, options.page)
        print(f"The page, with every figure: {options.page}")
    print(f"All scores: {NAME} --all\nTo publish: {NAME} add -h")


def time(options):
    from benchmark_utils.report.results.runs import points_of, runs_of
    from benchmark_utils.report.terminal import time_text, wrapped

    _, rows = _results(options)
    print(wrapped(time_text(runs_of(points_of(rows)))))


def add(options):
    if not options.result.is_file():
        sys.exit(f"{options.result} is missing")
    changed, left_out = store.add(
        options.result, options.name, options.replace, options.store,
        store.VERIFIED if options.verified else store.SUBMITTED,
        options.complete)
    for (dataset, solver), missing in left_out.items():
        print(f"left out: {solver} on {dataset}, which lacks repetitions "
              f"{numbers(missing)}")
    for path in changed:
        print("wrote" if path.exists() else "removed", path)
    print(f"Next: {NAME} page")


def verify(options):
    from benchmark_utils.report.results.runs import load_results
    from benchmark_utils.report.store.verification import differences

    lines = differences(_one(options), load_results([options.again]))
    if lines:
        sys.exit("\n".join(["does not agree:", *lines]))
    store.set_status(options.name, store.VERIFIED, options.store)
    print(f"{options.name} agrees with {options.again}: verified here")


def same(options):
    from benchmark_utils.report.results.runs import load_results
    from benchmark_utils.report.store.verification import unequal

    one, other = (load_results([path])
                  for path in (options.one, options.other))
    lines = unequal(one, other)
    if lines:
        sys.exit("\n".join(lines))
    print(f"{len(one)} rows, every score equal")


def rerun(options):
    from benchmark_utils.report.store.verification import rerun_config

    sys.stdout.write(rerun_config(_one(options)))


def check(options):
    reasons = store.check(options.store)
    if reasons:
        sys.exit("\n".join(reasons))
    n = len(list(options.store.glob("*.parquet")))
    print(f"{n} result file{'s' * (n != 1)}, all in order")


def page(options):
    from benchmark_utils.report.page.data import page_data
    from benchmark_utils.report.page.exports import LINKED, write_exports

    data = page_data(_published(options))
    output = options.output or options.store / "index.html"
    files = write_exports(data, output.parent)
    _write_page({**data, "files": LINKED}, output)
    print(f"wrote {output}, {output.stat().st_size / 1e6:.2f} MB")
    print(f"wrote {len(files)} files of the same numbers beside it")


def picture(options):
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


def export(options):
    from benchmark_utils.report.page.bibtex import bibtex
    from benchmark_utils.report.page.data import as_json, page_data
    from benchmark_utils.report.page.exports import cells_csv

    rows = _published(options) if options.published else _results(options)[1]
    make = dict(json=as_json, csv=cells_csv, bibtex=bibtex)[options.format]
    sys.stdout.write(make(page_data(rows)).rstrip("\n") + "\n")


def study(options):
    from benchmark_utils.report.docs.studies import store_study

    if not options.result.is_file():
        sys.exit(f"{options.result} is missing")
    print(f"wrote {store_study(options.result, options.name)}")
    print(f"Next: {NAME} findings")


def findings(options):
    from benchmark_utils.report.docs import findings as pages

    for path, text in pages.findings().items():
        write_text(path, text)
        print(f"wrote {path}")


def methods(options):
    from benchmark_utils.report.docs.methods import methods_markdown

    write_text(options.output, methods_markdown())


def scores(options):
    from benchmark_utils.report.docs.scores import scores_markdown

    write_text(options.output, scores_markdown())
    print(f"wrote {options.output}")


# --- what they share ---------------------------------------------------------

def _results(options):
    """The files asked for, and their rows."""
    from benchmark_utils.report.results.runs import load_results

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


def _one(options):
    """The rows of the published file that is named."""
    rows = _published(options)
    if options.name not in set(rows["run"]):
        sys.exit(f"no {options.name}.parquet in {options.store}")
    return rows[rows["run"] == options.name]


def _published(options):
    rows = store.read_store(options.store)
    if rows is None:
        sys.exit(f"no result in {options.store}: {NAME} add "
                 "outputs/RESULT.parquet")
    return rows


def _write_page(data, path):
    from benchmark_utils.report.page.build import write_page

    path.parent.mkdir(parents=True, exist_ok=True)
    write_page(data, path)
