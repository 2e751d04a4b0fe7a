from benchmark_utils.checks import integer
from benchmark_utils.crowds.dataset import DRAWN, CrowdDataset
from benchmark_utils.crowds.simulation import (
    check_confusions,
    dirichlet_confusion,
    dominant_diagonal,
    draw_votes,
    votes_per_task_value,
)


class Dataset(CrowdDataset):
    """Workers with confusion matrices of their own: the model of DS.

    Rows are uniform on the simplex, the diagonal swapped with the row's
    maximum, so that nobody is adversarial.
    """
    name = "IndependentConfusion"
    facts = {
        "id": "independent-confusion",
        "title": "Independent confusion",
        "kind": "simulated",
        "shows": "a crowd that is exactly as Dawid and Skene assume",
        "truth": "drawn",
        "inputs": "none",
    }
    references = [
        "T. Lefort, B. Charlier, A. Joly, J. Salmon. Peerannot: "
        "classification for crowdsourced image datasets with Python. Computo "
        "2024. "
        "https://computo.sfds.asso.fr/published-202402-lefort-peerannot/"]
    parameters = {"n_tasks": [200], "n_workers": [30], "n_classes": [5],
                  "votes_per_task": [10]}
    accepts = {"n_tasks": integer(1, 10**7), "n_workers": integer(1, 10**5),
               "n_classes": integer(2, 10**3),
               "votes_per_task": votes_per_task_value}

    def check_together(self):
        check_confusions(self)

    def get_data(self):
        rng = self.rng()
        truth = rng.integers(self.n_classes, size=self.n_tasks)
        confusion = dominant_diagonal(
            dirichlet_confusion(rng, self.n_workers, self.n_classes))
        votes = draw_votes(rng, truth, confusion, self.votes_per_task)
        return dict(votes=votes, ground_truth=truth,
                    worker_confusion=confusion, repetitions=DRAWN)
