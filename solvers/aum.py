import numpy as np

from benchmark_utils.checks import number, one_of
from benchmark_utils.training.aum import vote_areas
from benchmark_utils.training.cross_fit import majority_labels
from benchmark_utils.training.margins import (
    MARGINS,
    above_quantile,
    early_epochs,
)
from benchmark_utils.training.solver import NetworkSolver
from benchmark_utils.votes import Votes


class Solver(NetworkSolver):
    """AUM: train on majority votes, drop the tasks that the network resists.

    AUM_i is the mean over ``epochs`` of the margin that the network gives to
    the majority label of task i; tasks below the ``quantile`` are dropped and
    the network is trained anew on the others' majority votes. ``margin``: of
    the ``logits``, against the largest other class; of probabilities, against
    the largest ``other`` or the ``second`` largest of all. ``epochs``: a share
    of the recipe's, or ``early`` (`margins.early_epochs`).
    """
    name = "AUM"
    parameters = {"quantile": [.01], "margin": ["logits"],
                  "epochs": ["early"]}
    accepts = {"quantile": number(0, 1), "margin": one_of(*MARGINS),
               "epochs": number(0, 1, or_word="early")}
    defaults_from = {
        "quantile": "the WAUM paper",
        "margin": "the paper",
        "epochs": "the paper stops before the learning rate falls"}
    references = [
        "G. Pleiss, T. Zhang, E. Elenberg, K. Weinberger. Identifying "
        "mislabeled data using the area under the margin ranking. NeurIPS "
        "2020. https://arxiv.org/abs/2001.10528"]

    def run(self, _):
        votes, K = self.train_votes, self.votes.n_classes
        self.soft_labels = self.votes.majority()
        # A network needs one label of each task.
        label = majority_labels(votes, np.random.default_rng(self.seed))
        voted = np.flatnonzero(label >= 0)
        hard = Votes(voted, np.zeros_like(voted), label[voted], votes.n_tasks,
                     1, K)
        aum, _ = vote_areas(
            hard, self.train_inputs, self.recipe, self.seed, np.ones((1, K)),
            early_epochs(self.recipe, self.epochs), margin=self.margin)
        self.task_score = np.full(self.votes.n_tasks, np.nan)
        self.task_score[self.train_tasks[voted]] = aum
        self.train_mask = above_quantile(self.task_score, self.quantile)
