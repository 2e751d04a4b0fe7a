import numpy as np
from PIL import Image

from benchmark_utils.checks import one_of
from benchmark_utils.crowds.recorded import RecordedCrowd
from benchmark_utils.crowds.simulation import perfect_worker
from benchmark_utils.crowds.sources import source_files
from benchmark_utils.papers import papers
from benchmark_utils.reading.csv_columns import text_of
from benchmark_utils.reading.files import BadFile, DataFile
from benchmark_utils.reading.vote_tables import dense_votes, read_integers

TEXTS = source_files("labelme/LabelMe")
ANSWERS = TEXTS["answers.txt"]
TRUTH, TEST_TRUTH = TEXTS["labels_train.txt"], TEXTS["labels_test.txt"]
IMAGES, TEST_IMAGES = (TEXTS[f"filenames_{part}.txt"]
                       for part in ("train", "test"))
FEATURES = source_files("labelme")
VGG_TRAIN, VGG_TEST = (FEATURES[f"LabelMe_VGG_avg_{part}.npy"]
                       for part in ("train", "test"))
N_WORKERS, PIXELS, MOST_PIXELS = 77, 128, 1 << 24
CLASSES = ["highway", "insidecity", "tallbuilding", "street", "forest",
           "coast", "mountain", "opencountry"]


class Dataset(RecordedCrowd):
    """Eight kinds of scenes: 1,000 images, 1 to 3 votes each from 77 workers,
    18 of whom never voted.

    ``workers``: ``recorded``, or ``truth`` for one perfect worker, the upper
    bound. ``inputs``: pooled VGG ``features`` (by F. Mena, 2019), ``images``,
    or ``none`` to score labels only.
    """
    name = "LabelMe"
    facts = {
        "id": "labelme",
        "title": "LabelMe",
        "kind": "human",
        "year": 2018,
        "licence": "none stated",
        "source": "http://fprodrigues.com/deep_LabelMe.tar.gz",
        "question": "Which of eight kinds of scene does the photograph show?",
        "truth": "the labels of the LabelMe data",
        "inputs": "images",  # or features of these images
    }
    facts_of = {**RecordedCrowd.facts_of,
                "inputs": {"none": {"inputs": "none"}}}
    references = papers("rodrigues2018")
    parameters = {"workers": ["recorded"], "votes_per_task": ["every"],
                  "inputs": ["features"], "mode": ["offline"]}
    accepts = {"workers": one_of("recorded", "truth"),
               "inputs": one_of("features", "images", "none")}

    def files(self):
        votes = [ANSWERS, TRUTH, IMAGES]
        if self.inputs == "none":
            return votes
        if self.inputs == "features":
            return [*votes, VGG_TRAIN, VGG_TEST, TEST_TRUTH]
        lists = [*votes, TEST_TRUTH, TEST_IMAGES]
        return [*lists, *_photographs("train", IMAGES),
                *_photographs("test", TEST_IMAGES)]

    def prepare(self):
        super().prepare()
        if self.inputs == "images":  # their names are known now
            super().prepare()

    def load(self):
        truth = _classes(TRUTH)
        image_ids = text_of(IMAGES.locate()).split()
        votes = perfect_worker(truth, len(CLASSES))
        if self.workers == "recorded":
            answers = read_integers(ANSWERS.locate(), N_WORKERS, -1,
                                    len(CLASSES) - 1)
            if not len(answers) == len(truth) == len(image_ids):
                raise BadFile(
                    f"{ANSWERS.locate()}: {len(answers)} rows, but "
                    f"{len(truth)} truths and {len(image_ids)} images")
            votes = dense_votes(answers, len(CLASSES))
        data = dict(votes=votes, ground_truth=truth, task_ids=image_ids,
                    class_names=CLASSES)
        if self.inputs == "none":
            return data
        y_test = _classes(TEST_TRUTH)
        data.update(y_test=y_test)
        if self.inputs == "features":
            return dict(data, classifier="vgghead",
                        X=_features(VGG_TRAIN, truth, TRUTH),
                        X_test=_features(VGG_TEST, y_test, TEST_TRUTH))
        return dict(data, classifier="resnet18photo",
                    X=_images("train", IMAGES), X_test=_images(
                        "test", TEST_IMAGES))


def _classes(file):
    return read_integers(file.locate(), 1, 0, len(CLASSES) - 1)[:, 0]


def _features(file, classes, named):
    """Features (n, 512), float32, one row for each of the classes, (n,)."""
    try:
        X = np.load(file.locate(), allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise BadFile(f"{file.locate()} is not an array of features: {error}"
                      ) from error
    if X.shape != (len(classes), 512) or not np.isfinite(X).all():
        raise BadFile(f"{file.locate()}: expected 512 finite features for "
                      f"each of the {len(classes)} images of "
                      f"{named.locate()}, found shape {X.shape}")
    return X


def _photographs(part, names):
    """The files of a part, or none while the list of names is missing."""
    if not names.is_right():
        return []
    # <class>_<rest>.jpg is in the folder <class>
    within = [f"LabelMe/{part}/{name.partition('_')[0]}/{name}"
              for name in text_of(names.locate()).split()]
    return [DataFile(f"labelme/{path}", ANSWERS.url, member=path)
            for path in within]


def _images(part, names):
    """All images of a part, uint8 (n, 3, PIXELS, PIXELS), in file order."""
    images = []
    for file in _photographs(part, names):
        path = file.locate()
        try:
            with Image.open(path) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise OSError(f"{image.width} x {image.height} pixels")
                image = image.convert("RGB").resize((PIXELS, PIXELS))
                images.append(np.asarray(image).transpose(2, 0, 1))
        except (OSError, Image.DecompressionBombError) as error:
            raise BadFile(f"{path} is not a photograph ({error}); delete it, "
                          "then benchopt prepare . -d "
                          "\"LabelMe[inputs=images]\" fetches it") from error
    return np.stack(images)
