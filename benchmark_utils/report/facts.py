"""What the page says of methods and datasets, from their own files."""
from benchmark_utils.catalogue import dataset_facts
from benchmark_utils.report.names import parameters_of, slug, variant

NEEDS = {"votes": [], "inputs": ["inputs"], "buys": ["buys"],
         "gold": ["inputs", "gold"], "panel": ["inputs", "panel"]}
TEXTS = ("year", "source", "question", "truth", "contamination", "shows")


def method_entry(full, short, entry):
    """One entry of ``methods``, see data.py. ``entry``: its file's in the
    catalogue, or None.

    A file may say in ``published`` which recoveries were reported, {id of a
    dataset: recovery}, and in ``published_in`` where.
    """
    base, _ = parameters_of(full)
    says = {} if entry is None else entry.says
    kind = "gold" if says.get("needs_gold") else says.get("kind", "votes")
    title, idea = _title(entry, base)
    return dict(
        id=slug(short), name=title + short.removeprefix(base), key=short,
        full=full, base=base, kind=kind, needs=NEEDS[kind],
        variant=variant(full, entry), idea=idea, papers=_papers(entry),
        code=entry.file if entry else "",
        published=[[dataset, "label_recovery", value,
                    says.get("published_in", "")]
                   for dataset, value in says.get("published", {}).items()])


def dataset_entry(full, short, entry):
    """What its file says of a dataset, with ``ranked``: is it a crowd of its
    own, or some votes of one, or an upper bound? The numbers come from its
    runs. ``entry``: as in `method_entry`."""
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
        family=says.get("family", slug(base)), full=full,
        # Whose votes a reader brings is not known; recorded they are.
        crowd="human" if kind == "own" else kind, kind=kind,
        inputs=says.get("inputs", "none"), ranked=says.get("ranked", True),
        summary=entry.summary if entry else "", papers=_papers(entry),
        code=entry.file if entry else "", licence=says.get("licence", ""),
        **{text: says.get(text) for text in TEXTS})


def _said(name, value):
    """A parameter in words: ``classifier=none`` -> no classifier"""
    if name == "mode":
        return {"online": "for sale"}.get(value, value)
    words = name.replace("_", " ")
    without = str(value).lower() == "none"
    return f"no {words}" if without else f"{words} {value}"


def _title(entry, base):
    """A file's docstring starts with the method's name and a colon."""
    if entry is None:
        return base, ""
    name, colon, idea = entry.summary.partition(": ")
    if not colon or len(name) > 40:
        return base, entry.summary
    return name, idea[:1].upper() + idea[1:]


def _papers(entry):
    return [list(paper) for paper in entry.papers] if entry else []
