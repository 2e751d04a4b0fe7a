"""The curves of runs that buy votes, and the scores that need all of one."""
import json

import numpy as np

from benchmark_utils.report.results.names import parameters_of
from benchmark_utils.scoring import METRICS
from benchmark_utils.scoring.curves import COST, RECOVERY, Curve

KEY = ["dataset", "solver", "idx_rep"]


def run_curves(points, values=RECOVERY):
    """{(dataset, solver, idx_rep): Curve} of the runs with votes for sale.
    ``values``: the column, or a function of a run's points that gives the
    recovery at each, (n,) or (n, n_tasks)."""
    if COST not in points:
        return {}
    sold = points[points[COST].notna() & points[RECOVERY].notna()]
    sold = sold.sort_values("stop_val", kind="stable")
    return {key: _curve(own, own[values].to_numpy() if isinstance(values, str)
                        else values(own))
            for key, own in sold.groupby(KEY, sort=False)}


def _curve(own, recovery):
    """Before anything is paid every label is a guess: a curve whose first
    point has cost something, for gold questions, starts at (0, 1 / classes).
    """
    last, cost = own.iloc[-1], own[COST].to_numpy()
    if len(cost) > 1 and cost[0] > 0:
        cost = np.append(0, cost)
        guess = np.full_like(recovery[:1], 1 / last["objective_n_classes"])
        recovery = np.concatenate([guess, recovery])
    return Curve(cost, recovery,
                 last["objective_budget"] / last["objective_n_tasks"])


def add_curve_scores(runs, points):
    """``runs`` (last points) with ``bought``, was it bought vote by vote, and
    a column for each score of a curve that `scoring` knows, NaN for methods
    that buy everything at once."""
    curves = run_curves(points)
    bought = {key: curve for key, curve in curves.items()
              if len(curve.cost) > 1}
    keys = list(zip(*(runs[name] for name in KEY)))
    columns = {"bought": [key in bought for key in keys]}
    for metric in METRICS:
        if metric.curve is None or not curves:
            continue
        goals = (_baseline_curves(metric.baseline, runs, curves)
                 if metric.baseline else None)
        columns[metric.column] = [
            _score(metric, bought.get(key), goals, key) for key in keys]
    return runs.assign(**columns)


def artefacts(row):
    """What a run says beside its scores, a dict."""
    said = getattr(row, "final_results", None)
    return json.loads(said) if isinstance(said, str) else {}


def _score(metric, curve, goals, key):
    if curve is None:
        return np.nan
    if goals is None:
        return metric.curve(curve)
    goal = goals.get((key[0], key[2]))  # of the dataset and repetition
    return np.nan if goal is None else metric.curve(curve, goal)


def _baseline_curves(selector, runs, curves):
    """{(dataset, idx_rep): Curve} of the solver that the selector names,
    the first such row. One that buys everything at once has what its run says
    of majority vote while the votes were bought, if that is what it is."""
    base, wanted = parameters_of(selector)
    found = {}
    for row in runs.itertuples():
        name, own = parameters_of(row.solver_name)
        place = row.dataset, row.idx_rep
        curve = curves.get((row.dataset, row.solver, row.idx_rep))
        if (name != base or curve is None or place in found
                or any(own.get(k) != v for k, v in wanted.items())):
            continue
        if len(curve.cost) > 1:
            found[place] = curve
            continue
        while_buying = artefacts(row).get("majority_curve")
        if while_buying:
            found[place] = Curve(
                np.array(while_buying["cost"]),
                np.array(while_buying["recovery"]), curve.budget)
    return found
