import numpy as np

from benchmark_utils.checks import number
from benchmark_utils.crowds.confusion_dataset import ConfusionDataset
from benchmark_utils.crowds.simulation import (
    dirichlet_confusion,
    dominant_diagonal,
)
from benchmark_utils.papers import papers


class Dataset(ConfusionDataset):
    """Correlated errors: each student has the confusion matrix of a teacher.

    A share ``student_ratio`` of the workers are students of a random other
    worker. All workers vote independently. Teachers' rows are uniform on the
    simplex, with the diagonal swapped with the row's maximum.
    """
    name = "StudentTeacher"
    facts = {
        "id": "student-teacher",
        "title": "Students and teachers",
        "kind": "simulated",
        "shows":
            "the effect of correlated errors on methods that assume "
            "independent workers",
        "truth": "drawn",
        "inputs": "none",
    }
    references = papers("cao2019")
    parameters = {**ConfusionDataset.parameters, "student_ratio": [.8]}
    accepts = {**ConfusionDataset.accepts, "student_ratio": number(0, 1)}

    def confusions(self, rng):
        n_students = round(self.student_ratio * self.n_workers)
        n_teachers = max(self.n_workers - n_students, 1)
        teachers = dominant_diagonal(
            dirichlet_confusion(rng, n_teachers, self.n_classes))
        teacher = np.concatenate([
            np.arange(n_teachers),
            rng.integers(n_teachers, size=self.n_workers - n_teachers)])
        return teachers[teacher]  # (n_workers, K, K)
