import numpy as np

from benchmark_utils.aggregation.dawid_skene import accuracies, dawid_skene
from benchmark_utils.checks import number, one_of
from benchmark_utils.papers import papers
from benchmark_utils.training import margins
from benchmark_utils.training.aum import MODES, vote_areas
from benchmark_utils.training.solver import NetworkSolver


class Solver(NetworkSolver):
    """WAUM: prune tasks by the area under the margin of their votes, then WDS.

    AUM_ij is the margin of vote y_ij averaged over ``epochs``; WAUM_i is their
    mean over a task's votes weighted by the trust s_ij = <diag pi^j,
    sigma(x_i)>, pi^j by DS. Tasks below the ``quantile`` are dropped; DS runs
    again on the other votes, and the network is trained on its WDS labels.
    ``mode``: see `aum.vote_areas`; ``margin`` and ``epochs``: as in AUM.
    ``prune``: ``waum``, or ``random`` tasks, the control.
    """
    name = "WAUM"
    parameters = {"quantile": [.01], "mode": ["stacked"], "margin": ["second"],
                  "epochs": ["early"], "prune": ["waum"]}
    accepts = {"quantile": number(0, 1), "mode": one_of(*MODES),
               "margin": one_of(*margins.MARGINS),
               "epochs": number(0, 1, or_word="early"),
               "prune": one_of("waum", "random")}
    defaults_from = {
        "quantile": "the paper",
        "mode": "the paper; perworker is its first definition",
        "margin": "the paper",
        "epochs": "the paper stops at a third, before the learning rate falls",
        "prune": "random is a control"}
    references = papers("lefort2024")

    def run(self, _):
        votes, trust = self.train_votes, None
        if self.prune == "random":
            rng = np.random.default_rng(self.seed)
            waum = np.where(votes.per_task > 0, rng.random(votes.n_tasks),
                            np.nan)
        else:
            aum, trust = vote_areas(
                votes, self.train_inputs, self.recipe, self.seed,
                accuracies(votes, dawid_skene(votes)),
                margins.early_epochs(self.recipe, self.epochs), self.mode,
                self.margin)
            waum = margins.weighted_areas(votes, aum, trust)
        self.task_score = self.of_all_tasks(waum, np.nan)
        self.train_mask = margins.above_quantile(
            self.task_score, self.quantile)
        rest = self.votes.select(self.train_mask[self.votes.task])
        accuracy = accuracies(rest, dawid_skene(rest))  # (n_workers, K)
        weight = accuracy[self.votes.worker, self.votes.label]
        self.soft_labels = self.votes.shares(weight)
        self.worker_score = (self.votes.worker_mean(weight) if trust is None
                             else votes.worker_mean(trust))
