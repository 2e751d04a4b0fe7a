import numpy as np

from benchmark_utils.aggregation.plantnet import plantnet
from benchmark_utils.aggregation.voted_labels import label_shares
from benchmark_utils.checks import number, one_of
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver
from benchmark_utils.votes import Votes


class Solver(CrowdSolver):
    """Pl@ntNet: workers weighted by the number of classes they identify.

    w_j = n_j^alpha - n_j^beta + log 2.1, where n_j counts the classes of the
    worker's own observations that others confirmed, and a tenth of those voted
    correctly on other observations. A task is valid if the weight of its label
    is above ``min_confidence`` and its share above ``min_agreement``. On other
    tasks the method abstains (``invalid=abstain``) or gives the weighted
    majority (``invalid=majority``), which scores at least as well.
    """
    name = "PlantNet"
    title = "Pl@ntNet"
    votes_only = many_classes = True
    parameters = {"min_confidence": [2.0], "min_agreement": [.7],
                  "invalid": ["majority"]}
    accepts = {"min_confidence": number(0), "min_agreement": number(0, 1),
               "invalid": one_of("majority", "abstain")}
    defaults_from = {
        "min_confidence": "the paper",
        "min_agreement": "the paper",
        "invalid": "ours; the paper gives such tasks no label"}
    references = papers("lefort2025")

    def run(self, _):
        votes = self.votes
        fit = plantnet(
            votes, np.random.default_rng(self.seed), self.author,
            min_confidence=self.min_confidence,
            min_agreement=self.min_agreement)
        labelled = fit.label >= 0
        if self.invalid == "abstain":
            labelled &= fit.valid
        task = np.flatnonzero(labelled)
        self.soft_labels = label_shares(Votes(
            task, np.zeros_like(task), fit.label[task], votes.n_tasks, 1,
            votes.n_classes))
        self.worker_score = np.where(votes.per_worker > 0, fit.weight, np.nan)
        self.task_score = np.where(votes.per_task > 0, fit.agreement, np.nan)
