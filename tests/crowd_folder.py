"""Data folders with made-up files under the names of recorded crowds."""
import copy
import hashlib
from pathlib import Path

from benchmark_utils.crowds import sources as table


def put(folder, known, collection, crowd, contents):
    """Write ``contents``, {file name: bytes}, as the crowd's files in the data
    folder, and their checksums to ``known``, `sources.sources()`."""
    crowds = known[collection]["crowds"]
    place = Path(folder) / collection / (
        crowd if len(crowds) > 1 else "")
    place.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (place / name).write_bytes(content)
        crowds[crowd]["files"][name] = [
            len(content), hashlib.sha256(content).hexdigest()]


def own_crowd(monkeypatch, folder, collection, crowd, contents):
    """In this process, the crowd has only these files."""
    known = copy.deepcopy(table.sources())
    known[collection]["crowds"][crowd]["files"] = {}
    put(folder, known, collection, crowd, contents)
    monkeypatch.setattr(table, "sources", lambda: known)
    monkeypatch.setenv("CROWD_DATA", str(folder))
