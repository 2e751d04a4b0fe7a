"""kill -9 at random moments: no result is lost, no file is incomplete."""
import hashlib
import http.server
import shutil
import subprocess
import threading
import time
from functools import partial

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from killing import Forked, random_kills
from shelf import DIGITS, DS, HAMMER, MV, WDS, result

from benchmark_utils.report import cli
from benchmark_utils.report.store import admission as checks
from benchmark_utils.report.store import store

pytestmark = pytest.mark.slow
MOMENTS = [5, pytest.param(20, marks=pytest.mark.exhaustive)]
CELLS = ["-d", "Digits[n_tasks=200]", "-d", "HammerSpammer[n_tasks=40]",
         "-s", "MV", "-s", "DS", "-s", "CrowdLayer", "-r", "2", "--no-plot",
         "--output"]


def seconds(action):
    start = time.monotonic()
    action()
    return time.monotonic() - start


def scores(checkout, name):
    frame = checkout.result(name).sort_values(
        ["dataset_name", "solver_name", "idx_rep"])
    frame = frame.filter(like="objective_").drop(
        columns=["objective_name", "objective_train_seconds"])
    return frame.reset_index(drop=True)


@pytest.mark.parametrize("n", MOMENTS)
def test_a_run_killed_at_random_moments_loses_nothing(checkout, n):
    outputs = checkout.folder / "outputs"
    command = ["-m", "benchopt", "run", ".", *CELLS, "t"]
    for _ in checkout.random_kills(
            n, command,
            seconds(lambda: checkout.run("--no-cache", *CELLS, "whole")),
            undo=lambda: shutil.rmtree(checkout.folder / "__cache__")):
        for path in outputs.glob("t*.parquet"):
            pd.read_parquet(path)  # complete, if it exists
        for path in (outputs / "t").rglob("*.csv"):
            assert pd.read_csv(path).notna().any(axis=None), path
    checkout.run(*CELLS, "end")
    pd.testing.assert_frame_equal(scores(checkout, "end"),
                                  scores(checkout, "whole"), check_exact=True)


SLOW_DATASET = '''
import numpy as np
from benchmark_utils.reading.files import DataFile
from benchmark_utils.crowds.recorded import RealCrowd
from benchmark_utils.votes import Votes

FILES = [DataFile(f"served/{name}", "http://127.0.0.1:PORT/" + name, sha256)
         for name, sha256 in SHA256.items()]


class Dataset(RealCrowd):
    """Votes from a slow server."""
    name = "Served"

    def files(self):
        return FILES

    def load(self):
        truth = np.load(FILES[0].locate()) % 2
        n = len(truth)
        return dict(votes=Votes(np.arange(n), np.zeros(n, int), truth, n, 1,
                                2), ground_truth=truth)
'''


class SlowServer(http.server.BaseHTTPRequestHandler):
    """Serves ``files`` in 10 parts, a twentieth of a second apart."""
    def __init__(self, files, *arguments):
        self.files = files
        super().__init__(*arguments)

    def do_GET(self):
        body = self.files[self.path.strip("/")]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        part = len(body) // 10 + 1
        try:
            for start in range(0, len(body), part):
                self.wfile.write(body[start:start + part])
                time.sleep(.05)
        except ConnectionError:
            pass  # the client was killed

    def log_message(self, *_):
        pass


@pytest.fixture
def served(tmp_path):
    """{name: content} of the files on a slow server, and its port."""
    np.save(tmp_path / "truth.npy", np.arange(50_000))
    files = {"truth.npy": (tmp_path / "truth.npy").read_bytes(),
             "more.bin": np.random.default_rng(0).bytes(100_000)}
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(SlowServer, files))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield files, server.server_address[1]
    server.shutdown()


@pytest.mark.parametrize("n", MOMENTS)
def test_prepare_killed_at_random_moments_leaves_no_half_file(
        checkout, served, n):
    files, port = served
    sha256 = {name: hashlib.sha256(body).hexdigest()
              for name, body in files.items()}
    (checkout.folder / "datasets" / "served.py").write_text(
        SLOW_DATASET.replace("PORT", str(port)).replace(
            "SHA256", repr(sha256)))
    command = ["-m", "benchopt", "prepare", ".", "-d", "Served"]
    folder = checkout.folder / "no-data" / "served"
    took = seconds(lambda: checkout.python(*command))

    def right():
        present = [name for name in files if (folder / name).exists()]
        for name in present:
            assert (folder / name).read_bytes() == files[name]
        return len(present)

    def remove():
        for name in files:
            (folder / name).unlink(missing_ok=True)

    assert right() == 2
    remove()
    for _ in checkout.random_kills(n, command, took, undo=remove):
        right()
        remove()
    checkout.python(*command)
    assert right() == 2
    checkout.run("-d", "Served", "-s", "MV", "-r", "1", "--no-plot",
                 "--output", "t")
    assert checkout.recovery("t") == {"MV": 1}


# --- the published results ---------------------------------------------------

@pytest.fixture
def store_folder(tmp_path):
    """A folder with a store of three files, and a result that replaces one of
    them and a part of another."""
    if not checks.all_commits_are_here():
        pytest.skip("needs a git checkout with its history")
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, text=True,
                            capture_output=True).stdout.strip()

    def save(name, *cells, **columns):
        result(*cells, objective_commit=commit, **columns).to_parquet(
            tmp_path / f"{name}.parquet")
        return str(tmp_path / f"{name}.parquet")
    for name, cells in (("one", ([MV, DS], [HAMMER])),
                        ("two", ([MV, DS], [DIGITS])),
                        ("three", ([WDS], [DIGITS]))):
        report(tmp_path, "add", save(name, *cells))
    return tmp_path, save("new", [DS, WDS], [DIGITS],
                          objective_label_recovery=.25)


def report(folder, *words):
    return cli.main([*map(str, words), "--store", str(folder / "store")])


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*") if path.is_file()
            and not path.name.startswith(".")}


def cells(folder):
    """[(dataset, solver, repetition, recovery)], sorted."""
    return sorted(store.read_store(folder)[[
        "dataset_name", "solver_name", "idx_rep", "objective_label_recovery"
    ]].itertuples(index=False, name=None))


def kills_of(n, folder, action):
    """Kill ``action``, which changes the files in ``folder``, from the same
    state each time; yields after the kill, and again after the same command
    was repeated."""
    first = folder.with_name("first")
    shutil.copytree(folder, first)

    def undo():
        shutil.rmtree(folder)
        shutil.copytree(first, folder)
    took = seconds(action)
    undo()
    for _ in random_kills(n, lambda: Forked(action), took, undo):
        yield
        action()
        yield
        undo()


@pytest.mark.parametrize("n", MOMENTS)
def test_add_replace_killed_at_random_moments_loses_no_row(store_folder, n):
    folder, new = store_folder
    before = cells(folder / "store")
    after = sorted((*cell[:3], .25) if cell[0] == DIGITS[0] and cell[1] in (
        DS[0], WDS[0]) else cell for cell in before)
    ends = 0
    for _ in kills_of(n, folder / "store", lambda: report(
            folder, "add", new, "--replace")):
        found = cells(folder / "store")
        assert {cell[:3] for cell in found} == {cell[:3] for cell in before}
        assert set(found) <= {*before, *after}
        # A store that validate accepts is as before or complete.
        assert found in (before, after) or store.validate(folder / "store")
        ends += found == after and not store.validate(folder / "store")
    assert ends >= n  # once after each kill


@pytest.mark.parametrize("n", MOMENTS)
def test_a_page_killed_at_random_moments_is_whole(store_folder, n):
    folder, new = store_folder
    site = folder / "site"

    def page(to=site):
        to.mkdir(exist_ok=True)
        report(folder, "page", "--output", to / "index.html")
    page()
    before = contents(site)
    report(folder, "add", new, "--replace")
    page(folder / "new")
    after = contents(folder / "new")
    assert {"index.html", "results.json"} < set(before) == set(after)
    ends = 0
    for _ in kills_of(n, site, page):
        found = contents(site)
        assert set(found) == set(after)
        for name, content in found.items():
            assert content in (before[name], after[name]), name
        ends += found == after
    assert ends >= n  # once after each kill
