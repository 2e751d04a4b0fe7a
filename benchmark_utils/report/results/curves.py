"""Learning curves of label acquisition, and the scores of a whole curve."""
import json

import numpy as np

from benchmark_utils.report.results.names import parameters_of
from benchmark_utils.scoring import METRICS
from benchmark_utils.scoring.curves import COST, RECOVERY, Curve

KEY = ["dataset", "solver", "idx_rep"]


def run_curves(points, values=RECOVERY):
    """{(dataset, solver, idx_rep): Curve} of the runs that query votes.
    ``values``: a column, or a function of the points of a run that returns the
    label accuracy at each, (n,) or (n, n_tasks)."""
    if COST not in points:
        return {}
    known = points[points[COST].notna() & points[RECOVERY].notna()]
    known = known.sort_values("stop_val", kind="stable")
    return {key: _curve(own, own[values].to_numpy() if isinstance(values, str)
                        else values(own))
            for key, own in known.groupby(KEY, sort=False)}


def _curve(own, recovery):
    """A curve whose first point has a cost, because of gold tasks, gets a
    point (0, 1 / n_classes): without any vote every label is a guess."""
    last, cost = own.iloc[-1], own[COST].to_numpy()
    if len(cost) > 1 and cost[0] > 0:
        cost = np.append(0, cost)
        guess = np.full_like(recovery[:1], 1 / last["objective_n_classes"])
        recovery = np.concatenate([guess, recovery])
    return Curve(cost, recovery,
                 last["objective_budget"] / last["objective_n_tasks"])


def add_curve_scores(runs, points):
    """``runs`` (last points) with ``bought``, true for runs that query votes
    step by step, and a column for each score of a curve, which is NaN for the
    other runs."""
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
    """The results of a run beside its scores, a dict."""
    text = getattr(row, "final_results", None)
    return json.loads(text) if isinstance(text, str) else {}


def _score(metric, curve, goals, key):
    if curve is None:
        return np.nan
    if goals is None:
        return metric.curve(curve)
    goal = goals.get((key[0], key[2]))  # of the dataset and repetition
    return np.nan if goal is None else metric.curve(curve, goal)


def _baseline_curves(selector, runs, curves):
    """{(dataset, idx_rep): Curve} of the first row that matches the selector.
    A solver that gets all votes at once has the curve of majority vote on
    parts of these votes, if its run contains one."""
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
        parts = artefacts(row).get("majority_curve")
        if parts:
            found[place] = Curve(np.array(parts["cost"]),
                                 np.array(parts["recovery"]), curve.budget)
    return found
