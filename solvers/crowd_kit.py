from benchmark_utils.aggregation.crowd_kit import (
    METHODS,
    MOST_WORKERS,
    by_row,
    crowd_kit,
)
from benchmark_utils.checks import one_of
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """CrowdKit: a method of the package crowd-kit, with its own defaults.

    ``method``: MMSR, KOS and ZeroBasedSkill have no other implementation here;
    GLAD and DawidSkene are for comparison with ours. MMSR and KOS give hard
    labels.
    """
    name = "CrowdKit"
    # Not `votes_only`, which runs a method five more times: these are slow.
    parameters = {"method": ["ZeroBasedSkill"]}
    accepts = {"method": one_of(*METHODS)}
    defaults_from = {
        "method": "suits any number of classes and workers"}
    references = papers("ustalov2024", "ma2020", "karger2014")

    def skip(self, votes=None, **_):
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
        votes = self.votes
        self.soft_labels, fit = crowd_kit(votes, self.method, self.seed)
        for score in ("skills_", "alphas_"):
            if hasattr(fit, score):
                self.worker_score = by_row(getattr(fit, score),
                                           votes.n_workers)
        if hasattr(fit, "betas_"):
            self.task_score = by_row(fit.betas_, votes.n_tasks)
