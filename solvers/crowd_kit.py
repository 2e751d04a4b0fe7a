from benchmark_utils.aggregation.crowd_kit import (
    METHODS,
    MOST_WORKERS,
    crowd_kit,
)
from benchmark_utils.checks import one_of
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """CrowdKit: MMSR or KOS of the package crowd-kit, which give hard labels.

    It needs the package and a choice of ``method``, so that it is no part of a
    run with default arguments.
    """
    name = "CrowdKit"
    # Not `votes_only`, which runs a method five more times: these are slow.
    parameters = {"method": ["none"]}
    accepts = {"method": one_of("none", *METHODS)}
    defaults_from = {"method": "none, as the package is optional"}
    references = papers("ustalov2024", "ma2020", "karger2014")

    def skip(self, votes=None, **_):
        if self.method == "none":
            return True, "choose a method: -s CrowdKit[method=MMSR]"
        try:
            import crowdkit.aggregation  # noqa: F401
        except ImportError:
            return True, "crowd-kit is not installed: pip install crowd-kit"
        if votes is None:
            return True, "needs recorded votes"
        if self.method == "KOS" and votes.n_classes != 2:
            return True, "method = KOS is for two classes"
        if self.method == "MMSR" and votes.n_workers > MOST_WORKERS:
            return True, f"method = MMSR is for at most {MOST_WORKERS} workers"
        return False, None

    def run(self, _):
        self.soft_labels, fit = crowd_kit(self.votes, self.method, self.seed)
        if hasattr(fit, "skills_"):  # of workers with votes
            self.worker_score = fit.skills_.reindex(
                range(self.votes.n_workers)).to_numpy(float)
