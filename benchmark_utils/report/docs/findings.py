"""README's findings and docs/findings, written from stored results.

A page ``docs/findings/NAME.md`` is made of ``docs/findings/pages/NAME.md.j2``,
which holds its sentences. Each figure is an expression over the published
results or a stored study, and ``claim`` refuses a sentence that the figures
no longer support. README's block is made of ``pages/README.md.j2``.
"""
import re
import textwrap
from functools import cache
from pathlib import Path

import jinja2

from benchmark_utils.report.docs.label_probabilities import Probabilities
from benchmark_utils.report.docs.panel_worth import PanelWorth
from benchmark_utils.report.docs.published import Published, escaped, listed
from benchmark_utils.report.docs.studies import (
    CI,
    Study,
    aside,
    interval,
    markdown,
    minus,
    number,
    points,
)
from benchmark_utils.report.docs.versions import Versions
from benchmark_utils.report.store import store

ROOT = Path(__file__).parents[3]
FINDINGS = ROOT / "docs" / "findings"
PAGES = FINDINGS / "pages"
README = ROOT / "README.md"
MARKS = ("<!-- findings: python -m benchmark_utils.report docs -->",
         "<!-- /findings -->")
HELD = "\0"  # where a claim was checked; the page shows nothing there


class Untrue(ValueError):
    """A sentence of a page says what its figures do not support."""


def findings(folder=store.STORE):
    """{path: text} of all pages, README among them.

    Raises
    ------
    Untrue
        If a claim does not hold.
    jinja2.TemplateError
        If a page asks for a figure that does not exist.
    """
    environment = templates(PAGES)
    published = Published(folder)
    environment.globals.update(
        study=cache(Study.stored), published=published, claim=claim,
        versions=lambda name: Versions(name, published),
        probabilities=Probabilities.stored(),
        panel_worth=PanelWorth.stored(), CI=CI, aside=aside,
        escaped=escaped, interval=interval, listed=listed, markdown=markdown,
        minus=minus, number=number, points=points, zip=zip)
    made = {}
    for page in sorted(PAGES.glob("*.md.j2")):
        text = environment.get_template(page.name).render()
        if page.name == "README.md.j2":
            made[README] = with_block(README.read_text("utf-8"),
                                      wrapped(text, 100))
        else:
            made[FINDINGS / page.name.removesuffix(".j2")] = wrapped(text)
    return made


def templates(folder):
    """The Markdown templates of a folder."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=False,
        undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True)


def claim(holds, sentence=""):
    """`HELD`, if it holds."""
    if not holds:
        raise Untrue(f"the figures no longer support: {sentence}")
    return HELD


def wrapped(text, width=80):
    """Paragraphs and list entries filled to a width; tables, headings and
    commands as they are."""
    text = re.sub(rf"\n[ \t{HELD}]*{HELD}[ \t{HELD}]*(?=\n)", "", text)
    text = text.replace(HELD, "")
    parts = re.split(r"\n(?:[ \t]*\n)+", text.strip("\n"))
    return "\n\n".join(_filled(part, width) for part in parts) + "\n"


def _filled(part, width):
    if re.match(r"\s*(\||#|!\[|<!--| {4})", part):
        return part.rstrip()
    return "\n".join(textwrap.fill(
        " ".join(entry.split()), width, break_long_words=False,
        break_on_hyphens=False,
        subsequent_indent="  " if entry.startswith("- ") else "")
        for entry in re.split(r"\n(?=- )", part))


def with_block(text, block):
    """A README with another block between `MARKS`.

    Raises
    ------
    ValueError
        If it has no such marks.
    """
    head, mark, rest = text.partition(MARKS[0])
    _, end, tail = rest.partition(MARKS[1])
    if not end:
        raise ValueError(f"README.md has no {MARKS[0]} ... {MARKS[1]}")
    return f"{head}{mark}\n{block.strip()}\n{end}{tail}"
