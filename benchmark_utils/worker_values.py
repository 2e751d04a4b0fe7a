"""What solvers that say how much each worker is worth have in common."""
from benchmark_utils.solver import CrowdSolver


class WorkerValueSolver(CrowdSolver):
    """Base of the solvers that value workers for a classifier, which is
    judged on gold images, images whose classes are known; where there are
    none, they are skipped."""
    references = [
        "P. W. Koh, P. Liang. Understanding black-box predictions via "
        "influence functions. ICML 2017. https://arxiv.org/abs/1703.04730"]
    needs_gold = True
    test_config = {"dataset": {"name": "Digits"}}

    def skip(self, gold=None, **_):
        if gold is None:
            return True, "values workers on gold images: none are given"
        return False, None
