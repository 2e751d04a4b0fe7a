import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark_utils.crowds.csv_columns import sort_ids
from benchmark_utils.crowds.files import BadFile
from benchmark_utils.crowds.vote_tables import read_votes
from benchmark_utils.scoring.export import write_csv


def write(path, text, **options):
    path.write_text(text, **options)
    return path


@pytest.mark.parametrize("text, message", [
    ("", "line 1: exactly one column named 'task'"),
    ("task,worker\n1,2\n", "line 1: exactly one column named 'label'"),
    ("task,task,worker,label\n", "line 1: exactly one column named 'task'"),
    ("task,worker,label\n", "a header and no rows"),
    ("task,worker,label\na,b,c\n\na,b\n", r"line 4: 2 values for 3 columns"),
    ("task,worker,label\na,b,c,d\n", "line 2: 4 values for 3 columns"),
    ("task,worker,label\na,b,c\na, ,c\n", "line 3: empty worker"),
    ('task,worker,label\na,"b\n', "line 2"),
])
def test_errors_name_file_line_and_value(tmp_path, text, message):
    path = write(tmp_path / "votes.csv", text)
    with pytest.raises(BadFile, match=message) as error:
        read_votes(path)
    assert str(path) in str(error.value)


def test_not_text_and_not_there(tmp_path):
    (tmp_path / "votes.csv").write_bytes(b"task,worker,label\n\xff\xfe,1,2\n")
    with pytest.raises(BadFile, match="not UTF-8"):
        read_votes(tmp_path / "votes.csv")
    with pytest.raises(BadFile, match="none.csv is missing"):
        read_votes(tmp_path / "none.csv")


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


def test_tabs_in_tsv(tmp_path):
    path = write(tmp_path / "v.tsv", "task\tworker\tlabel\na,b\tw\tx\n")
    assert read_votes(path)[2]["task_ids"] == ["a,b"]


def test_truth_partial_surplus_and_with_a_class_of_its_own(tmp_path):
    votes = write(tmp_path / "votes.csv",
                  "task,worker,label\na,w,x\nb,w,y\nc,w,x\n")
    truth = write(tmp_path / "truth.csv", "task,label\nb,z\nq,x\na,x\n")
    votes, truth, ids, unused = read_votes(votes, truth)
    assert ids["class_names"] == ["x", "y", "z"] and unused == ["q"]
    np.testing.assert_array_equal(truth, [0, 2, -1])


def test_contradicting_truth(tmp_path):
    votes = write(tmp_path / "votes.csv", "task,worker,label\na,w,x\n")
    truth = write(tmp_path / "truth.csv", "task,label\na,x\na,x\na,y\n")
    with pytest.raises(BadFile, match="line 4: task 'a' is 'y', but was 'x'"):
        read_votes(votes, truth)


def test_sort_ids():
    assert sort_ids(["10", "9", "2.5"]) == ["2.5", "9", "10"]
    assert sort_ids(["b", "10", "9"]) == ["10", "9", "b"]


names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl",
                                                  "Zp"]), min_size=1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(names, names, names), min_size=1, max_size=20))
def test_round_trip_of_any_ids(tmp_path_factory, rows):
    """What is read back names exactly the votes that were written."""
    import csv
    folder = tmp_path_factory.mktemp("round")
    with open(folder / "votes.csv", "w", newline="") as stream:
        csv.writer(stream).writerows([("task", "worker", "label"), *rows])
    votes, _, ids, _ = read_votes(folder / "votes.csv")
    assert [(ids["task_ids"][t], ids["worker_ids"][w], ids["class_names"][c])
            for t, w, c in zip(votes.task, votes.worker, votes.label)] == [
        tuple(value.strip() for value in row) for row in rows]


def test_export_with_original_ids(tmp_path):
    import pandas as pd
    path = write(tmp_path / "votes.csv", "task,worker,label\n"
                 "b,ann,no\na,ann,yes\na,bob,yes\n")
    votes, _, ids, _ = read_votes(path)
    soft = np.array([[0, 1.], [np.nan, np.nan]])
    write_csv(tmp_path, soft, votes, worker_score=np.array([.25, np.nan]),
              task_score=np.array([0, -1.]), **ids)
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
