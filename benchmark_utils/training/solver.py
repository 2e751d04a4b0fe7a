"""What the solvers that train networks share."""
from benchmark_utils.solver import CrowdSolver
from benchmark_utils.training.engine import Training
from benchmark_utils.training.recipes import out_of_reach


class NetworkSolver(CrowdSolver):
    """Base of the solvers that train networks, with the dataset's recipe.

    A child's ``run`` may use ``self.train_votes``, the votes on the tasks
    that the recipe trains on; ``self.seed``, the same for all networks of a
    repetition, the objective's own included; and ``self.training()``, a
    network ready to be fitted on the inputs of those tasks (the first rows
    of X).
    """
    test_config = {"dataset": {"name": "Digits"}}

    def skip(self, votes, X, X_test, recipe, **_):
        if X is None:
            return True, "needs inputs X to train on"
        reason = out_of_reach(recipe)
        return reason is not None, reason

    def set_objective(self, votes, X, X_test, recipe, **problem):
        super().set_objective(votes, X, X_test, recipe, **problem)
        votes = self.votes
        self.n_train = min(recipe.n_train or len(X), len(X))
        self.train_votes = votes if self.n_train == len(X) else votes.select(
            votes.task < self.n_train)

    def training(self):
        return Training(self.recipe, self.X[:self.n_train],
                        self.votes.n_classes, self.seed)

    def fit_votes(self, loss, training=None):
        """Train the network through a `VoteLoss`, end to end.

        Sets the test probabilities to the network's own, and the labels to
        the posterior given a task's input and votes.
        """
        training = training or self.training()
        training.fit(loss)
        self.test_probabilities = training.probabilities(self.X_test)
        log_z = training.log_probabilities(self.X)
        self.soft_labels = loss.posterior(log_z, self.votes)
        self.worker_score = loss.worker_score(self.votes)
