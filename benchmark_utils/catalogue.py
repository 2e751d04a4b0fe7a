"""What the files of solvers and datasets say of themselves.

Read, not imported: importing them loads PyTorch, and a page is also built
where a solver's requirements are missing.

A dataset says in the class attribute ``facts``, a dict of literals, what no
number tells; `dataset_facts` reads it for a setting of its parameters:

  id        short and stable: ``ti-rte``; lower case, digits, dashes
  title     its name for readers
  kind      of crowd: ``human``, ``llm`` (language models), ``simulated``, or
            ``own`` (a user's votes)
  year      of the votes
  licence   as stated, or ``none stated``; simulations have none
  source    address of the votes
  question  what the workers were asked; of a simulation, ``shows``: what it
            is there to show
  truth     how the truth was made
  inputs    what a network sees: ``none``, ``images``, ``features``, ``text``
            or ``points``
  family    settings of one family share their votes or their making and count
            once in a ranking; without it the id is the family
  same_votes_as  the other dataset that has these very votes
  contamination  why language models may have seen the answers
  ranked    False for what is no crowd of its own: an upper bound

``facts_of``, {parameter: {value: facts}}, holds what differs for a value of a
parameter. Other parameters that are not at their default are added to the id,
so that every setting has its own.
"""
import ast
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
URL = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Entry:
    """file : path in the repository; summary : first sentence of the
    docstring; papers : (text, address or None) of each reference; says : the
    class's other attributes that are literals, such as ``needs_gold``, those
    of its bases in benchmark_utils among them; ``bases`` names these."""
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
    """``facts`` of a dataset at these values of its parameters (the others at
    their defaults), as above; {} for an unknown name or a file without them.

    parameters : {parameter: value}, values as such or as text
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
    facts.setdefault("family", facts["id"])
    for key, value in values.items():
        if value != usual.get(key) and key not in named:
            said = value if key == "mode" else f"{key}-{value}"
            facts["id"] += "-" + re.sub(r"[^a-z0-9.]+", "-",
                                        said.lower()).strip("-")
    if facts["kind"] != "simulated" and values.get(
            "votes_per_task", "every") != "every":
        facts["ranked"] = False  # some of the votes: a point of a curve
    facts.setdefault("ranked", True)
    return facts


@lru_cache(maxsize=2)
def _datasets(root, edited):
    """Read again when a file was edited: a page asks for every setting."""
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
    """As text: ``3`` for 3, "3" and 3.0, which tables make of it."""
    try:
        return f"{float(value):g}"
    except (TypeError, ValueError):
        return str(value)


@cache
def _tree(path, edited):
    """``edited``, its time, makes another entry of the cache."""
    return ast.parse(path.read_text(encoding="utf-8"))


def _attributes(node, tree, root):
    """{name: value} of the literals in a class and in those of its bases that
    come from benchmark_utils, whose names are under ``bases``."""
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
    return values


def _literal(node, inherited):
    """The value of a literal; ``{**Base.name, ...}`` adds to the base's."""
    if isinstance(node, ast.Dict) and None in node.keys:
        merged = {}
        for key, value in zip(node.keys, node.values):
            merged.update((inherited or {}) if key is None else {
                ast.literal_eval(key): ast.literal_eval(value)})
        return merged
    return ast.literal_eval(node)


def _class(name, tree, root):
    """The class of this name and the tree of its file, here or where it is
    imported from; None if that is not in benchmark_utils."""
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
    # To the first full stop that ends a sentence, not an initial.
    sentence = re.match(r".*?[a-z0-9)][.](?= |$)", text)
    papers = tuple(_paper(text) for text in values.pop("references", []))
    return Entry(values.pop("name"), file, sentence[0] if sentence else text,
                 papers, values)


def _paper(text):
    address = URL.search(text)
    return (URL.sub("", text).strip().rstrip("."),
            address[0] if address else None)
