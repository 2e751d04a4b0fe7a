import numpy as np

from benchmark_utils.files import DataFile, RealCrowd
from benchmark_utils.parameters import check_choice
from benchmark_utils.simulation import draw_votes_subset
from benchmark_utils.votes import Votes

URL = "http://fprodrigues.com/deep_LabelMe.tar.gz"


def _text(name, sha256):
    return DataFile(f"labelme/LabelMe/{name}", URL, sha256,
                    member=f"LabelMe/{name}")


ANSWERS = _text(
    "answers.txt",
    "7d1945e639cc2bf4de40338eca1be9c8a6f0402da63f73a79b71d98e07e91897")
TRUTH = _text(
    "labels_train.txt",
    "229556bdc5da327dd7d4e4154ba180969091c83f43cf8cbee3727131c5a062f6")
IMAGES = _text(
    "filenames_train.txt",
    "ab6b8c79cf243aadad711e13c31fd05c645caeeab691be1f93481eb63105142c")
CLASSES = ["highway", "insidecity", "tallbuilding", "street", "forest",
           "coast", "mountain", "opencountry"]


class Dataset(RealCrowd):
    """Eight kinds of scenes, 1,000 images, 1 to 3 votes each from 77 workers
    (ids are the authors' columns; 18 of them never voted).

    ``workers``: ``recorded``, or ``truth`` for one perfect worker, the upper
    bound. ``votes_per_task``: ``every`` or a range such as ``1to2`` drawn at
    random. F. Rodrigues, F. Pereira. Deep learning from crowds. AAAI 2018.
    """
    name = "LabelMe"
    parameters = {"workers": ["recorded"], "votes_per_task": ["every"]}

    def files(self):
        return [ANSWERS, TRUTH, IMAGES]

    def load(self):
        check_choice(self.name, "workers", self.workers,
                     ["recorded", "truth"])
        truth = np.loadtxt(TRUTH.locate(), dtype=int)
        image_ids = IMAGES.locate().read_text().split()
        K, repetitions, worker_ids = len(CLASSES), 1, None
        if self.workers == "truth":
            votes = Votes(np.arange(len(truth)), np.zeros_like(truth), truth,
                          len(truth), 1, K)
        else:
            # The authors' file is dense: 1,000 x 77, -1 = no vote.
            answers = np.loadtxt(ANSWERS.locate(), dtype=int)
            task, worker = np.nonzero(answers >= 0)
            votes = Votes(task, worker, answers[task, worker],
                          *answers.shape, K)
        if self.votes_per_task != "every":
            rng = np.random.default_rng(self.get_seed(use_repetition=True))
            votes = draw_votes_subset(rng, votes, self.votes_per_task)
            repetitions = 3
        return dict(votes=votes, ground_truth=truth, task_ids=image_ids,
                    worker_ids=worker_ids, class_names=CLASSES,
                    repetitions=repetitions)
