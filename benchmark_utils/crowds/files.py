"""Data files: where they lie, what they must be, how to fetch them."""
import os
import shutil
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pooch
from benchopt.config import get_data_path


class BadFile(ValueError):
    """A data file that is missing or not what it should be; the message names
    it and the remedy."""


@dataclass(frozen=True)
class DataFile:
    """One file of a dataset.

    path : relative to the data folder, such as ``bluebirds/gt.yaml``.
    url : where the authors publish it; with ``member``, the tar archive.
    sha256 : of the file itself, None where the authors' is not known.
    member : name inside the archive at ``url``.
    """
    path: str
    url: str
    sha256: str | None = None
    member: str | None = None

    def locate(self):
        return data_folder() / self.path

    def is_right(self):
        path = self.locate()
        return path.is_file() and (
            self.sha256 is None or _sha256(path) == self.sha256)


def data_folder():
    """``$CROWD_DATA``, else benchopt's data setting, else ``data/`` here."""
    folder = os.environ.get("CROWD_DATA")
    return Path(folder).expanduser().resolve() if folder else get_data_path()


def check_files(files, dataset):
    """Raise a BadFile for the first file that is missing or corrupt."""
    for file in files:
        path = file.locate()
        remedy = f"benchopt prepare . -d \"{dataset}\" fetches {file.url}"
        if not path.is_file():
            raise BadFile(f"{path} is missing; {remedy}")
        if not file.is_right():
            raise BadFile(f"{path} is corrupt (sha256 {_sha256(path)[:12]}"
                          f"..., not {file.sha256[:12]}...); delete it, then "
                          f"{remedy}")


def fetch(files):
    """Download what is missing or corrupt; leave the rest alone.

    Every download is complete and of the right sha256 (where known) before it
    takes its place, and never unpickled.

    Raises
    ------
    BadFile
        If a file cannot be had, or is not what it should be.
    """
    wanted = [file for file in files if not file.is_right()]
    for file in wanted:
        if file.member is None:
            _download(file.url, file.locate(), file.sha256)
    for url in dict.fromkeys(file.url for file in wanted if file.member):
        _fetch_members(url, [file for file in wanted if file.url == url])


def _download(url, path, sha256):
    path.parent.mkdir(parents=True, exist_ok=True)
    downloader = pooch.HTTPDownloader(
        progressbar=sys.stderr.isatty(), timeout=60)
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        try:
            got = pooch.retrieve(
                url, known_hash=sha256 and f"sha256:{sha256}",
                path=scratch, fname=path.name, downloader=downloader)
        except Exception as error:
            raise BadFile(f"{path} could not be fetched from {url}: "
                          f"{error}") from error
        os.replace(got, path)


def _fetch_members(url, files):
    """Take single files out of a tar archive; nothing else is written."""
    archive = data_folder() / files[0].path.split("/")[0] / url.split("/")[-1]
    if not archive.is_file():
        _download(url, archive, None)
    try:
        with tarfile.open(archive) as tar:
            for file in files:
                _extract(tar, file)
    except (tarfile.TarError, EOFError, OSError, KeyError) as error:
        raise BadFile(f"{archive} is no complete archive with {file.member}: "
                      f"{error}; delete it and prepare again") from error


def fetch_folder(url, prefix, target):
    """Extract the regular files below ``prefix`` of a tar archive.

    What is there already stays. Python's data filter refuses members that
    would leave ``target``, links out of it and special files.
    """
    archive = target / url.split("/")[-1]
    if not archive.is_file():
        _download(url, archive, None)
    try:
        with tarfile.open(archive) as tar:
            members = [member for member in tar
                       if member.isreg() and member.name.startswith(prefix)
                       and not (target / member.name).exists()]
            tar.extractall(target, members=members, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BadFile(f"{archive} is no complete archive: {error}; delete it "
                      "and prepare again") from error


def _extract(tar, file):
    path = file.locate()
    path.parent.mkdir(parents=True, exist_ok=True)
    source = tar.extractfile(file.member)
    if source is None:
        raise BadFile(f"{tar.name}: {file.member} is no regular file")
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        part = Path(scratch) / path.name
        with open(part, "wb") as target:
            shutil.copyfileobj(source, target)
        if file.sha256 and _sha256(part) != file.sha256:
            raise BadFile(f"{tar.name}: {file.member} has sha256 "
                          f"{_sha256(part)}, not {file.sha256}")
        os.replace(part, path)


def _sha256(path):
    status = os.stat(path)
    return _sha256_of(str(path), status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=64)
def _sha256_of(path, size, mtime_ns):
    """Large files are read once, not for every repetition."""
    return pooch.file_hash(path, alg="sha256")
