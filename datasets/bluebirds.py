import numpy as np
import yaml

from benchmark_utils.crowds.recorded import RecordedCrowd
from benchmark_utils.crowds.sources import source_files
from benchmark_utils.papers import papers
from benchmark_utils.reading.csv_columns import text_of
from benchmark_utils.reading.files import BadFile
from benchmark_utils.votes import Votes

FILES = source_files("bluebirds")
LABELS, TRUTH = FILES["labels.yaml"], FILES["gt.yaml"]


class Dataset(RecordedCrowd):
    """Indigo bunting or blue grosbeak? 39 workers on each of 108 photos."""
    name = "Bluebirds"
    facts = {
        "id": "bluebirds",
        "title": "Bluebirds",
        "kind": "human",
        "year": 2010,
        "licence": "none stated",
        "source": "https://github.com/welinder/cubam",
        "question": "Indigo bunting, or blue grosbeak?",
        "truth": "the species of the photographs",
        "inputs": "none",
    }
    references = papers("welinder2010")
    parameters = {"votes_per_task": ["every"], "mode": ["offline"]}

    def files(self):
        return [LABELS, TRUTH]

    def load(self):
        by_worker, truth = _read(LABELS), _answers(_read(TRUTH), TRUTH)
        for name, answers in by_worker.items():
            strange = set(_answers(answers, LABELS)) - set(truth)
            if strange:
                raise BadFile(f"{LABELS.locate()}: worker {name!r} voted on "
                              f"image {min(strange)}, which is not in "
                              f"{TRUTH.locate()}")
        image_ids, worker_ids = sorted(truth), sorted(by_worker)
        number = {image: i for i, image in enumerate(image_ids)}
        task, worker, label = np.array([
            (number[image], j, answer)
            for j, name in enumerate(worker_ids)
            for image, answer in sorted(by_worker[name].items())]).T
        votes = Votes(task, worker, label, len(image_ids), len(worker_ids), 2)
        return dict(
            votes=votes, ground_truth=np.array(
                [int(truth[image]) for image in image_ids]),
            task_ids=image_ids, worker_ids=worker_ids,
            class_names=["other", "bluebird"])


def _read(file):
    try:
        content = yaml.load(text_of(file.locate()), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1
        raise BadFile(f"{file.locate()}, line {line}: {error.problem}"
                      ) from error
    except yaml.YAMLError as error:
        raise BadFile(f"{file.locate()}: {error}") from error
    if not isinstance(content, dict) or not content:
        raise BadFile(f"{file.locate()} is not a table of answers")
    return content


def _answers(answers, file):
    """The same answers, {image: bool}, after a check."""
    if not isinstance(answers, dict) or not all(
            type(image) is int and type(answer) is bool
            for image, answer in answers.items()):
        raise BadFile(f"{file.locate()}: expected {{image number: true or "
                      f"false}}, found {str(answers)[:40]!r}")
    return answers
