import numpy as np
from benchopt import BaseDataset

from benchmark_utils.checks import check_range
from benchmark_utils.crowds.simulation import (
    dirichlet_confusion,
    dominant_diagonal,
    draw_votes,
)


class Dataset(BaseDataset):
    """Correlated mistakes: each student has its teacher's confusion matrix.

    A share ``student_ratio`` of the workers are students of a random one of
    the others; all answer independently. Teachers' rows are uniform on the
    simplex, the diagonal swapped with the row's maximum.
    """
    name = "StudentTeacher"
    references = [
        "P. Cao, Y. Xu, Y. Kong, Y. Wang. Max-MIG: an information theoretic "
        "approach for joint learning from crowds. ICLR 2019. "
        "https://arxiv.org/abs/1905.13436"]
    parameters = {"n_tasks": [200], "n_workers": [30], "n_classes": [5],
                  "votes_per_task": [10], "student_ratio": [.8]}

    def prepare(self):
        """Nothing to download."""

    def get_data(self):
        check_range(self.name, "student_ratio", self.student_ratio, 0, 1)
        rng = np.random.default_rng(self.get_seed(use_repetition=True))
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
                    worker_confusion=confusion, repetitions=10)
