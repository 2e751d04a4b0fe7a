import zipfile

import numpy as np

from benchmark_utils.crowds.recorded import RecordedCrowd
from benchmark_utils.crowds.sources import source_files
from benchmark_utils.papers import papers
from benchmark_utils.reading.files import BadFile
from benchmark_utils.reading.vote_tables import dense_votes

FILES = source_files("real")
RATERS, EXPERTS = FILES["raters_golden.npz"], FILES["golden.npz"]
CLASSES = ["no", "maybe", "yes"]
N_RATERS, N_EXPERTS = 78, 5


class Dataset(RecordedCrowd):
    """Is this label right for this ImageNet image? 78 raters rated all 1,135
    pairs of image and label; the majority of five experts is the truth.
    """
    name = "ReaLRaters"
    facts = {
        "id": "real-raters",
        "title": "ReaL raters",
        "kind": "human",
        "year": 2020,
        "licence": "Apache-2.0",
        "source": "https://github.com/google-research/reassessed-imagenet",
        "question": "Is the label right for the image: no, maybe, yes?",
        "truth": "the majority of five experts",
        "inputs": "none",
    }
    references = papers("beyer2020")
    parameters = {"votes_per_task": ["every"], "mode": ["offline"]}

    def files(self):
        return [RATERS, EXPERTS]

    def load(self):
        ratings, pairs, raters = _ratings(RATERS, N_RATERS)
        experts, same_pairs, _ = _ratings(EXPERTS, N_EXPERTS)
        if pairs != same_pairs:
            raise BadFile(f"{EXPERTS.locate()} and {RATERS.locate()} do not "
                          "have the same pairs of image and label")
        number = experts.sum(axis=0)  # (n_pairs, 3)
        best = number == number.max(axis=1, keepdims=True)
        truth = np.where(best.sum(axis=1) == 1, best.argmax(axis=1), -1)
        return dict(votes=dense_votes(ratings.argmax(axis=2).T, len(CLASSES)),
                    ground_truth=truth, task_ids=pairs, worker_ids=raters,
                    class_names=CLASSES)


def _ratings(file, n_raters):
    """One-hot ratings (raters, pairs, 3), the pairs, and the raters' ids."""
    path = file.locate()
    if not zipfile.is_zipfile(path):
        raise BadFile(f"{path} is not a complete .npz file")
    try:
        with np.load(path, allow_pickle=False) as content:
            ratings, info, ids = (
                content[name] for name in ("tensor", "info", "ids"))
    except (KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise BadFile(f"{path} is not a file of ratings: {error}") from error
    shape = n_raters, len(info), len(CLASSES)
    if ratings.shape != shape or len(ids) != n_raters or not (
            (ratings.sum(axis=2) == 1) & (ratings.max(axis=2) == 1)).all():
        raise BadFile(f"{path}: expected one of {', '.join(CLASSES)} from "
                      f"{shape[0]} raters on each of {shape[1]} pairs")
    return ratings, [" ".join(pair) for pair in info], ids.tolist()
