"""How many times as many votes another way of labelling pays for as much."""
import numpy as np

COST, RECOVERY = "objective_cost_per_task", "objective_label_recovery"


def add_efficiency(runs, points):
    """Columns of ``runs`` (last points) from all ``points``:

    label_efficiency_mv : what majority vote paid for the recovery that it has, over
        what this curve paid when it got there.
    label_efficiency_linear : the same against `RandomAssign` with the learner
        ``linear``, the first such row if there are several. S. Branson, G. Van
        Horn, P. Perona. LinearLearner crowdsourcing. CVPR 2017.

    Within one dataset and repetition; 0 for a curve that never gets there,
    NaN for a method without a curve or without that baseline.
    """
    if COST not in runs:
        return runs
    # The other columns, among them texts, would be cut up with them.
    curves = points[["dataset", "solver", "idx_rep", "stop_val", COST,
                     RECOVERY]]
    for column, is_baseline in (
            ("label_efficiency_mv", lambda row: row["solver"].str.fullmatch("MV")),
            ("label_efficiency_linear", _is_lean)):
        baselines = runs[is_baseline(runs) & runs[COST].notna()]
        baselines = baselines.drop_duplicates(["dataset", "idx_rep"])
        goals = baselines.set_index(["dataset", "idx_rep"])[[COST, RECOVERY]]
        paid = {key: _cost_of(own, goals.loc[key[0], key[2]])
                for key, own in curves.groupby(["dataset", "solver",
                                                "idx_rep"])
                if len(own) > 1 and (key[0], key[2]) in goals.index}
        runs[column] = [paid.get(key, np.nan) for key in zip(
            runs["dataset"], runs["solver"], runs["idx_rep"])]
    return runs


def _is_lean(rows):
    learner = rows.get("p_solver_learner")
    if learner is None:
        return np.zeros(len(rows), bool)
    return rows["solver"].str.startswith("RandomAssign") & (learner == "linear")


def _cost_of(curve, goal):
    """goal's cost over the curve's at goal's recovery, on straight lines
    between points."""
    curve = curve.sort_values("stop_val")
    cost, recovery = curve[COST].to_numpy(), curve[RECOVERY].to_numpy()
    there = np.flatnonzero(recovery >= goal[RECOVERY] - 1e-12)
    if not len(there):
        return 0.0
    i = there[0]
    if i:
        share = ((goal[RECOVERY] - recovery[i - 1])
                 / (recovery[i] - recovery[i - 1]))
        cost_there = cost[i - 1] + share * (cost[i] - cost[i - 1])
    else:
        cost_there = cost[0]
    return float(goal[COST] / cost_there) if cost_there > 0 else np.nan
