"""One rule for labels and ids: the same votes in every kind of file."""
import json
import unicodedata
import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from benchmark_utils.own_votes import aggregate
from benchmark_utils.reading.columns import column_of
from benchmark_utils.reading.crowd import (
    ONCE,
    Options,
    crowd_of,
    match_truths,
)
from benchmark_utils.reading.files import BadFile
from benchmark_utils.reading.formats import (
    frame_of,
    read_crowd,
    read_truths,
    table_of_frame,
)
from benchmark_utils.reading.values import (
    NO_LABEL,
    NO_NUMBER,
    as_text,
    clean,
    is_nested,
    rule_of,
)

NAMES = ("task", "worker", "label")
INVISIBLE = ["", " ", "\u200b", "\ufeff", "\u00a0", "\u2060", "\t"]


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def crowd(labels, options=ONCE):
    """The crowd of labels by one worker per task, given as a frame."""
    rows = [(f"t{i}", "w", label) for i, label in enumerate(labels)]
    table = table_of_frame(frame_of(rows, NAMES), NAMES, filled=NAMES[:2])
    return crowd_of(table, NAMES, options)


def classes(labels, **options):
    return crowd(labels, Options(**options)).class_names


# --- numbers --------------------------------------------------------------
numbers = st.integers(-10 ** 20, 10 ** 20)


@given(numbers, st.integers(0, 3))
def test_every_spelling_of_a_number_is_one_class(value, zeros):
    spellings = [str(value), f"{value}." + "0" * zeros, value]
    if abs(value) < 2 ** 53:
        spellings.append(float(value))
    assert classes(spellings) == [str(value)]


@given(st.decimals(-1000, 1000, places=3))
def test_decimal_numbers_are_equal_by_value(value):
    name, = classes([f"{value:.3f}", f"{value:.5f}", f"{value:.4f}"])
    assert float(name) == float(value) and not name.endswith(("0", "."))\
        or float(value).is_integer()


@pytest.mark.parametrize("labels, expected", [
    (["1", "1.0", 1, 1.0], ["1"]),
    (["1", "1.0", "007"], ["007", "1", "1.0"]),  # sorted by spelling
    (["1", "1.0", "a"], ["1", "1.0", "a"]),
    (["-0", "0", "0.00"], ["0"]),
    (["1e3", "1000"], ["1000", "1e3"]),  # may be an id
    (["2.50", "2.5", "2"], ["2", "2.5"]),
    (["1012658482844795233", "1012658482844795232.0"],
     ["1012658482844795232", "1012658482844795233"]),
    ([True, False], ["False", "True"]),
    (["07", "7"], ["07", "7"])])
def test_what_counts_as_a_number(labels, expected):
    assert sorted(classes(labels)) == sorted(expected)


# --- text -----------------------------------------------------------------
words = st.text(st.characters(categories=["L", "M", "N", "P", "S"]),
                min_size=1, max_size=6).map(clean).filter(
                    lambda text: text and not is_nested(text)
                    and text.casefold() not in NO_LABEL | NO_NUMBER)


@given(words, st.sampled_from(["NFC", "NFD"]), st.sampled_from(INVISIBLE),
       st.sampled_from(INVISIBLE))
def test_forms_and_invisible_characters_are_one_class(word, form, before,
                                                      after):
    other = before + unicodedata.normalize(form, word) + after
    assert len(classes([word, other, other.encode()])) == 1
    half = len(word) // 2
    joined = word[:half] + "\u200b" + word[half:]
    assert as_text(joined) == clean(joined)
    assert "\u200b" not in clean(joined)


@given(words)
def test_case_is_folded_on_request_only(word):
    spellings = {word, word.upper(), word.lower(), word.swapcase()}
    spellings = {clean(text) for text in spellings}
    folded = {text.casefold() for text in spellings}
    assert len(classes([*spellings])) == len(spellings)
    assert len(classes([*spellings], fold_case=True)) == len(folded)


def test_the_most_frequent_spelling_stands_for_the_others():
    assert classes(["Cat", "cat", "cat", "DOG"], fold_case=True) == [
        "DOG", "cat"]
    with pytest.warns(UserWarning, match="'Cat', 'cat' differ by case"):
        crowd(["Cat", "cat"])


# --- missing --------------------------------------------------------------
@pytest.mark.parametrize("missing", [
    None, np.nan, float("nan"), pd.NA, pd.NaT, "", " ", "\u200b", "NaN",
    "nan", b""])
@pytest.mark.parametrize("others", [["x", "y"], [1, 2], ["1", "2.0"]])
def test_what_is_missing_is_named_or_left_out(missing, others):
    if not isinstance(missing, str):
        assert as_text(missing) == ""
    labels = [others[0], missing, others[1]]
    with pytest.raises(BadFile, match="row 2: the label is empty"):
        crowd(labels)
    found = crowd(labels, Options(drop_empty=True))
    assert found.class_names == classes(others)
    assert found.task_ids == ["t0", "t2"]


def test_none_is_a_class_among_words_and_missing_among_numbers():
    assert classes(["None", "NA", "x"]) == ["NA", "None", "x"]
    assert classes(["1", "None", "NA", "2"], drop_empty=True) == ["1", "2"]
    with pytest.raises(BadFile, match="has no vote: all labels"):
        crowd([None, ""], Options(drop_empty=True))


# --- not a single value ---------------------------------------------------
@given(st.one_of(
    st.lists(st.integers(), max_size=3), st.lists(st.text(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.just(("a", "b")), st.just(b"\xff\xfe")))
def test_lists_structs_and_bytes_are_refused_by_row(value):
    with pytest.raises(BadFile, match="row 2: the label is"):
        crowd(["x", value, "y"])
    with pytest.raises(BadFile, match="row 1: the task is"):
        table_of_frame(frame_of([(value, "w", "x")], NAMES), NAMES)


@given(st.one_of(
    st.lists(st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)))
def test_a_json_list_or_object_in_text_is_refused(value):
    with pytest.raises(BadFile, match="row 2: the label is .*single class"):
        crowd(["x", json.dumps(value)])


@pytest.mark.parametrize("text", ["[sic]", "{", "[1", "{x}"])
def test_other_brackets_are_text(text):
    assert classes([text, "x"]) == sorted([text, "x"])


# --- the same in every file -----------------------------------------------
def same_everywhere(folder, labels):
    """The votes for each label from every kind of file and object."""
    rows = [(f"t{i}", f"w{i % 2}", label) for i, label in enumerate(labels)]
    frame = pd.DataFrame(rows, columns=NAMES, dtype=object)
    found = {}

    def add(name, crowd):
        votes = crowd.votes
        found[name] = [(crowd.task_ids[i], crowd.class_names[k])
                       for i, k in zip(votes.task, votes.label)]

    def write(name, text):
        (folder / name).write_text(text, encoding="utf-8")
        return folder / name

    texts = frame.astype(str)
    add("csv", read_crowd(write("v.csv", texts.to_csv(index=False))))
    add("tsv", read_crowd(write("v.tsv", texts.to_csv(index=False, sep="\t"))))
    add("semicolons", read_crowd(write("s.csv", texts.to_csv(
        index=False, sep=";"))))
    add("wide", read_crowd(write("w.csv", texts.pivot(
        index="task", columns="worker", values="label").loc[
            texts["task"]].reset_index().to_csv(index=False)), wide=True))
    add("json", read_crowd(write("v.json", json.dumps(
        frame.to_dict("records")))))
    add("jsonl", read_crowd(write("v.jsonl", "\n".join(
        map(json.dumps, frame.to_dict("records"))))))
    parquet.write_table(pa.table(dict(texts)), folder / "v.parquet")
    add("parquet", read_crowd(folder / "v.parquet"))
    for name, data in dict(frame=frame, rows=rows, columns=frame.to_dict(
            "list"), arrow=pa.table(dict(texts))).items():
        add(name, aggregate(data).crowd)
    return found


LABELS = st.one_of(
    st.lists(words, min_size=1, max_size=6),
    st.lists(st.sampled_from(["1", "1.0", "2", "007", "-3", "2.50"]),
             min_size=1, max_size=6),
    st.lists(st.sampled_from(["a ", "a", "é", "e\u0301", "\ufeffa"]),
             min_size=1, max_size=6))


@settings(max_examples=25)
@given(LABELS)
def test_every_kind_of_file_gives_the_same_votes(tmp_path_factory, labels):
    found = same_everywhere(tmp_path_factory.mktemp("same"), labels)
    expected = found.pop("rows")
    for name, votes in found.items():
        assert votes == expected, name


@settings(max_examples=25)
@given(st.lists(st.sampled_from(["1", "1.0", "2", "2.00"]), min_size=2,
                max_size=6), st.sampled_from(["csv", "parquet", "dict",
                                              "series", "frame"]))
def test_truths_meet_the_votes_in_every_spelling(tmp_path_factory, labels,
                                                 kind):
    """Tasks are numbers too, and a truth has another spelling than a vote."""
    folder = tmp_path_factory.mktemp("truth")
    frame = pd.DataFrame(dict(task=[f"{i}.0" for i in range(len(labels))],
                              worker="w", label=labels))
    truth = pd.DataFrame(dict(task=range(len(labels)),
                              label=[float(label) for label in labels]))
    if kind in ("csv", "parquet"):
        path = folder / f"t.{kind}"
        (truth.to_csv if kind == "csv" else truth.to_parquet)(
            path, index=False)
        votes = folder / "v.csv"
        frame.to_csv(votes, index=False)
        crowd = read_crowd(votes)
        known = match_truths(read_truths(path), crowd)
    else:
        gold = {"frame": truth, "dict": dict(zip(truth.task, truth.label)),
                "series": truth.set_index("task")["label"]}[kind]
        found = aggregate(frame, gold=gold)
        crowd, known = found.crowd, found.known_truth
    assert (known == crowd.votes.label[np.argsort(crowd.votes.task)]).all()


def test_gold_that_meets_no_task_is_an_error():
    frame = pd.DataFrame(dict(task=["a", "b"], worker="w", label=["x", "y"]))
    for gold in ({"c": "x"}, pd.Series({"c": "x"}),
                 pd.DataFrame(dict(task=["c"], label=["x"]))):
        with pytest.raises(BadFile, match="none of its 1 tasks has a vote; "
                           "one is 'c', a task with votes is 'a'"):
            aggregate(frame, gold=gold)
    assert aggregate(frame, gold={}).known_truth is None
    with pytest.warns(UserWarning, match="gold: 1 of 2 tasks have votes"):
        aggregate(frame, gold={"a": "x", "c": "y"})


@pytest.mark.parametrize("data, message", [
    (3, "frame: expected a data frame, a dict of columns or a list"),
    ([("a", "b")], "frame: expected"), ({"task": [1], "worker": [2, 3]},
                                        "frame: expected"),
    ([], "has no rows"), ({"task": [1], "worker": [2]}, "named 'label'")])
def test_other_objects_are_refused(data, message):
    with pytest.raises(BadFile, match=message):
        aggregate(data)


def test_decimal_commas_need_another_separator(tmp_path):
    path = tmp_path / "v.csv"
    path.write_text("task;worker;label\na;w;1,0\nb;w;1\nc;w;2,50\n")
    with pytest.warns(UserWarning, match="decimal commas were read"):
        assert read_crowd(path).class_names == ["1", "2.5"]
    path.write_text("task;worker;label\na;w;1,0\nb;w;x\n")
    assert read_crowd(path).class_names == ["1,0", "x"]
    path.write_text('task,worker,label\na,w,"1,0"\nb,w,1\n')
    assert read_crowd(path).class_names == ["1", "1,0"]


def test_workers_that_differ_by_case_give_a_note():
    with pytest.warns(UserWarning, match="the workers 'Ann', 'ann' differ"):
        aggregate([("a", "ann", "x"), ("a", "Ann", "x")])


# --- repeats --------------------------------------------------------------
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2),
                          st.integers(0, 1)), min_size=1, max_size=20))
def test_a_repeated_row_counts_once_unless_asked(rows):
    def votes(rows, repeats):
        found = crowd_of(table_of_frame(frame_of(rows, NAMES)), NAMES,
                         Options(repeats=repeats))
        v = found.votes
        assert found.n_repeats == len(rows) - len(v)
        return [(int(found.task_ids[i]), int(found.worker_ids[j]),
                 int(found.class_names[k]))
                for i, j, k in zip(v.task, v.worker, v.label)]

    assert votes(rows, "once") == [*dict.fromkeys(rows)]
    assert votes(rows, "count") == rows


def test_the_rule_of_a_column_of_numbers_only():
    column = column_of(np.arange(3), ["1", "2.0", ""])
    assert rule_of(column).numeric
    assert not rule_of(column_of(np.arange(2), ["1", "nan"])).numeric
    assert rule_of(column_of(np.arange(2), ["1", "nan"]), True).numeric


class Interchange:
    """A frame that other libraries can only read column by column."""
    def __init__(self, frame):
        self.frame = frame

    def __dataframe__(self, *arguments, **options):
        return self.frame.__dataframe__(*arguments, **options)


def test_a_column_that_is_not_interchanged_is_refused():
    with pytest.raises(BadFile, match="frame: expected"):
        aggregate(Interchange(pd.DataFrame(
            dict(task=["a"], worker="w", label=[["x"]]))))


def test_frames_of_other_libraries_are_read():
    frame = pd.DataFrame(dict(task=["a", "a"], worker=["v", "w"],
                              label=["x", "y"]))
    for data in (Interchange(frame), pa.table(frame)):
        assert aggregate(data).crowd.class_names == ["x", "y"]
    with pytest.raises(BadFile, match="row 2: the label is empty"):
        aggregate(pa.table(dict(frame.to_dict("list"), label=["x", None])))
