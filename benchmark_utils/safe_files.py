"""Files that are written completely or not at all."""
import glob
import os
from pathlib import Path


def write_whole(path, write):
    """``write(temporary)`` writes a file beside ``path``, which replaces it
    once it is on the disk. A failure before that leaves ``path`` unchanged;
    leftovers of killed processes for ``path`` are removed."""
    path = Path(path)
    staged = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    for left in path.parent.glob(f".{glob.escape(path.name)}.[0-9]*.tmp"):
        if not is_running(int(left.name.split(".")[-2])):
            left.unlink(missing_ok=True)
    try:
        write(staged)
        with open(staged, "rb+") as stream:
            os.fsync(stream.fileno())
        os.replace(staged, path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise


def write_text(path, text):
    write_whole(path, lambda staged: staged.write_text(
        text, encoding="utf-8"))


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # of another user
        return True
    return True
