"""The papers that solvers and datasets cite."""
import json
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("references.json")


def papers(*keys):
    """The ``references`` of a class, by their keys in references.json. A class
    may also list the texts itself."""
    return [_table()[key] for key in keys]


@cache
def _table():
    return json.loads(TABLE.read_text(encoding="utf-8"))
