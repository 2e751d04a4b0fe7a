"""The page as one self-contained HTML file, from the data of `page.data`."""
import base64
import hashlib
import json
import math
import os
import re
from collections import Counter
from pathlib import Path

import jinja2

from benchmark_utils.catalogue import ROOT
from benchmark_utils.report.comparison.ranking_table import Choice, headline
from benchmark_utils.report.results.settings import CROWDS
from benchmark_utils.safe_files import write_text

PARTS = Path(__file__).parent
# The order matters: numbers and text, then drawing, then view.js, which runs.
SCRIPTS = (
    "text.js", "stats.js", "stability.js", "state.js", "model.js", "svg.js",
    "figures.js", "lines.js", "votes.js", "multiples.js", "lead.js", "bar.js",
    "board.js", "notes.js", "crowds.js", "more.js", "evidence.js", "panels.js",
    "compare.js", "save.js", "view.js")


def write_page(data, path):
    """Write the page of ``data`` (see `page.data.page_data`). If this fails,
    an existing file stays as it is."""
    path = Path(path).resolve()
    root = Path(os.path.relpath(ROOT, path.parent)).as_posix()
    write_text(path, page_html(data, root))


def page_html(data, root="."):
    """The page as text. ``root``: relative path from the page to the checkout,
    for links to files if the repository has no address on the web."""
    script = script_text()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PARTS), autoescape=True,
        trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined)
    address = data["repository"]
    return environment.get_template("template.html.j2").render(
        data=embedded_json({**data, "root": root}), script=script,
        script_hash=content_hash(script),
        style=(PARTS / "style.css").read_text("utf-8"),
        repository=address, commit=data["commit"], date=data["date"],
        contributing=f"{address}/blob/main/CONTRIBUTING.md" if address
        else f"{root}/CONTRIBUTING.md", plain=plain_view(data))


def script_text():
    """All parts as one script, without comment lines and indents."""
    parts = "\n".join((PARTS / "js" / name).read_text("utf-8")
                      for name in SCRIPTS)
    return '"use strict";\n' + re.sub(r"^ *(?:// .*\n)?", "", parts,
                                      flags=re.MULTILINE)


def content_hash(script):
    """Hash of the script for the security policy: no other script runs."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def embedded_json(value):
    """JSON for an HTML script element. Text such as ``</script>`` or ``<!--``
    is escaped and cannot end the element. ValueError for NaN."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False,
                      separators=(",", ":"))
    return text.replace("<", "\\u003c")


def plain_view(data):
    """The first table of the page and its datasets as text, for browsers
    without JavaScript."""
    crowd = data["default"]["fixed"]["crowd"]
    table = headline(data, Choice(crowd=crowd))
    measure, datasets = table.measure, {d["id"]: d for d in data["datasets"]}
    shown = [datasets[d] for d in table.datasets]
    several = len(datasets) > len({
        d["source_group"] for d in data["datasets"]})
    return dict(
        title=f"{measure['title']}: improvement over {measure['than']}",
        help=measure["help"],
        counts=f"{_methods([m['variant'] for m in data['methods']])} on "
        f"{_crowds(data['datasets'])}. " + several * (
            f"Some datasets have several versions, {len(datasets)} in all. ")
        + f"Improvements are relative to {measure['than']} on the same votes.",
        status=f"{_methods([row.variant_of for row in table.rows])} on "
        f"{_crowds(shown)}. All methods ran on all of them.",
        heads=("Method", "Letters", "Improvement, points", "95% interval",
               "Aggregate, s", "Train, s", "Datasets"),
        rows=[(f"{'↳ ' * bool(row.variant_of)}{row.name}",
               row.letters or "–", _signed(row.mean),
               "–" if math.isnan(row.low)
               else f"[{_signed(row.low)}, {_signed(row.high)}]",
               _seconds(row.aggregate), _seconds(row.train),
               len(table.source_groups)) for row in table.rows],
        crowds=[f"{d['name']}: {d['summary']}" for d in shown])


def _crowds(datasets):
    """Such as "13 datasets: 10 human-annotated, 3 simulated"."""
    source_groups = {d["source_group"]: CROWDS[d["crowd"]] for d in datasets}
    kinds = Counter(source_groups.values())
    if len(kinds) == 1:
        return _count(source_groups, f"{''.join(kinds)} dataset")
    return f"{_count(source_groups, 'dataset')}: " + ", ".join(
        f"{kinds[kind]} {kind}" for kind in CROWDS.values() if kind in kinds)


def _methods(variants):
    """Such as "18 methods and 5 variants"; ``variants``: a value for each,
    false for a method at its defaults."""
    others = [of for of in variants if of]
    return _count(variants[len(others):], "method") + (
        f" and {_count(others, 'variant')}" if others else "")


def _count(things, name):
    return f"{len(things)} {name}{'s' * (len(things) != 1)}"


def _signed(value):
    text = f"{value:+.1f}"
    return "0.0" if float(text) == 0 else text.replace("-", "−")


def _seconds(value):
    return "–" if value is None else f"{value:.2g}"
