from benchmark_utils.crowds.confusion_dataset import ConfusionDataset
from benchmark_utils.crowds.simulation import (
    dirichlet_confusion,
    dominant_diagonal,
)
from benchmark_utils.papers import papers


class Dataset(ConfusionDataset):
    """Workers with independent confusion matrices: the Dawid-Skene model.

    Rows are uniform on the simplex. The diagonal is swapped with the row's
    maximum, so that no worker is adversarial.
    """
    name = "IndependentConfusion"
    facts = {
        "id": "independent-confusion",
        "title": "Independent confusion",
        "kind": "simulated",
        "shows": "a crowd that satisfies the Dawid-Skene model",
        "truth": "drawn",
        "inputs": "none",
    }
    references = papers("lefort2024b")

    def confusions(self, rng):
        return dominant_diagonal(
            dirichlet_confusion(rng, self.n_workers, self.n_classes))
