"""Scores of a whole learning curve: label accuracy by cost."""
from dataclasses import dataclass

import numpy as np

from benchmark_utils.votes import TIE

# The columns of a result on the axes of a curve.
COST, RECOVERY = "objective_cost_per_task", "objective_label_recovery"
GOAL = .95
CLOSE = 1e-12  # an accuracy this close to the goal has reached it


@dataclass(frozen=True)
class Curve:
    """Label accuracy after each query, linearly interpolated.

    cost : (n,), rising, per task, in votes of mean price; recovery : label
    accuracy (n,), or (n, n_tasks) of each task; budget : per task.
    """
    cost: np.ndarray
    recovery: np.ndarray
    budget: float

    def at(self, cost):
        """Label accuracy at this cost: after the last point its value, before
        the first NaN."""
        if cost < self.cost[0] - TIE:
            return np.nan
        return float(np.interp(cost, self.cost, self.recovery))

    def cost_of(self, goal):
        """The cost at which the label accuracy first reaches ``goal``, NaN if
        it never does."""
        there = self.recovery >= goal - CLOSE
        if not there.any():
            return np.nan
        i = int(there.argmax())
        if i == 0:
            return float(self.cost[0])
        share = ((goal - self.recovery[i - 1])
                 / (self.recovery[i] - self.recovery[i - 1]))
        step = self.cost[i] - self.cost[i - 1]
        return float(self.cost[i - 1] + min(share, 1) * step)


def budget_auc(curve):
    """Mean label accuracy over the budget, constant after the last point."""
    cost = np.append(curve.cost, curve.budget)
    recovery = np.concatenate([curve.recovery, curve.recovery[-1:]])
    return np.trapezoid(recovery, cost, axis=0) / curve.budget


def votes_to_goal(curve):
    """Cost per task at which label accuracy reaches GOAL, NaN if never."""
    return curve.cost_of(GOAL)


def label_efficiency(curve, baseline):
    """Ratio of costs: the cost at which ``baseline`` first reaches its final
    label accuracy, over the cost at which ``curve`` reaches it. 0 if it never
    does, NaN if it does at no cost. S. Branson, G. Van Horn, P. Perona. Lean
    crowdsourcing. CVPR 2017."""
    goal = baseline.recovery[-1]
    cost = curve.cost_of(goal)
    if np.isnan(cost):
        return 0.0
    return baseline.cost_of(goal) / cost if cost > 0 else np.nan
