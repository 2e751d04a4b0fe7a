"""Downloads against a server on this machine: whole, checked, contained."""
import hashlib
import http.server
import io
import random
import tarfile
import threading

import pytest

from benchmark_utils.crowds import downloads
from benchmark_utils.crowds.downloads import fetch
from benchmark_utils.crowds.files import BadFile, DataFile, check_files

BODY = random.Random(0).randbytes(10_000)


def sha256(body):
    return hashlib.sha256(body).hexdigest()


def tar_with(members):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, body in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return stream.getvalue()


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Serves ``bodies``; a body under a name with 'short' breaks off."""
    bodies, asked = {}, []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            body = bodies.get(self.path)
            if body is None:
                return self.send_error(404)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            half = len(body) // 2 if "short" in self.path else len(body)
            self.wfile.write(body[:half])

        def log_message(self, *_):
            pass

    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    monkeypatch.setenv("CROWD_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(downloads, "RETRIES", 0)
    httpd.url = f"http://127.0.0.1:{httpd.server_port}/"
    httpd.bodies, httpd.asked = bodies, asked
    yield httpd
    httpd.shutdown()


def left_behind(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_fetch_once(server):
    server.bodies["/votes.csv"] = BODY
    file = DataFile("crowd/votes.csv", server.url + "votes.csv", sha256(BODY))
    fetch([file])
    assert file.locate().read_bytes() == BODY
    check_files([file], "Crowd")
    fetch([file])
    assert server.asked == ["/votes.csv"]


def test_missing_file_names_path_address_and_command(server):
    file = DataFile("crowd/votes.csv", server.url + "votes.csv", sha256(BODY))
    with pytest.raises(BadFile) as error:
        check_files([file], "Crowd")
    for part in (str(file.locate()), file.url, "benchopt prepare . -d"):
        assert part in str(error.value)


def test_corrupt_file_is_named_and_replaced(server):
    server.bodies["/votes.csv"] = BODY
    file = DataFile("crowd/votes.csv", server.url + "votes.csv", sha256(BODY))
    file.locate().parent.mkdir(parents=True)
    file.locate().write_bytes(BODY[:-1])
    with pytest.raises(BadFile, match="votes.csv is corrupt"):
        check_files([file], "Crowd")
    fetch([file])
    check_files([file], "Crowd")


@pytest.mark.parametrize("name, body, digest, message", [
    ("short.csv", BODY, sha256(BODY), "could not be fetched"),
    ("wrong.csv", BODY, sha256(b"else"), "could not be fetched.*hash"),
    ("short.csv", BODY, None, "could not be fetched"),
    ("absent.csv", None, None, "could not be fetched.*404"),
])
def test_bad_downloads_leave_nothing(server, tmp_path, name, body, digest,
                                     message):
    if body:
        server.bodies["/" + name] = body
    file = DataFile("crowd/votes.csv", server.url + name, digest)
    with pytest.raises(BadFile, match=message):
        fetch([file])
    assert not left_behind(tmp_path / "data")


def test_no_network(server):
    server.shutdown()
    server.server_close()
    file = DataFile("crowd/votes.csv", server.url + "votes.csv", sha256(BODY))
    with pytest.raises(BadFile, match="could not be fetched"):
        fetch([file])


def test_bad_download_keeps_the_old_file(server):
    """A corrupt file that cannot be replaced is not thrown away."""
    server.bodies["/short.csv"] = BODY
    file = DataFile("crowd/votes.csv", server.url + "short.csv", sha256(BODY))
    file.locate().parent.mkdir(parents=True)
    file.locate().write_bytes(b"mine")
    with pytest.raises(BadFile):
        fetch([file])
    assert file.locate().read_bytes() == b"mine"


def member(server, name, digest=None):
    return DataFile("crowd/votes.csv", server.url + "all.tar.gz", digest,
                    member=name)


def test_only_the_named_members_leave_the_archive(server, tmp_path):
    server.bodies["/all.tar.gz"] = tar_with({
        "crowd/votes.csv": BODY, "../evil": b"!", "/tmp/evil-abs": b"!"})
    fetch([member(server, "crowd/votes.csv", sha256(BODY))])
    names = {path.name for path in left_behind(tmp_path)}
    assert names == {"votes.csv", "all.tar.gz"}


@pytest.mark.parametrize("body, name, digest, message", [
    (tar_with({"crowd/votes.csv": BODY})[:200], "crowd/votes.csv", None,
     "no complete archive"),
    (tar_with({"crowd/votes.csv": BODY}), "crowd/other.csv", None,
     "other.csv"),
    (tar_with({"crowd/votes.csv": BODY}), "crowd/votes.csv", sha256(b"else"),
     "has sha256"),
])
def test_bad_archives_are_named(server, body, name, digest, message):
    server.bodies["/all.tar.gz"] = body
    file = member(server, name, digest)
    with pytest.raises(BadFile, match=message):
        fetch([file])
    assert not file.locate().exists()
