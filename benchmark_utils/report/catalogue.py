"""What the files of solvers and datasets say of themselves."""
import ast
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
URL = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Entry:
    """file : path in the repository; summary : first sentence of the
    docstring; papers : (text, address or None) of each reference."""
    name: str
    file: str
    summary: str
    papers: tuple


def repository():
    """Address of the repository on the web, without a slash at its end;
    empty if it has none: ``CROWD_REPOSITORY``, else pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return os.environ.get("CROWD_REPOSITORY", project.get("tool", {}).get(
        "leaderboard", {}).get("repository", "")).rstrip("/")


def source_link(file, page):
    """Address of a file of the repository: on the web, or relative to the
    page, which then works in a checkout."""
    if repository():
        return f"{repository()}/blob/main/{file}"
    return Path(os.path.relpath(ROOT / file, Path(page).resolve().parent)
                ).as_posix()


def commit_link(commit):
    """Address of a commit, None where there is none."""
    clean = commit.rstrip("+")
    return f"{repository()}/commit/{clean}" if repository() and clean else None


def catalogue(kind, root=ROOT):
    """{name: Entry} of all files in ``solvers`` or ``datasets``.

    Read, not imported: importing them loads PyTorch, and a page is also built
    where a solver's requirements are missing.
    """
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


def _entry(node, file):
    values = {
        statement.targets[0].id: statement.value for statement in node.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)}
    references = ast.literal_eval(values["references"]) if (
        "references" in values) else []
    text = " ".join((ast.get_docstring(node) or "").partition("\n\n")[0]
                    .replace("``", "").split())
    # To the first full stop that ends a sentence, not an initial.
    sentence = re.match(r".*?[a-z0-9)][.](?= |$)", text)
    return Entry(ast.literal_eval(values["name"]), file,
                 sentence[0] if sentence else text,
                 tuple(_paper(text) for text in references))


def _paper(text):
    address = URL.search(text)
    return (URL.sub("", text).strip().rstrip("."),
            address[0] if address else None)
