"""Metadata in the source files of solvers and datasets.

The files are parsed, not imported: importing them loads PyTorch, and the page
is also built where the requirements of a solver are missing.

The class attribute ``facts`` of a dataset is a dict of literals;
`dataset_facts` reads it for a setting of the parameters:

  id        short and stable: ``ti-rte``; lower case, digits, dashes
  title     the name in texts
  kind      of workers: ``human``, ``llm`` (language models), ``mixed`` (both
            on the same tasks), ``simulated``, or ``own`` (the votes of a user)
  year      of the votes
  licence   as stated, or ``none stated``; simulations have none
  source    address of the votes
  question  the question to the workers; for a simulation ``shows``, its
            purpose
  truth     source of the true labels
  inputs    of a network: ``none``, ``images``, ``features``, ``text`` or
            ``points``
  source_group  datasets that share tasks, workers or raters have the same
            group and count once in a ranking; default: the id
  seen      False if the dataset was not available when methods and defaults
            were chosen; default: True
  exchangeable  True if the votes were assigned to random workers, so that
            nothing can be learnt about a worker: no ranking of aggregation
            includes the dataset
  same_votes_as  another dataset with the same votes
  contamination  why language models may have seen the answers
  ranked    False for settings that are not ranked, such as upper bounds

``facts_of``, {parameter: {value: facts}}, holds the facts that differ for a
value of a parameter; {parameter: name} takes them from the table of this name
in crowds/facts.json. Other parameters that are not at their defaults are added
to the id, so that every setting has an id of its own.
"""
import ast
import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from benchmark_utils.papers import papers

ROOT = Path(__file__).parents[1]
FACTS = ROOT / "benchmark_utils" / "crowds" / "facts.json"
URL = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Entry:
    """file : path in the repository; summary : first sentence of the
    docstring; papers : (text, address or None) of each reference; says : all
    other literal attributes of the class and of its bases in benchmark_utils,
    such as ``needs_gold``, and under ``bases`` the names of these bases."""
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
        tree = _tree(path, path.stat().st_mtime_ns)
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.name in (
                    "Solver", "Dataset"):
                entry = _entry(node, path.relative_to(root).as_posix(),
                               _attributes(node, tree, root))
                entries[entry.name] = entry
    return entries


def dataset_facts(name, parameters=None, root=ROOT):
    """``facts`` of a dataset at these values of its parameters, the others at
    their defaults; {} for an unknown name or a file without facts.

    parameters : {parameter: value}, values may be text
    """
    edited = tuple((path, path.stat().st_mtime_ns)
                   for path in (root / "datasets").glob("*.py"))
    entry = _datasets(root, edited).get(name)
    if entry is None or "facts" not in entry.says:
        return {}
    usual = default_parameters(entry)
    values = {**usual, **{key: _text(value)
                          for key, value in (parameters or {}).items()}}
    facts, named = dict(entry.says["facts"]), set()
    for key, of_value in entry.says.get("facts_of", {}).items():
        here = {_text(value): own for value, own in of_value.items()}.get(
            values.get(key), {})
        facts.update(here)
        named |= {key} if "id" in here else set()
    facts.setdefault("source_group", facts["id"])
    facts.setdefault("seen", True)
    for key, value in values.items():
        if value != usual.get(key) and key not in named:
            said = value if key == "mode" else f"{key}-{value}"
            facts["id"] += "-" + re.sub(r"[^a-z0-9.]+", "-",
                                        said.lower()).strip("-")
    if facts["kind"] != "simulated" and values.get(
            "votes_per_task", "every") != "every":
        facts["ranked"] = False  # a subset of the votes
    facts.setdefault("ranked", True)
    return facts


@lru_cache(maxsize=2)
def _datasets(root, edited):
    """Parsed once, and again after an edit: a page has many settings."""
    return catalogue("datasets", root)


def default_parameters(entry):
    """{parameter: text} of a file: the first of each parameter's values."""
    values = {}
    for names, choices in entry.says.get("parameters", {}).items():
        names = [name.strip() for name in names.split(",")]
        first = choices[0] if len(names) > 1 else [choices[0]]
        values.update(zip(names, map(_text, first)))
    return values


def _text(value):
    """As text: ``3`` for 3, "3" and 3.0; tables convert integers."""
    try:
        return f"{float(value):g}"
    except (TypeError, ValueError):
        return str(value)


@cache
def _tree(path, edited):
    """``edited``, the time of the last edit, is part of the cache's key."""
    return ast.parse(path.read_text(encoding="utf-8"))


def _attributes(node, tree, root):
    """{name: value} of the literals in a class and in its bases from
    benchmark_utils; ``bases`` are the names of these bases."""
    values = {"bases": []}
    for base in node.bases:
        found = _class(base.id, tree, root) if isinstance(
            base, ast.Name) else None
        if found:
            inherited = _attributes(*found, root)
            bases = [*values["bases"], base.id, *inherited["bases"]]
            values.update(inherited, bases=bases)
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(
                statement.targets[0], ast.Name):
            name = statement.targets[0].id
            try:
                values[name] = _literal(statement.value, values.get(name))
            except ValueError:  # an expression
                values.pop(name, None)
    if "facts_of" in values:
        values["facts_of"] = {
            key: _facts()[own] if isinstance(own, str) else own
            for key, own in values["facts_of"].items()}
    return values


@cache
def _facts():
    """{table: {value of a parameter: facts}}"""
    return json.loads(FACTS.read_text(encoding="utf-8"))


def _literal(node, inherited):
    """The value of a literal; ``{**Base.name, ...}`` extends the base's, and
    ``papers(...)`` are references."""
    if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            and node.func.id == "papers"):
        return papers(*map(ast.literal_eval, node.args))
    if isinstance(node, ast.Dict) and None in node.keys:
        merged = {}
        for key, value in zip(node.keys, node.values):
            merged.update((inherited or {}) if key is None else {
                ast.literal_eval(key): ast.literal_eval(value)})
        return merged
    return ast.literal_eval(node)


def _class(name, tree, root):
    """The class of this name and the tree of its file, this one or the one it
    is imported from; None if that is outside benchmark_utils."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return node, tree
        if (isinstance(node, ast.ImportFrom)
                and (node.module or "").startswith("benchmark_utils.")
                and name in [alias.name for alias in node.names]):
            path = root / (node.module.replace(".", "/") + ".py")
            if not path.is_file():
                return None
            return _class(name, _tree(path, path.stat().st_mtime_ns), root)
    return None


def _entry(node, file, values):
    text = " ".join((ast.get_docstring(node) or "").partition("\n\n")[0]
                    .replace("``", "").split())
    # Up to the first full stop that ends a sentence, not an initial.
    sentence = re.match(r".*?[a-z0-9)][.](?= |$)", text)
    papers = tuple(_paper(text) for text in values.pop("references", []))
    return Entry(values.pop("name"), file, sentence[0] if sentence else text,
                 papers, values)


def _paper(text):
    address = URL.search(text)
    return (URL.sub("", text).strip().rstrip("."),
            address[0] if address else None)
