"""What the files of solvers and datasets say of themselves.

Read, not imported: importing them loads PyTorch, and a page is also built
where a solver's requirements are missing.
"""
import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
URL = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Entry:
    """file : path in the repository; summary : first sentence of the
    docstring; papers : (text, address or None) of each reference; says : the
    class's other attributes that are literals, such as ``needs_gold``."""
    name: str
    file: str
    summary: str
    papers: tuple
    says: dict


def catalogue(kind, root=ROOT):
    """{name: Entry} of all files in ``solvers`` or ``datasets``."""
    entries = {}
    for path in sorted((root / kind).glob("*.py")):
        if path.name.startswith("template_"):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name in (
                    "Solver", "Dataset"):
                entry = _entry(node, path.relative_to(root).as_posix())
                entries[entry.name] = entry
    return entries


@lru_cache(maxsize=1)
def solvers_that_need_gold():
    """Names of the solvers whose class says ``needs_gold = True``."""
    return frozenset(name for name, entry in catalogue("solvers").items()
                     if entry.says.get("needs_gold"))


def _entry(node, file):
    values = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(
                statement.targets[0], ast.Name):
            try:
                values[statement.targets[0].id] = ast.literal_eval(
                    statement.value)
            except ValueError:  # an expression, such as of the base's
                pass
    text = " ".join((ast.get_docstring(node) or "").partition("\n\n")[0]
                    .replace("``", "").split())
    # To the first full stop that ends a sentence, not an initial.
    sentence = re.match(r".*?[a-z0-9)][.](?= |$)", text)
    papers = tuple(_paper(text) for text in values.pop("references", []))
    return Entry(values.pop("name"), file, sentence[0] if sentence else text,
                 papers, values)


def _paper(text):
    address = URL.search(text)
    return (URL.sub("", text).strip().rstrip("."),
            address[0] if address else None)
