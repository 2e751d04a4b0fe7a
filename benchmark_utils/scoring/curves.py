"""Scores of a whole curve: recovery against what was paid for it."""
from dataclasses import dataclass

import numpy as np

from benchmark_utils.votes import TIE

# Columns of a result: what the axes of a curve are.
COST, RECOVERY = "objective_cost_per_task", "objective_label_recovery"
GOAL = .95
CLOSE = 1e-12  # recoveries this close to the goal have reached it


@dataclass(frozen=True)
class Curve:
    """Recovery after each purchase, straight lines in between.

    cost : (n,), rising, per task, in votes of mean price; recovery : (n,), or
    (n, n_tasks) of each task; budget : what could have been spent, per task.
    """
    cost: np.ndarray
    recovery: np.ndarray
    budget: float

    def at(self, cost):
        """Recovery at this cost: to the end of the budget the last one
        holds. NaN before the first point."""
        if cost < self.cost[0] - TIE:
            return np.nan
        return float(np.interp(cost, self.cost, self.recovery))

    def cost_of(self, goal):
        """The cost at which the recovery first reaches ``goal``, NaN if it
        never does."""
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
    """Mean recovery over the budget; the last one holds to its end."""
    cost = np.append(curve.cost, curve.budget)
    recovery = np.concatenate([curve.recovery, curve.recovery[-1:]])
    return np.trapezoid(recovery, cost, axis=0) / curve.budget


def votes_to_goal(curve):
    """Cost per task at which recovery reaches GOAL, NaN if never."""
    return curve.cost_of(GOAL)


def label_efficiency(curve, baseline):
    """Times the votes: what ``baseline`` paid when it first had the recovery
    that it ends with, over what ``curve`` paid when it had as much. 0 if it
    never had, NaN if it had without paying. S. Branson, G. Van Horn, P.
    Perona. Lean crowdsourcing. CVPR 2017."""
    goal = baseline.recovery[-1]
    cost = curve.cost_of(goal)
    if np.isnan(cost):
        return 0.0
    return baseline.cost_of(goal) / cost if cost > 0 else np.nan
