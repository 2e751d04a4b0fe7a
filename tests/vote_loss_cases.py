"""Losses of votes on small random crowds, for tests."""
from dataclasses import replace

import torch
from conftest import random_votes

from benchmark_utils.training.annot_mix import MixedVotes, MixedVotesOfInputs
from benchmark_utils.training.conal import CommonConfusions, CommonScores
from benchmark_utils.training.confusions import (
    TraceConfusions,
    UnionConfusions,
    VolumeConfusions,
    WorkerConfusions,
)
from benchmark_utils.training.engine import Training
from benchmark_utils.training.recipes import get_recipe
from benchmark_utils.training.vote_loss import MatrixScores, ScaledScores

RECIPE = replace(get_recipe("mlp"), epochs=3, hidden=(6,), batch_size=16)
TASKS = [4, 0, 29, 11, 7, 16]  # 29 has no votes


class Case:
    """A loss on random votes with random parameters, and a batch."""
    def __init__(self, make, seed=0, tasks=TASKS):
        self.votes, _ = random_votes(seed)
        generator = torch.Generator().manual_seed(seed)
        self.X = torch.randn(30, 5, generator=generator).numpy()
        self.training = Training(RECIPE, self.X, 4, seed=0)
        self.loss = make(self)
        with torch.no_grad():
            for p in self.loss.parameters():
                p += .5 * torch.randn(p.shape, generator=generator)
        self.tasks = torch.tensor(tasks)
        self.logits = torch.randn(len(tasks), 4, generator=generator)

    def batch(self):
        """z, worker and label of each vote of the batch, and its task."""
        z = self.logits.softmax(1).numpy()
        return [(z[place], j, label, i)
                for place, i in enumerate(self.tasks.tolist())
                for i_, j, label in zip(self.votes.task, self.votes.worker,
                                        self.votes.label) if i_ == i]

    def value(self):
        return self.loss(self.logits, self.tasks).item()


MAKERS = {
    "CrowdLayer": lambda c: WorkerConfusions(c.votes, .01),
    "classic": lambda c: MatrixScores(c.votes, None),
    "VW": lambda c: ScaledScores(c.votes, .01, "VW"),
    "VB": lambda c: ScaledScores(c.votes, .01, "VB"),
    "VWB": lambda c: ScaledScores(c.votes, .01, "VWB"),
    "TraceReg": lambda c: TraceConfusions(c.votes, .01, weight=.3),
    "GeoF": lambda c: VolumeConfusions(c.votes, .01, .3, "F"),
    "GeoW": lambda c: VolumeConfusions(c.votes, .01, .3, "W"),
    "CoNAL": lambda c: CommonConfusions(c.votes, .01, .3, c.training, c.X),
    "CoNAL classic": lambda c: CommonScores(c.votes, .01, .3, c.training),
    "UnionNet": lambda c: UnionConfusions(c.votes, .01, .9),
}
MIXERS = {
    "linear": lambda c, alpha=1.0: MixedVotes(c.votes, .01, alpha),
    "network": lambda c, alpha=1.0: MixedVotesOfInputs(
        c.votes, .01, alpha, c.training, c.X),
}
