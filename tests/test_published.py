"""The pages of docs/findings quote what the leaderboard page shows."""
import numpy as np
import pytest

from benchmark_utils.report.docs.published import Published, escaped, listed
from benchmark_utils.report.docs.studies import Study


@pytest.mark.slow
@pytest.mark.parametrize("dataset", ["labelme", "digits"])
def test_a_difference_from_majority_vote_is_the_cell_of_the_page(published,
                                                                 dataset):
    """Test examples are resampled on LabelMe, simulated votes on Digits."""
    cell = published.cell(dataset, "crowdlayer", "network")
    found = published.difference(dataset, "crowdlayer", "mv")
    np.testing.assert_allclose(100 * np.array(found), cell[1:4], atol=.006)
    assert cell[4] == ("e" if dataset == "labelme" else "r")


@pytest.mark.slow
@pytest.mark.parametrize("dataset", ["labelme", "digits"])
def test_a_difference_changes_sign_when_reversed(published, dataset):
    there = published.difference(dataset, "crowdlayer", "ds")
    back = published.difference(dataset, "ds", "crowdlayer")
    np.testing.assert_allclose(there, [-back[0], -back[2], -back[1]],
                               atol=1e-6)


@pytest.mark.slow
def test_differences_from_one_baseline_subtract(published):
    """The means of all three are over the same repetitions."""
    one, other = (published.difference("music", method, "mv")[0]
                  for method in ("crowdlayer", "ds"))
    assert published.difference("music", "crowdlayer", "ds")[0] == (
        pytest.approx(one - other, abs=1e-6))


@pytest.mark.slow
@pytest.mark.parametrize("of", ["human", "llm"])
def test_the_leader_is_not_a_variant(published, of):
    variants = {m["id"] for m in published.data["methods"] if m["variant"]}
    lead = published.leader(of)
    assert lead not in variants and published.row(lead, of).mean == max(
        row.mean for row in published.table(of).others
        if row.id not in variants)


@pytest.mark.slow
def test_datasets_with_the_same_votes_count_once(published):
    """In the rankings, and in the tables by number of votes."""
    group = {d["id"]: d["source_group"] for d in published.data["datasets"]}
    for of in ("human", "llm"):
        table = published.table(of)
        assert len(set(table.source_groups)) == len(table.source_groups)
        assert len(table.rows[0].by_source_group) == len(table.source_groups)
        kept = [group[d] for d in published.subsampled(of)]
        assert len(set(kept)) == len(kept) > 0


def test_one_dataset_of_a_family_enters_the_table_by_votes():
    """Hand-made page data: b repeats the votes of a, c has too few."""
    published = Published.__new__(Published)
    curve = {"mv": [[1, 3, 9], [50., 60., 70.], [0, 0, 0]],
             "x": [[1, 3, 9], [50., 69.5, 70.], [0, 0, 0]]}
    published.names = {"mv": "MV", "x": "X"}
    published.data = dict(
        datasets=[dict(id=d, source_group=source_group, crowd="human", vpt=vpt)
                  for d, source_group, vpt in (("a", "f", 9), ("b", "f", 9),
                                         ("c", "g", 4))],
        subsampled={d: curve for d in "abc"})
    assert list(published.subsampled("human")) == ["a"]
    assert published.levels("human") == [1, 3, np.inf]
    # X is within a point of 70 from three votes on, MV only with all nine.
    assert published.votes_needed("x", "human")[0] == 3
    assert published.votes_needed("mv", "human")[0] == 9
    assert published.improvement_at(3, "x", "human")[0] == 9.5
    rows = [[cell.strip() for cell in line.split("|")[1:-1]]
            for line in published.by_votes("human").splitlines()]
    assert rows[0] == ["method", "1", "3", "all"]
    assert ["X", "**50.0**", "**69.5**", "**70.0**"] in rows
    assert ["MV", "**50.0**", "60.0", "**70.0**"] in rows


def test_names_are_listed_and_escaped():
    assert [listed(list("abc"[:n])) for n in range(4)] == [
        "", "a", "a and b", "a, b and c"]
    assert escaped("a\n|b") == r"a \|b"
    assert escaped("A|<b>*x*") == r"A\|\<b\>\*x\*"


def test_a_study_compares_two_scores_of_one_run():
    run, level = Study.stored("refine"), "digit-pairs-difficulty-hard"
    solver = "Refine (rounds=4, share=0.5)"
    mean, low, high = run.difference(level, solver, solver, "set_quality",
                                     "manual_quality")
    assert low < mean < high
    assert mean == pytest.approx(run.mean(level, solver, "set_quality")
                                 - run.mean(level, solver, "manual_quality"))
