"""Where the files of recorded crowds are published, and their checksums."""
import json
from functools import cache
from pathlib import Path
from urllib.parse import quote

from benchmark_utils.reading.files import DataFile

TABLE = Path(__file__).with_name("sources.json")
HOST = "https://raw.githubusercontent.com/"


@cache
def sources():
    """{collection: {repository, commit, crowds: {crowd: {folder, files:
    {name: [bytes, sha256]}}}}}. A collection that is published as one tar
    file has its address, ``archive``, instead of repository and commit. A
    crowd whose files spell a class in several ways has ``spellings``,
    {as written: class}. The files of ``mixed`` are converted from those of
    the collections in ``made_of``; their bytes are not stated."""
    return json.loads(TABLE.read_text(encoding="utf-8"))


def source_files(collection, crowd=None):
    """The DataFiles of a crowd, by name.

    A collection of several crowds has one folder per crowd. A collection of
    one crowd (``crowd`` = None) has one folder.
    """
    source = sources()[collection]
    entry = source["crowds"][crowd or collection]
    folder = f"{collection}/{crowd}" if crowd else collection
    within = f"{entry['folder']}/" if entry["folder"] else ""
    archive = source.get("archive")
    url = archive or f"{HOST}{source['repository']}/{source['commit']}/"
    return {name: DataFile(
        f"{folder}/{name}", url if archive else url + quote(within + name),
        sha256, member=within + name if archive else None, size=size)
        for name, (size, sha256) in entry["files"].items()}


def converted_files(crowd):
    """The DataFiles of a crowd of ``mixed``, by name."""
    entry = sources()["mixed"]["crowds"][crowd]
    repository = sources()[entry["made_of"][0]]["repository"]
    return {name: DataFile(f"mixed/{crowd}/{name}",
                           f"https://github.com/{repository}", sha256)
            for name, (_, sha256) in entry["files"].items()}


def raw_files(crowd):
    """The authors' files that a crowd of ``mixed`` is made of, as DataFiles
    by path in their repository. Their place is not the data folder."""
    made_of = sources()["mixed"]["crowds"][crowd]["made_of"]
    return {name: file for collection in made_of
            for name, file in source_files(collection, crowd).items()}
