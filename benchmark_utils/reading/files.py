"""Data files: their paths, checksums and readability."""
import json
import os
import stat
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pooch

# The file in each dataset's folder with the checksums of the first download,
# for files whose authors state none.
NOTED = "first_download.json"


class BadFile(ValueError):
    """A data file that is missing or invalid; the message names the file and
    the remedy."""


@dataclass(frozen=True)
class DataFile:
    """One file of a dataset."""
    path: str  # relative to the data folder, such as ``bluebirds/gt.yaml``
    url: str  # where the authors publish it, or the tar archive of ``member``
    # Of the file itself. None if the authors state none: then it must equal
    # the first download, whose sum is in the dataset's folder.
    sha256: str | None = None
    member: str | None = None  # name inside the archive
    size: int | None = None  # bytes, where known

    def locate(self):
        return data_folder() / self.path

    @property
    def folder(self):
        """The dataset's folder, relative to the data folder."""
        return self.path.partition("/")[0]

    def wrong(self):
        """What is wrong with the file, in words, or None."""
        path = self.locate()
        problem = unreadable(path)
        if problem:
            return f"{path} {problem}"
        expected, source = self.sha256, "expected {}..."
        if expected is None:
            expected = noted_sums(self.folder).get(self.path)
            source = "the first download had {}..."
        if expected is None or expected == sum_of(path):
            return None
        return (f"{path} is corrupt (sha256 {sum_of(path)[:12]}..., "
                f"{source.format(expected[:12])})")

    def is_right(self):
        try:
            return self.wrong() is None
        except BadFile:  # there is no data folder
            return False


def data_folder():
    """``$CROWD_DATA``, else benchopt's data setting, else ``data/`` here."""
    folder = os.environ.get("CROWD_DATA")
    if not folder:
        return usual_folder()
    try:
        return Path(folder).expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links
        raise BadFile(f"CROWD_DATA={folder!r} is not a usable path: {error}"
                      ) from error


def usual_folder():
    from benchopt.config import get_data_path  # votes are read without it
    return get_data_path()


def cached_arrays(name, compute):
    """Arrays that take a minute to compute, {key: array}, stored as ``name``
    (.npz) in the data folder or, if that is read-only, in benchopt's. A
    damaged file is recomputed."""
    folders = [data_folder(), usual_folder()]
    for folder in folders:
        try:
            with np.load(folder / name, allow_pickle=False) as stored:
                return dict(stored)
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):
            continue
    arrays = compute()
    for folder in folders:
        path = folder / name
        part = path.with_name(f"{os.getpid()}-{path.name}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.parent.stat().st_mode & stat.S_IWUSR:
                continue  # read-only, which root could ignore
            np.savez(part, **arrays)
            os.replace(part, path)
            break
        except OSError:
            continue
    return arrays


def unreadable(path):
    """Why ``path`` is not a readable file, in words, or None."""
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "is missing"
    except (OSError, ValueError) as error:
        return f"cannot be read ({error})"
    if stat.S_ISDIR(mode):
        return "is a directory, not a file"
    if not stat.S_ISREG(mode):
        return "is not a regular file, but a pipe or a device"
    if not os.access(path, os.R_OK):
        return "cannot be read: its permissions do not allow it"
    return None


def check_readable(path):
    problem = unreadable(path)
    if problem:
        raise BadFile(f"{path} {problem}")


def check_files(files, dataset, explain=lambda file: ""):
    """Raise a BadFile for the first file that is missing or corrupt;
    ``explain`` may add what is wrong with a corrupt one."""
    for file in files:
        wrong = file.wrong()
        if wrong and "corrupt" in wrong:
            wrong += f"{explain(file)}; delete it, then"
        elif wrong:
            wrong += ";"
        if wrong:
            raise BadFile(f"{wrong} benchopt prepare . -d \"{dataset}\" "
                          f"fetches {file.url}")


def noted_sums(folder):
    """{path: sha256} of the first downloads in a dataset's folder."""
    path = data_folder() / folder / NOTED
    if not path.is_file():
        return {}
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise BadFile(f"{path} cannot be read ({error}); delete it to accept "
                      "the files beside it unchecked") from error


def note_sums(files):
    """Store the sums of downloaded files whose authors state none."""
    for folder in {file.folder for file in files if file.sha256 is None}:
        sums = noted_sums(folder)
        sums.update({file.path: sum_of(file.locate()) for file in files
                     if file.sha256 is None and file.folder == folder})
        path = data_folder() / folder / NOTED
        part = path.with_suffix(".part")
        part.write_text(json.dumps(sums, indent=0, sort_keys=True),
                        encoding="utf-8")
        os.replace(part, path)


def sum_of(path):
    """The sha256 of a file, hexadecimal."""
    status = os.stat(path)
    return _sum_of(str(path), status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=4096)
def _sum_of(path, size, mtime_ns):
    """Cached, because each repetition checks large files."""
    return pooch.file_hash(path, alg="sha256")
