from benchmark_utils.worker_values import WorkerValueSolver


class Solver(WorkerValueSolver):
    """VoteCount: workers valued by the number of their votes.

    How crowds are paid; the baseline of `Influence`. Labels are those of the
    majority.
    """
    name = "VoteCount"

    def run(self, _):
        self.soft_labels = self.votes.majority()
        self.worker_score = self.votes.per_worker
