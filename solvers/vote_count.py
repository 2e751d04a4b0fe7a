from benchmark_utils.worker_values import WorkerValueSolver


class Solver(WorkerValueSolver):
    """VoteCount: a worker's value is the number of votes.

    The baseline for `Influence`, and how most platforms pay. Labels are those
    of the majority.
    """
    name = "VoteCount"

    def run(self, _):
        self.soft_labels = self.votes.majority()
        self.worker_score = self.votes.per_worker
