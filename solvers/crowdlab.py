import numpy as np

from benchmark_utils.aggregation.crowdlab import crowdlab, worker_quality
from benchmark_utils.checks import integer, one_of
from benchmark_utils.papers import papers
from benchmark_utils.training.cross_fit import cross_fit, majority_labels
from benchmark_utils.training.solver import NetworkSolver


class Solver(NetworkSolver):
    """CROWDLAB: votes and a cross-fitted network, weighted by agreement.

    P(k) = (w_M p_ik + sum_j w_j P(y_ij | k)) / (w_M + sum_j w_j), p_i by
    networks trained on the majority votes of other tasks. Weights depend on
    the agreement of the network with the majority and of workers with each
    other (`aggregation.crowdlab`). Each further of the ``rounds`` trains the
    networks on the consensus. The final network is trained on the consensus
    (``labels`` = ``hard``), as the authors advise, or on P (``soft``).
    """
    name = "CROWDLAB"
    parameters = {"labels": ["hard"], "rounds": [1]}
    accepts = {"labels": one_of("hard", "soft"), "rounds": integer(1)}
    defaults_from = {
        "labels": "the authors' advice",
        "rounds": "the paper: once or twice"}
    references = papers("goh2022")

    def run(self, _):
        rng = np.random.default_rng(self.seed)
        votes, K = self.votes, self.votes.n_classes
        label = majority_labels(self.train_votes, rng)
        for _ in range(self.rounds):
            p, predict = cross_fit(
                self.recipe, self.train_inputs, label, K, self.seed)
            p_all = predict(self.X)
            p_all[self.train_tasks] = p
            fit = crowdlab(votes, p_all, rng)
            label = fit.consensus[self.train_tasks]
        self.soft_labels = fit.posterior
        if self.labels == "hard":
            self.soft_labels = np.eye(K)[fit.consensus]
        self.worker_score = worker_quality(votes, fit)
        self.task_score = fit.posterior[
            np.arange(votes.n_tasks), fit.consensus]
