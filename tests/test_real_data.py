"""The real crowds have their published sizes and known label accuracies."""
import hashlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.votes import Votes

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def cifar10_images(tmp_path_factory):
    """CIFAR-10's binary batches, unpacked if necessary."""
    folder = Path(os.environ.get("CROWD_DATA", "none")).resolve()
    if (folder / "cifar-10-batches-bin").is_dir():
        return folder / "cifar-10-batches-bin"
    if not (folder / "unpack.py").is_file():
        pytest.skip("real data: no cifar-10-batches-bin in CROWD_DATA")
    unpacked = tmp_path_factory.mktemp("cifar10")
    subprocess.run([sys.executable, folder / "unpack.py", unpacked],
                   check=True, stdout=subprocess.DEVNULL)
    return unpacked / "cifar-10-batches-bin"


@pytest.fixture
def cifar10(real_data, cifar10_images, tmp_path, monkeypatch):
    """A data folder with only CIFAR-10H and CIFAR-10."""
    shutil.copytree(real_data / "cifar10h", tmp_path / "cifar10h")
    (tmp_path / "cifar-10-batches-bin").symlink_to(cifar10_images)
    monkeypatch.setenv("CROWD_DATA", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("solver, expected", [
    ("MV", .7593), ("NS", .7593), ("DS", .8981), ("GLAD", .7222)])
def test_bluebirds(real_data, solve, solver, expected):
    data, _, scores = solve("Bluebirds", solver)
    assert round(scores["label_recovery"], 4) == expected
    votes, truth = data["votes"], data["ground_truth"]
    assert (votes.n_tasks, votes.n_workers, len(votes)) == (108, 39, 4212)
    assert truth.sum() == 48
    assert round((votes.label == truth[votes.task]).mean(), 3) == .636


def test_bluebirds_likelihood_at_convergence(real_data, solve):
    votes = solve("Bluebirds", "MV")[0]["votes"]
    fit = dawid_skene(votes, max_iter=10_000, tol=1e-14)
    assert_allclose(fit.log_likelihoods[-1], -1888.1168, atol=1e-4)


@pytest.mark.parametrize("solver, options, expected", [
    ("MV", {}, .766), ("NS", {}, .766), ("DS", dict(max_iter=1000), .797),
    ("DS", dict(max_iter=10), .805), ("GLAD", {}, .776)])
def test_labelme(real_data, solve, solver, options, expected):
    data, _, scores = solve("LabelMe", solver, solver_options=options)
    assert abs(scores["label_recovery"] - expected) < 6e-4
    votes = data["votes"]
    assert (votes.n_tasks, votes.n_workers, len(votes)) == (1000, 77, 2547)
    assert (votes.per_worker == 0).sum() == 18
    np.testing.assert_array_equal(
        np.bincount(votes.per_task), [0, 42, 369, 589])


def test_labelme_truth_is_an_upper_bound(real_data, solve):
    options = dict(workers="truth")
    assert solve("LabelMe", "MV", dataset_options=options)[2][
        "label_recovery"] == 1
    with pytest.raises(ValueError, match="one of recorded, truth"):
        solve("LabelMe", "MV", dataset_options=dict(workers="perfect"))


@pytest.mark.parametrize("solver", ["MV", "NS", "DS", "GLAD"])
def test_cifar10h(cifar10, solve, solver):
    data, _, scores = solve("CIFAR-10H", solver,
                            dataset_options=dict(classifier="none"))
    assert abs(scores["label_recovery"] - .992) < 1e-3
    votes = data["votes"]
    assert (votes.n_tasks, votes.n_workers, len(votes)) == (
        10_000, 2571, 511_000)
    assert (votes.per_task.min(), votes.per_task.max()) == (47, 63)
    # A worker votes at most once on an image.
    pairs = votes.task * votes.n_workers + votes.worker
    assert len(np.unique(pairs)) == len(votes)
    counts = np.load(cifar10 / "cifar10h" / "cifar10h-counts.npy")
    np.testing.assert_array_equal(votes.counts(), counts)


def test_exchangeable_workers_are_alike(cifar10, solve):
    """Votes are assigned at random: no worker is unusually accurate."""
    data, _, _ = solve("CIFAR-10H", "MV",
                       dataset_options=dict(classifier="none"))
    votes, truth = data["votes"], data["ground_truth"]
    right = (votes.label == truth[votes.task]) * 1.0
    z = (votes.worker_mean(right) - right.mean()) / np.sqrt(
        right.mean() * (1 - right.mean()) / votes.per_worker)
    assert .9 < z.std() < 1.1


def test_cifar10h_recorded_500(cifar10, solve):
    options = dict(workers="recorded500", classifier="none")
    data, _, _ = solve("CIFAR-10H", "MV", dataset_options=options)
    votes, truth = data["votes"], data["ground_truth"]
    assert (votes.n_tasks, len(votes)) == (500, 25_752)
    assert data["task_ids"][0] == 9500 and data["task_ids"][-1] == 9999
    assert round((votes.label == truth[votes.task]).mean(), 3) == .949


def test_cifar10h_hard_tracks(cifar10, solve):
    options = dict(workers="recorded500", n_worst_workers=100,
                   votes_per_task="1to5", classifier="none")
    data, _, _ = solve("CIFAR-10H", "MV", dataset_options=options)
    votes, truth = data["votes"], data["ground_truth"]
    assert (votes.per_worker > 0).sum() <= 100
    assert votes.per_task.min() >= 1 and votes.per_task.max() <= 5
    assert (votes.label == truth[votes.task]).mean() < .9
    with pytest.raises(ValueError,
                       match="'n_worst_workers' parameter .*got 0"):
        solve("CIFAR-10H", "MV", dataset_options=dict(n_worst_workers=0))


def raw_zip(path, rows):
    header = ("annotator_id,trial_index,is_attn_check,chosen_label,"
              "cifar10_test_test_idx\n")
    text = io.StringIO()
    for row in rows:
        text.write(",".join(map(str, row)) + "\n")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("cifar10h-raw.csv", header + text.getvalue())


def test_cifar10h_raw_file(cifar10, solve, benchmark, monkeypatch):
    """Attention checks dropped, annotator ids and repeated votes kept."""
    shutil.rmtree(cifar10 / "cifar10h")
    (cifar10 / "cifar10h").mkdir()
    path = cifar10 / "cifar10h" / "cifar10h-raw.zip"
    raw_zip(path, [(2570, 0, 0, 3, 9999), (2570, 1, 0, 4, 9999),
                   (7, 2, 1, 5, -99999), (7, 3, 0, 8, 12)])
    cls = benchmark.get_test_dataset(name="CIFAR-10H")
    module = sys.modules[cls.__module__]
    file = replace(module.RAW, sha256=hashlib.sha256(
        path.read_bytes()).hexdigest())
    monkeypatch.setattr(module, "RAW", file)
    data, _, _ = solve("CIFAR-10H", "MV",
                       dataset_options=dict(workers="recorded",
                                            classifier="none"))
    votes = data["votes"]
    np.testing.assert_array_equal(data["task_ids"], [12, 9999])
    np.testing.assert_array_equal(votes.task, [1, 1, 0])
    np.testing.assert_array_equal(votes.worker, [2570, 2570, 7])
    np.testing.assert_array_equal(votes.label, [3, 4, 8])
    # Without the small file, the last 500 images come from the raw file.
    data, _, _ = solve("CIFAR-10H", "MV",
                       dataset_options=dict(workers="recorded500",
                                            classifier="none"))
    np.testing.assert_array_equal(data["task_ids"], [9999])


def test_without_images_cifar10h_runs_unscored(real_data, solve, tmp_path,
                                               monkeypatch):
    shutil.copytree(real_data / "cifar10h", tmp_path / "cifar10h")
    monkeypatch.setenv("CROWD_DATA", str(tmp_path))
    with pytest.warns(UserWarning, match="test_batch.bin is missing"):
        _, result, scores = solve("CIFAR-10H", "MV")
    assert np.isnan(scores["label_recovery"])
    assert result["soft_labels"].shape == (10_000, 10)


def test_missing_and_corrupt_files_give_one_line(real_data, solve, benchmark,
                                                 tmp_path, monkeypatch):
    shutil.copytree(real_data / "bluebirds", tmp_path / "bluebirds")
    monkeypatch.setenv("CROWD_DATA", str(tmp_path))
    Bluebirds = benchmark.get_test_dataset(name="Bluebirds")
    path = tmp_path / "bluebirds" / "gt.yaml"
    path.chmod(0o644)
    path.write_text(path.read_text()[:-10])
    missing = Bluebirds.get_instance().get_data()["missing"]
    assert "gt.yaml is corrupt" in missing and "\n" not in missing
    path.unlink()
    missing = Bluebirds.get_instance().get_data()["missing"]
    assert "gt.yaml is missing" in missing and "\n" not in missing


def test_labelme_inputs(real_data, solve):
    data, _, _ = solve("LabelMe", "MV", dataset_options=dict(inputs="images"))
    assert data["X"].shape == (1000, 3, 128, 128)
    assert data["X_test"].shape == (1188, 3, 128, 128)
    assert data["X"].dtype == np.uint8
    data, _, scores = solve("LabelMe", "MV",
                            dataset_options=dict(inputs="none"))
    assert "X" not in data and np.isnan(scores["test_accuracy"])


def test_cifar10_images(cifar10, solve):
    data, _, scores = solve("CIFAR-10H", "MV",
                            dataset_options=dict(classifier="resnet18"))
    assert data["X"].shape == (10_000, 3, 32, 32)
    assert data["X_test"].shape == (50_000, 3, 32, 32)
    np.testing.assert_array_equal(np.bincount(data["y_test"]), [5000] * 10)


@pytest.mark.exhaustive
def test_cifar10h_trains_on_a_slice(cifar10, solve, benchmark, monkeypatch):
    """The code of the GPU run, on a CPU with 300 images and one epoch."""
    Dataset = benchmark.get_test_dataset(name="CIFAR-10H")
    whole = Dataset.load

    def slice_of_it(self):
        data = whole(self)
        votes = data["votes"].select(data["votes"].task < 400)
        data["votes"] = Votes(votes.task, votes.worker, votes.label, 400,
                              votes.n_workers, 10)
        for name in ("ground_truth", "X", "X_test", "y_test", "task_ids"):
            data[name] = data[name][:400].copy()
        return data

    monkeypatch.setattr(Dataset, "load", slice_of_it)
    monkeypatch.setenv("CROWD_FORCE_TRAINING", "1")
    recipe = dict(base="resnet18paper", epochs=1, n_train=300)
    for solver, options in (("MV", {}), ("CrowdLayer", {}),
                            ("CoNAL", {}), ("AggNet", {}), ("WAUM", dict(
                                mode="sharedforward"))):
        _, result, scores = solve(
            "CIFAR-10H", solver, dataset_options=dict(classifier=recipe),
            solver_options=options)
        assert 0 < scores["test_accuracy"] < .5, solver
        assert np.isfinite(scores["truth_selected_batch_ece"]) == (
            result["test_probabilities"] is None), solver
        assert result["soft_labels"].shape == (400, 10)
