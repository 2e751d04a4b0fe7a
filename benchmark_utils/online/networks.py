"""Networks in the loop, trained from votes and from tasks without any."""
from dataclasses import replace

import numpy as np

from benchmark_utils.online.learners import CrossFitted, log_softmax
from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import LabelLikelihood
from benchmark_utils.training.mixmatch import MixMatchLoss, Paired


class SemiSupervised(CrossFitted):
    """The recipe's network, from the votes and from pseudo-labels.

    Tasks whose risk is below the threshold are learnt with their whole
    posterior, the model's part included, also where nobody voted yet. Liao,
    Kar, Fidler, CVPR 2021, section 4.
    """
    EPOCHS = 20

    def __init__(self, problem):
        super().__init__(problem)
        self.inputs, self.test_inputs = problem.X, problem.X_test
        self.recipe = replace(problem.recipe, epochs=self.EPOCHS)

    def lessons(self, belief, voted, risk):
        seen = log_softmax(belief.log_votes)
        sure = 1 - belief.ybar.max(axis=1) < risk
        seen[sure] = np.log(np.maximum(belief.ybar[sure], 1e-12))
        return voted | sure, seen

    def fit(self, examples, seen):
        training = Training(self.recipe, self.inputs[examples],
                            self.problem.n_classes, self.problem.seed)
        return NetworkModel(training.fit(LabelLikelihood(seen[examples])))


class MixMatch(SemiSupervised):
    """The recipe's network, from the votes and, by MixMatch, from all tasks.

    Tasks with votes and sure ones carry their posterior as label. The rest
    get labels that the network guesses as it learns. D. Berthelot et al.
    MixMatch: a holistic approach to semi-supervised learning. NeurIPS 2019.
    """
    def lessons(self, belief, voted, risk):
        learnt, _ = super().lessons(belief, voted, risk)
        self.labelled = learnt
        return np.ones_like(learnt), belief.ybar

    def fit(self, examples, targets):
        training = Training(self.recipe, self.inputs[examples],
                            self.problem.n_classes, self.problem.seed)
        labelled = self.labelled[examples]
        batches = Paired(np.flatnonzero(labelled),
                         np.flatnonzero(~labelled), self.recipe.batch_size)
        loss = MixMatchLoss(targets[examples], labelled, training.X,
                            n_ramp=batches.n_batches * self.EPOCHS)
        return NetworkModel(training.fit(loss, batches))


class NetworkModel:
    """A trained network as the learners see it."""
    def __init__(self, training):
        self.training = training

    def log_probabilities(self, X):
        return self.training.log_probabilities(X).double().cpu().numpy()
