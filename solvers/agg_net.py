import numpy as np

from benchmark_utils.aggregation.confusion import ConfusionModel
from benchmark_utils.checks import number
from benchmark_utils.papers import papers
from benchmark_utils.training.losses import SoftLabels
from benchmark_utils.training.solver import NetworkSolver


class Solver(NetworkSolver):
    """AggNet: EM whose prior for a task is the network's prediction.

    The network trains on the posteriors T, first the vote shares. After each
    epoch that follows the burn-in, M: pi^j from T; E: T_ik proportional to
    z_ik prod_j pi^j_{k, y_ij}. ``burn_in`` is the share of epochs before the
    first E step. ``pooled`` pseudo-votes, distributed as all votes are,
    regularise the matrices of workers with few votes: ours, 0 in the paper.
    """
    name = "AggNet"
    parameters = {"pooled": [0.0], "burn_in": [.1]}
    accepts = {"pooled": number(0), "burn_in": number(0, 1)}
    defaults_from = {
        "pooled": "0: the paper; 2: ours, for workers with few votes",
        "burn_in": "our choice: some training before the first E step"}
    references = papers("albarqouni2016", "raykar2010")

    def run(self, _):
        votes, training = self.train_votes, self.training()
        model = ConfusionModel(votes, pooled=self.pooled)
        T = votes.shares()
        T[np.isnan(T)] = 1 / votes.n_classes
        loss = SoftLabels(T)
        first = int(self.burn_in * self.recipe.epochs)

        def expectation(log_z):
            """T given the network as prior; the prior itself without votes."""
            log_pi = model.m_step(loss.targets.double().cpu().numpy())
            log_prior = log_z.double().cpu().numpy()
            T, _ = model.e_step(log_pi, log_prior)
            unvoted = votes.per_task == 0
            T[unvoted] = np.exp(log_prior[unvoted])
            return T

        def on_epoch(epoch):
            if epoch + 1 >= first:
                T = expectation(training.log_probabilities())
                loss.targets.copy_(loss.targets.new_tensor(T))

        training.fit(loss, on_epoch=on_epoch)
        self.test_probabilities = training.probabilities(self.X_test)
        log_z = training.log_probabilities(self.X)
        self.soft_labels = np.exp(log_z.double().cpu().numpy())
        self.soft_labels[self.train_tasks] = expectation(
            log_z[self.train_tasks])
