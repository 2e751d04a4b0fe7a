"""Figures of the study of label probabilities, computed by hand."""
import pytest

from benchmark_utils.report.docs.label_probabilities import Probabilities
from benchmark_utils.scoring.provenance import protocol

CROWDS = (("a", "human"), ("b", "llm"))
ERRORS = dict(DS=(.2, .4), ours=(.1, .6))
FITS = dict(a=[("MV", .5, .9), ("DS", .7, .6), ("Committee", .9, .5)],
            b=[("MV", .9, .9), ("DS", .8, .5), ("Committee", .7, .7)])


@pytest.fixture
def study():
    rows = [dict(crowd=crowd, kind=kind, way=way, error=errors[i], nll=1.,
                 brier=.3) for way, errors in ERRORS.items()
            for i, (crowd, kind) in enumerate(CROWDS)]
    bins = [dict(crowd=crowd, kind=kind, way=way, bin=9, n=20, sure=.9,
                 right=right) for way, right in (("DS", .7), ("ours", .95))
            for crowd, kind in CROWDS]
    bins.append(dict(bins[-1], bin=5, n=60, sure=.5, right=.7))
    return Probabilities(dict(
        protocol="0", commit="abc1234", date="2026-01-02",
        probabilities=rows, reliability=bins,
        crowds=[dict(crowd=crowd, kind=kind) for crowd, kind in CROWDS],
        correlation=[dict(crowd=row["crowd"], kind=row["kind"], nll=row["nll"],
                          correlation=float(row["way"] == "ours"),
                          error=row["error"], brier=.3) for row in rows],
        methods=[dict(crowd=crowd, kind=kind, solver=solver, vote_nll=nll,
                      recovery=recovery, agreement=recovery)
                 for crowd, kind in CROWDS
                 for solver, recovery, nll in FITS[crowd]]))


def test_means_over_datasets(study):
    assert study.mean("DS") == pytest.approx(.3)
    assert study.mean("DS", "error", "llm") == .4
    assert study.ratio("ours", "DS", kind="human") == pytest.approx(.5)
    assert study.correlation(1.) == pytest.approx(.35)
    assert study.kinds.to_dict() == dict(human=1, llm=1)


def test_datasets_that_fail_are_named(study):
    assert study.worse("ours", "DS") == ["b"]
    assert study.misled() == ["b"]
    assert study.doubt("a", "DS") == pytest.approx(-.2)
    assert study.doubt("b", "ours") == pytest.approx((.05 * 20 + .2 * 60) / 80)
    assert study.near("DS", "human", .9).right == .7


def test_tables(study):
    rows = study.way_table(dict(DS="Dawid-Skene", ours="ours")).splitlines()
    assert [cell.strip() for cell in rows[2].split("|")[1:5]] == [
        "Dawid-Skene", "**.300**", ".200", "**.400**"]
    first = study.choice_table().splitlines()[2]
    assert [cell.strip() for cell in first.split("|")[1:-1]] == [
        "b", "-.50", "1.00", "DS", ".800", ".700", ".900", "MV"]


def test_the_stored_study_names_its_protocol():
    assert int(Probabilities.stored().protocol) <= int(protocol())
