"""Networks in the online loop, trained on tasks with and without votes."""
from dataclasses import replace

import numpy as np

from benchmark_utils.online.learners import CrossFitted, log_softmax
from benchmark_utils.training.batches import Shuffled
from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import LabelLikelihood
from benchmark_utils.training.mixmatch import MixMatchLoss, Paired


class SemiSupervised(CrossFitted):
    """The recipe's network, trained on votes and pseudo-labels.

    The pseudo-label of a task with a risk below the threshold is its whole
    posterior, the model's part included, even without votes. Liao, Kar,
    Fidler, CVPR 2021, section 4.
    """
    # A third of the epochs of recipe `mlp`, since the network is retrained
    # after every step of the loop; and at least as many steps as these epochs
    # take on two thirds of 1,200 tasks in batches of 64.
    EPOCHS, MIN_STEPS = 20, 300

    def __init__(self, examples):
        super().__init__(examples)
        self.inputs, self.test_inputs = examples.X, examples.X_test

    def lessons(self, belief, voted, risk):
        seen = log_softmax(belief.log_votes)
        sure = 1 - belief.label_posterior.max(axis=1) < risk
        seen[sure] = np.log(np.maximum(belief.label_posterior[sure], 1e-12))
        return voted | sure, seen

    def fit(self, learnt, seen):
        return self.train(
            learnt, LabelLikelihood(seen[learnt]),
            Shuffled(len(learnt), self.examples.recipe.batch_size))

    def train(self, learnt, loss, batches):
        recipe = replace(self.examples.recipe, epochs=max(
            self.EPOCHS, -(-self.MIN_STEPS // batches.n_batches)))
        training = Training(recipe, self.inputs[learnt],
                            self.examples.n_classes, self.examples.seed)
        return NetworkModel(training.fit(loss, batches))


class MixMatch(SemiSupervised):
    """The recipe's network, trained on all tasks by MixMatch.

    Tasks with votes or a low risk have their posterior as label; the others
    get guessed labels during training. D. Berthelot et al. MixMatch: a
    holistic approach to semi-supervised learning. NeurIPS 2019.
    """
    def lessons(self, belief, voted, risk):
        learnt, _ = super().lessons(belief, voted, risk)
        self.labelled = learnt
        return np.ones_like(learnt), belief.label_posterior

    def fit(self, learnt, targets):
        labelled = self.labelled[learnt]
        loss = MixMatchLoss(targets[learnt], labelled, self.inputs,
                            n_ramp=self.MIN_STEPS)
        return self.train(
            learnt, loss,
            Paired(np.flatnonzero(labelled), np.flatnonzero(~labelled),
                   self.examples.recipe.batch_size))


class NetworkModel:
    """A trained network with the interface of the learners."""
    def __init__(self, training):
        self.training = training

    def log_probabilities(self, X):
        return self.training.log_probabilities(X).double().cpu().numpy()
