import numpy as np
import pandas as pd

from benchmark_utils.checks import one_of
from benchmark_utils.crowds.recorded import RecordedCrowd
from benchmark_utils.crowds.simulation import perfect_worker
from benchmark_utils.crowds.sources import source_files
from benchmark_utils.papers import papers
from benchmark_utils.reading.csv_columns import read_columns, read_table
from benchmark_utils.reading.files import BadFile
from benchmark_utils.reading.vote_tables import votes_of

FILES = source_files("music")
VOTES, TRAIN, TEST = (FILES[name] for name in (
    "mturk_answers.csv", "music_genre_gold.csv", "music_genre_test.csv"))
FEATURES = [f"feature{i}" for i in range(124)]


class Dataset(RecordedCrowd):
    """Ten genres of music: 700 songs labelled by 44 workers, 124 features.

    The features describe the sound. They are standardised by the mean and
    standard deviation of the 700 songs. The test set is 300 other songs.
    ``workers``: ``recorded``, or ``truth`` for one perfect worker, the upper
    bound.
    """
    name = "Music"
    facts = {
        "id": "music",
        "title": "Music",
        "kind": "human",
        "year": 2014,
        "licence": "none stated",
        "source":
            "https://github.com/shahanaibrahimosu/end-to-end-crowdsourcing",
        "question": "Which of ten genres is the 30-second clip?",
        "truth": "the genre of the song in the GTZAN collection",
        "inputs": "features",
    }
    references = papers("rodrigues2014")
    parameters = {"workers": ["recorded"], "votes_per_task": ["every"],
                  "mode": ["offline"]}
    accepts = {"workers": one_of("recorded", "truth")}

    def files(self):
        return [VOTES, TRAIN, TEST]

    def load(self):
        columns = read_columns(VOTES.locate(), [
            "WorkerID", "Input.song", "Answer.pred_label"])
        workers, songs, labels = columns.values()
        votes, ids = votes_of(songs, workers, labels, VOTES.locate())
        classes = ids["class_names"]
        X, truth, names = _songs(TRAIN, classes)
        place = {name: i for i, name in enumerate(names)}
        strange = set(place).symmetric_difference(ids["task_ids"])
        if strange:
            raise BadFile(f"{TRAIN.locate()} and {VOTES.locate()} do not have "
                          f"the same songs: {min(strange)!r} is in one of "
                          "them only")
        if len(set(truth)) < len(classes):
            raise BadFile(_no_genre(classes, set(truth)))
        order = [place[name] for name in ids["task_ids"]]
        if self.workers == "truth":
            votes, ids["worker_ids"] = perfect_worker(
                truth[order], len(classes)), None
        X_test, y_test, _ = _songs(TEST, classes)
        mean, scale = X.mean(axis=0), X.std(axis=0)
        return dict(
            votes=votes, ground_truth=truth[order], **ids,
            X=((X - mean) / scale)[order].astype(np.float32),
            X_test=((X_test - mean) / scale).astype(np.float32),
            y_test=y_test, classifier="music")


def _songs(file, classes):
    """Features (n, 124), classes (n,) and names of the songs."""
    path = file.locate()
    number = {name: k for k, name in enumerate(classes)}
    try:
        table = pd.read_csv(path)
        X = table[FEATURES].to_numpy(float)
        y = np.array([number[name] for name in table["class"]])
        if not np.isfinite(X).all() or not len(y):
            raise ValueError("features must be finite numbers")
    except (ValueError, KeyError) as error:
        raise BadFile(_wrong_song(path, number, error)) from error
    return X, y, table["id"].astype(str).tolist()


def _wrong_song(path, classes, error):
    """The first line that is none of a song."""
    table = read_table(path, ["id", *FEATURES, "class"])
    for row in range(len(table.place)):
        for name in FEATURES:
            value = table.value(name, row)
            try:
                right = np.isfinite(float(value))
            except ValueError:
                right = False
            if not right:
                return (f"{table.where(row)}: {name} is {value!r}, which is "
                        "not a finite number")
        if table.value("class", row) not in classes:
            return (f"{table.where(row)}: class {table.value('class', row)!r} "
                    "is not a class of the votes")
    return f"{path} is not a table of songs: {error}"


def _no_genre(labels, genres):
    """The first vote for what no song is."""
    table = read_table(VOTES.locate(), ["Answer.pred_label"])
    for row in range(len(table.place)):
        label = table.value("Answer.pred_label", row)
        if labels.index(label) not in genres:
            return (f"{table.where(row)}: {label!r} is not the class of any "
                    f"song in {TRAIN.locate()}")
