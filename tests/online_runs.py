"""What the tests of online labelling share."""
import numpy as np

POLICIES = ["RandomAssign", "GreedyAssign", "EntropyAssign", "QASCA", "OptKG",
            "LabelInfo", "BALD", "ActiveLab", "IEThresh"]
SMALL = dict(n_tasks=80, votes_per_task=2)


def area(points):
    """Mean recovery over the budget; the last one holds to its end."""
    last = points[-1]
    cost = [point["cost"] for point in points] + [last["budget"]]
    recovery = [point["label_recovery"] for point in [*points, last]]
    return np.trapezoid(recovery, cost) / last["budget"]


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
