"""docs/findings and the findings of README, written from stored results.

A page ``docs/findings/NAME.md`` is made of ``docs/findings/pages/NAME.md.j2``,
which holds its sentences; each figure is an expression over the published
results or a stored study, and ``claim`` refuses a sentence that the figures
no longer bear out. README's block is made of ``pages/README.md.j2``.
"""
import re
from functools import cache
from pathlib import Path

import jinja2

from benchmark_utils.report import store
from benchmark_utils.report.files import write_text
from benchmark_utils.report.label_probabilities import Probabilities
from benchmark_utils.report.quoted import Published
from benchmark_utils.report.readme import with_block
from benchmark_utils.report.studies import (
    Study,
    filled,
    interval,
    markdown,
    number,
)

ROOT = Path(__file__).parents[2]
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
