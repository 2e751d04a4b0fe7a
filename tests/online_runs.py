"""What the tests of online labelling share."""
import numpy as np

from benchmark_utils.scoring.curves import Curve, budget_auc

POLICIES = ["RandomAssign", "GreedyAssign", "EntropyAssign", "QASCA", "OptKG",
            "LabelInfo", "BALD", "ActiveLab", "IEThresh"]
SMALL = dict(n_tasks=80, votes_per_task=2)


def area(points):
    """The score ``budget_auc`` of a curve, from its points."""
    cost, recovery = (np.array([point[name] for point in points])
                      for name in ("cost", "label_recovery"))
    return budget_auc(Curve(cost, recovery, points[-1]["budget"]))


def areas(curve, policy, n=10, solver_options=(), **dataset_options):
    return np.array([area(curve(policy, r, dataset_options,
                                solver_options)[0]) for r in range(n)])


def handed_to(solver, problem, seed):
    """A solver that was handed a problem, in the problem's own order."""
    solver.set_objective(**problem.handed_out(seed))
    return solver


def run_through(solver):
    """Run an online solver to its end; the number of points."""
    points = []
    solver.run(lambda: points.append(solver.oracle.spent) or True)
    return points
