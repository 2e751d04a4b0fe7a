"""Download data files, several at a time, and check them before use.

A file is moved into place when it is complete and has the right checksum. An
interrupted ``benchopt prepare`` therefore continues with the missing files.
Nothing downloaded is ever unpickled.
"""
import os
import shutil
import tarfile
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path

import pooch
from tqdm import tqdm

from benchmark_utils.reading.files import BadFile, note_sums, sum_of

THREADS = 8
RETRIES = 2  # after an interrupted connection
SECONDS = 3600  # for a file, all attempts together
LIMIT = 1 << 30  # bytes of a file of unknown size, or taken from one archive


def fetch(files):
    """Download the files that are missing or corrupt.

    Raises
    ------
    BadFile
        For the first file that cannot be downloaded or has the wrong content,
        after all files were tried.
    """
    wanted = [file for file in files if not file.is_right()]
    jobs = {file.locate(): (file.url, file.sha256, file.size)
            for file in wanted if file.member is None}
    archives = {}
    for file in wanted:
        if file.member is not None:
            archives.setdefault(_archive(file), []).append(file)
    jobs.update({path: (members[0].url, None, None)
                 for path, members in archives.items() if not path.is_file()})
    errors = download_all(jobs, set(archives))
    for path, members in archives.items():
        if path.is_file():
            try:
                _extract(path, members)
            except BadFile as error:
                errors.append(error)
    note_sums([file for file in wanted if file.locate().is_file()])
    raise_first(errors)


def raise_first(errors):
    """Raise the first of these BadFiles, if any, with their number."""
    if errors:
        more = f" (and {len(errors) - 1} more files)" if errors[1:] else ""
        raise BadFile(f"{errors[0]}{more}") from errors[0]


def _archive(file):
    """The archive's path. It is kept for the other members."""
    folder = file.locate().parents[file.path.count("/") - 1]
    return folder / file.url.rpartition("/")[2]


def download_all(jobs, archives=()):
    """Download {path: (url, sha256, size)}, None = unknown. Returns the
    errors: one bad file does not stop the others."""
    errors = []
    if not jobs:
        return errors
    pooch.get_logger().setLevel("WARNING")  # no line per file in the bar
    with tqdm(total=0, unit="B", unit_scale=True, desc="download",
              disable=None) as bar, ThreadPoolExecutor(THREADS) as pool:
        running = [pool.submit(_download, path, *job, path in archives, bar)
                   for path, job in jobs.items()]
        try:
            for job in as_completed(running):
                try:
                    job.result()
                except BadFile as error:
                    errors.append(error)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return errors


def _download(path, url, sha256, size, is_archive, bar):
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        client = pooch.create(
            scratch, base_url="", registry={path.name: sha256},
            urls={path.name: url}, retry_if_failed=RETRIES)
        try:
            got = client.fetch(path.name, downloader=partial(
                _stream, bar=bar, limit=size or LIMIT, known=sha256,
                end=time.monotonic() + SECONDS))
            if size is not None and os.path.getsize(got) != size:
                raise ValueError(f"{os.path.getsize(got):,} bytes, expected "
                                 f"{size:,}")
            if is_archive and not tarfile.is_tarfile(got):
                with open(got, "rb") as stream:
                    raise ValueError("it is not a tar archive; it begins "
                                     f"with {stream.read(40)!r}")
        except Exception as error:
            raise BadFile(f"{path} could not be fetched from {url}: "
                          f"{error}") from error
        os.replace(got, path)


def _stream(url, target, _pooch, bar, limit, known, end):
    """A downloader of pooch. Its own waits for each part of a file, which a
    slow server can send for ever, and does not show the type."""
    import requests
    import urllib3

    with requests.get(url, stream=True, timeout=60, headers={
            "Accept-Encoding": "identity"}) as answer:
        answer.raise_for_status()
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        if known is None and kind == "text/html":
            raise ValueError("got a web page, such as a login, not a file")
        announced = int(answer.headers.get("Content-Length", 0))
        bar.total += announced
        with open(target, "wb") as file:
            try:
                while part := answer.raw.read1(1 << 16, decode_content=True):
                    if max(file.tell() + len(part), announced) > limit:
                        raise ValueError("larger than the allowed "
                                         f"{limit:,} bytes")
                    if time.monotonic() > end:
                        raise ValueError(f"not complete after {SECONDS} s")
                    file.write(part)
                    bar.update(len(part))
            except urllib3.exceptions.HTTPError as error:
                raise ValueError(str(error)) from error


def _extract(archive, files):
    """Take single files out of a tar archive and write nothing else. In one
    pass, because a compressed archive has no index."""
    missing = {file.member: file for file in files}
    left = LIMIT
    try:
        with tarfile.open(archive) as tar:
            for entry in tar:
                file = missing.pop(entry.name.removeprefix("./"), None)
                if file is None:
                    continue
                left -= entry.size
                if not entry.isreg() or left < 0:
                    raise BadFile(f"{archive}: {entry.name} is not a regular "
                                  f"file, or more than {LIMIT:,} bytes come "
                                  "out of the archive")
                _place(tar.extractfile(entry), archive, file)
                if not missing:
                    return
    except (tarfile.TarError, EOFError, OSError) as error:
        reason = str(error).partition("\n")[0].rstrip(":")
        raise BadFile(f"{archive} is not a complete archive ({reason}); "
                      "delete it and prepare again") from error
    raise BadFile(f"{archive} does not contain "
                  f"{', '.join(list(missing)[:3])}"
                  f"{' ...' if len(missing) > 3 else ''}; delete it and "
                  "prepare again")


def _place(source, archive, file):
    path = file.locate()
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        part = Path(scratch) / path.name
        with open(part, "wb") as target:
            shutil.copyfileobj(source, target)
        if file.sha256 and sum_of(part) != file.sha256:
            raise BadFile(f"{archive}: {file.member} has sha256 "
                          f"{sum_of(part)}, not {file.sha256}")
        os.replace(part, path)
