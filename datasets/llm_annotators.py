import numpy as np

from benchmark_utils.checks import one_of
from benchmark_utils.crowds.recorded import RecordedCrowd
from benchmark_utils.crowds.sources import source_files, sources
from benchmark_utils.papers import papers
from benchmark_utils.reading.columns import sort_ids
from benchmark_utils.reading.csv_columns import lines_of
from benchmark_utils.reading.files import BadFile
from benchmark_utils.votes import Votes

CROWDS = sources()["llm_annotators"]["crowds"]


class Dataset(RecordedCrowd):
    """Sixteen tasks of social science, each answered by 11 to 13 language
    models without examples.

    ``task``: its name in the collection. An answer that is not one of the
    classes does not count as a vote. Of several answers of a model to an item
    the first counts.
    """
    name = "LLMAnnotators"
    facts = {
        "id": "llm",
        "title": "Language models",
        "kind": "llm",
        "year": 2024,
        "licence": "none stated",
        "source": "https://github.com/SALT-NLP/LLMs_for_CSS",
        "truth": "the human labels of the dataset that the task is from",
        "inputs": "none",
        "contamination":
            "texts and labels were public before the models were trained, so "
            "models may have memorised the answers",
    }
    facts_of = {"task": "llm_annotators"}  # in crowds/facts.json
    references = papers("ziems2024")
    parameters = {"task": ["emotion"], "votes_per_task": ["every"],
                  "mode": ["offline"]}
    accepts = {"task": one_of(*CROWDS)}

    def setting(self):
        return self.task

    def files(self):
        return [*source_files("llm_annotators", self.task).values()]

    def load(self):
        truths, answers = {}, []
        for file in self.files():
            model = file.path.rpartition("/answer-")[2]
            first = {}
            for task, truth, answer in _records(file.locate()):
                truths.setdefault(task, set()).add(self._class(truth))
                first.setdefault(task, self._class(answer))
            answers += [(task, model.removeprefix("classification-"), answer)
                        for task, answer in first.items()]
        class_names = sort_ids(set().union(*truths.values()))
        number = {name: k for k, name in enumerate(class_names)}
        given = [row for row in answers if row[2] in number]
        if not given:
            raise BadFile(f"{self.files()[0].locate().parent}: no answer is "
                          f"one of the classes {class_names}")
        task_ids = sort_ids(truths)
        worker_ids = sort_ids({model for _, model, _ in given})
        task, worker, label = zip(*given)
        votes = Votes(_places(task, task_ids), _places(worker, worker_ids),
                      _places(label, class_names), len(task_ids),
                      len(worker_ids), len(class_names))
        # If the models' files disagree on a truth, it is unknown.
        truth = np.array([number[min(truths[name])] if len(
            truths[name]) == 1 else -1 for name in task_ids])
        return dict(votes=votes, ground_truth=truth, task_ids=task_ids,
                    worker_ids=worker_ids, class_names=class_names)

    def _class(self, text):
        text = text.strip().lower().replace("&", "")
        return CROWDS[self.task].get("spellings", {}).get(text, text)


def _records(path):
    """(task, truth, answer) of each line, separated by tabs. A line without a
    tab continues the previous answer, except for the first and last line."""
    lines = lines_of(path)
    while lines and not lines[-1].strip():
        lines.pop()
    for number, line in enumerate(lines, start=1):
        fields = line.split("\t", 2)
        if len(fields) == 3:
            yield fields
        elif len(fields) == 2 or number in (1, len(lines)):
            raise BadFile(f"{path}, line {number}: expected task, truth and "
                          f"answer, separated by tabs; found {line!r}")


def _places(values, ids):
    place = {name: i for i, name in enumerate(ids)}
    return np.array([place[value] for value in values], dtype=np.intp)
