"""Where the files of recorded crowds are published, and their sums."""
import json
from functools import cache
from pathlib import Path
from urllib.parse import quote

from benchmark_utils.reading.files import DataFile

TABLE = Path(__file__).with_name("sources.json")


@cache
def sources():
    """{collection: {repository, commit, crowds: {crowd: {folder, files:
    {name: [bytes, sha256]}}}}}: all files of all crowds, none of their
    content."""
    return json.loads(TABLE.read_text(encoding="utf-8"))


def source_files(collection, crowd=None):
    """The DataFiles of a crowd, by name.

    A collection of several crowds has a folder each; a collection that is one
    crowd (``crowd`` = None) lies in one.
    """
    source = sources()[collection]
    entry = source["crowds"][crowd or collection]
    folder = f"{collection}/{crowd}" if crowd else collection
    url = (f"https://raw.githubusercontent.com/{source['repository']}/"
           f"{source['commit']}/")
    within = f"{entry['folder']}/" if entry["folder"] else ""
    return {name: DataFile(f"{folder}/{name}", url + quote(within + name),
                           sha256, size=size)
            for name, (size, sha256) in entry["files"].items()}
