"""The pages of docs/findings quote what the leaderboard page shows."""
import numpy as np
import pytest
from test_headline import page

from benchmark_utils.report.comparison.ranking_table import Choice, headline
from benchmark_utils.report.comparison.tests import student
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
    # X is within a point of 70 from three votes on, MV only with
    # all nine,
    assert published.votes_needed("x", "human")[0][0] == 3
    # ... which is more than were tried.
    assert published.votes_needed("mv", "human")[0][0] == np.inf
    assert published.votes_needed("mv", "human")[1:] == (0, 1)
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


def quoted(unseen=()):
    """Figures of six methods on eight human-annotated datasets, of which the
    last two are of one source."""
    rng = np.random.default_rng(0)
    gains = {f"d{i}": dict({"mv": 0., "ds": 3. + .1 * i}, **{
        f"m{j}": float(np.round(rng.normal(1 - j), 2)) for j in range(4)})
        for i in range(8)}
    data = page(gains, source_group={"d7": "d6"}, crowd=dict.fromkeys(
        gains, "human"))
    for dataset in data["datasets"]:
        if dataset["id"] in unseen:
            dataset["seen"] = False
    found = Published.__new__(Published)
    found.data = data
    found.table = lambda of: headline(data, Choice(crowd=of))
    return found


def test_rankings_show_datasets_not_seen_as_soon_as_there_are_any():
    first = quoted().ranking("human").splitlines()[2]
    assert [cell.strip() for cell in first.split("|")[1:-1]] == [
        "Ds", "a", "+3.3", "3.1 to 3.5", ".016", ".031 to .031"]
    assert "seen" not in quoted().best("human", "methods")
    found = quoted(unseen=("d4", "d5", "d7"))
    head, _, first = found.ranking("human").splitlines()[:3]
    assert "| seen (5)" in head and "| not seen (3)" in head
    # 3, 3.1, 3.2, 3.3 and 3.6; 3.4, 3.5 and 3.7.
    assert "| +3.2 (3.0 to 3.5)" in first and "| +3.5 (3.2 to 3.9)" in first
    assert not found.all_seen("human")
    assert found.by_seen(found.row("ds", "human"), "human")["shared"] == ["d6"]
    assert "| on 3 not seen" in found.best("human", "methods")


def test_a_robust_method_is_in_bold():
    _, _, *rows = quoted().best("human", "methods").splitlines()
    assert len(rows) == 4 and rows[0].startswith("| **Ds** ")
    assert "**" not in "".join(rows[1:])
    assert quoted().verdict("ds", "human") == (
        "significantly better: p = .016 (.031 to .031 with one source left "
        "out)")


def votes_of(right, votes=(1, 3, 5, 9.7), crowd="human"):
    """A `Published` of datasets with these label accuracies, the last one with
    all votes."""
    made = Published.__new__(Published)
    made.names = {"mv": "MV"}
    made.data = dict(
        datasets=[dict(id=f"d{i}", crowd=crowd, vpt=9.7, source_group=f"d{i}")
                  for i in range(len(right))],
        subsampled={f"d{i}": {"mv": [list(votes), own, [0] * len(own)]}
                    for i, own in enumerate(right)})
    return made


def test_a_dataset_on_which_only_all_votes_are_enough_is_censored():
    """Within a point of 90%: from 3 votes on, from 5 on, from 1 on. On the
    last dataset no tried number is enough, so it needs more than 5 votes."""
    curves = [[80, 89.5, 89.2, 90], [80, 88, 91, 90], [89, 90, 90, 90],
              [80, 81, 82, 90]]
    (middle, low, _), n, all_of = votes_of(curves).votes_needed("mv", "human")
    assert (middle, n, all_of) == (4, 3, 4) and np.isnan(low)
    # A fall between two good numbers counts.
    assert votes_of([[90, 80, 90, 90]]).votes_needed("mv", "human")[0][0] == 5
    # Most are censored: no finite median, and no finite upper end.
    found = votes_of(curves[-1:] * 4 + curves[:3]).votes_needed("mv", "human")
    assert found == ((np.inf, 1, np.inf), 3, 7)


def test_losses_are_differences_from_all_votes():
    made = votes_of([[80, 86, 88, 90], [80, 80, 87, 90], [80, 83, 89, 90]])
    mean, low, high = student(np.array([-4, -10, -7.]))
    assert f"{mean:+.1f} ({low:.1f} to {high:.1f})" in made.losses("human")
    assert "-2.0 (" in made.losses("human")
