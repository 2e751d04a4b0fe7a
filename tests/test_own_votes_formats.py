"""Votes from every file that people have, and what is said of bad ones."""
import csv
import gzip
import json

import numpy as np
import pandas as pd
import pytest
from benchopt_internals import dataset_classes
from hypothesis import given
from hypothesis import strategies as st

from benchmark_utils.reading.crowd import COUNT, match_truths
from benchmark_utils.reading.files import BadFile
from benchmark_utils.reading.formats import read_crowd, read_truths

VOTES = [("a", "ann", "cat"), ("a", "bob", "dog"), ("b", "ann", "cat"),
         ("10", "bob", "cat"), ("9", "ann", "dog")]


def by_name(crowd):
    """The votes as a sorted list of names."""
    v = crowd.votes
    return sorted((crowd.task_ids[i], crowd.worker_ids[j],
                   crowd.class_names[k])
                  for i, j, k in zip(v.task, v.worker, v.label))


def frame(names=("task", "worker", "label")):
    return pd.DataFrame(VOTES, columns=list(names))


def wide():
    return frame().pivot(index="task", columns="worker",
                         values="label").reset_index()


def label_studio(votes=VOTES):
    """As exported: completed_by a number or an object, choices in lists."""
    tasks = {}
    for task, worker, label in votes:
        tasks.setdefault(task, []).append({
            "id": 7, "completed_by": {"id": 3, "email": worker},
            "was_cancelled": False, "ground_truth": False, "result": [
                {"id": "x", "from_name": "animal", "to_name": "image",
                 "type": "choices", "value": {"choices": [label]}}]})
    return [{"id": task, "data": {"image": f"{task}.jpg"}, "predictions": [],
             "annotations": given} for task, given in tasks.items()]


def argilla(votes=VOTES):
    """Version 2: records.to_json."""
    records = {}
    for task, worker, label in votes:
        records.setdefault(task, []).append(
            {"value": label, "user_id": worker})
    return [{"id": task, "fields": {"text": task + "!"}, "suggestions": {},
             "responses": {"animal": given}} for task, given
            in records.items()]


def argilla_1(votes=VOTES):
    """Version 1: a response per user, with a status."""
    records = {}
    for task, worker, label in votes:
        records.setdefault(task, []).append(
            {"user_id": worker, "status": "submitted",
             "values": {"animal": {"value": label}}})
    return [{"external_id": task, "fields": {}, "responses": given}
            for task, given in records.items()]


def write(path, data):
    if isinstance(data, bytes):
        path.write_bytes(data)
    elif isinstance(data, str):
        path.write_text(data, encoding="utf-8")
    else:
        path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.mark.parametrize("name, content, options", [
    ("v.csv", lambda: frame().to_csv(index=False), {}),
    ("v.tsv", lambda: frame().to_csv(index=False, sep="\t"), {}),
    ("v.TSV.gz", lambda: gzip.compress(
        frame().to_csv(index=False, sep="\t").encode()), {}),
    ("v.csv.gz", lambda: gzip.compress(
        b"\xef\xbb\xbf" + frame().to_csv(index=False).encode()), {}),
    ("v.csv", lambda: frame("item who says".split()).to_csv(index=False),
     dict(task="item", worker="who", label="says")),
    ("v.csv", lambda: wide().to_csv(index=False), dict(wide=True)),
    ("v.tsv.gz", lambda: gzip.compress(
        wide().to_csv(index=False, sep="\t").encode()), dict(wide=True)),
    ("v.json", label_studio, {}),
    ("v.json.gz", lambda: gzip.compress(
        json.dumps(label_studio()).encode()), dict(label="animal")),
    ("v.json", argilla, {}),
    ("v.json", argilla_1, {}),
    ("v.jsonl", lambda: "\n".join(map(json.dumps, argilla())) + "\n", {}),
    ("v.json", lambda: [dict(id=task, annotator=worker, animal=label)
                        for task, worker, label in VOTES],
     dict(label="animal")),
    ("v.json", lambda: [dict(id=task, annotator=worker, label=label)
                        for task, worker, label in VOTES], {}),
])
def test_every_format_gives_the_same_votes(tmp_path, name, content, options):
    crowd = read_crowd(write(tmp_path / name, content()), **options)
    assert by_name(crowd) == sorted(VOTES)
    assert crowd.task_ids == ["10", "9", "a", "b"]
    assert crowd.class_names == ["cat", "dog"]


@pytest.mark.parametrize("make, options", [
    (frame, {}), (wide, dict(wide=True))])
def test_parquet(tmp_path, make, options):
    make().to_parquet(tmp_path / "v.parquet")
    assert by_name(read_crowd(tmp_path / "v.parquet", **options)) == sorted(
        VOTES)


def test_numbers_in_parquet_are_the_ids_that_a_csv_would_have(tmp_path):
    table = pd.DataFrame({"task": [10, 9, 9], "worker": [1.0, 2.0, 1.0],
                          "label": [True, False, True]})
    table.to_parquet(tmp_path / "v.parquet")
    crowd = read_crowd(tmp_path / "v.parquet")
    assert crowd.task_ids == ["9", "10"] and crowd.worker_ids == ["1", "2"]
    assert crowd.class_names == ["False", "True"]


def test_a_json_field_may_name_the_task(tmp_path):
    crowd = read_crowd(write(tmp_path / "v.json", label_studio()),
                       task="image")
    assert crowd.task_ids == ["10.jpg", "9.jpg", "a.jpg", "b.jpg"]
    crowd = read_crowd(write(tmp_path / "a.json", argilla()), task="text")
    assert "a!" in crowd.task_ids


def test_skipped_and_draft_answers_are_not_votes(tmp_path):
    tasks = label_studio()
    extra = json.loads(json.dumps(tasks[0]["annotations"][0]))
    skipped = dict(extra, was_cancelled=True, completed_by=99)
    box = dict(extra, completed_by=98, result=[{
        "from_name": "animal", "type": "rectanglelabels",
        "value": {"rectanglelabels": ["cat"], "x": 1}}])
    tasks[0]["annotations"] += [skipped, box]
    tasks.append({"id": "none", "data": {}, "annotations": []})
    assert by_name(read_crowd(write(tmp_path / "v.json", tasks))) == sorted(
        VOTES)
    records = argilla_1()
    records[0]["responses"] += [
        {"user_id": "u", "status": "discarded",
         "values": {"animal": {"value": "cat"}}},
        {"user_id": "u", "status": "draft",
         "values": {"animal": {"value": "dog"}}}]
    assert by_name(read_crowd(write(tmp_path / "a.json", records))) == sorted(
        VOTES)


def test_several_questions_need_a_choice(tmp_path):
    tasks = label_studio()
    for annotation in tasks[0]["annotations"]:
        annotation["result"].append({
            "from_name": "sharp", "type": "rating", "value": {"rating": 4}})
    path = write(tmp_path / "v.json", tasks)
    with pytest.raises(BadFile, match="several questions.*animal, sharp"):
        read_crowd(path)
    assert by_name(read_crowd(path, label="animal")) == sorted(VOTES)
    assert read_crowd(path, label="sharp").class_names == ["4"]
    with pytest.raises(BadFile, match="no question 'size'; it has animal"):
        read_crowd(path, label="size")


CUT = gzip.compress(frame().to_csv(index=False).encode(), mtime=0)[:-9]
TWO = label_studio()
TWO[0]["annotations"][0]["result"][0]["value"]["choices"] = ["cat", "dog"]
NOBODY = argilla()
NOBODY[1]["responses"]["animal"][0]["user_id"] = None


@pytest.mark.parametrize("name, content, options, message", [
    ("v.xlsx", "x", {}, "must end in .csv"),
    ("v.parquet.gz", "x", {}, "must end in .csv"),
    ("v.csv", "task,worker\n1,2\n", {}, "line 1: .*'label'.*--wide"),
    ("v.csv", "task,worker,label\na,b,c\na,,c\n", {},
     "line 3: the worker is empty"),
    ("v.csv", "", {}, "line 1: .*the line is empty"),
    ("v.csv", "\n", dict(wide=True), "line 1: .*the line is empty"),
    ("v.csv.gz", CUT, {}, "not a complete gzip file"),
    ("v.csv.gz", b"task,worker,label", {}, "not a complete gzip file"),
    ("v.csv", b"task,worker,label\na,\xff,c\n", {}, "line 2: not UTF-8"),
    ("v.csv", "a,b,c\n1,2,3\n", dict(task="a", worker="a", label="c"),
     "3 different columns"),
    ("v.csv", "task,ann,ann\n", dict(wide=True), "one column named 'ann'"),
    ("v.csv", "id,ann,bob\n1,x,y\n", dict(wide=True), "named 'task'"),
    ("v.csv", "task,ann\na,x\n,y\n", dict(wide=True),
     "line 3: the task is empty"),
    ("v.csv", "task,ann\na,x\n\na,y\n", dict(wide=True),
     "line 4: task 'a' has a row already, line 2"),
    ("v.csv", "task,ann\na,x,y\n", dict(wide=True),
     "line 2: 2 values are expected, .*3:"),
    ("v.csv", "task,ann\na,\n", dict(wide=True), "has no vote"),
    ("v.parquet", b"PAR1 no", {}, "cannot be read as Parquet"),
    ("v.json", '[{"id": 1,\n "x": }]', {}, "line 2: not valid JSON"),
    ("v.jsonl", '{"id": 1}\n{"id":\n', {}, "line 2: not valid JSON"),
    ("v.json", "[" * 100_000, {}, "nested too deeply|not valid JSON"),
    ("v.json", "{}", {}, "expected a list of tasks"),
    ("v.json", "[]", {}, "found an empty list"),
    ("v.json", "3", {}, "expected a list of tasks or records"),
    ("v.json", "[3]", {}, "item 1: expected an object, found 3"),
    ("v.json", [dict(id=1, annotator="a", x="y")], {}, "item 1: .* --label"),
    ("v.json", [dict(id=1, annotator="a", x=None)], dict(label="x"),
     "item 1: the label is empty .1 item.. Remove"),
    ("v.json", [dict(annotator="a", x="y")], dict(label="x"),
     "item 1: .* identified by id"),
    ("v.json", TWO, {}, "item 1: animal of task .a. by .ann. is 2 class"),
    ("v.json", NOBODY, {}, "item 2: an answer has no worker"),
    ("v.json", [dict(id=1, annotations=[3])], {},
     "item 1: not in the form of an export"),
    ("v.json", [dict(id=1, annotations=[])], {}, "no submitted answer"),
])
def test_bad_input_is_named(tmp_path, name, content, options, message):
    path = write(tmp_path / name, content)
    with pytest.raises(BadFile, match=message) as error:
        read_crowd(path, **options)
    assert str(path) in str(error.value)


def test_missing_values_in_parquet_are_named_by_row(tmp_path):
    table = frame()
    table.loc[[2, 4], "worker"] = None
    table.to_parquet(tmp_path / "v.parquet")
    with pytest.raises(BadFile, match=r"row 3: the worker is empty \(2 rows"):
        read_crowd(tmp_path / "v.parquet")
    table.loc[[2, 4], "worker"] = " "
    table.to_parquet(tmp_path / "v.parquet")
    with pytest.raises(BadFile, match=r"row 3: the worker is empty \(2 rows"):
        read_crowd(tmp_path / "v.parquet")


def test_a_missing_file_and_a_directory_are_refused(tmp_path):
    with pytest.raises(BadFile, match="is missing"):
        read_crowd(tmp_path / "none.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(BadFile, match="is a directory"):
        read_crowd(tmp_path / "folder.csv")


def test_labels_that_differ_by_case_only_give_a_note(tmp_path):
    path = write(tmp_path / "v.csv", "task,worker,label\na,b,Cat\na,c,cat\n")
    with pytest.warns(UserWarning, match="'Cat', 'cat' differ by case"):
        assert read_crowd(path).class_names == ["Cat", "cat"]


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "parquet"])
def test_truths(tmp_path, kind):
    crowd = read_crowd(write(tmp_path / "v.csv", frame().to_csv(index=False)))
    table = pd.DataFrame({"task": ["a", "9", "zzz"],
                          "truth": ["dog", "fox", "cat"]})
    path = tmp_path / f"t.{kind}"
    if kind == "parquet":
        table.to_parquet(path)
    else:
        table.to_csv(path, index=False)
    with pytest.warns(UserWarning, match="2 of 3 tasks have votes; .*'zzz'"):
        truth = match_truths(read_truths(path, label="truth"), crowd)
    np.testing.assert_array_equal(truth, [-1, -2, 1, -1])


def test_contradicting_truths_are_refused(tmp_path):
    crowd = read_crowd(write(tmp_path / "v.csv", frame().to_csv(index=False)))
    table = pd.DataFrame({"task": ["a", "b", "a"],
                          "label": ["dog", "dog", "cat"]})
    table.to_parquet(tmp_path / "t.parquet")
    table.to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(BadFile, match="row 3: .*'a' is 'cat', but was"):
        match_truths(read_truths(tmp_path / "t.parquet"), crowd)
    with pytest.raises(BadFile, match="line 4: .*'a' is 'cat', but was"):
        match_truths(read_truths(tmp_path / "t.csv"), crowd)
    with pytest.raises(BadFile, match="kinds are read from a table"):
        read_truths(write(tmp_path / "t.json", "[]"))


@pytest.mark.parametrize("name, content", [
    ("my votes.csv", "task,worker,label\na,b,c\na,c,\n"),
    ("v.csv", "task,worker,label\na,b,[1]\n"),
    ("v.csv", "task;worker;label\na;b;1,0\na;c;1\n"),
    ("v.csv", "task,worker,label\na,b,1.0\na,b,1\nb,b,2\n"),
    ("v.json", [dict(task=1, worker="a", label="x")]),
])
def test_the_benchmark_reads_by_the_same_rule(benchmark, tmp_path, name,
                                              content):
    """The same votes or the same message, but repeated votes all count."""
    path = write(tmp_path / name, content)
    data = dataset_classes(benchmark)["CSV"].get_instance(
        path=str(path)).get_data()
    try:
        crowd = read_crowd(path, options=COUNT)
    except BadFile as error:
        assert data == {"missing": str(error)}
    else:
        assert data["class_names"] == crowd.class_names
        np.testing.assert_array_equal(data["votes"].label, crowd.votes.label)


def test_the_benchmark_says_that_no_truth_matches(benchmark, tmp_path):
    votes = write(tmp_path / "v.csv", "task,worker,label\na,b,c\n")
    truth = write(tmp_path / "t.csv", "task,label\nb,c\n")
    data = dataset_classes(benchmark)["CSV"].get_instance(
        path=str(votes), truth=str(truth)).get_data()
    assert "none of its 1 tasks has a vote" in data["missing"]


@given(st.integers(1, 5), st.integers(1, 5), st.booleans(), st.booleans())
def test_a_header_between_two_joined_tables_is_named(tmp_path_factory, before,
                                                     after, wide, quoted):
    rows = [["task", "ann", "bob"] if wide else ["task", "worker", "label"],
            *([f"t{i}", "x", "y"] for i in range(before + after))]
    rows.insert(1 + before, [f" {name}" for name in rows[0]])
    quote = '"' if quoted else ""
    path = write(tmp_path_factory.mktemp("joined") / "v.csv", "".join(
        ",".join(f"{quote}{value}{quote}" for value in row) + "\n"
        for row in rows))
    with pytest.raises(BadFile, match=f"line {before + 2}: the header again"):
        read_crowd(path, wide=wide)


@pytest.mark.parametrize("n", [10, 131_072, 131_073, 2_000_000])
@pytest.mark.parametrize("quoted", [False, True])
def test_other_columns_may_be_long(tmp_path, n, quoted):
    """Longer than the limit of Python's reader, which is as it was after."""
    limit = csv.field_size_limit()
    text = "x," * (n // 2) if quoted else "x" * n
    quote = '"' if quoted else ""
    path = write(tmp_path / "v.csv", "task,worker,label,text\n" + "".join(
        f"{i},w,c,{quote}{text}{quote}\n" for i in range(2)))
    assert len(read_crowd(path).votes) == 2
    assert csv.field_size_limit() == limit
