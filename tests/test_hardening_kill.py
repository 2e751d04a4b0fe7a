"""kill -9 at random moments: nothing is lost, nothing half-written."""
import hashlib
import http.server
import shutil
import threading
import time
from functools import partial

import numpy as np
import pandas as pd
import pytest

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
            pd.read_parquet(path)  # whole, where there is one
        for path in (outputs / "t").rglob("*.csv"):
            assert pd.read_csv(path).notna().any(axis=None), path
    checkout.run(*CELLS, "end")
    pd.testing.assert_frame_equal(scores(checkout, "end"),
                                  scores(checkout, "whole"), check_exact=True)


SLOW_DATASET = '''
import numpy as np
from benchmark_utils.crowds.files import DataFile
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
