"""The generated files of docs/ that need no results: datasets, methods and
scores. ``docs/NAME.md`` is made of ``docs/pages/NAME.md.j2``, which has its
sentences."""
from benchmark_utils.catalogue import ROOT
from benchmark_utils.crowds import dataset
from benchmark_utils.report.docs import datasets
from benchmark_utils.report.docs.findings import templates, wrapped
from benchmark_utils.report.docs.methods import method_defaults, methods
from benchmark_utils.report.docs.scores import clocks, score_families

DOCS = ROOT / "docs"
PAGES = DOCS / "pages"


def generated():
    """{path: text}"""
    environment = templates(PAGES)
    environment.globals.update(
        datasets.tables(), table=table, methods=methods,
        method_defaults=method_defaults, score_families=score_families,
        clocks=clocks, crowds=dataset)
    return {DOCS / page.name.removesuffix(".j2"): wrapped(
        environment.get_template(page.name).render())
        for page in sorted(PAGES.glob("*.md.j2"))}


def table(head, rows):
    """A Markdown table."""
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
        for cells in (head, ["---"] * len(head), *rows))
