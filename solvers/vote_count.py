from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """VoteCount: workers valued by the number of their votes.

    How crowds are paid; the baseline of `Influence`. Labels are those of the
    majority.
    """
    name = "VoteCount"
    references = [
        "P. W. Koh, P. Liang. Understanding black-box predictions via "
        "influence functions. ICML 2017. https://arxiv.org/abs/1703.04730"]
    needs_gold = True
    test_config = {"dataset": {"name": "Digits"}}

    def skip(self, X_gold=None, **_):
        if X_gold is None:
            return True, "the baseline of Influence: no gold images are given"
        return False, None

    def run(self, _):
        self.soft_labels = self.votes.majority()
        self.worker_score = self.votes.per_worker
