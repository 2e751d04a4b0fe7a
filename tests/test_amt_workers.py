"""The workers' file, and the dataset that samples crowds from it."""
import json

import numpy as np
import pytest
from benchopt.utils.dynamic_modules import _load_class_from_module
from conftest import ROOT
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from worker_groups import GROUPS, TOTAL

from benchmark_utils.crowds.imagenet_workers import load_group_workers
from benchmark_utils.crowds.structured_workers import (
    class_groups,
    uniform_like,
)
from benchmark_utils.reading.files import BadFile

# Number of classes and worker accuracy of the authors' subsets, as published.
SPLITS = {"dog": (19, .43), "vertebrate": (18, .72),
          "insectfungus": (13, .65), "commodity": (16, .76)}


def content(**changes):
    shares = TOTAL / TOTAL.sum(axis=1, keepdims=True)
    return {"imagenet100_name": list("wxyz"), "total_cm": shares.tolist(),
            "group_workers": {name: matrices.tolist()
                              for name, matrices in GROUPS.items()},
            **changes}


def write(tmp_path, text):
    path = tmp_path / "group_workers.json"
    path.write_text(text)
    return path


def test_file(tmp_path):
    groups, total, names = load_group_workers(
        write(tmp_path, json.dumps(content())))
    assert list(groups) == ["a", "b"] and names == list("wxyz")
    assert_array_equal(groups["a"], GROUPS["a"])
    assert_array_equal(total, TOTAL)


@pytest.mark.parametrize("changes, message", [
    (dict(group_workers={}), "group_workers must be a dict, not empty"),
    (dict(group_workers=None), "group_workers must be a dict"),
    (dict(group_workers={"a": [TOTAL[:3].tolist()]}),
     r"group_workers, a .*\(1, 3, 4\)"),
    (dict(group_workers={"a": [[[1], [1, 2]]]}), "group_workers, a: "),
    (dict(group_workers={"a": [[["1"] * 4] * 4]}),
     "group_workers, a .*<U1"),
    (dict(group_workers={"a": [np.full((4, 4), np.nan).tolist()]}),
     r"group_workers, a\[0, 0, 0\] = nan"),
    (dict(group_workers={"a": GROUPS["a"].tolist(),
                         "c": GROUPS["a"].tolist()}), "groups a, c"),
    (dict(total_cm=np.eye(4).tolist()), "total_cm does not agree"),
    (dict(total_cm=np.eye(3).tolist()), r"total_cm .*\(3, 3\)"),
    (dict(imagenet100_name=[1, 2, 3, 4]), "imagenet100_name must be a list"),
])
def test_bad_files_name_file_and_key(tmp_path, changes, message):
    path = write(tmp_path, json.dumps(content(**changes)))
    with pytest.raises(BadFile, match=message) as error:
        load_group_workers(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("text", ["", "{", "[1]", "[" * 100_000])
def test_no_json(tmp_path, text):
    path = write(tmp_path, text)
    with pytest.raises(BadFile, match="group_workers.json"):
        load_group_workers(path)
    with pytest.raises(BadFile, match="none.json"):
        load_group_workers(tmp_path / "none.json")


def amt_workers(seed=0, **options):
    (path,) = ROOT.glob("datasets/*amt_workers.py")
    dataset = _load_class_from_module(ROOT, path, "Dataset").get_instance(
        **options)
    dataset.get_seed = lambda use_repetition: seed
    return dataset


@pytest.mark.parametrize("options, message", [
    (dict(split="cat"), "'split' .* must be one of dog, "
     "vertebrate, insectfungus, commodity, imagenet20"),
    (dict(noise="none"), "'noise' .* must be one of structured, "
     "uniform"),
    (dict(n_tasks=0), "'n_tasks' .*got 0"),
    (dict(votes_per_task=0), "'votes_per_task' .*got 0"),
])
def test_unknown_parameters_list_the_choices(options, message):
    with pytest.raises(ValueError, match=message):
        amt_workers(**options)


def test_missing_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("CROWD_DATA", str(tmp_path))
    (reason,) = amt_workers().get_data().values()
    assert "group_workers.json is missing" in reason


@pytest.fixture
def real_file(real_data):
    path = real_data / "workers" / "group_workers.json"
    if not path.is_file():
        pytest.skip("real data: no workers/group_workers.json in CROWD_DATA")
    return path


def test_real_file(real_file):
    groups, total, names = load_group_workers(real_file)
    assert sum(map(len, groups.values())) == 58
    assert total.sum() == 2320
    assert round(np.trace(total) / total.sum(), 3) == .698
    number = dict(zip(groups, np.bincount(class_groups(groups))))
    assert number == {"0": 19, "1": 18, "2": 13, "3": 19, "4": 16, "5": 15}
    for name, species in [("0", "komondor"), ("1", "langur"),
                          ("2", "gyromitra"), ("4", "bottlecap")]:
        group = class_groups(groups)[names.index(species)]
        assert list(groups)[group] == name


@pytest.mark.parametrize("split", [*SPLITS, "imagenet20"])
def test_real_split(real_file, split):
    data = amt_workers(split=split, n_tasks=500).get_data()
    n_classes, published = SPLITS.get(split, (20, None))
    confusion = data["worker_confusion"]
    assert confusion.shape == (15, n_classes, n_classes)
    assert_allclose(confusion.sum(axis=2), 1)
    assert data["votes"] is None
    assert data["oracle"]["confusion"] is confusion
    assert data["X"].shape == (500, 16) and data["X"].dtype == np.float32
    assert data["X_test"].shape == (500, 16) and len(data["y_test"]) == 500
    assert set(data["ground_truth"]) == set(range(n_classes))
    assert len(set(data["class_names"])) == n_classes
    linear = LogisticRegression(max_iter=200)
    linear.fit(data["X"], data["ground_truth"])
    assert .78 < linear.score(data["X_test"], data["y_test"]) < .93
    if published:
        crowd = amt_workers(split=split, n_workers=300).get_data()
        accuracy = np.diagonal(crowd["worker_confusion"], axis1=1, axis2=2)
        assert abs(accuracy.mean() - published) < .04


def test_noise_acts_where_groups_are_mixed(real_file):
    def outside(split):
        groups, _, names = load_group_workers(real_file)
        data = amt_workers(split=split, noise_level=.3).get_data()
        group = class_groups(groups)[
            [names.index(name) for name in data["class_names"]]]
        return (data["worker_confusion"]
                * (group[:, None] != group)).sum(axis=2)

    assert_allclose(outside("imagenet20"), .3)
    assert_allclose(outside("dog"), 0)


def test_real_draws(real_file):
    def confusion(**options):
        return amt_workers(split="imagenet20", **options).get_data()

    one, same, other = confusion(), confusion(), confusion(seed=1)
    for key in ("worker_confusion", "X", "ground_truth", "X_test", "y_test"):
        assert_array_equal(one[key], same[key])
        assert (one[key] != other[key]).any()
    uniform = confusion(noise="uniform")
    assert_array_equal(uniform["X"], one["X"])  # only the crowd differs
    assert_allclose(uniform["worker_confusion"],
                    uniform_like(one["worker_confusion"]))
    # Structured: within its group a class is confused with few others.
    assert (one["worker_confusion"].std(axis=2).mean()
            > uniform["worker_confusion"].std(axis=2).mean())
