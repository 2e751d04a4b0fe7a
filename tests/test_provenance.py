"""What makes results comparable: the fingerprint of the data, the protocol."""
import ast
import json
import re
import shutil

import numpy as np
import pytest
import torch
from conftest import ROOT

from benchmark_utils.contract.fingerprint import data_version
from benchmark_utils.contract.problem import Problem
from benchmark_utils.report import cli
from benchmark_utils.scoring import provenance
from benchmark_utils.votes import Votes


def version(label=1, dtype=np.int64, X=.5, truth=1, **options):
    votes = Votes(*(np.array(ids, dtype) for ids in (
        [0, 0, 1], [0, 1, 1], [0, label, 1])), 2, 2, 2)
    if options:
        votes, options = None, dict(oracle=dict(recorded=votes, **options))
    return data_version(Problem(
        votes=votes, ground_truth=np.array([truth, 0]), classifier="mlp",
        X=np.array([[X], [1 / 3]]), **options))


def test_data_version_is_the_same_everywhere():
    assert re.fullmatch("[0-9a-f]{12}", version())
    assert version(dtype=np.int32) == version()
    assert version(X=.5 + 1e-12) == version(X=.5 - 1e-12) == version()
    assert version(X=-0.0) == version(X=0.0)


def test_data_version_sees_every_change():
    versions = [version(), version(label=0), version(X=.50001),
                version(truth=0), version(budget=3), version(budget=3.),
                version(budget=3, cap=3), version(budget=3, cap=4),
                version(budget=3, cost=np.ones(2))]
    assert len(set(versions)) == len(versions)


def test_every_edit_of_a_file_that_scores_is_recorded():
    lock = json.loads(provenance.LOCK.read_text())
    assert provenance.protocol() == str(lock["version"]), (
        "files that score have changed: python -m benchmark_utils.report "
        "provenance --scores-unchanged if no number can, else --bump, after "
        "which results must be made again")


def of_the_protocol():
    return {path.relative_to(ROOT).as_posix()
            for pattern in provenance.SCORING for path in ROOT.glob(pattern)}


# Files that the objective imports without an effect on scores.
NO_SCORES = {f"benchmark_utils/{name}.py" for name in (
    "harness/cache", "harness/cells", "harness/failures", "harness/parallel",
    "harness/run_folders")}


def imported_by(file, found):
    """All files of this repository that a file imports, directly or not."""
    if file in found or not (ROOT / file).is_file():
        return found
    found.add(file)
    for node in ast.walk(ast.parse((ROOT / file).read_text())):
        if isinstance(node, ast.ImportFrom) and (
                node.module or "").startswith("benchmark_utils"):
            for name in (node.module, *(f"{node.module}.{alias.name}"
                                        for alias in node.names)):
                path = name.replace(".", "/")
                imported_by(f"{path}.py", found)
                imported_by(f"{path}/__init__.py", found)
    return found


def test_all_files_that_score_are_in_the_protocol():
    used = imported_by("objective.py", set())
    assert "benchmark_utils/scoring/labels.py" in used
    assert {name for name in used if (ROOT / name).read_text()
            } - of_the_protocol() == NO_SCORES


def test_an_unrecorded_edit_is_another_protocol(
        tmp_path, monkeypatch, capsys):
    for name in of_the_protocol():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    lock = tmp_path / "protocol.json"
    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    monkeypatch.setattr(provenance, "LOCK", lock)
    lock.write_text(json.dumps(dict(version=7,
                                    code=provenance.scoring_hash())))
    assert provenance.protocol() == "7"
    labels = tmp_path / "benchmark_utils" / "scoring" / "labels.py"
    labels.write_text(labels.read_text() + "\nK = 2\n")
    assert re.fullmatch(r"7\+[0-9a-f]{8}", provenance.protocol())
    cli.main(["provenance", "--scores-unchanged"])
    assert provenance.protocol() == "7"
    cli.main(["provenance", "--bump"])
    assert provenance.protocol() == "8"
    assert capsys.readouterr().out == "protocol 7\nprotocol 8\n"


def test_device_and_forced_training_are_in_the_key(monkeypatch):
    monkeypatch.delenv("CROWD_FORCE_TRAINING", raising=False)
    monkeypatch.delenv("CROWD_DEVICE", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    keys = [provenance.shared_code_hash()]
    monkeypatch.setenv("CROWD_FORCE_TRAINING", "1")
    keys.append(provenance.shared_code_hash())
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    keys.append(provenance.shared_code_hash())
    assert len(set(keys)) == 3
    monkeypatch.setenv("CROWD_DEVICE", "cpu")  # as without a GPU
    assert provenance.shared_code_hash() == keys[1]


@pytest.mark.parametrize("name", ["numpy", "scipy", "scikit-learn", "torch",
                                  "benchopt"])
def test_the_key_of_the_cache_holds_the_versions_of_libraries(
        name, monkeypatch):
    before = provenance.shared_code_hash()
    installed = provenance.version
    monkeypatch.setattr(provenance, "version", lambda asked: (
        "0.0" if asked == name else installed(asked)))
    provenance.installed_versions.cache_clear()
    assert provenance.shared_code_hash() != before
    monkeypatch.undo()
    provenance.installed_versions.cache_clear()
    assert provenance.shared_code_hash() == before
    assert name in (provenance.ROOT / "docs" / "running.md").read_text()
