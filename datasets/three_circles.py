import numpy as np
import pandas as pd

from benchmark_utils.checks import one_of
from benchmark_utils.crowds.recorded import RealCrowd
from benchmark_utils.crowds.toy_datasets import (
    CLASSIFIERS,
    WORKERS,
    table_votes,
    toy_dataset,
)
from benchmark_utils.papers import papers
from benchmark_utils.reading.files import DataFile

PUBLISHED = DataFile(
    "three_circles/published.csv",
    "the figure of the authors' thesis, github.com/tanglef/thesis_tanguy",
    "2446bdc2360800f3526453b52cdc9a1c11702abadd5f35f1d4a2b3e427dd7b6b")
RADII, NOISE, PER_RING = (.3, .7, 1.), .1, 250
CLASSIFIER = "mlp30steps"  # as in the thesis


class Dataset(RealCrowd):
    """Three noisy concentric rings; the workers are three classifiers stopped
    early.

    ``source``: ``drawn``, 750 new points per repetition, 525 of them tasks; or
    ``published``, the points and votes of the WAUM paper, read from its figure
    (a file in the data folder). That is one realisation: repetitions differ in
    the networks' seeds, and label accuracies of DS lie between .54 and .91 in
    other draws, so the paper's DS, .75 ± .07, is not reproduced by it.
    ``workers``: ``stopped``, ``full`` or ``truth`` (see `toy_datasets`).
    """
    name = "ThreeCircles"
    facts = {
        "id": "three-circles",
        "source_group": "three-circles",
        "title": "Three circles",
        "kind": "simulated",
        "shows": "workers far below, near and far above chance; pruning helps",
        "truth": "drawn",
        "inputs": "points",
    }
    facts_of = {
        **RealCrowd.facts_of,
        "source": {
            "published": {
                "id": "three-circles-published",
                "source": "https://github.com/tanglef/thesis_tanguy",
                "year": 2022,
            },
        },
    }
    references = papers("lefort2024")
    parameters = {"source": ["drawn"], "workers": ["stopped"]}
    accepts = {"source": one_of("drawn", "published"),
               "workers": one_of(*WORKERS)}

    def check_together(self):
        if self.source == "published":
            one_of("stopped", "truth")(
                "ThreeCircles[source=published]", "workers", self.workers)

    def files(self):
        return [PUBLISHED] if self.source == "published" else []

    def prepare(self):
        """Nothing to download: the published points are from a figure."""

    def load(self):
        if self.source == "published":
            return self._published()
        rng = self.rng()
        y = rng.permutation(np.repeat(np.arange(3), PER_RING))
        angle = rng.uniform(0, 2 * np.pi, size=len(y))
        X = np.take(RADII, y)[:, None] * np.stack(
            [np.cos(angle), np.sin(angle)], axis=1)
        X += NOISE * rng.normal(size=X.shape)
        return dict(toy_dataset(X, y, 525, self.workers, rng),
                    classifier=CLASSIFIER)

    def _published(self):
        table = pd.read_csv(PUBLISHED.locate())
        train = (table["split"] == "train").to_numpy()
        # The paper's training points, then its test points.
        table = pd.concat([table[train], table[~train]])
        y = table["truth"].to_numpy(int)
        data = toy_dataset(table[["x", "y"]].to_numpy(), y, train.sum(),
                           "truth", self.rng())
        data["classifier"] = CLASSIFIER
        if self.workers == "stopped":
            label = table[["w1_LinearSVC", "w2_SVC", "w3_GBM"]]
            data.update(worker_ids=CLASSIFIERS, votes=table_votes(
                label[:train.sum()].to_numpy(int), 3))
        return data
