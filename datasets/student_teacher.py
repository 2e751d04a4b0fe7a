import numpy as np

from benchmark_utils.checks import integer, number
from benchmark_utils.crowds.dataset import DRAWN, CrowdDataset
from benchmark_utils.crowds.simulation import (
    check_confusions,
    dirichlet_confusion,
    dominant_diagonal,
    draw_votes,
    votes_per_task_value,
)


class Dataset(CrowdDataset):
    """Correlated mistakes: each student has its teacher's confusion matrix.

    A share ``student_ratio`` of the workers are students of a random one of
    the others; all answer independently. Teachers' rows are uniform on the
    simplex, the diagonal swapped with the row's maximum.
    """
    name = "StudentTeacher"
    facts = {
        "id": "student-teacher",
        "title": "Students and teachers",
        "kind": "simulated",
        "shows":
            "what mistakes in common do to methods that take workers for "
            "independent",
        "truth": "drawn",
        "inputs": "none",
    }
    references = [
        "P. Cao, Y. Xu, Y. Kong, Y. Wang. Max-MIG: an information theoretic "
        "approach for joint learning from crowds. ICLR 2019. "
        "https://arxiv.org/abs/1905.13436"]
    parameters = {"n_tasks": [200], "n_workers": [30], "n_classes": [5],
                  "votes_per_task": [10], "student_ratio": [.8]}
    accepts = {"n_tasks": integer(1, 10**7), "n_workers": integer(1, 10**5),
               "n_classes": integer(2, 10**3),
               "votes_per_task": votes_per_task_value,
               "student_ratio": number(0, 1)}

    def check_together(self):
        check_confusions(self)

    def get_data(self):
        rng = self.rng()
        truth = rng.integers(self.n_classes, size=self.n_tasks)
        n_students = round(self.student_ratio * self.n_workers)
        n_teachers = max(self.n_workers - n_students, 1)
        teachers = dominant_diagonal(
            dirichlet_confusion(rng, n_teachers, self.n_classes))
        teacher = np.concatenate([
            np.arange(n_teachers),
            rng.integers(n_teachers, size=self.n_workers - n_teachers)])
        confusion = teachers[teacher]  # (n_workers, K, K)
        votes = draw_votes(rng, truth, confusion, self.votes_per_task)
        return dict(votes=votes, ground_truth=truth,
                    worker_confusion=confusion, repetitions=DRAWN)
