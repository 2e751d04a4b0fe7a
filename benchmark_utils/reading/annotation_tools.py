"""Votes from the JSON exports of annotation tools.

- Label Studio: tasks with ``annotations``, each with ``completed_by`` and a
  ``result`` of regions.
- Argilla 2: records with ``responses`` {question: [{value, user_id}]};
  version 1: ``responses`` [{user_id, values: {question: {value}}, status}].
- doccano: texts with ``annotations`` [{label, user}].
- Prodigy: an object per answer, with ``answer`` accept, reject or ignore.
- Otherwise: flat objects, such as Label Studio's JSON_MIN.
"""
import warnings

from benchmark_utils.reading.columns import count
from benchmark_utils.reading.files import BadFile
from benchmark_utils.reading.values import as_text

# The key of a region's answer in Label Studio, by its type.
ANSWERS = {"choices": "choices", "rating": "rating", "pairwise": "selected"}
PRODIGY = ("accept", "reject", "ignore")
# The first of these keys that an item has identifies its task or worker.
TASKS = ("id", "external_id", "task", "_input_hash", "_task_hash")
WORKERS = ("annotator", "worker", "user", "_annotator_id", "_session_id")


class Export:
    """Rows (task, worker, label, question) of the items of a file."""
    inside = None  # the key of an object that may hold the task's name

    def __init__(self, path, task, worker, label):
        self.path, self.task, self.worker = path, task, worker
        self.question = label

    def finish(self, rows):
        """The rows of one question."""
        if not rows:
            raise BadFile(f"{self.path} has no submitted answer")
        questions = sorted({str(row[4]) for row in rows})
        if self.question is None and len(questions) > 1:
            raise BadFile(f"{self.path} has several questions; choose one "
                          f"with --label: {', '.join(questions)}")
        wanted = questions[0] if self.question is None else self.question
        if wanted not in questions:
            raise BadFile(f"{self.path} has no question {wanted!r}; it has "
                          + ", ".join(questions))
        return [row for row in rows if str(row[4]) == wanted]

    def id_of(self, where, item):
        """The id of an item, or the field that the user named, which may be
        inside its object ``inside``."""
        name, fields = self.task, item
        if name is None:
            name = next((key for key in TASKS if item.get(key) is not None),
                        TASKS[0])
        elif name not in item and isinstance(item.get(self.inside), dict):
            fields = item[self.inside]
        return _filled(where, fields.get(name),
                       f"the task is not identified by {name}")

    def vote(self, where, task, who, answer, question):
        """A row; without a worker and a label if it only counts as another
        question than the one asked for."""
        if self.question not in (None, question):
            return task, "", "", question
        worker = _worker(where, who)
        return task, worker, self.single(
            where, answer, task, worker, question), question

    def single(self, where, answer, task, worker, question):
        """The class of an answer that may be a list of one."""
        if isinstance(answer, list) and len(answer) == 1:
            answer = answer[0]
        if isinstance(answer, (list, dict)):
            what = (f"{len(answer)} classes" if isinstance(answer, list)
                    else "an object")
            raise BadFile(f"{where}: {question} of task {task!r} by "
                          f"{worker!r} is {what}, {answer!r:.80}; a vote must "
                          "be a single class")
        return answer


def _worker(where, worker):
    """Label Studio writes a number, or an object with an email or an id."""
    if isinstance(worker, dict):
        worker = worker.get("email") or worker.get("id")
    return _filled(where, worker, "an answer has no worker")


def _filled(where, value, problem):
    """A value that is a number or a text with content."""
    if isinstance(value, (dict, list)) or not as_text(value):
        raise BadFile(f"{where}: {problem}: {value!r:.80}")
    return value


class LabelStudio(Export):
    inside = "data"

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.seen, self.n_again = set(), 0
        self.others = {}  # the type of each question that is not read

    def votes(self, where, item):
        task = self.id_of(where, item)
        for annotation in item.get("annotations") or ():
            number = annotation.get("id")
            key = str(task), str(number), str(annotation.get("completed_by"))
            if number is not None and key in self.seen:
                self.n_again += 1  # the same annotation, exported again
                continue
            self.seen.add(key)
            if annotation.get("was_cancelled"):
                continue  # skipped by the annotator
            yield from self.answers(where, task, annotation)

    def answers(self, where, task, annotation):
        done = set()
        for region in annotation.get("result") or ():
            kind, question = region.get("type"), region.get("from_name")
            value = region.get("value") or {}
            key = ANSWERS.get(kind)
            if key is None:
                self.others[question] = kind
                continue
            answer = value.get(key)
            if answer is None or answer == []:
                continue
            asked = self.question in (None, question)
            if asked and (len(value) > 1 or question in done):
                raise BadFile(
                    f"{where}: {question} has an answer for each region (a "
                    "box or a span); only one answer per task is read")
            done.add(question)
            yield self.vote(where, task, annotation.get("completed_by"),
                            answer, question)

    def finish(self, rows):
        kinds = {str(name): kind for name, kind in self.others.items()}
        asked = self.question
        if not rows and kinds or asked in kinds and asked not in {
                str(row[4]) for row in rows}:
            name = asked if asked in kinds else min(kinds)
            raise BadFile(
                f"{self.path}: the answers to {name} are of type "
                f"{kinds[name]}, which is not read; a vote is a choice, a "
                "rating or a pairwise comparison")
        if self.n_again:
            warnings.warn(
                f"{self.path}: left out {count(self.n_again, 'annotation')} "
                "with the id of another one")
        return super().finish(rows)


class Argilla(Export):
    inside = "fields"
    unknown = False  # whether a response was submitted

    def votes(self, where, item):
        task = self.id_of(where, item)
        responses = item.get("responses") or ()
        if isinstance(responses, dict):  # version 2: by question
            answers = [(question, answer.get("user_id"), answer)
                       for question, given in responses.items()
                       for answer in given]
        else:  # version 1: by user
            answers = [(question, response.get("user_id"),
                        dict(answer, status=response.get("status")))
                       for response in responses
                       for question, answer in (
                           response.get("values") or {}).items()]
        for question, who, answer in answers:
            value, status = answer.get("value"), answer.get("status")
            if value in (None, []) or status not in (None, "submitted"):
                continue
            self.unknown |= status is None
            yield self.vote(where, task, who, value, question)

    def finish(self, rows):
        if self.unknown:
            warnings.warn(
                f"{self.path}: the export does not say which responses are "
                "drafts or were discarded; all were counted")
        return super().finish(rows)


class Doccano(Export):
    def votes(self, where, item):
        task = self.id_of(where, item)
        given = {}  # the labels of each user
        for annotation in item.get("annotations") or ():
            if {"start_offset", "text"} & set(annotation):
                raise BadFile(f"{where}: doccano's spans and texts are not "
                              "read; a vote is a class of the whole text")
            if "label" not in annotation:
                raise BadFile(f"{where}: an annotation has no label and no "
                              f"result; it has {', '.join(annotation)}")
            label = annotation["label"]
            labels = given.setdefault(
                _worker(where, annotation.get("user")), [])
            if label not in labels:
                labels.append(label)
        for worker, labels in given.items():
            yield (task, worker, self.single(
                where, labels, task, worker, "the label"), "label")


class Prodigy(Export):
    """A single ``label``: the votes are accept and reject. Options: the vote
    is the one accepted. Ignored answers are not votes."""
    n_ignored = 0

    def votes(self, where, item):
        answer = item.get("answer")
        chosen, question = item.get("accept"), item.get("label")
        if chosen is None and question is None:
            raise BadFile(f"{where}: Prodigy's spans are not read, nor are "
                          "texts; a vote is a label that is accepted or "
                          "rejected, or an option")
        if answer not in PRODIGY[:2] or chosen is not None and (
                answer == "reject" or chosen == []):
            self.n_ignored += 1
            return
        key = self.worker or next(
            (key for key in WORKERS[::-1] if item.get(key) is not None),
            "_annotator_id")
        task, worker = self.id_of(where, item), _worker(where, item.get(key))
        if chosen is None:
            yield task, worker, answer, question
        else:
            yield task, worker, self.single(
                where, chosen, task, worker, "the choice"), "accept"

    def finish(self, rows):
        if self.n_ignored:
            warnings.warn(f"{self.path}: left out {self.n_ignored:,} ignored "
                          "or rejected answers, which are not votes")
        if self.question == "label":
            self.question = None
        return super().finish(rows)


class Flat(Export):
    def votes(self, where, item):
        label = self.question or "label"
        if label not in item and self.question is None:
            raise BadFile(f"{where}: the key of the label is unknown; pass "
                          f"--label KEY; the item has {', '.join(item)}")
        worker = self.worker or next(
            (key for key in WORKERS if item.get(key) is not None), WORKERS[0])
        task = self.id_of(where, item)
        who = _worker(where, item.get(worker))
        yield task, who, self.single(
            where, item.get(label), task, who, label), label
