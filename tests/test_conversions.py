"""The conversion of downloaded files: as the reference, and nothing personal
reaches the data folder."""
import copy
import hashlib
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from raw_files import SECRETS, files_of, made_up, sheet

from benchmark_utils.crowds import conversions, downloads, raw_tables
from benchmark_utils.crowds import sources as table
from benchmark_utils.crowds.converted import CONVERT, prepare_crowd, write
from benchmark_utils.reading.files import BadFile

SOURCES = table.sources()
# Sums of what the reference conversion writes for the made-up files.
EXPECTED = {
    "babe": "db479eef8c0a", "brainbench": "5708376df58f",
    "llmbar-natural": "4a4929630967", "llmbar-neighbor": "c0c4128dac27",
    "llmbar-gptinst": "1491c37e6cfe", "misinfo-s3": "f9bacb33fcc0",
    "misinfo-s6": "266668e4aa45", "misinfo-covid": "8d52a94e19fd",
    "alttest-10k-prompts": "6cbc541e49b4",
    "alttest-cebab-aspects": "c27b7500b202",
    "alttest-cebab-stars": "e0d0f863c482", "alttest-framing": "586e6c6c0fb1",
    "alttest-lesion": "55683e965ab8", "alttest-lgbteen": "3e631eb2068d",
    "alttest-mtbench": "8c8a3011f007", "alttest-summeval": "152902a66e42",
    "alttest-wax": "c73778d212c5"}


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def converted(crowd, folder):
    """The crowd's made-up files, converted: {name: bytes}."""
    paths = {}
    for files in files_of(crowd).values():
        for name, body in files.items():
            paths[name] = folder / "raw" / name
            paths[name].parent.mkdir(parents=True, exist_ok=True)
            paths[name].write_bytes(body)
    conversion = CONVERT[crowd.partition("-")[0]](paths)
    write(crowd, conversion, folder / crowd)
    return content(folder / crowd)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """The folder that the reference conversion wrote, from repositories with
    the made-up files."""
    script = Path(os.environ.get("CROWD_DATA", "none"), "mixed",
                  "convert_reference.py").resolve()
    if not script.is_file():
        pytest.skip("real data: no mixed/convert_reference.py in CROWD_DATA")
    folder = tmp_path_factory.mktemp("reference")
    for repository, files in made_up().items():
        work = folder / "work" / repository
        for name, body in files.items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_bytes(body)
        bare = folder / "MIRROR" / repository.replace("/", "+") / "repo"
        bare.parent.mkdir(parents=True)
        for command in (["init", "-q"], ["add", "-A", "-f"], [
                "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm",
                "made up"]):
            subprocess.run(["git", "--git-dir", bare, "--work-tree", work,
                            *command], check=True)
    subprocess.run([sys.executable, script, "out"], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL)
    return folder / "out"


@pytest.mark.parametrize("crowd", EXPECTED)
def test_the_same_bytes_as_the_reference(reference, tmp_path, crowd):
    expected = reference / crowd
    if not expected.is_dir():
        expected = reference / "held" / crowd
    assert converted(crowd, tmp_path) == content(expected)


@pytest.mark.parametrize("crowd", EXPECTED)
def test_the_sums_of_the_reference(tmp_path, crowd):
    found = converted(crowd, tmp_path)
    assert len(found["votes.csv"].splitlines()) > 5
    assert hashlib.sha256(b"".join(
        name.encode() + body for name, body in sorted(found.items()))
        ).hexdigest()[:12] == EXPECTED[crowd]


def test_files_and_sums_are_those_of_the_list(real_data):
    """The upstream files, and the sums of what they are converted to."""
    folder = real_data / "mixed"
    if not (folder / "sources.json").is_file():
        pytest.skip("real data: mixed/sources.json is missing")
    for name, source in json.loads(
            (folder / "sources.json").read_text()).items():
        ours = SOURCES[name]
        for key in ("repository", "commit"):
            assert ours[key] == source[key]
        assert {crowd: entry["files"] for crowd, entry in
                ours["crowds"].items()} == {
                    crowd: entry["files"] for crowd, entry in
                    source["crowds"].items()}
    sums = {f"./{crowd}/{name}": sha
            for crowd, entry in SOURCES["mixed"]["crowds"].items()
            for name, (_, sha) in entry["files"].items()}
    assert sums == dict(reversed(line.split()) for line in (
        folder / "SHA256SUMS").read_text().splitlines())


# --- prepare ----------------------------------------------------------------
@pytest.fixture
def site(tmp_path, monkeypatch):
    """A web server with the made-up files, and a list of sources that names
    them; the temporary folder of the system is ``tmp_path / "tmp"``."""
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    folder = tmp_path / "site"
    folder.mkdir()
    httpd = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    monkeypatch.setattr(table, "HOST", f"http://127.0.0.1:"
                        f"{httpd.server_port}/")
    monkeypatch.setattr(downloads, "RETRIES", 0)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("CROWD_DATA", str(tmp_path / "data"))
    known = copy.deepcopy(SOURCES)
    monkeypatch.setattr(table, "sources", lambda: known)
    yield folder, known
    httpd.shutdown()


def publish(site, crowd, tmp_path):
    """Put the made-up files of a crowd on the site and their sums, and those
    of the conversion, into the list. Returns what is to be written."""
    folder, known = site
    entry = known["mixed"]["crowds"][crowd]
    for files in (known[c]["crowds"][crowd]["files"]
                  for c in entry["made_of"]):
        files.clear()
    for repository, files in files_of(crowd).items():
        source = next(known[c] for c in entry["made_of"]
                      if known[c]["repository"] == repository)
        for name, body in files.items():
            path = folder / repository / source["commit"] / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
            source["crowds"][crowd]["files"][name] = [
                len(body), hashlib.sha256(body).hexdigest()]
    expected = converted(crowd, tmp_path / "expected")
    entry["files"] = {name: [None, hashlib.sha256(body).hexdigest()]
                      for name, body in expected.items()}
    return expected


def nothing_personal(tmp_path, *texts):
    """No secret is in the data folder or in these texts, and no file is left
    in the temporary folder."""
    left = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    kept = [path.read_bytes() for path in left] + [
        text.encode() for text in (*texts, *map(str, left))]
    assert not [secret for secret in SECRETS for text in kept
                if secret.encode().lower() in text.lower()]
    assert not [*(tmp_path / "tmp").iterdir()]
    return left


@pytest.mark.parametrize("crowd", ["babe", "brainbench", "llmbar-natural",
                                   "alttest-lgbteen", "misinfo-s6"])
def test_only_votes_reach_the_data_folder(site, tmp_path, capsys, crowd):
    expected = publish(site, crowd, tmp_path)
    prepare_crowd(crowd)
    out, err = capsys.readouterr()
    left = nothing_personal(tmp_path, out, err)
    place = tmp_path / "data" / "mixed" / crowd
    assert content(place) == expected and len(left) == len(expected)
    assert "MB are downloaded, converted to votes and deleted" in out
    prepare_crowd(crowd)  # is there: nothing is asked for again
    assert not capsys.readouterr().out
    (place / "votes.csv").write_text("task,voter,label\n")
    prepare_crowd(crowd)
    assert content(place) == expected


def gone(path, entry, name):
    path.unlink()


def altered(path, entry, name):
    path.write_bytes(path.read_bytes().replace(b"61 years", b"62 years"))


def shorter(path, entry, name):
    path.write_bytes(path.read_bytes()[:-1])
    entry["files"][name][1] = hashlib.sha256(path.read_bytes()).hexdigest()


def unreadable(path, entry, name):
    body = b"WORKER-7c1f,61 years\nconservative-view,1\n"
    path.write_bytes(body)
    entry["files"][name] = [len(body), hashlib.sha256(body).hexdigest()]


@pytest.mark.parametrize("break_it, message", [
    (gone, "S6.csv could not be fetched.*404"),
    (altered, "S6.csv could not be fetched.*hash"),
    (shorter, "S6.csv could not be fetched.*bytes, expected"),
    (unreadable, r"misinfo-s6: the downloaded files cannot be converted "
     r"\(KeyError\)")])
def test_a_failed_download_leaves_nothing(site, tmp_path, capsys, break_it,
                                          message):
    publish(site, "misinfo-s6", tmp_path)
    folder, known = site
    path, = folder.rglob("S6.csv")
    break_it(path, known["misinformation"]["crowds"]["misinfo-s6"],
             "SIGIR2020/crowdsourced-data/S6.csv")
    with pytest.raises(BadFile, match=message) as error:
        prepare_crowd("misinfo-s6")
    assert error.value.__cause__ is None or break_it is not unreadable
    assert not nothing_personal(tmp_path, str(error.value),
                                *capsys.readouterr())


def test_one_file_of_many_is_missing(site, tmp_path):
    """The others were downloaded, and are deleted."""
    publish(site, "babe", tmp_path)
    path, = site[0].rglob("8-shot-CoT/*.csv")
    path.unlink()
    with pytest.raises(BadFile, match="could not be fetched.*404"):
        prepare_crowd("babe")
    assert not nothing_personal(tmp_path)


def test_a_conversion_with_another_sum_is_refused(site, tmp_path):
    """Files that were there stay."""
    publish(site, "babe", tmp_path)
    entry = site[1]["mixed"]["crowds"]["babe"]
    entry["files"]["votes.csv"][1] = "0" * 64
    place = tmp_path / "data" / "mixed" / "babe"
    place.mkdir(parents=True)
    (place / "votes.csv").write_text("old")
    with pytest.raises(BadFile, match="mixed/babe/votes.csv: the conversion "
                       "does not give the expected sha256 000"):
        prepare_crowd("babe")
    assert [path.name for path in nothing_personal(tmp_path)] == ["votes.csv"]
    assert (place / "votes.csv").read_text() == "old"


# --- the parts --------------------------------------------------------------
def test_the_first_of_repeated_votes_counts():
    assert conversions.first([("t", "a", 1), ("t", "b", 2), ("t", "a", 3)]
                             ) == {("t", "a"): 1, ("t", "b"): 2}


@pytest.mark.parametrize("model, maker", [
    ("gpt-4o-mini", "openai"), ("gpt2_scratch", "gpt2"),
    ("TinyLlama--TinyLlama-1.1B-Chat", "tinyllama"),
    ("meta-llama--Llama-2-7b", "meta"), ("Zephyr-7b", "mistral"),
    ("flan-ul2", "google"), ("EleutherAI--pythia", "eleutherai")])
def test_makers_of_models(model, maker):
    assert conversions.family(model) == maker


@pytest.mark.parametrize("inline", [False, True])
def test_wanted_columns_of_a_workbook(tmp_path, inline):
    path = tmp_path / "a.xlsx"
    path.write_bytes(sheet([["text", "age", "label"], ["A & B", 61, 1],
                            [None, None, "0.5"]], inline))
    assert raw_tables.xlsx_rows(path, ["text", "label"]) == [
        {"text": "A & B", "label": "1"}, {"text": "", "label": "0.5"}]


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path,
                                                        monkeypatch):
    path = tmp_path / "a.xlsx"
    path.write_bytes(sheet([["text"]]))
    monkeypatch.setattr(raw_tables, "MOST_UNPACKED", 100)
    with pytest.raises(ValueError, match="more than 100 bytes unpacked"):
        raw_tables.xlsx_rows(path, ["text"])


def test_csv_fields_may_be_long_and_rows_short(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\ufefftext,age,label\n" + "x" * 200_000 + ",61,1\n\nb\n")
    rows = raw_tables.csv_rows(path, ["text", "label"])
    assert [(len(row["text"]), row["label"]) for row in rows] == [
        (200_000, "1"), (1, "")]


def test_tasks_are_numbered_by_a_hash(tmp_path):
    """An order of the authors, by truth, is not kept."""
    crowd = conversions.Conversion(
        {(f"task{i:02d}", "v"): "b" for i in range(40)},
        {"v": conversions.PERSON}, ["a", "b"],
        [f"task{i:02d}" for i in range(40)],
        {f"task{i:02d}": (int(i > 19),) for i in range(40)})
    write("crowd", crowd, tmp_path / "crowd")
    truth = np.loadtxt(tmp_path / "crowd" / "truth.csv", int, delimiter=",",
                       skiprows=1)[:, 1]
    assert truth.sum() == 20 and 5 < truth[:20].sum() < 15
