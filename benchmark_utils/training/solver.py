"""Base class of the solvers that train networks."""
import numpy as np

from benchmark_utils.solver import CrowdSolver
from benchmark_utils.training.engine import Training
from benchmark_utils.training.recipes import out_of_reach


class NetworkSolver(CrowdSolver):
    """Base of the solvers that train networks, with the dataset's recipe.

    ``self.train_tasks`` are the tasks that networks may train on;
    ``self.train_votes`` are the votes on them, with tasks numbered 0, 1, ...
    in that order; ``self.train_inputs`` are their inputs. ``self.seed`` is the
    same for all networks of a repetition, that of the objective included.
    ``self.training()`` is a new network to be fitted on the inputs.
    """
    setting = "inputs"
    test_config = {"dataset": {"name": "Digits"}}

    def skip(self, X=None, recipe=None, **given):
        skip, why = super().skip(**given)
        if skip:
            return skip, why
        if X is None:
            return True, "needs inputs X to train on"
        reason = out_of_reach(recipe)
        return reason is not None, reason

    def set_objective(self, **given):
        super().set_objective(**given)
        if self.trainable is None:
            self.train_tasks = np.arange(self.votes.n_tasks)
            self.train_votes, self.train_inputs = self.votes, self.X
        else:
            self.train_tasks = np.flatnonzero(self.trainable)
            self.train_votes = self.votes.of_tasks(self.train_tasks)
            self.train_inputs = self.X[self.train_tasks]

    def release_inputs(self):
        super().release_inputs()
        self.train_inputs = None

    def training(self):
        return Training(self.recipe, self.train_inputs, self.votes.n_classes,
                        self.seed)

    def of_all_tasks(self, values, others):
        """``values`` for the tasks trained on, ``others`` for the rest."""
        whole = np.full((self.votes.n_tasks, *values.shape[1:]), others)
        whole[self.train_tasks] = values
        return whole

    def fit_votes(self, loss, training=None):
        """Train the network end to end with a `VoteLoss`.

        Test probabilities are the network's; labels are the posterior given a
        task's input and votes.
        """
        training = training or self.training()
        training.fit(loss)
        self.test_probabilities = training.probabilities(self.X_test)
        log_z = training.log_probabilities(self.X)
        self.soft_labels = loss.posterior(log_z, self.votes)
        self.worker_score = loss.worker_score(self.votes)
