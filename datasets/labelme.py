import numpy as np
from PIL import Image

from benchmark_utils.checks import one_of
from benchmark_utils.crowds.files import (
    BadFile,
    DataFile,
    data_folder,
    fetch_folder,
)
from benchmark_utils.crowds.recorded import RecordedCrowd
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
TEST_TRUTH = _text(
    "labels_test.txt",
    "6d508b638d41fa84b2628615270456df96a49dce18054d201ac6261b03ea77bc")
TEST_IMAGES = _text(
    "filenames_test.txt",
    "4ecc5ba8be2060d49783a4f955deeed698f3cde8aeef3b1a1daa2e8d976104d4")
FEATURES = "https://raw.githubusercontent.com/fmenat/PyLearningCrowds/"
FEATURES += "272bf1deb6237908262b8103ae0538ae08638f41/data/LabelMe/"
VGG_TRAIN = DataFile(
    "labelme/LabelMe_VGG_avg_train.npy",
    FEATURES + "LabelMe_VGG_avg_train.npy",
    "0ddfbcbd722aab70e81525a459cc37d47c1d344322b401ee35a3e9b158a209e8")
VGG_TEST = DataFile(
    "labelme/LabelMe_VGG_avg_test.npy",
    FEATURES + "LabelMe_VGG_avg_test.npy",
    "af407538f702f98e775f233652152cdcb58583c9d4668492308151c126ce7873")
PIXELS = 128
CLASSES = ["highway", "insidecity", "tallbuilding", "street", "forest",
           "coast", "mountain", "opencountry"]


class Dataset(RecordedCrowd):
    """Eight kinds of scenes, 1,000 images, 1 to 3 votes each from 77 workers
    (ids are the authors' columns; 18 of them never voted).

    ``workers``: ``recorded``, or ``truth`` for one perfect worker, the upper
    bound. ``inputs``: pooled VGG ``features``, ``images``, or ``none`` to
    score labels only. The features are by F. Mena, 2019.
    """
    name = "LabelMe"
    references = [
        "F. Rodrigues, F. Pereira. Deep learning from crowds. AAAI 2018. "
        "https://arxiv.org/abs/1709.01779"]
    parameters = {"workers": ["recorded"], "votes_per_task": ["every"],
                  "inputs": ["features"], "mode": ["offline"]}
    accepts = {"workers": one_of("recorded", "truth"),
               "inputs": one_of("features", "images", "none")}

    def files(self):
        votes = [ANSWERS, TRUTH, IMAGES]
        return votes + {"features": [VGG_TRAIN, VGG_TEST, TEST_TRUTH],
                        "images": [TEST_TRUTH, TEST_IMAGES],
                        "none": []}[self.inputs]

    def prepare(self):
        super().prepare()
        if self.inputs == "images":
            fetch_folder(URL, "LabelMe/", data_folder() / "labelme")

    def load(self):
        truth = np.loadtxt(TRUTH.locate(), dtype=int)
        image_ids = IMAGES.locate().read_text().split()
        K = len(CLASSES)
        if self.workers == "truth":
            votes = Votes(np.arange(len(truth)), np.zeros_like(truth), truth,
                          len(truth), 1, K)
        else:
            # The authors' file is dense: 1,000 x 77, -1 = no vote.
            answers = np.loadtxt(ANSWERS.locate(), dtype=int)
            task, worker = np.nonzero(answers >= 0)
            votes = Votes(task, worker, answers[task, worker],
                          *answers.shape, K)
        data = dict(votes=votes, ground_truth=truth, task_ids=image_ids,
                    class_names=CLASSES)
        if self.inputs == "none":
            return data
        # Networks are trained: their seeds make a spread.
        data.update(y_test=np.loadtxt(TEST_TRUTH.locate(), dtype=int),
                    repetitions=3)
        if self.inputs == "features":
            return dict(data, classifier="vgghead", X=_features(VGG_TRAIN),
                        X_test=_features(VGG_TEST))
        return dict(data, classifier="resnet18photo",
                    X=_images("train", IMAGES), X_test=_images(
                        "test", TEST_IMAGES))


def _features(file):
    return np.load(file.locate(), allow_pickle=False)  # (n, 512) float32


def _images(part, names):
    """All images of a part, uint8 (n, 3, PIXELS, PIXELS), in file order."""
    folder = data_folder() / "labelme" / "LabelMe" / part
    images = []
    for name in names.locate().read_text().split():
        # <class>_<rest>.jpg lies in the folder of its class
        path = folder / name.partition("_")[0] / name
        try:
            with Image.open(path) as image:
                image = image.convert("RGB").resize((PIXELS, PIXELS))
                images.append(np.asarray(image).transpose(2, 0, 1))
        except OSError as error:
            raise BadFile(f"{path} cannot be read ({error}); benchopt prepare "
                          ". -d \"LabelMe[inputs=images]\" fetches it"
                          ) from error
    return np.stack(images)
