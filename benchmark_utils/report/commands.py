"""The commands of the command line, each given its options."""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmark_utils.report.comparison.ranking_table import Choice, headline
from benchmark_utils.report.page.bibtex import bibtex
from benchmark_utils.report.page.build import write_page
from benchmark_utils.report.page.data import as_json, page_data
from benchmark_utils.report.page.exports import (
    LINKED,
    cells_csv,
    write_exports,
)
from benchmark_utils.report.page.links import release
from benchmark_utils.report.results.runs import (
    load_results,
    points_of,
    runs_of,
)
from benchmark_utils.report.results.settings import CROWDS
from benchmark_utils.report.store import store
from benchmark_utils.report.store.values import value_problems
from benchmark_utils.report.store.verification import (
    differences,
    quoted,
    rerun_config,
    unequal,
)
from benchmark_utils.report.terminal import (
    answers_text,
    tables_text,
    time_text,
    wrapped,
)
from benchmark_utils.safe_files import write_text

ROOT = Path(__file__).parents[2]
OUTPUTS = ROOT / "outputs"
PICTURE = ROOT / "docs" / "leaderboard.png"
PIXELS = 1200, 1000
NAME = "python -m benchmark_utils.report"


def show(options):
    paths, rows = _results(options)
    runs = runs_of(points_of(rows))
    print(tables_text(runs, options.every, options.width))
    data = _page_data(rows)
    said = wrapped(f"{answers_text(data)}\n\n{time_text(runs)}",
                   options.width)
    print(f"\n{said}\n\nFrom {', '.join(map(str, paths))}")
    if not options.no_page:
        _write_page(data, options.page)
        print(f"The page, with every figure: {options.page}")
    print(f"All scores: {NAME} --all\nTo publish: {NAME} add -h")


def timing(options):
    _, rows = _results(options)
    print(wrapped(time_text(runs_of(points_of(rows)))))


def compare(options):
    one, other = (_load([path]) for path in (options.one, options.other))
    lines = unequal(one, other)
    if lines:
        sys.exit("\n".join(lines))
    print(f"{len(one)} rows, every score equal")


def export(options):
    rows = _published(options) if options.published else _results(options)[1]
    make = dict(json=as_json, csv=cells_csv, bibtex=bibtex)[options.format]
    sys.stdout.write(make(_page_data(rows)).rstrip("\n") + "\n")


# --- the published results ---------------------------------------------------

def add(options):
    for path in store.add(
            _there(options.result), options.name, options.replace,
            options.store,
            store.VERIFIED if options.verified else store.SUBMITTED):
        print("wrote" if path.exists() else "removed", path)
    for lines in missing(_page_data(_published(options)),
                         _load([options.result])["solver_name"].unique()):
        print(lines)
    print(f"Next: {NAME} page")


def missing(data, solvers):
    """Which datasets of the rankings each of these solvers did not run on, and
    the command that runs them, one text for each solver and configuration."""
    configs = {cell["d"]: data["sources"][cell["by"]]["config"]
               for cell in data["cells"] if cell["m"] == "mv"}
    datasets = {d["id"]: d["full"] for d in data["datasets"]}
    for method in data["methods"]:
        if method["full"] not in solvers or method["variant"]:
            continue
        own = {cell["d"] for cell in data["cells"]
               if cell["m"] == method["id"]}
        v = "buy" if method["setting"] == "active" else "fixed"
        lacks = [d for crowd in CROWDS for d in headline(data, Choice(
            v=v, crowd=crowd, setting=method["setting"])).datasets
            if d not in own]
        for config in dict.fromkeys(configs.get(d, "") for d in lacks):
            here = [d for d in lacks if configs.get(d, "") == config]
            flags = "".join(f' -d "{quoted(datasets[d])}"' for d in here)
            yield (f"{method['name']} is not yet ranked: it lacks "
                   f"{', '.join(here)}. Run\n    OMP_NUM_THREADS=1 benchopt "
                   f"run . {f'--config {config} ' if config else ''}-s "
                   f'"{method["full"]}"{flags} --no-cache --no-display')


def verify(options):
    lines = differences(_one(options), _load([options.again]))
    if lines:
        sys.exit("\n".join(["does not agree:", *lines]))
    store.set_status(options.name, store.VERIFIED, options.store)
    print(f"{options.name} agrees with {options.again}: verified here")


def rerun(options):
    sys.stdout.write(rerun_config(_one(options)))


def validate(options):
    reasons = store.validate(options.store)
    if reasons:
        sys.exit("\n".join(reasons))
    n = len(list(options.store.glob("*.parquet")))
    print(f"{n} result file{'s' * (n != 1)}, all in order")


def page(options):
    data = {**_page_data(_published(options)),
            "release": release(options.store)}
    output = options.output or options.store / "index.html"
    files = write_exports(data, output.parent)
    _write_page({**data, "files": LINKED}, output)
    print(f"wrote {output}, {output.stat().st_size / 1e6:.2f} MB")
    print(f"wrote {len(files)} files of the same numbers beside it")


def screenshot(options):
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


# --- docs and protocol -------------------------------------------------------

def docs(options):
    from benchmark_utils.report.docs.datasets import measure
    from benchmark_utils.report.docs.findings import findings
    from benchmark_utils.report.docs.generated import generated

    if options.measure:
        measure()
    for make in (generated, findings):  # what needs no results comes first
        for path, text in make().items():
            write_text(path, text)
            print(f"wrote {path}")


def store_study(options):
    from benchmark_utils.report.docs import studies

    print("wrote",
          studies.store_study(_there(options.result), options.name))
    print(f"Next: {NAME} docs")


def provenance(options):
    from benchmark_utils.scoring import provenance

    if options.scores_unchanged or options.bump:
        provenance.write_lock(options.bump)
    print(f"protocol {provenance.protocol()}")


# --- shared ------------------------------------------------------------------

def _there(path):
    if not path.is_file():
        sys.exit(f"{path} is missing")
    return path


def _load(paths):
    return load_results(list(map(_there, paths)))


def _results(options):
    """The files asked for, and their rows."""
    paths = options.results or sorted(
        OUTPUTS.glob("*.parquet"), key=lambda path: path.stat().st_mtime)[-1:]
    if not paths:
        sys.exit(f"no result in {OUTPUTS}: benchopt run . makes one")
    return paths, _load(paths)


def _one(options):
    """The rows of the published file with this name."""
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


def _page_data(rows):
    """`page_data`, or which value it cannot show."""
    try:
        return page_data(rows)
    except Exception:
        for run, own in rows.groupby("run"):
            wrong = value_problems(own, f"{run}.parquet")
            if wrong:
                raise store.Refused(wrong) from None
        raise


def _write_page(data, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    write_page(data, path)
