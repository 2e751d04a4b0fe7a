"""Tables of the study of label probabilities, computed by hand."""
import pandas as pd
import pytest

from benchmark_utils.report.docs.label_probabilities import (
    by_bin,
    choice_means,
    error_of_choice,
    method_choice,
)


def methods(crowd, kind, rows):
    """A row (solver, recovery, Vote NLL, agreement) each."""
    return [dict(crowd=crowd, kind=kind, solver=solver, recovery=recovery,
                 vote_nll=nll, agreement=agreement)
            for solver, recovery, nll, agreement in rows]


def test_the_method_that_votes_would_select():
    found = dict(methods=methods("a", "human", [
        ("MV", .5, .9, .8), ("DS", .7, .6, .7), ("Committee", .9, .5, .6),
    ]) + methods("b", "llm", [
        ("MV", .9, .9, .6), ("DS", .8, .5, .9), ("Committee", .7, .7, .8)]))
    choice = method_choice(found)
    # Ranks on a: recovery 1 2 3, fit 1 2 3, agreement 3 2 1; on b: recovery
    # 3 2 1, fit 1 3 2, so 1 - 6 (4 + 1 + 1) / (3 * 8) = -.5; agreement alike.
    assert choice["nll"].tolist() == pytest.approx([1, -.5])
    assert choice["agreement"].tolist() == pytest.approx([-1, -.5])
    assert choice["chosen by nll"].tolist() == ["Committee", "DS"]
    assert choice["by nll"].tolist() == [.9, .8]
    assert choice["by agreement"].tolist() == [.5, .8]
    assert choice["best method"].tolist() == ["Committee", "MV"]
    means = choice_means(choice)
    assert means.loc["all", "nll"] == pytest.approx(.25)
    assert means.loc["all", "nll above 0"] == "1 of 2"
    assert means.loc["llm", "nll above 0"] == "0 of 1"


def test_the_correlation_is_chosen_on_the_other_datasets():
    grid = pd.DataFrame([
        dict(crowd=crowd, correlation=rho, nll=nll, error=error)
        for crowd, values in dict(a=[(1, .1), (3, .5)],
                                  b=[(9, .2), (1, .6)],
                                  c=[(2, .3), (1, .7)]).items()
        for rho, (nll, error) in zip((0, .4), values)])
    # Mean log loss of the other two: a (5.5, 1), b (1.5, 2), c (5, 2).
    assert error_of_choice(grid) == pytest.approx((.5 + .2 + .7) / 3)


def test_datasets_have_the_same_weight():
    bins = [dict(crowd="a", way="DS", kind="human", bin=9, n=n, sure=sure,
                 right=right)
            for n, sure, right in ((10, .9, .6), (1000, 1, .8), (9, 1, 0))]
    assert by_bin(dict(reliability=bins)).loc[("DS", "human", 9)].tolist() == (
        pytest.approx([.95, .7, 2]))
