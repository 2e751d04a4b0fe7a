import numpy as np

from benchmark_utils.checks import number, one_of
from benchmark_utils.training.aum import (
    MARGINS,
    above_quantile,
    vote_areas,
)
from benchmark_utils.training.solver import NetworkSolver
from benchmark_utils.votes import Votes


class Solver(NetworkSolver):
    """AUM: train on majority votes, drop the tasks that the network resists.

    AUM_i is the mean over epochs of the margin that the network gives to the
    majority label of task i; tasks below the ``quantile`` are dropped
    and the network is trained anew on the others' majority votes.
    ``margin``: against the ``second`` largest probability, or the largest
    ``other``.
    """
    name = "AUM"
    parameters = {"quantile": [.01], "margin": ["second"]}
    accepts = {"quantile": number(0, 1), "margin": one_of(*MARGINS)}
    references = [
        "G. Pleiss, T. Zhang, E. Elenberg, K. Weinberger. Identifying "
        "mislabeled data using the area under the margin ranking. NeurIPS "
        "2020. https://arxiv.org/abs/2001.10528"]

    def run(self, _):
        votes = self.train_votes
        self.soft_labels = self.votes.majority()
        majority = self.soft_labels[self.train_tasks]
        # A network needs one label: tied classes are drawn, seeded.
        rng = np.random.default_rng(self.seed)
        voted = np.flatnonzero(votes.per_task)
        keys = rng.random((len(voted), votes.n_classes))
        label = ((majority[voted] > 0) * keys).argmax(axis=1)
        hard = Votes(voted, np.zeros_like(voted), label, votes.n_tasks, 1,
                     votes.n_classes)
        aum, _ = vote_areas(
            hard, self.train_inputs, self.recipe, self.seed,
            accuracy=np.ones((1, votes.n_classes)), margin=self.margin)
        self.task_score = np.full(self.votes.n_tasks, np.nan)
        self.task_score[self.train_tasks[voted]] = aum
        self.train_mask = above_quantile(self.task_score, self.quantile)
