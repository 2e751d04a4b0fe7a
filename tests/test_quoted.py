"""What the pages of docs/findings quote is what the leaderboard page shows."""
import numpy as np
import pytest

from benchmark_utils.report.docs.published import Published
from benchmark_utils.report.docs.studies import Study

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def published():
    return Published()


@pytest.mark.parametrize("dataset", ["labelme", "digits"])
def test_over_majority_vote_it_is_the_cell_of_the_page(published, dataset):
    """Test examples are drawn anew on the one, crowds on the other."""
    cell = published.cell(dataset, "crowdlayer", "network")
    gain = published.apart(dataset, "crowdlayer", "mv")
    np.testing.assert_allclose(100 * np.array(gain), cell[1:4], atol=.006)
    assert cell[4] == ("e" if dataset == "labelme" else "r")


@pytest.mark.parametrize("dataset", ["labelme", "digits"])
def test_turned_round_it_has_the_other_sign(published, dataset):
    there = published.apart(dataset, "crowdlayer", "ds")
    back = published.apart(dataset, "ds", "crowdlayer")
    np.testing.assert_allclose(there, [-back[0], -back[2], -back[1]],
                               atol=1e-6)


def test_a_difference_is_the_difference_of_the_gains(published):
    """The means of all three, on the same repetitions."""
    one, other = (published.apart("music", method, "mv")[0]
                  for method in ("crowdlayer", "ds"))
    assert published.apart("music", "crowdlayer", "ds")[0] == pytest.approx(
        one - other, abs=1e-6)


def test_who_leads_is_no_variant(published):
    variants = {m["id"] for m in published.data["methods"] if m["variant"]}
    for crowd in ("human", "llm"):
        choice = dict(crowd=crowd, setting="aggregation")
        lead = published.leader(**choice)
        assert lead not in variants and published.row(
            lead, **choice).mean == max(
                row.mean for row in published.table(**choice).others
                if row.id not in variants)


def test_a_study_compares_two_scores_of_one_run():
    run, level = Study.stored("refine"), "digit-pairs-difficulty-hard"
    solver = "Refine (rounds=4, share=0.5)"
    mean, low, high = run.difference(level, solver, solver, "set_quality",
                                     "manual_quality")
    assert low < mean < high
    assert mean == pytest.approx(run.mean(level, solver, "set_quality")
                                 - run.mean(level, solver, "manual_quality"))
