"""Base class of the solvers that train networks."""
import numpy as np

from benchmark_utils.aggregation.held_out import held_out, hold_out
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


# Searched if a parameter is ``auto``, and its value while another is searched.
CHOICES = {"weight": (.001, .003, .01, .03, .1),
           "lr": (.002, .005, .01, .02, .05)}
MEANWHILE = {"weight": .01, "lr": .02}


class VoteSolver(NetworkSolver):
    """Base of the solvers that train a network end to end with a `VoteLoss`.

    A child gives ``loss(votes, training, X, lr)``, the loss for votes on the
    rows of ``X``; ``lr`` is None for the rate ``network``. Test probabilities
    are the network's; labels are the posterior given a task's input and votes.
    ``searched`` names the parameters that may be ``auto``: the value of
    `CHOICES` is taken whose labels best predict a held-out fifth of the votes
    under one common model of workers, in one training for each value. Two
    parameters are searched in turn.
    """
    searched = "lr",

    def run(self, _):
        training = self.training()
        loss = self.loss(self.train_votes, training, self.X, **self.chosen())
        training.fit(loss)
        self.test_probabilities = training.probabilities(self.X_test)
        log_z = training.log_probabilities(self.X)
        self.soft_labels = loss.posterior(log_z, self.votes)
        self.worker_score = loss.worker_score(self.votes)

    def chosen(self):
        """{name: value} of the ``searched`` parameters."""
        votes = self.train_votes
        values = {name: getattr(self, name) for name in self.searched}
        autos = [name for name, value in values.items() if value == "auto"]
        values.update({name: MEANWHILE[name] for name in autos})
        if values["lr"] == "network":
            values["lr"] = None
        fold = hold_out(votes, self.seed) if autos else None
        for name in autos:
            nll = [self.held_out_nll(fold, **values | {name: value})
                   for value in CHOICES[name]]
            if np.isfinite(nll).any():  # else each task has one worker
                values[name] = CHOICES[name][np.nanargmin(nll)]
        return values

    def held_out_nll(self, fold, **values):
        """Minus the mean log-likelihood of the votes in fold 0, of labels
        learnt from the others with these values."""
        votes, training = self.train_votes, self.training()
        kept = votes.select(fold != 0)
        loss = self.loss(kept, training, self.train_inputs, **values)
        training.fit(loss)
        labels = loss.posterior(training.log_probabilities(), kept)
        return held_out(votes, {0: labels}, fold).nll()
