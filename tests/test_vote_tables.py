"""Votes from tables: any ids, errors by line, quoted or not."""
import os
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.contract.answer import Answer
from benchmark_utils.contract.problem import Problem
from benchmark_utils.reading import csv_columns, vote_tables
from benchmark_utils.reading.columns import sort_ids
from benchmark_utils.reading.csv_columns import read_columns, read_table
from benchmark_utils.reading.files import BadFile
from benchmark_utils.reading.vote_tables import (
    read_integers,
    read_parts,
    read_votes,
)
from benchmark_utils.scoring.export import write_csv
from benchmark_utils.scoring.labels import label_recovery, macro_f1


def write(path, text, **options):
    path.write_text(text, **options)
    return path


@pytest.mark.parametrize("text, message", [
    ("", "line 1: expected the names of the columns"),
    ("task,worker\n1,2\n", "line 1: exactly one column named 'label'"),
    ("task,task,worker,label\n", "line 1: exactly one column named 'task'"),
    ("task,worker,label\n", "a header, but no rows"),
    ("task,worker,label\na,b,c\n\na,b\n",
     "line 4: 3 values are expected, .* 2:"),
    ("task,worker,label\na,b,c,d\n", "line 2: 3 values are expected, .* 4:"),
    ("task,worker,label\na,b,c\na, ,c\n", "line 3: the worker is empty"),
    ('task,worker,label\na,"b\n', "line 2"),
    ('task,worker,label\na,"b"c,d\n', "line 2"),
    ("task,worker,label\na,b,c\n,,\n,b,c\n", "line 4: the task is empty"),
])
def test_errors_name_file_line_and_value(tmp_path, text, message):
    path = write(tmp_path / "votes.csv", text)
    with pytest.raises(BadFile, match=message) as error:
        read_votes(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_latin_1_is_named_by_line(tmp_path, end):
    rows = [b"task,worker,label", b"1,2,x", "1,2,\xe9".encode("latin-1")]
    (tmp_path / "votes.csv").write_bytes(end.join([*rows, b"1,2,x"]))
    with pytest.raises(BadFile, match=r"votes.csv, line 3: not UTF-8 text "
                       r".*byte 0xe9"):
        read_votes(tmp_path / "votes.csv")


def test_no_file_a_folder_and_a_pipe(tmp_path):
    with pytest.raises(BadFile, match="none.csv is missing"):
        read_votes(tmp_path / "none.csv")
    with pytest.raises(BadFile, match="is a directory, not a file"):
        read_votes(tmp_path)
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(BadFile, match="a pipe or a device"):
        read_votes(tmp_path / "pipe.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    with pytest.raises(BadFile, match="cannot be read"):
        read_votes(tmp_path / "loop.csv")


def test_one_column_cannot_have_two_roles(tmp_path):
    path = write(tmp_path / "votes.csv", "task,worker,label\na,b,c\n")
    with pytest.raises(BadFile, match="3 different columns, found 'worker'"):
        read_votes(path, task="worker")


def test_any_strings_any_order(tmp_path):
    """NA and None are labels, 10 comes after 9, other columns do not count,
    nor do a byte order mark, blanks and Windows line ends."""
    path = write(
        tmp_path / "votes.csv",
        "\ufefftime,label,worker , task\r\n"
        "1,NA,zoë,10\r\n2, None ,bob,9\r\n3,NA,bob,10\r\n",
        encoding="utf-8", newline="")
    votes, truth, ids, _ = read_votes(path)
    assert ids == dict(task_ids=["9", "10"], worker_ids=["bob", "zoë"],
                       class_names=["NA", "None"])
    np.testing.assert_array_equal(votes.task, [1, 0, 1])
    np.testing.assert_array_equal(votes.worker, [1, 0, 0])
    np.testing.assert_array_equal(votes.label, [0, 1, 0])
    np.testing.assert_array_equal(truth, [-1, -1])


@pytest.mark.parametrize("name, mark", [
    ("v.tsv", "\t"), ("v.csv", ","), ("v.csv", ";"), ("v.csv", "\t"),
    ("v.tsv", ","), ("v.csv", "|")])
@pytest.mark.parametrize("quote", ["", '"'])
def test_the_separator_is_recognised_and_said(tmp_path, recwarn, name, mark,
                                              quote):
    other = {",": ";"}.get(mark, ",")  # stands inside a value
    rows = [["task", "worker", "label"], [f"a{other}b", "w", "x"]]
    path = write(tmp_path / name, "".join(mark.join(
        f"{quote}{value}{quote}" for value in row) + "\n" for row in rows))
    assert read_votes(path)[2]["task_ids"] == [f"a{other}b"]
    said = [str(warning.message) for warning in recwarn]
    expected = mark != ("\t" if name == "v.tsv" else ",")
    assert said == [f"{path}: the columns are separated by {mark!r}"
                    ] * expected


def test_truth_partial_and_surplus(tmp_path):
    votes = write(tmp_path / "votes.csv",
                  "task,worker,label\na,w,x\nb,w,y\nc,w,x\n")
    truth = write(tmp_path / "truth.csv", "task,label\nb,y\nq,x\na,x\n")
    votes, truth, ids, unused = read_votes(votes, truth)
    assert ids["class_names"] == ["x", "y"] and unused == ["q"]
    np.testing.assert_array_equal(truth, [0, 1, -1])


def test_truth_only_scores(tmp_path):
    """A truth without votes is not a class: methods see the same votes with
    and without it; the task is scored, and no answer to it is right."""
    path = write(tmp_path / "votes.csv", "task,worker,label\n" + "".join(
        f"{task},{worker},{'xy'[(task * worker) % 3 == 0]}\n"
        for task in range(6) for worker in range(5)))
    truth = write(tmp_path / "truth.csv", "task,label\n0,z\n1,y\n2,x\n")
    votes, ground_truth, ids, _ = read_votes(path, truth)
    without, unknown, other_ids, _ = read_votes(path)
    assert ids == other_ids and votes.n_classes == without.n_classes == 2
    np.testing.assert_array_equal(dawid_skene(votes).T, dawid_skene(without).T)
    np.testing.assert_array_equal(ground_truth, [-2, 1, 0, -1, -1, -1])
    np.testing.assert_array_equal(unknown, -1)
    Problem(votes=votes, ground_truth=ground_truth)  # accepted
    right = np.eye(2)[[0, 1, 0, 0, 0, 0]]
    assert label_recovery(right, ground_truth) == pytest.approx(2 / 3)
    # F1 of x: one hit, one false alarm; of y: 1; of z: 0.
    assert macro_f1(right, ground_truth) == pytest.approx(
        (2 / 3 + 1 + 0) / 3)
    # With three classes and more, the two best are scored too.
    three = np.column_stack([right, np.zeros(6)])
    assert label_recovery(three, ground_truth, k=2) == pytest.approx(2 / 3)


def test_labels_that_differ_by_case_or_blanks_only(tmp_path):
    votes = write(tmp_path / "votes.csv",
                  "task,worker,label\na,w,Cat\nb,w,cat\nc,w,big dog\n")
    truth = write(tmp_path / "truth.csv", "task,label\na,bigdog\nb,cow\n")
    with pytest.warns(UserWarning) as caught:
        read_votes(votes, truth)
    text = " ".join(str(warning.message) for warning in caught)
    assert "'Cat', 'cat' differ" in text and "'big dog', 'bigdog'" in text
    assert "cow" not in text


def test_too_many_classes_are_refused_before_memory_is_gone(tmp_path,
                                                            monkeypatch):
    path = write(tmp_path / "votes.csv", "task,worker,label\n" + "".join(
        f"{i},w,text {i}\n" for i in range(2000)))
    read_votes(path)  # 2,000 x 2,000 fit

    class Small:
        available = 1 << 26

    monkeypatch.setattr(vote_tables.psutil, "virtual_memory", lambda: Small)
    tracemalloc.start()
    with pytest.raises(BadFile, match="2,000 tasks x 2,000 classes need"):
        read_votes(path)
    assert tracemalloc.get_traced_memory()[1] < 1 << 23
    tracemalloc.stop()


def test_contradicting_truth(tmp_path):
    votes = write(tmp_path / "votes.csv", "task,worker,label\na,w,x\n")
    truth = write(tmp_path / "truth.csv", "task,label\na,x\na,x\na,y\n")
    with pytest.raises(BadFile, match="line 4: .*'a' is 'y', but was 'x'"):
        read_votes(votes, truth)


@pytest.mark.parametrize("ids, expected", [
    (["10", "9", "2.5"], ["2.5", "9", "10"]),
    (["b", "10", "9"], ["10", "9", "b"]),
    (["7", "07", "+7", "1"], ["1", "+7", "07", "7"]),
    # Not numbers to compare by: text, then, the same in every process.
    (["nan", "2", "1", "10"], ["1", "10", "2", "nan"]),
    (["inf", "2", "10"], ["10", "2", "inf"]),
    # Neighbours that one float would merge, and what no integer holds.
    (["1012658482844795233", "1012658482844795232", "9"],
     ["9", "1012658482844795232", "1012658482844795233"]),
    (["1" * 5000, "2"], ["1" * 5000, "2"]),
])
def test_sort_ids(ids, expected):
    for order in (ids, ids[::-1], [*ids, *ids]):
        assert sort_ids(order) == expected


values = st.sampled_from(["a", " b ", "", "é", "1", "01", "\u2028", "x\ty",
                          "u", "v", "w"])


@settings(max_examples=300)
@given(st.lists(st.lists(values, min_size=1, max_size=4), max_size=6),
       st.sampled_from(["\n", "\r", "\r\n"]), st.booleans(), st.booleans())
def test_a_quote_in_the_header_changes_nothing(tmp_path_factory, rows, end,
                                               last_end, wide):
    """Files with a quote character have another reader. On every text, right
    or wrong, both give the same columns and lines, or the same error."""
    path = tmp_path_factory.mktemp("agree") / "votes.csv"

    def outcome(header):
        text = end.join([header, *map(",".join, rows)]) + end * last_end
        path.write_bytes(text.encode())
        try:
            table = read_table(path, None if wide else ["v", "u"])
        except BadFile as error:
            return str(error)
        return list(table.place), {
            name: [table.value(name, row) for row in range(len(table.place))]
            for name in table.columns}

    assert outcome("u, v ,w") == outcome('"u", v ,w')


@pytest.mark.parametrize("mark", ["", '"'])
def test_lines_are_counted_as_an_editor_counts_them(tmp_path, mark):
    """Blank lines and lines of blank cells are no rows, but they count."""
    path = write(tmp_path / "v.csv",
                 f"{mark}u{mark},v\n1,2\n\n , \n\n3,4\n   \n5,6\n\n")
    table = read_table(path, ["u"])
    assert list(table.place) == [2, 6, 8]
    assert table.columns["u"].ids == ["1", "3", "5"]
    write(path, f"{mark}u{mark},v\n1,2\n,3\n")
    with pytest.raises(BadFile, match="line 3: the u is empty"):
        read_table(path, ["u"])


def test_an_unclosed_quote_does_not_swallow_rows(tmp_path):
    path = write(tmp_path / "v.csv", 'task,worker,label\na,b,"x\na,c,y\n')
    with pytest.raises(BadFile, match="line 3: unexpected end of data"):
        read_votes(path)


def test_a_file_without_quotes_is_read_without_threads(tmp_path, monkeypatch):
    """Threads that Arrow leaves behind abort the process when it ends."""
    asked = []

    def options(**given):
        asked.append(given["use_threads"])
        return right(**given)

    right = csv_columns.arrow_csv.ReadOptions
    monkeypatch.setattr(csv_columns.arrow_csv, "ReadOptions", options)
    monkeypatch.setattr(csv_columns, "_read_quoted", None)
    path = write(tmp_path / "v.csv", "task,worker,label\n" + "".join(
        f"{10**18 + i % 999},{i % 7},{i % 3}\n" for i in range(5000)))
    columns = read_columns(path, ["task", "label"])
    assert columns["task"].ids[:2] == [str(10**18), str(10**18 + 1)]
    np.testing.assert_array_equal(columns["label"].codes,
                                  np.arange(5000) % 3)
    assert asked == [False]


def test_parts_are_one_table_and_a_contradiction_has_its_line(tmp_path):
    first = write(tmp_path / "1.csv", "task,w,answer,truth\n"
                  "10,a,0,1\n10,b,1,1\n9,a,2,2\n")
    second = write(tmp_path / "2.csv", "w,task,truth,answer\n"
                   "c,10,1,1\nc,8,5,0\na,8,5,1\n")
    votes, truth, ids = read_parts([first, second], "task", "w", "answer",
                                   "truth")
    assert ids == dict(task_ids=["8", "9", "10"], worker_ids=["a", "b", "c"],
                       class_names=["0", "1", "2"])
    np.testing.assert_array_equal(votes.task, [2, 2, 1, 2, 0, 0])
    np.testing.assert_array_equal(votes.worker, [0, 1, 0, 2, 2, 0])
    np.testing.assert_array_equal(votes.label, [0, 1, 2, 1, 0, 1])
    np.testing.assert_array_equal(truth, [-2, 2, 1])  # nobody voted 5
    write(second, "w,task,truth,answer\nc,8,1,1\nc,10,0,0\n")
    with pytest.raises(BadFile, match=r"2.csv, line 3: .* '10' is '0', but "
                       "was '1' before"):
        read_parts([first, second], "task", "w", "answer", "truth")


@pytest.mark.parametrize("text, message", [
    ("1 2\n3 x\n", "line 2: .*found 'x'"),
    ("1 2\n\n3\n", "line 3: .*found 1 values"),
    ("1 2\n3 9\n", "line 2: expected 2 integers in \\[-1, 8\\], found '9'"),
    ("1 2\n1.5 2\n", "line 2: .*found '1.5'"), ("", "has no rows"),
    ("1 2\n# 2\n", "line 2: .*found '#'"),
])
def test_integers_are_named_by_line(tmp_path, text, message):
    path = write(tmp_path / "a.txt", text)
    with pytest.raises(BadFile, match=message):
        read_integers(path, 2, -1, 8)


names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zs",
                                                  "Zl", "Zp"]),
                min_size=1).map("x{}".format)  # numbers have a rule of theirs


@pytest.mark.filterwarnings("ignore:.*differ by case or blanks only")
@settings(max_examples=60)
@given(st.lists(st.tuples(names, names, names), min_size=1, max_size=20))
def test_round_trip_of_any_ids(tmp_path_factory, rows):
    """What is read back names exactly the votes that were written, in their
    composed form (NFC), see `reading.values`."""
    import csv
    import unicodedata
    folder = tmp_path_factory.mktemp("round")
    with open(folder / "votes.csv", "w", newline="") as stream:
        csv.writer(stream).writerows([("task", "worker", "label"), *rows])
    votes, _, ids, _ = read_votes(folder / "votes.csv")
    assert [(ids["task_ids"][t], ids["worker_ids"][w], ids["class_names"][c])
            for t, w, c in zip(votes.task, votes.worker, votes.label)] == [
        tuple(unicodedata.normalize("NFC", value).strip() for value in row)
        for row in rows]


def test_export_with_original_ids(tmp_path):
    import pandas as pd
    path = write(tmp_path / "votes.csv", "task,worker,label\n"
                 "b,ann,no\na,ann,yes\na,bob,yes\n")
    votes, _, ids, _ = read_votes(path)
    soft = np.array([[0, 1.], [np.nan, np.nan]])
    problem = Problem(votes=votes, ground_truth=np.array([-1, -1]), **ids)
    write_csv(tmp_path, problem, Answer(
        problem=problem, soft_labels=soft, task_score=np.array([0, -1.]),
        worker_score=np.array([.25, np.nan])))
    labels = pd.read_csv(tmp_path / "labels.csv", dtype={"task": str})
    assert labels["task"].tolist() == ["a", "b"]
    assert labels["label"].tolist()[0] == "yes"
    assert pd.isna(labels["label"][1]) and pd.isna(labels["probability"][1])
    posteriors = pd.read_csv(tmp_path / "posteriors.csv")
    assert posteriors.columns.tolist() == ["task", "no", "yes"]
    assert posteriors["yes"][0] == 1
    workers = pd.read_csv(tmp_path / "workers.csv")
    assert workers["worker"].tolist() == ["ann", "bob"]
    assert workers["n_votes"].tolist() == [2, 1]
    assert workers["score"][0] == .25 and pd.isna(workers["score"][1])
