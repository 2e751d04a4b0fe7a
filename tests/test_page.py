"""The page as a file: its content, its size, and how it is written."""
import json
import os
import re
from html.parser import HTMLParser

import pytest
from page_fixture import make_page_data

from benchmark_utils.report.comparison.ranking_table import Choice, headline
from benchmark_utils.report.page import build as page_module
from benchmark_utils.report.page.build import (
    PARTS,
    SCRIPTS,
    content_hash,
    embedded_json,
    page_html,
    script_text,
    write_page,
)

HOSTILE = "</script><img src=x onerror=\"alert('1')\"><!-- ${1} ]]> & \u2028"


class Elements(HTMLParser):
    """All elements as (tag, attributes), and the text of each script."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.scripts, self.inside = [], {}, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.inside = dict(attrs).get("id", "code")

    def handle_data(self, data):
        if self.inside:
            self.scripts[self.inside] = self.scripts.get(
                self.inside, "") + data

    def handle_endtag(self, tag):
        if tag == "script":
            self.inside = None


@pytest.fixture(scope="module")
def data():
    return make_page_data()


@pytest.fixture(scope="module")
def html(data):
    return page_html(data)


def test_nothing_is_fetched(html):
    # Links may lead out; whatever the page itself loads stands in it.
    for tag, attributes in Elements(html).elements:
        assert tag not in ("link", "iframe", "object", "embed", "base")
        assert "src" not in attributes
        assert not any(name.startswith("on") for name in attributes)
    assert "@import" not in html and "url(" not in html


def test_data_and_script_are_whole_in_the_page(data, html):
    scripts = Elements(html).scripts
    assert json.loads(scripts["data"]) == {**data, "root": "."}
    assert scripts["code"] == script_text()


def test_the_security_policy_lets_this_script_run_and_no_other(html):
    policy = next(attributes["content"] for _, attributes in Elements(
        html).elements if attributes.get(
            "http-equiv") == "Content-Security-Policy")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == f"'{content_hash(script_text())}'"
    # The hash of "" is the one that everybody knows.
    assert content_hash("") == (
        "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")


def test_hostile_text_stays_text(data):
    bad = json.loads(json.dumps(data))
    bad["methods"][1]["name"] = bad["datasets"][0]["summary"] = HOSTILE
    bad["commit"] = bad["measures"][0]["help"] = HOSTILE
    parsed, clean = (Elements(page_html(d)) for d in (bad, data))
    assert json.loads(parsed.scripts["data"])["commit"] == HOSTILE
    assert [tag for tag, _ in parsed.elements] == [
        tag for tag, _ in clean.elements]
    assert "<" not in embedded_json([HOSTILE])


def test_nan_is_refused_and_the_old_page_stays(data, tmp_path):
    path = tmp_path / "index.html"
    write_page(data, path)
    before = path.read_bytes()
    broken = {**data, "rows": float("nan")}
    with pytest.raises(ValueError):
        write_page(broken, path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["index.html"]


def test_a_full_disk_leaves_the_old_page(data, tmp_path, monkeypatch):
    path = tmp_path / "index.html"
    path.write_text("old")

    def no_room(*_):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(OSError):
        write_page(data, path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["index.html"]


def test_a_result_without_its_baseline(data):
    rest = {**data, "methods": [m for m in data["methods"]
                                if m["id"] not in ("mv", "randomassign")],
            "cells": [{**c, **{m["id"]: [*c[m["id"]][:1], None, None, None,
                                         "n"] for m in data["measures"]
                               if m["id"] in c}} for c in data["cells"]
                      if c["m"] not in ("mv", "randomassign")]}
    assert "improvement over majority vote" in page_html(rest)


def test_sizes(data, html):
    assert len(html.encode()) < 1e6
    # 60 settings x 40 methods, with the images that the data may have.
    large = make_page_data(24, 16, 12, 25, 10)
    assert len(large["datasets"]) >= 60 and len(large["methods"]) >= 40
    image = "A" * 25_000
    large["looks"] = {"human-0": {"mv": [
        dict(task=i, score=0, votes={}, truth=None, image=image)
        for i in range(6)]}}
    assert len(page_html(large).encode()) < 1.5e6


def test_readers_without_javascript_get_the_headline_table(data, html):
    table = headline(data, Choice(crowd="human"))
    plain = "".join(re.findall(r"<noscript>(.*?)</noscript>", html, re.S))
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', plain)
    assert [name.removeprefix("↳ ") for name, _ in rows] == [
        row.name for row in table.rows]
    assert len(rows) >= 10
    for row, (_, cells) in zip(table.rows, rows):
        letters, gain, interval, *_, n = re.findall("<td>(.*?)</td>", cells)
        assert letters == (row.letters or "–")
        gain, low, high = (float(text.replace("−", "-")) for text in (
            gain, *interval.strip("[]").split(",")))
        assert gain == pytest.approx(row.mean, abs=.05)
        assert (low, high) == pytest.approx((row.low, row.high), abs=.05)
        assert n == str(len(table.source_groups))


def test_links_without_and_with_a_repository(data, tmp_path):
    folder = page_module.ROOT / "leaderboard"
    root = os.path.relpath(page_module.ROOT, folder)
    links = {attributes["href"] for tag, attributes in Elements(page_html(
        data, root)).elements if tag == "a"}
    files = [link for link in links if not link.startswith("#")]
    assert files and all((folder / link).is_file() for link in files)
    address = "https://example.org/owner/name"
    links = {attributes["href"] for tag, attributes in Elements(page_html(
        {**data, "repository": address})).elements if tag == "a"}
    assert {address, f"{address}/blob/main/CONTRIBUTING.md"} <= links


def test_parts_are_small_and_all_used():
    files = {path.name: path.read_text() for path in PARTS.glob("js/*.js")}
    assert sorted(SCRIPTS) == sorted(files)
    for name, text in files.items():
        lines = text.splitlines()
        assert len(lines) <= 300, name
        assert max(map(len, lines)) <= 120, name
        assert "</script" not in text and "<!--" not in text
    # All parts are one script: a name that two of them declare stops it.
    names = [name for text in files.values() for name in re.findall(
        r"^(?:const|let|function\*?|async function|class) (\w+)", text, re.M)]
    assert len(names) > 100
    assert {name for name in names if names.count(name) > 1} == set()
