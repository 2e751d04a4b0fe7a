"""Values as people's programs write them: one class, or refused by row."""
import enum
import json
import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from benchmark_utils.own_votes import aggregate
from benchmark_utils.own_votes.__main__ import main
from benchmark_utils.reading.crowd import (
    match_gold,
    match_predictions,
    match_truths,
)
from benchmark_utils.reading.files import BadFile
from benchmark_utils.reading.formats import read_crowd, read_truths

NAMES = ("task", "worker", "label")


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def classes(labels, **options):
    return aggregate([(f"t{i}", "w", label) for i, label in enumerate(labels)],
                     **options).crowd.class_names


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def votes(folder, text, **options):
    return read_crowd(write(folder / "v.csv", text), **options)


Animal = enum.Enum("Animal", dict(CAT="cat"), type=str)


# --- what a label is ------------------------------------------------------
@pytest.mark.parametrize("labels, expected", [
    ([1, True, "1.0", False, 0], ["0", "1", "1.0", "False", "True"]),
    ([True, 1, "1.0", 0, False], ["0", "1", "1.0", "False", "True"]),
    ([Animal.CAT, "cat"], ["cat"]), (["cat", Animal.CAT], ["cat"]),
    ([bytearray(b"cat"), memoryview(b"cat"), b"cat", "cat"], ["cat"]),
    ([Decimal("1.0"), 1, Decimal("2.50")], ["1", "2.5"]),
    (["co\u00adop", "coop"], ["coop"]), (["\u202bx\u202c", "x"], ["x"]),
    (["\u2066x\u2069", "x\u061c"], ["x"]), (["\u2764\ufe0f", "\u2764"],
                                            ["\u2764"]),
    (["e\u200d\u0301", "\u00e9"], ["\u00e9"])])
def test_equal_values_are_one_class_in_any_order(labels, expected):
    assert classes(labels) == expected
    assert classes(labels[::-1]) == expected


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_short_floats_are_the_numbers_that_were_written(kind):
    frame = pd.DataFrame(dict(task=[1, 2], worker=1,
                              label=np.array([.1, .2], kind)))
    for gold in ({1: .1}, pd.Series(np.array([.1], kind), [1])):
        found = aggregate(frame, gold=gold)
        assert found.crowd.class_names == ["0.1", "0.2"]
        assert list(found.known_truth) == [0, -1]


@pytest.mark.parametrize("value, message", [
    (frozenset("a"), "a list"), (pd.Series(["x"]), "a list"),
    ({"a": 1}.keys(), "a list"), (pd.Index([1]), "a list"),
    ("\ud83d", "text that is not Unicode")])
def test_what_is_no_single_value_is_named_by_row(value, message):
    with pytest.raises(BadFile, match=f"row 2: the label is {message}"):
        classes(["x", value])


@pytest.mark.parametrize("value", [Decimal("NaN"), np.datetime64("NaT"),
                                   "<NA>"])
def test_other_missing_values(value):
    with pytest.raises(BadFile, match="row 2: the label is empty"):
        classes(["x", value])


@pytest.mark.parametrize("text", [
    "['cat']", "['cat', 'dog']", "['cat' 'dog']", "{'a': 1}", "{'a'}", "[]"])
def test_a_list_as_python_prints_it_is_refused(tmp_path, text):
    with pytest.raises(BadFile, match=r"line 3: the label is .*single class"):
        votes(tmp_path, f'task,worker,label\na,w,x\na,v,"{text}"\n'
              'b,v,"[1]"\n')


@pytest.mark.parametrize("names, what", [
    (["１", "1"], "labels"), (["1", "1.0", "x"], "labels"),
    (["007", "7"], "labels"), (["01", "1.0"], "workers"),
    (["٣", "3"], "labels")])
def test_names_of_another_form_give_a_note(names, what):
    rows = [(f"t{i}", name if what == "workers" else "w",
             "x" if what == "workers" else name)
            for i, name in enumerate(names)]
    with pytest.warns(UserWarning, match=f"the {what} .* differ by form"):
        aggregate(rows)


@pytest.mark.parametrize("row, what", [("nan,w,x", "task"),
                                       ("t,None,x", "worker")])
def test_ids_that_may_be_missing_give_a_note(tmp_path, row, what):
    with pytest.warns(UserWarning, match=f"counts as a {what}; remove"):
        votes(tmp_path, f"task,worker,label\na,b,c\n{row}\n")


# --- tables ---------------------------------------------------------------
@pytest.mark.parametrize("index", ["task", ["task", "worker"]])
def test_the_index_of_a_parquet_file_is_a_column(tmp_path, index):
    frame = pd.DataFrame([("a", "v", "x"), ("a", "w", "y")], columns=NAMES)
    path = tmp_path / "v.parquet"
    frame.set_index(index).to_parquet(path)
    assert len(read_crowd(path).votes) == 2
    frame.pivot(index="task", columns="worker", values="label").to_parquet(
        path)
    assert read_crowd(path, wide=True).worker_ids == ["v", "w"]
    frame.rename(columns={"worker": "ann"})[:0:-1].to_parquet(path)
    assert read_crowd(path, wide=True).worker_ids == ["ann", "label"]


def test_large_integers_beside_a_missing_one(tmp_path):
    table = pa.table(dict(task=["a", "b", "c"], worker=["v", "w", "v"],
                          label=[2 ** 53 + 1, None, 2 ** 53]))
    parquet.write_table(table, tmp_path / "v.parquet")
    assert main([str(tmp_path / "v.parquet"), "--drop-empty", "--output",
                 str(tmp_path / "out")]) == 0
    assert aggregate(table, drop_empty=True).crowd.class_names == [
        str(2 ** 53), str(2 ** 53 + 1)]


@pytest.mark.parametrize("text, options, message", [
    ("Unnamed: 0,task,ann\n0,a,x\n", dict(wide=True),
     "column 'Unnamed: 0' is no worker's"),
    (",task,ann\n0,a,x\n", dict(wide=True), "line 1: column 1 has no name"),
    ("task,ann,\na,x,\n", dict(wide=True), "line 1: column 3 has no name"),
    ("sep=;\ntask;worker;label\na;b;c\n", {}, "line 1: 'sep=' is for Excel"),
    ('"sep=,"\ntask,worker,label\na,b,c\n', {}, "is for Excel"),
    ('task,worker,label\na,b,c\na,d,"e\nb,b,c\n', {},
     "line 4: unexpected end of data; a quote of line 3 is not closed"),
    ("task,ann\n1,x\n1.0,y\n", dict(wide=True),
     "line 3: task '1' has a row already, line 2")])
def test_columns_that_are_no_workers_and_lines_for_excel(tmp_path, text,
                                                         options, message):
    with pytest.raises(BadFile, match=message):
        votes(tmp_path, text, **options)


def test_a_column_of_texts_beside_workers_gives_a_note(tmp_path):
    text = "task,text,ann,bob\n1,so,x,y\n2,many,x,x\n"
    with pytest.warns(UserWarning, match="column 'text' has no label in com"):
        votes(tmp_path, text, wide=True)


def test_names_of_columns_follow_the_rule_of_texts(tmp_path):
    name = " e\u0301 "
    text = f"task,worker,{name}\na,v,x\n"
    assert votes(tmp_path, text, label=name).class_names == ["x"]
    frame = pd.read_csv(tmp_path / "v.csv")
    frame.to_parquet(tmp_path / "v.parquet")
    assert read_crowd(tmp_path / "v.parquet", label=name).class_names == ["x"]
    assert aggregate(frame, label=name).crowd.class_names == ["x"]
    assert main([str(tmp_path / "v.csv"), "--label", name, "--output",
                 str(tmp_path / "out"), "--truth", str(tmp_path / "v.csv"),
                 "--truth-label", name]) == 0


def test_decimal_commas_in_ids_and_in_either_file(tmp_path):
    german = "task;worker;label\n1,0;2;1,5\n1;2,0;1,5\n2,5;2;3\n"
    found = votes(tmp_path, german)
    assert (found.task_ids, found.worker_ids) == (["1", "2.5"], ["2"])
    found = votes(tmp_path, german.replace(",", ".").replace(";", ","))
    truth = write(tmp_path / "t.csv", "task;label\n1,0;1,5\n2,5;3,0\n")
    assert list(match_gold(read_truths(truth), found)) == [0, 1]


# --- objects --------------------------------------------------------------
@pytest.mark.parametrize("data", [
    pd.Series({("a", "w"): "x"}), True,
    pd.DataFrame(dict(task=["a"], worker="w", label="x")).set_index("task")])
def test_other_objects_are_refused_in_words(data):
    with pytest.raises(BadFile, match="expected"):
        aggregate(data)


def test_columns_with_numbers_as_names_and_gold_as_an_iterator():
    frame = pd.DataFrame([("a", "v", "x"), ("b", "w", "y")])
    found = aggregate(frame, task=0, worker=1, label=2,
                      gold=zip(["a"], ["x"]))
    assert list(found.known_truth) == [0, -1]
    with pytest.raises(BadFile, match="gold: expected"):
        aggregate(frame, task=0, worker=1, label=2, gold=True)


# --- truths, predictions and kinds ----------------------------------------
def test_a_missing_truth_is_named_or_left_out(tmp_path):
    found = votes(tmp_path, "task,worker,label\na,v,x\nb,v,y\n")
    table = read_truths(write(tmp_path / "t.csv", "task,label\na,x\nb,NaN\n"))
    for match in (match_truths, match_gold):
        with pytest.raises(BadFile, match="line 3: the label is empty"):
            match(table, found)
        assert list(match(table, found, drop_empty=True)) == [0, -1]
    gold = pd.Series({"a": "x", "b": np.nan})
    rows = [("a", "v", "x"), ("b", "v", "y")]
    with pytest.raises(BadFile, match="gold, row 2: the label is empty"):
        aggregate(rows, gold=gold)
    assert list(aggregate(rows, gold=gold, drop_empty=True).known_truth) == [
        0, -1]


def test_a_sample_that_is_partly_filled_in(tmp_path):
    path = write(tmp_path / "v.csv", "task,worker,label\n" + "".join(
        f"{i},{j},{'xy'[i % 2]}\n" for i in range(12) for j in range(3)))
    gold = write(tmp_path / "g.csv", "task,label\n1,y\n2,x\n3,\n")
    arguments = [str(path), "--gold", str(gold), "--estimate", "--output",
                 str(tmp_path / "out")]
    assert main(arguments) == 2
    assert main([*arguments, "--drop-empty"]) == 0


def test_truths_that_nobody_voted_for_are_said(tmp_path):
    found = votes(tmp_path, "task,worker,label\na,v,x\nb,v,y\n")
    with pytest.warns(UserWarning, match="1 label without a vote: 'X'"):
        table = read_truths(write(tmp_path / "t.csv",
                                  "task,label\na,X\nb,y\n"))
        match_truths(table, found)
    with pytest.raises(BadFile, match="task 'a' is .* has no vote, 'X'"):
        match_gold(table, found)


def test_a_classifier_that_votes_under_another_spelling(tmp_path):
    found = votes(tmp_path, "task,worker,label\na,1,x\nb,2,y\n")
    path = write(tmp_path / "p.csv", "task,label,name\na,x,1.0\n")
    assert list(match_predictions(read_truths(path, more=["name"]),
                                  found)) == ["1"]
    write(path, "task,label,name\na,x,\n")
    with pytest.raises(BadFile, match="line 2: the name is empty"):
        match_predictions(read_truths(path, more=["name"]), found)


def test_kinds_of_others_are_said_and_json_has_kinds(tmp_path):
    items = [dict(task=1, worker="v", label="x", kind="person"),
             dict(task=1, worker="w", label="y", kind="model")]
    path = write(tmp_path / "v.json", json.dumps(items))
    assert list(read_crowd(path).kind) == [0, 1]
    assert read_crowd(path, label="kind").kind is None
    frame = pd.DataFrame(items)
    frame.loc[2] = [2, "z", None, "model"]
    with pytest.warns(UserWarning, match="1 worker with a kind, .*: 'z'"):
        aggregate(frame, drop_empty=True)
