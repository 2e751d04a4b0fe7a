"""Who is better over all datasets: Elo, mean ranks, critical difference.

Solvers do not run on the same datasets: six need votes only, some need
inputs, some buy votes. Elo (a Bradley-Terry model of wins) compares two
solvers where both ran, so it needs no complete table; mean ranks do and are
tested on the largest complete part.
"""
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

TIE = 1e-9
N_RESAMPLES = 1000
NEVER = 1e9  # votes per task until 95% of one who never gets there
MIN_DATASETS = 3  # fewer say little of a method, nothing of its spread


@dataclass(frozen=True)
class Standing:
    """One solver's place by one metric.

    elo, rank : with their 95% intervals, NaN below `MIN_DATASETS` datasets,
        which is where the results have no more of them.
    won : share of the comparisons won, a tie counts half.
    close : the interval of the difference in Elo to the first holds 0.
    """
    solver: str
    elo: float
    elo_interval: tuple
    rank: float
    rank_interval: tuple
    won: float
    n_datasets: int
    first: bool = False
    close: bool = False


def tracks(runs):
    """{title: runs} of the datasets that give their votes and of those that
    sell them: two problems, ranked apart."""
    cost = "objective_cost"
    sold = runs[cost].notna() if cost in runs else pd.Series(
        False, runs.index)
    parts = {"all votes given": runs[~sold], "votes for sale": runs[sold]}
    return {title: part for title, part in parts.items() if len(part)}


def standings(runs, metric, n_resamples=N_RESAMPLES, seed=0):
    """A `Standing` of each solver by one metric, best Elo first, but for
    those that are `too_rare`.

    Intervals: bootstrap that draws datasets, and repetitions within them,
    with replacement. A dataset weighs the same however often it is repeated.
    """
    solvers, blocks = merits(runs, metric)
    if len(solvers) < 2:
        return []
    rng = np.random.default_rng(seed)
    wins = [_wins(block) for block in blocks]  # (n_reps, S, S)
    ranks = [_ranks(block) for block in blocks]  # (n_reps, S)
    W = np.array([win.mean(axis=0) for win in wins])
    R = np.array([rank.mean(axis=0) for rank in ranks])  # NaN: did not run
    elo, won = fit_elo(W.sum(axis=0)), _share(W.sum(axis=0))
    rank = np.nanmean(R, axis=0)
    n_datasets = (~np.isnan(R)).sum(axis=0)

    drawn = rng.multinomial(len(blocks), np.full(len(blocks), 1 / len(blocks)),
                            size=n_resamples)  # (B, n_datasets)
    W, rank_sum, n_ranked = 0., 0., 0.
    for times, win, place in zip(drawn.T, wins, ranks):
        n = len(win)
        weight = rng.multinomial(n, np.full(n, 1 / n), size=n_resamples) / n
        W = W + times[:, None, None] * np.einsum("br,rij->bij", weight, win)
        here = ~np.isnan(place).any(axis=0)
        rank_sum = rank_sum + times[:, None] * np.where(
            here, weight @ np.nan_to_num(place), 0)
        n_ranked = n_ranked + times[:, None] * here
    with np.errstate(invalid="ignore"):
        rank_samples = rank_sum / n_ranked
    elo_samples = np.where(n_ranked > 0, fit_elo(W), np.nan)

    order = np.argsort(-elo, kind="stable")
    first = order[0]
    enough = n_datasets >= MIN_DATASETS
    lead = _intervals(elo_samples[:, [first]] - elo_samples)
    elos, places = _intervals(elo_samples), _intervals(rank_samples)
    none = (np.nan, np.nan)
    return [Standing(
        solvers[i], float(elo[i]), tuple(elos[i]) if enough[i] else none,
        float(rank[i]), tuple(places[i]) if enough[i] else none,
        float(won[i]), int(n_datasets[i]), first=i == first,
        close=bool(i != first and enough[i] and enough[first]
                   and lead[i, 0] <= 0)) for i in order]


def merits(runs, metric):
    """The solvers and, per dataset, their merits (n_reps, n_solvers), higher
    = better, NaN where a solver did not run.

    Seconds are compared within one machine only: datasets timed on two count
    as two.
    """
    keys = ["dataset", "machine"] if metric.column == "total_time" else [
        "dataset"]
    known = _known(runs, metric)
    known = known[~known["solver"].isin(too_rare(runs, metric))]
    solvers = known["solver"].drop_duplicates().tolist()
    blocks = []
    for _, rows in known.groupby(keys, sort=False):
        table = rows.pivot_table(index="idx_rep", columns="solver",
                                 values=metric.column)
        if table.shape[1] > 1:
            # Repetitions that only some solvers have compare nobody fairly.
            table = table.dropna().reindex(columns=solvers)
            blocks.append(table.to_numpy() * metric.better)
    blocks = [block for block in blocks if len(block)]
    met = [any(~np.isnan(block[:, i]).all() for block in blocks)
           for i in range(len(solvers))]
    return ([name for name, there in zip(solvers, met) if there],
            [block[:, met] for block in blocks])


def too_rare(runs, metric):
    """The solvers with this score on fewer than `MIN_DATASETS` datasets where
    there are as many: who is first on one is not first of all."""
    known = _known(runs, metric)
    n_datasets = known.groupby("solver", sort=False)["dataset"].nunique()
    enough = min(MIN_DATASETS, known["dataset"].nunique())
    return n_datasets.index[n_datasets < enough].tolist()


def _known(runs, metric):
    """The runs that have this score. Never to reach 95% is a bad score, not
    a missing one, for all who have a curve."""
    column = metric.column
    if column == "objective_votes_to_95":
        runs = runs[runs["objective_budget_auc"].notna()]
        return runs.assign(**{column: runs[column].fillna(NEVER)})
    return runs[runs[column].notna()]


def _wins(merit):
    """1 where the row's solver beats the column's, .5 for a tie, 0 where one
    did not run, (n_reps, S, S)."""
    gap = merit[:, :, None] - merit[:, None, :]
    win = np.where(np.abs(gap) <= TIE, .5, (gap > 0).astype(float))
    win[np.isnan(gap)] = 0
    diagonal = np.arange(merit.shape[1])
    win[:, diagonal, diagonal] = 0
    return win


def _ranks(merit):
    return stats.rankdata(-np.round(merit / TIE) * TIE, axis=1,
                          nan_policy="omit")


def _share(W):
    played = (W + W.T).sum(axis=1)
    return W.sum(axis=1) / np.maximum(played, TIE)


def _intervals(samples):
    """95% percentile intervals of the columns, (n, 2)."""
    return np.nanpercentile(samples, [2.5, 97.5], axis=0).T


def fit_elo(W, prior=1.0, n_steps=50):
    """Elo ratings of a matrix of wins, W[..., i, j] = how often i beat j.

    P(i beats j) = 1 / (1 + 10^((elo_j - elo_i) / 400)). The ``prior`` is one
    tie with a player of 1500: it keeps those who always win finite. Newton's
    method on the concave penalised likelihood, for all leading axes at once.
    """
    played = W + np.swapaxes(W, -1, -2)
    scored = W.sum(axis=-1) + prior / 2
    theta = np.zeros(W.shape[:-1])
    diagonal = np.arange(W.shape[-1])
    for _ in range(n_steps):
        p = _sigmoid(theta[..., :, None] - theta[..., None, :])
        q = _sigmoid(theta)
        gradient = scored - (played * p).sum(axis=-1) - prior * q
        curvature = -played * p * (1 - p)
        curvature[..., diagonal, diagonal] = (
            -curvature.sum(axis=-1) + prior * q * (1 - q))
        step = np.linalg.solve(curvature, gradient[..., None])[..., 0]
        theta = theta + np.clip(step, -1, 1)  # far from the optimum it leaps
        if np.abs(gradient).max() < 1e-9:
            break
    return 1500 + 400 / np.log(10) * theta


def _sigmoid(x):
    return .5 * (1 + np.tanh(x / 2))


@dataclass(frozen=True)
class CriticalDifference:
    """Mean ranks on a complete table; two that are further apart than
    ``distance`` differ by Nemenyi's test at the 5% level, all pairs at once.
    ``p_value``: Friedman's test that all solvers are the same.
    """
    solvers: list
    ranks: np.ndarray
    distance: float
    p_value: float
    datasets: list


def critical_difference(runs, metric):
    """Demsar's diagram (JMLR 2006) on the largest complete part of the table
    of means, None where it has fewer than 3 solvers or datasets."""
    table = complete_part(_known(runs, metric).pivot_table(
        index="dataset", columns="solver", values=metric.column, sort=False)
        * metric.better)
    n, k = table.shape
    if n < MIN_DATASETS or k < 3:
        return None
    values = np.round(table.to_numpy() / TIE) * TIE
    ranks = stats.rankdata(-values, axis=1).mean(axis=0)
    order = np.argsort(ranks, kind="stable")
    p_value = stats.friedmanchisquare(*values.T).pvalue if np.ptp(
        values, axis=1).any() else 1.
    return CriticalDifference(
        [table.columns[i] for i in order], ranks[order],
        nemenyi_distance(k, n), float(p_value), list(table.index))


def nemenyi_distance(n_solvers, n_datasets, level=.05):
    q = stats.studentized_range.ppf(1 - level, n_solvers, np.inf) / np.sqrt(2)
    return float(q * np.sqrt(
        n_solvers * (n_solvers + 1) / (6 * n_datasets)))


def complete_part(table):
    """The datasets of one solver and all solvers that ran on those: of these
    parts, the one with most cells."""
    parts = []
    for solver in table:
        rows = table.loc[table[solver].notna()]
        parts.append(rows.dropna(axis=1))
    return max(parts, key=lambda part: part.size, default=pd.DataFrame())
