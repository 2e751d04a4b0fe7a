import numpy as np
from benchopt import BaseDataset

from benchmark_utils.crowds.simulation import (
    dirichlet_confusion,
    dominant_diagonal,
    draw_votes,
)


class Dataset(BaseDataset):
    """Workers with confusion matrices of their own: the model of DS.

    Rows are uniform on the simplex, the diagonal swapped with the row's
    maximum, so that nobody is adversarial.
    """
    name = "IndependentConfusion"
    references = [
        "T. Lefort, B. Charlier, A. Joly, J. Salmon. Peerannot: "
        "classification for crowdsourced image datasets with Python. Computo "
        "2024. "
        "https://computo.sfds.asso.fr/published-202402-lefort-peerannot/"]
    parameters = {"n_tasks": [200], "n_workers": [30], "n_classes": [5],
                  "votes_per_task": [10]}

    def prepare(self):
        """Nothing to download."""

    def get_data(self):
        rng = np.random.default_rng(self.get_seed(use_repetition=True))
        truth = rng.integers(self.n_classes, size=self.n_tasks)
        confusion = dominant_diagonal(
            dirichlet_confusion(rng, self.n_workers, self.n_classes))
        votes = draw_votes(rng, truth, confusion, self.votes_per_task)
        return dict(votes=votes, ground_truth=truth,
                    worker_confusion=confusion, repetitions=10)
