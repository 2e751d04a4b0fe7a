"""Imports between the packages of benchmark_utils/report go one way."""
import re

import pytest
from conftest import ROOT

REPORT = ROOT / "benchmark_utils" / "report"
MAY_IMPORT = {"results": set(), "comparison": {"results"},
              "page": {"results", "comparison"}}
IMPORTED = re.compile(r"^\s*from benchmark_utils\.report\.(\w+)", re.MULTILINE)


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_go_one_way(package):
    files = list((REPORT / package).glob("*.py"))
    imported = {name for path in files
                for name in IMPORTED.findall(path.read_text("utf-8"))}
    assert len(files) > 3
    assert imported <= MAY_IMPORT[package] | {package}
