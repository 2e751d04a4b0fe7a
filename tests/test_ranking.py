"""Ratings and rank tests against hand-computed and published values."""
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from test_report import BY_TITLE, RECOVERY, TIME, rows

from benchmark_utils.report.ranking import (
    complete_part,
    critical_difference,
    fit_elo,
    merits,
    nemenyi_distance,
    standings,
    too_rare,
)
from benchmark_utils.report.runs import prepare_runs

# Demsar, JMLR 7, 2006, table 2: AUC of C4.5 with four settings, 14 datasets.
# (.9749: printed as .975, but ranked below the .975 beside it.)
DEMSAR = np.array([
    [.763, .768, .771, .798], [.599, .591, .590, .569],
    [.954, .971, .968, .967], [.628, .661, .654, .657],
    [.882, .888, .886, .898], [.936, .931, .916, .931],
    [.661, .668, .609, .685], [.583, .583, .563, .625],
    [.775, .838, .866, .875], [1., 1., 1., 1.],
    [.940, .962, .965, .962], [.619, .666, .614, .669],
    [.972, .981, .975, .9749], [.957, .978, .946, .970]])
SOLVERS = ["C4.5", "C4.5+m", "C4.5+cf", "C4.5+m+cf"]


def frame(values, solvers):
    """One dataset per row of ``values``; entries are lists of repetitions."""
    parts = []
    for i, line in enumerate(values):
        for solver, reps in zip(solvers, line):
            if reps is not None:
                parts += rows(f"D{i}", solver, np.atleast_1d(reps))
    return prepare_runs(pd.DataFrame(parts))


def test_critical_difference_of_demsars_example():
    found = critical_difference(frame(DEMSAR, SOLVERS), RECOVERY)
    ranks = dict(zip(found.solvers, found.ranks))
    assert_allclose([ranks[name] for name in SOLVERS],
                    [3.143, 2.000, 2.893, 1.964], atol=5e-4)
    assert found.distance == pytest.approx(1.25, abs=5e-3)
    assert .01 < found.p_value < .05  # chi2 = 9.28, 3 degrees: .026
    assert found.solvers[0] == "C4.5+m+cf" and len(found.datasets) == 14


@pytest.mark.parametrize("k, q", [(2, 1.960), (4, 2.569), (10, 3.164)])
def test_nemenyi_uses_the_published_quantiles(k, q):
    expected = q * np.sqrt(k * (k + 1) / (6 * 20))
    assert nemenyi_distance(k, 20) == pytest.approx(expected, rel=4e-4)


def test_elo_of_two_players_is_the_odds():
    """i wins 3 of 4: odds 3 are 400 log10(3) = 190.8 points apart."""
    elo = fit_elo(np.array([[0., 3], [1, 0]]), prior=1e-9)
    assert elo[0] - elo[1] == pytest.approx(400 * np.log10(3), abs=1e-3)
    assert elo.mean() == pytest.approx(1500)


def test_elo_solves_the_likelihood_equations():
    """At the maximum, expected wins equal wins, the prior's tie included."""
    W = np.random.default_rng(0).uniform(0, 5, size=(7, 6, 6))
    W[:, np.arange(6), np.arange(6)] = 0
    theta = (fit_elo(W) - 1500) * np.log(10) / 400
    p = 1 / (1 + np.exp(theta[:, None, :] - theta[:, :, None]))
    expected = ((W + W.transpose(0, 2, 1)) * p).sum(axis=2)
    expected += 1 / (1 + np.exp(-theta))
    assert_allclose(expected, W.sum(axis=2) + .5, atol=1e-6)


def test_a_solver_that_always_wins_stays_finite():
    elo = fit_elo(np.array([[0., 50, 50], [0, 0, 25], [0, 25, 0]]))
    assert np.isfinite(elo).all() and elo[0] > elo[1] + 300
    assert elo[1] == pytest.approx(elo[2])


def test_missing_cells_do_not_lower_a_rating():
    """b always beats c, a always beats b; a and c never meet. The mean rank
    of c (2) equals that of b on its own datasets, Elo knows better."""
    values = [[.9, .8, None]] * 4 + [[None, .8, .5]] * 4
    table = {s.solver: s for s in standings(frame(values, "abc"), RECOVERY)}
    assert list(table) == ["a", "b", "c"]
    assert table["b"].elo == pytest.approx(1500)
    assert table["a"].elo - 1500 == pytest.approx(1500 - table["c"].elo)
    assert table["b"].won == .5 and table["a"].won == 1
    assert (table["a"].rank, table["b"].rank, table["c"].rank) == (1, 1.5, 2)
    assert table["a"].n_datasets == 4


def test_a_dataset_weighs_the_same_however_often_it_is_repeated():
    """a wins the dataset with 9 repetitions, b the two with one each."""
    values = [[[.9] * 9, [.1] * 9], [.1, .9], [.1, .9]]
    first, second = standings(frame(values, "ab"), RECOVERY)
    assert first.solver == "b" and first.won == pytest.approx(2 / 3)
    assert first.rank == pytest.approx(4 / 3)


def test_intervals_are_seeded_and_say_what_is_not_told_apart():
    rng = np.random.default_rng(1)
    noise = rng.normal(0, .1, size=(12, 5, 2))
    values = [[.5 + pair[:, 0], .5 + pair[:, 1], [0.] * 5] for pair in noise]
    table = frame(values, "abc")
    found = standings(table, RECOVERY)
    assert found == standings(table, RECOVERY)
    assert found[0].first and found[1].close and not found[2].close
    for place in found:
        low, high = place.elo_interval
        assert low <= place.elo <= high
        low, high = place.rank_interval
        assert low - 1e-9 <= place.rank <= high + 1e-9
    assert found[0].rank_interval[0] < found[0].rank_interval[1]
    assert found[2].rank_interval == pytest.approx((3, 3))  # always last


def test_few_datasets_have_no_interval():
    first = standings(frame([[.9, .8], [.9, .8]], "ab"), RECOVERY)[0]
    assert np.isnan(first.elo_interval).all() and first.n_datasets == 2


def test_best_on_one_dataset_is_not_first_of_four():
    values = [[.9, .8, .7, 1.], [.9, .8, .7, None], [.9, .8, .7, None],
              [.9, .8, None, None]]
    table = frame(values, ["a", "b", "three", "one"])
    assert too_rare(table, RECOVERY) == ["one"]
    with_it = standings(table, RECOVERY)
    assert [place.solver for place in with_it] == ["a", "b", "three"]
    # Nor does it move the others.
    assert with_it == standings(table[table["solver"] != "one"], RECOVERY)
    # Where nobody has more datasets, two are what there is.
    assert not too_rare(frame(values[:2], ["a", "b", "c", "d"]).query(
        "solver != 'd'"), RECOVERY)


def test_times_of_two_machines_do_not_compete():
    parts = pd.DataFrame(
        rows("D", "a", [1.], time=1, **{"system-processor": "fast"})
        + rows("D", "b", [1.], time=2, **{"system-processor": "fast"})
        + rows("D", "c", [1.], time=9, **{"system-processor": "slow"})
        + rows("D", "d", [1.], time=8, **{"system-processor": "slow"}))
    solvers, blocks = merits(prepare_runs(parts), TIME)
    assert solvers == ["a", "b", "c", "d"]
    assert_allclose(blocks, [[[-1, -2, np.nan, np.nan]],
                             [[np.nan, np.nan, -9, -8]]])
    assert len(merits(prepare_runs(parts), RECOVERY)[1]) == 1


def test_never_to_reach_95_is_worse_than_late():
    def run(solver, votes, auc=.5):
        return rows("D", solver, [1.], objective_votes_to_95=votes,
                    objective_budget_auc=auc)
    table = prepare_runs(pd.DataFrame(
        run("late", 9.) + run("never", np.nan) + run("early", 1.)
        + run("offline", np.nan, np.nan)))
    places = standings(table, BY_TITLE["Votes to 95%"])
    assert [place.solver for place in places] == ["early", "late", "never"]


def test_complete_part_is_the_largest():
    nan = np.nan
    table = pd.DataFrame(dict(
        a=[1, 2, 3, 4., 5], b=[1, 2, 3, 4., 5], c=[1, 2, nan, nan, nan]))
    assert complete_part(table).shape == (5, 2)
    assert complete_part(table[:3]).shape in [(3, 2), (2, 3)]
    table["d"] = [1, 2, nan, nan, nan]
    table["e"] = [1, 2, nan, nan, nan]
    table["f"] = [1, 2, nan, nan, nan]
    assert complete_part(table).shape == (2, 6)
