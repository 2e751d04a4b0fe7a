"""The base of solvers that estimate the value of each worker."""
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class WorkerValueSolver(CrowdSolver):
    """Base of the solvers that value workers by the classifier trained on
    their votes. It is evaluated on the validation set; datasets without one
    are skipped."""
    references = papers("koh2017")
    needs_gold = True
    test_config = {"dataset": {"name": "Digits"}}

    def skip(self, gold=None, **_):
        if gold is None:
            return True, "needs a validation set (X_gold)"
        return False, None
