"""docs/findings and the findings of README, written from stored results.

A page ``docs/findings/NAME.md`` is made of ``docs/findings/pages/NAME.md.j2``,
which holds its sentences; each figure is an expression over the published
results or a stored study, and ``claim`` refuses a sentence that the figures
no longer bear out. README's block is made of ``pages/README.md.j2``.
"""
import re
import textwrap
from functools import cache
from pathlib import Path

import jinja2
from tabulate import tabulate

from benchmark_utils.report.comparison.ranking_table import (
    MIN_GROUPED,
    Choice,
    headline,
)
from benchmark_utils.report.docs.label_probabilities import Probabilities
from benchmark_utils.report.docs.published import Published
from benchmark_utils.report.docs.studies import (
    Study,
    filled,
    interval,
    markdown,
    number,
)
from benchmark_utils.report.results.settings import CROWDS as NAMES
from benchmark_utils.report.store import store
from benchmark_utils.safe_files import write_text

ROOT = Path(__file__).parents[3]
FINDINGS = ROOT / "docs" / "findings"
PAGES = FINDINGS / "pages"
README = ROOT / "README.md"
MARKS = ("<!-- findings: python -m benchmark_utils.report findings -->",
         "<!-- /findings -->")
HELD = "\0"  # where a claim was checked; the page shows nothing there


class Untrue(ValueError):
    """A sentence of a page says what its figures do not."""


def write_findings():
    """Write all pages and README's block; returns the files."""
    made = findings()
    for path, text in made.items():
        write_text(path, text)
    return list(made)


def findings(folder=store.STORE):
    """{path: text} of all pages, README among them.

    Raises
    ------
    Untrue
        Where a claim does not hold.
    jinja2.TemplateError
        Where a page asks for what is not there.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGES), autoescape=False,
        undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True)
    environment.globals.update(
        study=cache(Study.stored), published=Published(folder), claim=claim,
        probabilities=Probabilities.stored(), interval=interval,
        markdown=markdown, number=number)
    made = {}
    for page in sorted(PAGES.glob("*.md.j2")):
        text = wrapped(environment.get_template(page.name).render())
        if page.name == "README.md.j2":
            made[README] = with_block(README.read_text("utf-8"), MARKS, text)
        else:
            made[FINDINGS / page.name.removesuffix(".j2")] = text
    return made


def claim(holds, sentence=""):
    """`HELD`, if it holds."""
    if not holds:
        raise Untrue(f"no longer so: {sentence}")
    return HELD


def wrapped(text):
    """Paragraphs and list entries filled to the width of a page; tables,
    headings and commands as they are."""
    text = re.sub(rf"\n[ \t{HELD}]*{HELD}[ \t{HELD}]*(?=\n)", "", text)
    text = text.replace(HELD, "")
    parts = re.split(r"\n(?:[ \t]*\n)+", text.strip("\n"))
    return "\n\n".join(map(_filled, parts)) + "\n"


def _filled(part):
    if re.match(r"\s*(\||#|!\[|<!--| {4})", part):
        return part.rstrip()
    entries = re.split(r"\n(?=- )", part)
    return "\n".join(
        filled(entry).replace("\n", "\n  ") if entry.startswith("- ")
        else filled(entry) for entry in entries)


MARKS = ("<!-- leaderboard: python -m benchmark_utils.report page --readme "
         "-->", "<!-- /leaderboard -->")
RECORDED, OTHERS = ("human", "llm"), ("simulated",)
MOST = 4  # rows of a table, the best first; the page has all


def with_ranking(text, data):
    """A README with the headline tables between its marks.

    Raises
    ------
    ValueError
        If it has no such marks.
    """
    return with_block(text, MARKS, ranking_markdown(data))


def with_block(text, marks, block):
    """A README with another block between two marks; ValueError if it has
    none."""
    head, mark, rest = text.partition(marks[0])
    _, end, tail = rest.partition(marks[1])
    if not end:
        raise ValueError(f"README.md has no {marks[0]} ... {marks[1]}")
    return f"{head}{mark}\n{block.strip()}\n{end}{tail}"


def ranking_markdown(data):
    """A table for each kind of crowd with votes given, of the methods that
    need votes only, and how to read it. Simulations where nothing else is."""
    parts = _tables(data, RECORDED) or _tables(data, OTHERS)
    said = ("Gain in points of recovery over majority vote on the same votes, "
            "mean over crowds with its 95% interval; groups: who cannot be "
            "told from the best of the group, all pairs at once (shown "
            f"from {MIN_GROUPED} crowds on). The best {MOST} of those that "
            "need votes only; the page has the rest. Commit "
            f"{data['commit']}, {data['date']}.")
    return "\n\n".join([*parts, textwrap.fill(said, 80)])


def _tables(data, kinds):
    return [_table(kind, table) for kind in kinds
            if (table := headline(data, Choice(
                crowd=kind, setting="aggregation"))).ranked]


def _table(kind, table):
    rows = [[row.group or "", escaped(row.name), f"{row.mean:+.1f}",
             f"[{row.low:+.1f}, {row.high:+.1f}]"]
            for row in table.rows if not row.base][:MOST]
    title = f"{NAMES[kind].capitalize()}, {len(table.families)} crowds"
    return tabulate(rows, ["", title, "Gain", "95%"], tablefmt="pipe",
                    disable_numparse=True,
                    colalign=["left", "left", "right", "right"])


def escaped(text):
    """Markdown that shows as the text it is."""
    return re.sub(r"([\\`*_{}\[\]<>|#!])", r"\\\1", " ".join(text.split()))
