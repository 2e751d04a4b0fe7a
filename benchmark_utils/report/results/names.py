"""Names short enough to read, that stay when other results join."""
import re

from benchmark_utils.catalogue import (
    catalogue,
    dataset_facts,
    default_parameters,
)

# What a method of each setting is given.
NEEDS = {"aggregation": ["votes"], "inputs": ["votes", "inputs"],
         "active": ["vote queries"],
         "label_sets": ["votes", "inputs", "label-set annotators"],
         "gold": ["votes", "inputs", "validation set"]}
TEXTS = ("year", "source", "question", "truth", "contamination", "shows")


def method_entry(full, short, entry):
    """One entry of ``methods``, see data.py. ``entry``: its file's in the
    catalogue, or None.

    A solver may give a longer name in ``title``, which is shown as part of its
    description; reported label accuracies in ``published``, {id of a dataset:
    accuracy}; and their source in ``published_in``. A method of this project
    says in ``chosen`` how its defaults were chosen.
    """
    base, _ = parameters_of(full)
    says = {} if entry is None else entry.says
    setting = ("gold" if says.get("needs_gold")
               else says.get("setting", "aggregation"))
    title, idea = says.get("title", ""), entry.summary if entry else ""
    start, _, rest = idea.partition(": ")
    if rest and start in (base, title):  # the page shows them beside it
        idea = rest[0].upper() + rest[1:]
    return dict(
        id=slug(short), name=short, title=title, key=short, full=full,
        base=base, setting=setting, needs=NEEDS[setting],
        variant=variant(full, entry), idea=idea, papers=_papers(entry),
        chosen=says.get("chosen", ""), code=entry.file if entry else "",
        published=[[dataset, "label_recovery", value,
                    says.get("published_in", "")]
                   for dataset, value in says.get("published", {}).items()])


def dataset_entry(full, short, entry):
    """One entry of ``datasets``, see data.py, without the numbers, which come
    from the runs. ``ranked`` is false for a subsample of the votes and for an
    upper bound. ``entry``: as in `method_entry`."""
    base, parameters = parameters_of(full)
    says = dataset_facts(base, parameters)
    kind = says.get("kind", "simulated")
    own = {name for name, choices in (
        entry.says.get("facts_of", {}) if entry else {}).items()
        if any("id" in facts for facts in choices.values())}
    rest = {name: value for name, value in variant(full, entry).items()
            if name not in own and value is not None}
    name = ", ".join([says.get("title", base), *(
        _said(name, value) for name, value in rest.items())])
    return dict(
        id=slug(short), name=name if says else short,
        source_group=says.get("source_group", slug(base)),
        seen=says.get("seen", True),
        exchangeable=says.get("exchangeable", False), full=full,
        # The votes of a user's own file are recorded; count them as human.
        crowd="human" if kind == "own" else kind, kind=kind,
        inputs=says.get("inputs", "none"), ranked=says.get("ranked", True),
        summary=entry.summary if entry else "", papers=_papers(entry),
        code=entry.file if entry else "", licence=says.get("licence", ""),
        **{text: says.get(text) for text in TEXTS})


def _said(name, value):
    """A parameter in words, such as "no classifier" for classifier=none."""
    if name == "mode":
        return {"online": "queried votes"}.get(value, value)
    words = name.replace("_", " ")
    without = str(value).lower() == "none"
    return f"no {words}" if without else f"{words} {value}"


def _papers(entry):
    return [list(paper) for paper in entry.papers] if entry else []


class Ambiguous(ValueError):
    """Two different parameter settings would have the same name."""


def parameters_of(full):
    """``DS[max_iter=100,smoothing=0.0]`` -> DS, {max_iter: "100", ...}"""
    base, _, rest = full.partition("[")
    pairs, depth, part = {}, 0, ""
    for letter in rest[:-1] + "," if rest else "":
        depth += (letter in "[({") - (letter in "])}")
        if letter == "," and depth == 0:
            name, _, value = part.partition("=")
            pairs[name] = value
            part = ""
        else:
            part += letter
    return base, pairs


def short_names(kind, full_names):
    """{full name: short name}. The short name is the id in the facts of a
    dataset, else the class's name and the parameters that are not at their
    defaults. ``kind``: ``datasets`` or ``solvers``, the folder of the files.

    A parameter counts as different if the file has it and an older result does
    not. For a name without a file, the first parameters seen are the defaults.

    Raises
    ------
    Ambiguous
        If two full names would have one short name or one `slug`.
    """
    known, names, first = catalogue(kind), {}, {}
    for full in dict.fromkeys(full_names):
        base, own = parameters_of(full)
        usual = (default_parameters(known[base]) if base in known
                 else first.setdefault(base, own))
        names[full] = kind == "datasets" and dataset_facts(base, own).get(
            "id") or _name(base, own, usual)
    seen, addresses = {}, {}
    for full, short in names.items():
        if short in seen:
            raise Ambiguous(
                f"{seen[short]} and {full} would both be called {short}. If "
                "they come from two versions of one file, keep one of them")
        seen[short] = full
        other = addresses.setdefault(slug(short), short)
        if other != short:
            raise Ambiguous(f"{other} and {short} would both have the address "
                            f"{slug(short)}: rename one of them")
    return names


def variant(full, entry):
    """{parameter: value} of those that are not at their defaults in the file.
    ``entry``: as in `method_entry`."""
    return {} if entry is None else _different(
        parameters_of(full)[1], default_parameters(entry))


def slug(name):
    """An id for addresses, such as ds-smoothing-0.1 for DS (smoothing=0.1)."""
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")


def _name(base, own, usual):
    said = [f"{name}={value}" if value is not None else f"without {name}"
            for name, value in _different(own, usual).items()]
    return f"{base} ({', '.join(said)})" if said else base


def _different(own, usual):
    different = {name: _plain(value) for name, value in own.items()
                 if _plain(value) != _plain(usual.get(name))}
    different.update({name: None for name in usual if name not in own})
    return different


def _plain(value):
    """A value in one spelling: 10 for "10.0" and for 10."""
    try:
        return f"{float(value):g}"
    except (TypeError, ValueError):
        return value
