"""What the page says of methods and datasets, from their own files."""
from benchmark_utils import catalogue
from benchmark_utils.report.names import parameters_of, slug, variant

NEEDS = {"votes": [], "inputs": ["inputs"], "buys": ["buys"],
         "gold": ["inputs", "gold"], "panel": ["inputs", "panel"]}
TEXTS = ("year", "source", "question", "truth", "contamination")


def method_facts(full, short, entry):
    """One entry of ``methods``: see data.py. ``entry``: its file's in the
    catalogue, or None."""
    base, _ = parameters_of(full)
    says = {} if entry is None else entry.says
    kind = "gold" if says.get("needs_gold") else says.get("kind", "votes")
    title, idea = _title(entry, base)
    rest = short.removeprefix(base)
    return dict(
        id=slug(short), name=title + rest, key=short, full=full, base=base,
        kind=kind, needs=NEEDS[kind], variant=variant(full, entry),
        idea=idea, papers=_papers(entry), code=entry.file if entry else "",
        published=[list(claim) for claim in says.get("published", ())])


def dataset_facts(full, short, entry):
    """What its file says of a dataset: the part of an entry of ``datasets``
    that no number tells. ``entry``: as in `method_facts`."""
    base, parameters = parameters_of(full)
    says = {} if entry is None else dict(entry.says)
    if hasattr(catalogue, "dataset_facts"):
        says.update(catalogue.dataset_facts(base, parameters))
    recorded = "RecordedCrowd" in says.get("bases", ())
    crowd = says.get("kind", "human" if recorded else "simulated")
    return dict(
        id=says.get("id"), name=says.get("title", short), full=full,
        family=says.get("family", says.get("id", slug(base))),
        crowd=crowd, kind=crowd, inputs=says.get("inputs", "none"),
        summary=entry.summary if entry else "",
        papers=[list(paper) for paper in says["papers"]]
        if "papers" in says else _papers(entry),
        code=entry.file if entry else "",
        licence=says.get("licence", "none stated" if recorded else ""),
        **{name: says.get(name) for name in TEXTS})


def is_subsample(full, facts):
    """Some of the votes of a recorded crowd: a point of a curve, no crowd of
    its own."""
    _, parameters = parameters_of(full)
    return (facts["crowd"] != "simulated"
            and parameters.get("votes_per_task", "every") != "every")


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
