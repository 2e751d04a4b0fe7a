"""The base of solvers that estimate the value of each worker."""
from benchmark_utils.solver import CrowdSolver


class WorkerValueSolver(CrowdSolver):
    """Base of the solvers that value workers by the classifier trained on
    their votes. It is evaluated on the validation set; datasets without one
    are skipped."""
    references = [
        "P. W. Koh, P. Liang. Understanding black-box predictions via "
        "influence functions. ICML 2017. https://arxiv.org/abs/1703.04730"]
    needs_gold = True
    test_config = {"dataset": {"name": "Digits"}}

    def skip(self, gold=None, **_):
        if gold is None:
            return True, "needs a validation set (X_gold)"
        return False, None
