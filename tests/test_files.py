"""Downloads against a server on this machine: whole, checked, contained."""
import hashlib
import http.server
import io
import json
import os
import random
import tarfile
import threading

import pytest

from benchmark_utils.crowds import downloads
from benchmark_utils.crowds.downloads import fetch
from benchmark_utils.reading.files import BadFile, DataFile, check_files

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
    """Serves ``bodies``; a body under a name with 'short' breaks off, one
    with 'slow' comes byte by byte, and one with 'login' is HTML. Where
    ``together`` is set, a request waits until two have met."""
    bodies, asked, running = {}, [], []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            running.append(self.path)
            if len(running) > 1:
                httpd.met.set()
            if httpd.together:
                httpd.met.wait(60)
            running.remove(self.path)
            body = bodies.get(self.path)
            if body is None:
                return self.send_error(404)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            if "login" in self.path:
                self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            while "slow" in self.path and not httpd.patience.wait(.01):
                self.wfile.write(b"x")
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
    httpd.together, httpd.met = False, threading.Event()
    httpd.patience = threading.Event()
    yield httpd
    httpd.patience.set()
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


def test_many_at_once_and_nothing_twice(server, monkeypatch):
    """One bad file stops no other; what is there is not asked for again."""
    files, server.together = [], True
    for i in range(30):
        body = BODY[i:]
        server.bodies[f"/{i}.csv"] = body
        files.append(DataFile(f"crowd/{i}.csv", f"{server.url}{i}.csv",
                              sha256(body), size=len(body)))
    bad = DataFile("crowd/x.csv", server.url + "x.csv", sha256(BODY))
    with pytest.raises(BadFile, match="x.csv could not be fetched.*404"):
        fetch([*files[:20], bad])
    check_files(files[:20], "Crowd")
    fetch(files)  # goes on where it stopped
    check_files(files, "Crowd")
    assert sorted(server.asked) == sorted(
        [f"/{i}.csv" for i in range(30)] + ["/x.csv"])
    assert server.met.is_set()


def test_a_broken_connection_is_tried_again(server, monkeypatch):
    monkeypatch.setattr(downloads, "RETRIES", 2)
    monkeypatch.setattr("pooch.core.time.sleep", lambda seconds: None)
    server.bodies["/short.csv"] = BODY
    file = DataFile("crowd/votes.csv", server.url + "short.csv", sha256(BODY))
    with pytest.raises(BadFile):
        fetch([file])
    assert len(server.asked) == 3


@pytest.mark.parametrize("size, limit", [(len(BODY) - 1, 1 << 30),
                                         (None, len(BODY) - 1)])
def test_more_bytes_than_it_may_have(server, monkeypatch, size, limit):
    monkeypatch.setattr(downloads, "LIMIT", limit)
    server.bodies["/votes.csv"] = BODY
    file = DataFile("crowd/votes.csv", server.url + "votes.csv", None,
                    size=size)
    with pytest.raises(BadFile, match="larger than the allowed 9,999 bytes"):
        fetch([file])


def test_a_slow_download_ends(server, monkeypatch):
    """Each byte arrives within the limit of a request."""
    monkeypatch.setattr(downloads, "SECONDS", .2)
    server.bodies["/slow.csv"] = bytes(10 ** 6)
    file = DataFile("crowd/votes.csv", server.url + "slow.csv", sha256(BODY))
    with pytest.raises(BadFile, match="votes.csv could not be fetched from "
                       ".*slow.csv: not complete after 0.2 s"):
        fetch([file])
    assert left_behind(file.locate().parent) == []


def test_a_login_page_is_not_a_file_of_unknown_sum(server):
    server.bodies["/login.csv"] = b"<!DOCTYPE html><title>Sign in</title>"
    file = DataFile("crowd/votes.csv", server.url + "login.csv")
    with pytest.raises(BadFile, match="got a web page, such as a login"):
        fetch([file])
    assert left_behind(file.locate().parent) == []
    server.bodies["/login.csv"] = BODY  # of a known sum: whatever its type
    fetch([DataFile("crowd/votes.csv", server.url + "login.csv",
                    sha256(BODY))])


def test_a_file_of_unknown_sum_keeps_that_of_its_first_download(server):
    server.bodies["/a.csv"], server.bodies["/b.csv"] = BODY, BODY[1:]
    files = [DataFile(f"crowd/{name}.csv", f"{server.url}{name}.csv")
             for name in "ab"]
    fetch(files[:1])
    fetch(files)
    assert json.loads((files[0].locate().parent / "first_download.json")
                      .read_text()) == {"crowd/a.csv": sha256(BODY),
                                        "crowd/b.csv": sha256(BODY[1:])}
    check_files(files, "Crowd")
    files[0].locate().write_bytes(BODY[:-1])
    with pytest.raises(BadFile, match="a.csv is corrupt .* first download"):
        check_files(files, "Crowd")
    files[0].locate().unlink()
    fetch(files)  # the right one again
    check_files(files, "Crowd")


def test_data_folder_that_leads_nowhere(tmp_path, monkeypatch):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    file = DataFile("crowd/votes.csv", "https://example.org/votes.csv")
    for folder, message in (("loop", "not a usable|cannot be read"),
                            ("loop/deeper", "not a usable|cannot be read"),
                            ("no\0name", "not a usable|cannot be read")):
        if "\0" in folder:
            monkeypatch.setattr(os, "environ", {"CROWD_DATA": folder})
        else:
            monkeypatch.setenv("CROWD_DATA", str(tmp_path / folder))
        with pytest.raises(BadFile, match=message):
            check_files([file], "Crowd")
        assert not file.is_right()


def test_a_folder_in_the_place_of_a_file(tmp_path, monkeypatch):
    monkeypatch.setenv("CROWD_DATA", str(tmp_path))
    (tmp_path / "crowd" / "votes.csv").mkdir(parents=True)
    file = DataFile("crowd/votes.csv", "https://example.org/votes.csv")
    with pytest.raises(BadFile, match="votes.csv is a directory, not a file"):
        check_files([file], "Crowd")


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


def test_a_web_page_instead_of_an_archive(server, tmp_path):
    """The next try starts afresh: nothing stays in the archive's place."""
    server.bodies["/all.tar.gz"] = b"<!DOCTYPE html><html>moved</html>"
    file = member(server, "crowd/votes.csv", sha256(BODY))
    with pytest.raises(BadFile, match="not a tar archive; it begins with "
                       "b'<!DOCTYPE"):
        fetch([file])
    assert not left_behind(tmp_path / "data")
    server.bodies["/all.tar.gz"] = tar_with({"crowd/votes.csv": BODY})
    fetch([file])
    check_files([file], "Crowd")


def test_an_archive_put_there_by_hand_that_is_none(server, tmp_path):
    file = member(server, "crowd/votes.csv", sha256(BODY))
    archive = tmp_path / "data" / "crowd" / "all.tar.gz"
    archive.parent.mkdir(parents=True)
    archive.write_bytes(b"<html>")
    with pytest.raises(BadFile, match="all.tar.gz is not a complete archive "
                       ".*; delete it and prepare again"):
        fetch([file])


def test_archive_bombs_and_special_members(server, monkeypatch):
    monkeypatch.setattr(downloads, "LIMIT", 1 << 20)
    server.bodies["/all.tar.gz"] = tar_with({"a": bytes(1 << 20), "b": b"1"})
    files = [DataFile(f"crowd/{name}", server.url + "all.tar.gz", None,
                      member=name) for name in "ab"]
    with pytest.raises(BadFile, match="more than 1,048,576 bytes come out"):
        fetch(files)
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        link = tarfile.TarInfo("a")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    files[0].locate().parent.joinpath("all.tar.gz").write_bytes(
        stream.getvalue())
    files[0].locate().unlink()
    with pytest.raises(BadFile, match="a is not a regular file"):
        fetch(files[:1])
    assert not files[0].locate().exists()


@pytest.mark.parametrize("body, name, digest, message", [
    (tar_with({"crowd/votes.csv": BODY})[:200], "crowd/votes.csv", None,
     "not a complete archive"),
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
