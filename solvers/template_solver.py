# Copy to solvers/your_method.py and change what is below; benchopt does not
# load files that start with template_. Then:
#     benchopt run . -s MV -s YourMethod -d HammerSpammer
import numpy as np

from benchmark_utils.checks import check_range
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """One sentence: votes weigh their worker's agreement with the shares.

    Then the formula, in the letters of the paper, and what each parameter
    does. The page shows the first sentence.
    """
    name = "YourMethod"  # plain, unique; the rows of the table
    # One value each makes the default row; `-s "YourMethod[power=[1,2]]"`
    # compares variants. Ints, floats or plain words.
    parameters = {"power": [2.0]}
    references = [
        "Who. Title. Where, year. https://arxiv.org/abs/..."]

    def run(self, _):
        """All that is timed. Reads ``self.votes`` (arrays task, worker,
        label), sets ``self.soft_labels``."""
        check_range(self.name, "power", self.power, 0)
        votes = self.votes
        shares = votes.shares()  # (n_tasks, K), NaN row = no vote
        agreement = votes.worker_mean(shares[votes.task, votes.label])
        weight = np.nan_to_num(agreement)[votes.worker] ** self.power
        self.soft_labels = votes.shares(weight)  # rows sum to one
        # Optional: higher = more trustworthy (n_workers,), cleaner (n_tasks,).
        self.worker_score = agreement
        self.task_score = np.nan_to_num(shares).max(axis=1)

    # A method that trains a network itself: see solvers/crowd_layer.py. One
    # that buys votes one by one: see solvers/greedy.py.
