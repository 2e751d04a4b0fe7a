# Copy this file to solvers/your_method.py and edit the copy. benchopt ignores
# files whose name starts with template_.
import numpy as np

from benchmark_utils.checks import number
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """Votes weighted by how often their worker agrees with the other votes.

    The first sentence is shown on the page and in docs/methods.md. Then give
    the formula in the notation of the paper, and explain each parameter.
    """
    name = "YourMethod"  # letters and digits, used by no other solver
    votes_only = True  # the labels depend on the votes alone
    parameters = {"power": [2.0]}  # one value each: the default
    accepts = {"power": number(0)}  # which values are valid
    defaults_from = {"power": "the paper"}  # optional, for docs/methods.md
    references = ["A. Author. Title. Venue 2026. https://example.org/paper"]

    def run(self, _):
        """Reads ``self.votes`` and sets ``self.soft_labels``; only this method
        is timed."""
        votes = self.votes  # arrays task, worker, label: one entry per vote
        shares = votes.shares()  # (n_tasks, n_classes); NaN without votes
        agreement = votes.worker_mean(shares[votes.task, votes.label])
        weight = np.nan_to_num(agreement)[votes.worker] ** self.power
        self.soft_labels = votes.shares(weight)  # each row sums to one
        # Both are optional; higher means more reliable.
        self.worker_score = agreement  # (n_workers,)
        self.task_score = np.nan_to_num(shares).max(axis=1)  # (n_tasks,)
