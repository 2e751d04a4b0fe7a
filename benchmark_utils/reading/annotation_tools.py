"""Votes from the JSON exports of annotation tools.

Label Studio (JSON): a list of tasks, each with ``annotations``, each with
``completed_by`` and a ``result`` of regions. Argilla, version 2: a list of
records with ``responses`` {question: [{value, user_id}]}; version 1: with
``responses`` [{user_id, values: {question: {value}}, status}]. Otherwise: a
list of flat objects, such as Label Studio's JSON_MIN.
"""
import json

from benchmark_utils.reading.csv_columns import text_of
from benchmark_utils.reading.files import BadFile

# The key of a region's answer in Label Studio, by its type.
ANSWERS = {"choices": "choices", "rating": "rating", "pairwise": "selected"}


def read_export(path, task=None, worker=None, label=None):
    """Three lists of str: the task, the worker and the label of each vote.

    Parameters
    ----------
    path : Path
        ``.json``: a list; ``.jsonl``: an object per line. ``.gz`` may follow.
    task : str
        The field that identifies an item, such as ``image``; default its id.
    worker : str
        In flat objects the key of the worker, default ``annotator``.
    label : str
        The question, if the export has several; in flat objects the key of
        the class, default ``label``.

    Raises
    ------
    BadFile
        Naming the item (from 1) and its fault.
    """
    items = _items(path)
    read = (_label_studio if _any_has(items, "annotations") else
            _argilla if _any_has(items, "responses") else _flat)
    if read is _flat and label is None and "label" in items[0]:
        label = "label"
    if read is _flat and label is None:
        raise BadFile(f"{path}: the key of the label is unknown; pass --label "
                      f"KEY; the first item has {', '.join(items[0])}")
    found = []
    for number, item in enumerate(items, 1):
        where = f"{path}, item {number}"
        try:
            found.extend(read(where, item, task, worker, label))
        except (AttributeError, TypeError) as error:  # another shape inside
            raise BadFile(f"{where}: not in the form of an export ({error}): "
                          f"{item!r:.80}") from error
    if not found:
        raise BadFile(f"{path} has no submitted answer")
    if read is not _flat:
        found = _one_question(path, found, label)
    return [[str(row[place]) for row in found] for place in range(3)]


def _items(path):
    text = text_of(path)
    if ".jsonl" in path.name.lower():
        items = [_parse(path, line, number) for number, line
                 in enumerate(text.split("\n"), 1) if line.strip()]
    else:
        items = _parse(path, text)
    if not isinstance(items, list) or not items:
        raise BadFile(f"{path}: expected a list of tasks or records, found "
                      f"{'an empty list' if items == [] else 'a single one'}")
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise BadFile(f"{path}, item {number}: expected an object, found "
                          f"{item!r:.80}")
    return items


def _parse(path, text, line=1):
    """JSON that begins on this line of the file."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BadFile(f"{path}, line {line + error.lineno - 1}: not valid "
                      f"JSON ({error.msg})") from error
    except RecursionError:
        raise BadFile(f"{path}, line {line}: nested too deeply") from None


def _any_has(items, key):
    return any(isinstance(item.get(key), (list, dict)) for item in items)


def _one_question(path, found, label):
    """The rows (task, worker, answer, question) of one question."""
    questions = sorted({str(row[3]) for row in found})
    if label is None and len(questions) > 1:
        raise BadFile(f"{path} has several questions; choose one with "
                      f"--label: {', '.join(questions)}")
    wanted = questions[0] if label is None else label
    if wanted not in questions:
        raise BadFile(f"{path} has no question {wanted!r}; it has "
                      + ", ".join(questions))
    found = [row for row in found if str(row[3]) == wanted]
    for name, who, answer, _ in found:
        if isinstance(answer, (list, dict)):
            raise BadFile(f"{path}: {wanted} of task {name!r} by {who!r} is "
                          f"{answer!r:.80}; a vote must be a single class")
    return found


def _task(where, item, name, inside):
    """The id of an item, or its field ``name``, which may lie inside its
    object ``inside``."""
    fields = item if name is None or name in item else item.get(inside)
    name = name or ("id" if item.get("id") is not None else "external_id")
    value = fields.get(name) if isinstance(fields, dict) else None
    return _some(where, value, f"the task is not identified by {name}")


def _who(where, worker):
    """Label Studio writes a number, or an object with an email or an id."""
    if isinstance(worker, dict):
        worker = worker.get("email") or worker.get("id")
    return _some(where, worker, "an answer has no worker")


def _some(where, value, problem):
    """The text of a value that is a number or a text with content."""
    if value is None or isinstance(value, (dict, list)) or not str(
            value).strip():
        raise BadFile(f"{where}: {problem}: {value!r:.80}")
    return str(value).strip()


def _alone(answers):
    """The single answer of a list; any other list unchanged."""
    if isinstance(answers, list) and len(answers) == 1:
        return answers[0]
    return answers


def _label_studio(where, item, task, worker, label):
    name = _task(where, item, task, "data")
    for annotation in item.get("annotations") or ():
        if annotation.get("was_cancelled"):
            continue  # skipped by the annotator
        for region in annotation.get("result") or ():
            answer = (region.get("value") or {}).get(
                ANSWERS.get(region.get("type")))
            if answer is None or answer == []:
                continue  # a box or a text
            yield (name, _who(where, annotation.get("completed_by")),
                   _alone(answer), region.get("from_name"))


def _argilla(where, item, task, worker, label):
    name = _task(where, item, task, "fields")
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
        value = _alone(answer.get("value"))
        if (value is not None and value != []
                and answer.get("status") in (None, "submitted")):
            yield name, _who(where, who), value, question


def _flat(where, item, task, worker, label):
    yield (_task(where, item, task, "data"),
           _who(where, item.get(worker or "annotator")),
           _some(where, item.get(label), f"the key {label!r} has no label"))
