"""When benchopt ends the curve of a solver that calls it back."""
from benchopt.stopping_criterion import NoCriterion


class UntilTheSolverEnds(NoCriterion):
    """Every point of a curve, whatever ``--max-runs`` and ``--timeout`` say:
    they would cut the curve short and report it as done.

    benchopt 1.10 has a criterion without convergence, but none without these
    two limits. Such a criterion would replace this class.
    """
    def get_runner_instance(self, max_runs=1, timeout=None, **options):
        return super().get_runner_instance(
            max_runs=10 ** 9, timeout=None, **options)
