"""The comparison of a published version with an earlier one."""
from types import SimpleNamespace

import pandas as pd
import pytest

from benchmark_utils.report.docs import versions
from benchmark_utils.report.docs.versions import Versions


@pytest.fixture
def compared():
    """Two datasets of one source, one of another; a method whose name
    changed, one that only one version has."""
    found = object.__new__(Versions)
    datasets = [dict(id=d, crowd=crowd, source_group=group)
                for d, crowd, group in (
                    ("a", "human", "x"), ("b", "human", "x"),
                    ("c", "human", "y"), ("d", "llm", "z"),
                    ("e", "human", "w"))]

    def version(**gains):
        return dict(datasets=datasets, cells=[
            dict(d=d, m=m, labels=[90, gain]) for m, own in gains.items()
            for d, gain in own.items()])

    found.name, found.same = "2026.11", {"a", "b", "c", "d"}
    found.then = version(crowdkit=dict(a=1, b=3, c=5, d=1, e=90),
                         ds=dict(a=1, c=None), gone=dict(a=1))
    found.now = SimpleNamespace(
        data=version(zerobasedskill=dict(a=2, b=4, c=5, d=1, e=0),
                     ds=dict(a=1.1, c=2), new=dict(a=1)),
        names={"zerobasedskill": "Skill", "ds": "DS"})
    return found


def test_means_then_and_now_weigh_sources_equally(compared):
    # (1 + 3) / 2 and 5, then (2 + 4) / 2 and 5; e has other data now.
    assert compared.rows("labels", "human") == [
        ("ds", 1, 1, 1.1), ("zerobasedskill", 3, 3.5, 4)]
    assert compared.rows("labels", "llm") == [("zerobasedskill", 1, 1, 1)]
    assert compared.rows("network", "human") == []


def test_a_large_change_needs_a_reason(compared):
    table = compared.table("labels", "human", {"zerobasedskill": "a fix",
                                               "ds": "not shown"})
    assert [line.split("|")[1:-1] for line in table.replace(
        " ", "").split("\n")[2:]] == [
            ["DS", "1", "+1.0", "+1.1", "+0.1", ""],
            ["Skill", "3", "+3.5", "+4.0", "+0.5", "afix"]]
    assert "other" in compared.table("labels", "human", {None: "other"})
    with pytest.raises(ValueError, match="zerobasedskill, labels, human: "
                       r"\+3.50 then, \+4.00 now, without a reason"):
        compared.table("labels", "human", {"ds": "a fix"})


def test_data_are_compared_by_repetition():
    rows = pd.DataFrame(dict(
        dataset_name=["A", "A", "B", "curve"], idx_rep=[0, 1, 0, 0],
        objective_data_version=["p", "q", "r", "s"]))
    datasets = [dict(id="a", full="A"), dict(id="b", full="B")]
    assert versions._data(datasets, rows) == {"a": {(0, "p"), (1, "q")},
                                              "b": {(0, "r")}}
