import numpy as np

from benchmark_utils.checks import number, one_of
from benchmark_utils.papers import papers
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
    """AUM: prune tasks whose majority label has a low area under the margin.

    AUM_i is the margin of the majority label of task i under the network,
    averaged over ``epochs``. Tasks below the ``quantile`` are dropped, and a
    new network is trained on the majority votes of the others. ``margin``:
    ``logits``, to the largest logit of another class; ``other``, the same of
    probabilities; ``second``, to the second largest probability. ``epochs``: a
    share of the recipe's epochs, or ``early`` (`margins.early_epochs`).
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
    references = papers("pleiss2020")

    def run(self, _):
        votes, K = self.train_votes, self.votes.n_classes
        self.soft_labels = self.votes.majority()
        # The margin needs one label for each task.
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
