"""What annotation tools export: each kind of answer is read or named."""
import json
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark_utils.reading.crowd import COUNT
from benchmark_utils.reading.files import BadFile
from benchmark_utils.reading.formats import read_crowd


def by_name(crowd):
    v = crowd.votes
    return sorted((crowd.task_ids[i], crowd.worker_ids[j],
                   crowd.class_names[k])
                  for i, j, k in zip(v.task, v.worker, v.label))


def read(folder, items, name="v.json", **options):
    path = folder / name
    path.write_text(items if isinstance(items, str) else json.dumps(items))
    return by_name(read_crowd(path, **options))


def region(question, kind="choices", **value):
    return dict(id="r", from_name=question, type=kind, value=value)


def annotation(worker, *regions, **more):
    return dict(completed_by=worker, result=list(regions), **more)


def task(number, *annotations):
    return dict(id=number, data={}, annotations=list(annotations))


# --- Label Studio ---------------------------------------------------------
@given(st.lists(st.integers(0, 4), min_size=1, max_size=8))
def test_an_annotation_exported_again_counts_once(tmp_path_factory, order):
    """Tasks may repeat, whole or in part, in any order."""
    folder = tmp_path_factory.mktemp("again")
    items = [task(i, *(annotation(j, region("q", choices=["xy"[(i + j) % 2]]),
                                  id=10 * i + j) for j in range(2)))
             for i in range(5)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        once = read(folder, [items[i] for i in sorted(set(order))],
                    options=COUNT)
        assert read(folder, [items[i] for i in order], options=COUNT) == once
    assert len(once) == 2 * len(set(order))


def test_repeated_annotations_are_said(tmp_path):
    item = task(1, annotation(1, region("q", choices=["x"]), id=5))
    again = task("1", annotation("1", region("q", choices=["y"]), id="5"))
    for other in (item, again):  # other tools write numbers as text
        with pytest.warns(UserWarning, match="left out 1 annotation with the"):
            assert read(tmp_path, [item, other]) == [("1", "1", "x")]


REGIONS = st.sampled_from([
    dict(x=1, y=2, width=3, height=4), dict(start=0, end=4, text="word"),
    dict(points=[[1, 2]]), dict(startOffset=1)])


@given(REGIONS, st.sampled_from(["choices", "rating"]))
def test_an_answer_per_region_is_refused(tmp_path_factory, place, kind):
    answer = {"choices": ["x"], "rating": 3}[kind]
    item = task(1, annotation(1, region("q", kind, **{kind: answer}, **place)))
    with pytest.raises(BadFile, match="item 1: q has an answer for each reg"):
        read(tmp_path_factory.mktemp("region"), [item])


def test_two_answers_to_a_question_are_refused(tmp_path):
    item = task(1, annotation(1, region("q", choices=["x"]),
                              region("q", choices=["y"])))
    with pytest.raises(BadFile, match="item 1: q has an answer for each reg"):
        read(tmp_path, [item])


@given(st.lists(st.text("abc", min_size=1), min_size=2, max_size=4,
                unique=True))
def test_several_choices_are_refused(tmp_path_factory, chosen):
    item = task(7, annotation("ann", region("q", choices=chosen)))
    with pytest.raises(BadFile, match=f"q of task 7 by 'ann' is {len(chosen)}"
                       " classes, .*single class"):
        read(tmp_path_factory.mktemp("several"), [item])


@pytest.mark.parametrize("kind, value", [
    ("taxonomy", [["tree", "oak"]]), ("number", 4), ("textarea", ["text"]),
    ("datetime", "2026-01-01"), ("ranker", {"a": ["b"]})])
def test_answers_of_another_type_are_named(tmp_path, kind, value):
    other = region("kind", kind, **{kind: value})
    with pytest.raises(BadFile, match=f"answers to kind are of type {kind}"):
        read(tmp_path, [task(1, annotation(1, other))])
    both = [task(1, annotation(1, other, region("q", choices=["x"])))]
    assert read(tmp_path, both) == [("1", "1", "x")]
    with pytest.raises(BadFile, match=f"answers to kind are of type {kind}"):
        read(tmp_path, both, label="kind")


def test_a_relation_is_not_a_question(tmp_path):
    relation = dict(type="relation", from_id="a", to_id="b")
    item = task(1, annotation(1, relation, region("q", choices=["x"])))
    assert read(tmp_path, [item]) == [("1", "1", "x")]


# --- Argilla --------------------------------------------------------------
def test_argilla_2_does_not_say_what_was_submitted(tmp_path):
    record = dict(id=1, fields={}, responses={
        "q": [dict(value="x", user_id="u")]})
    with pytest.warns(UserWarning, match="does not say which responses are"):
        assert read(tmp_path, [record]) == [("1", "u", "x")]
    record["responses"]["q"][0]["status"] = "submitted"
    record["responses"]["q"].append(
        dict(value="y", user_id="v", status="draft"))
    assert read(tmp_path, [record]) == [("1", "u", "x")]


# --- doccano --------------------------------------------------------------
def test_doccano(tmp_path):
    """The export of all annotators, where an id may repeat."""
    lines = [dict(id=15, text="x", annotations=[dict(label=7, user=1)]),
             dict(id=15, text="x", annotations=[dict(label=6, user=2)])]
    assert read(tmp_path, "\n".join(map(json.dumps, lines)), "v.jsonl") == [
        ("15", "1", "7"), ("15", "2", "6")]
    lines[0]["annotations"][0].update(start_offset=0, end_offset=3)
    with pytest.raises(BadFile, match="item 1: doccano's spans"):
        read(tmp_path, lines)


def test_several_labels_of_a_user_are_refused(tmp_path):
    item = dict(id=1, text="x", annotations=[
        dict(label="a", user=1), dict(label="a", user=1),
        dict(label="a", user=2)])
    assert read(tmp_path, [item]) == [("1", "1", "a"), ("1", "2", "a")]
    item["annotations"].append(dict(label="b", user=1))
    with pytest.raises(BadFile, match="label of task 1 by 1 is 2 classes"):
        read(tmp_path, [item])


@pytest.mark.parametrize("annotation, message", [
    (dict(text="y", user=1), "doccano's spans and texts"),
    (dict(tag="a", annotated_by=[]), "no result; it has tag, annotated_by")])
def test_annotations_of_another_form_are_named(tmp_path, annotation, message):
    with pytest.raises(BadFile, match=f"item 1: .*{message}"):
        read(tmp_path, [dict(id=1, annotations=[annotation])])


# --- Prodigy --------------------------------------------------------------
def prodigy(answer, number=1, session="s-1", **more):
    return dict(text="x", answer=answer, _input_hash=number,
                _annotator_id=session, **more)


ANSWERS = st.lists(st.tuples(
    st.sampled_from(["accept", "reject", "ignore"]), st.integers(1, 3),
    st.sampled_from(["ann", "bob", "cy"])), min_size=1, max_size=12,
    unique_by=lambda row: row[1:])


@given(ANSWERS)
def test_prodigy_accepts_and_rejects_are_votes_and_ignored_are_not(
        tmp_path_factory, given):
    items = [prodigy(*row, label="RUDE") for row in given]
    expected = sorted((str(number), who, answer)
                      for answer, number, who in given if answer != "ignore")
    folder = tmp_path_factory.mktemp("prodigy")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        if not expected:
            with pytest.raises(BadFile, match="no submitted answer"):
                read(folder, items)
            return
        assert read(folder, items) == expected
        assert read(folder, items, task="_input_hash",
                    worker="_annotator_id", label="RUDE") == expected


def test_prodigy_options_and_questions(tmp_path):
    items = [prodigy("accept", accept=["A"]), prodigy("ignore", accept=["B"]),
             prodigy("accept", 2, accept=[]), prodigy("reject", accept=["B"])]
    with pytest.warns(UserWarning, match="left out 3 ignored or rejected"):
        assert read(tmp_path, items) == [("1", "s-1", "A")]
    items.append(prodigy("accept", accept=["A", "B"]))
    with pytest.raises(BadFile, match="item 5: .* is 2 classes"):
        read(tmp_path, items)
    two = [prodigy("accept", label="RUDE"), prodigy("reject", label="SAD")]
    with pytest.raises(BadFile, match="several questions.*RUDE, SAD"):
        read(tmp_path, two)
    assert read(tmp_path, two, label="SAD") == [("1", "s-1", "reject")]
    with pytest.raises(BadFile, match="item 1: Prodigy's spans are not read"):
        read(tmp_path, [prodigy("accept", spans=[])])


# --- flat objects ---
@pytest.mark.parametrize("key", ["task", "worker"])
def test_nan_names_no_task_and_no_worker(tmp_path, key):
    item = dict(dict(task=1, worker="a", label="x"), **{key: float("nan")})
    with pytest.raises(BadFile, match="item 1: .*: nan"):
        read(tmp_path, [item])


@pytest.mark.parametrize("text, options, message", [
    ('[{"label": "\\ud83d", "task": 1, "worker": 2}]', {},
     "item 1: the label is text that is not Unicode"),
    ('[{"label": ' + "9" * 5000 + "}]", {}, "line 1: Exceeds the limit"),
    ('[{"id": 1, "responses": [{"user_id": 1, "values": {"q": "a"}}]}]', {},
     "item 1: not in the form of an export"),
    ('[{"label": 1, "task": 1, "worker": 2}]', dict(wide=True),
     "--wide is for tables")])
def test_what_python_cannot_read_is_named(tmp_path, text, options, message):
    with pytest.raises(BadFile, match=message):
        read(tmp_path, text, **options)


# --- lists and lines ------------------------------------------------------
@given(st.integers(1, 4), st.booleans(), st.sampled_from(["", "\n", " \n "]))
def test_a_list_and_lines_are_read_under_either_name(tmp_path_factory, n,
                                                     as_list, before):
    folder = tmp_path_factory.mktemp("lines")
    items = [dict(task=i, worker="w", label="x") for i in range(n)]
    text = json.dumps(items) if as_list else "\n".join(map(json.dumps, items))
    for name in ("v.json", "v.jsonl"):
        if n == 1 and not as_list and name == "v.json":
            continue  # a single object
        assert len(read(folder, before + text + before, name)) == n
