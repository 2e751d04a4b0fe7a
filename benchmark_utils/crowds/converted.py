"""Recorded votes that are converted when they are downloaded.

The authors' files hold worker ids and personal details. They are downloaded
into a temporary folder of the system, never into the data folder, and deleted
after the conversion or after an error. Only votes, kinds of voters, classes
and truths reach the data folder, after their checksums were checked.
"""
import csv
import os
import shutil
import tempfile
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from benchmark_utils.crowds import conversions
from benchmark_utils.crowds.downloads import download_all, raise_first
from benchmark_utils.crowds.recorded import RecordedCrowd
from benchmark_utils.crowds.sources import converted_files, raw_files
from benchmark_utils.reading.files import BadFile, sum_of
from benchmark_utils.votes import UNKNOWN, Votes

CONVERT = {"babe": conversions.babe, "brainbench": conversions.brainbench,
           "llmbar": conversions.llmbar, "alttest": conversions.alttest,
           "misinfo": conversions.misinformation}


class ConvertedCrowd(RecordedCrowd):
    """Base class of these datasets. A subclass writes ``setting()``, the name
    of the crowd in ``sources.json``, and ``load()``."""
    def files(self):
        return [*converted_files(self.setting()).values()]

    def prepare(self):
        prepare_crowd(self.setting())

    def loaded(self, keep):
        """The data of the voters that ``keep``, {column: value} of a row of
        voters.csv, accepts. Tasks and voters without votes are left out."""
        files = converted_files(self.setting())
        tables = {name: pd.read_csv(file.locate(), keep_default_na=False)
                  for name, file in files.items()}
        votes, voters = tables["votes.csv"], tables["voters.csv"]
        model = (voters["kind"] == "model").to_numpy()
        kept = np.array([*map(keep, voters.to_dict("records"))])
        voted = [np.bincount(votes["task"], model[votes["voter"]] == kind)
                 for kind in (0, 1)]
        votes = votes[kept[votes["voter"]]]
        tasks, task = np.unique(votes["task"], return_inverse=True)
        workers, worker = np.unique(votes["voter"], return_inverse=True)
        truth = np.full(len(voted[0]), UNKNOWN)
        if "truth.csv" in tables:
            known = tables["truth.csv"].query("truth != ''")
            truth[known["task"]] = known["truth"].astype(int)
        if model.any() and not model.all():
            # The same tasks whoever votes: those of people and models.
            truth[np.minimum(*voted) == 0] = UNKNOWN
        names = tables["classes.csv"]["name"].astype(str).tolist()
        return dict(
            votes=Votes(task, worker, votes["label"].to_numpy(), len(tasks),
                        len(workers), len(names)),
            ground_truth=truth[tasks], task_ids=tasks.tolist(),
            worker_ids=[_name(voters.loc[j]) for j in workers],
            worker_kind=model[workers].astype(int) if model.any() else None,
            class_names=names)


def _name(voter):
    if voter["kind"] == "person":
        return f"person {voter['voter']}"
    return "/".join(filter(None, (voter["model"], voter["prompt"])))


def prepare_crowd(crowd):
    """Download, convert and check a crowd, unless it is there.

    Raises
    ------
    BadFile
        If a download fails or the converted files have other checksums. It
        never quotes a downloaded file.
    """
    files = converted_files(crowd)
    if all(file.is_right() for file in files.values()):
        return
    raw = raw_files(crowd)
    print(f"{crowd}: {len(raw)} files of "
          f"{sum(file.size for file in raw.values()) / 1e6:.1f} MB are "
          "downloaded, converted to votes and deleted")
    with tempfile.TemporaryDirectory(prefix="crowd-votes-") as scratch:
        paths = {name: Path(scratch) / name for name in raw}
        raise_first(download_all({
            paths[name]: (file.url, file.sha256, file.size)
            for name, file in raw.items()}))
        try:
            conversion = CONVERT[crowd.partition("-")[0]](paths)
        except Exception as error:
            raise BadFile(f"{crowd}: the downloaded files cannot be converted "
                          f"({type(error).__name__})") from None
    place = files["votes.csv"].locate().parent
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
            prefix=".", dir=place.parent) as scratch:
        part = Path(scratch) / "crowd"
        write(crowd, conversion, part)
        for name, file in files.items():
            if not (part / name).is_file() or (
                    sum_of(part / name) != file.sha256):
                raise BadFile(f"{file.path}: the conversion does not give the "
                              f"expected sha256 {file.sha256}")
        shutil.rmtree(place, ignore_errors=True)
        os.replace(part, place)


def write(crowd, conversion, folder):
    """Write a Conversion as votes.csv, voters.csv, classes.csv and, if there
    is a truth, truth.csv. Tasks are numbered by a hash of their ids, because
    the authors' names and orders reveal truths."""
    def put(name, header, rows):
        with open(folder / name, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)

    folder.mkdir(parents=True)
    task = _numbers(sorted(conversion.tasks, key=lambda task: sha256(
        f"{crowd}/{task}".encode()).hexdigest()))
    voter, label = map(_numbers, (conversion.voters, conversion.classes))
    put("votes.csv", ["task", "voter", "label"], sorted(
        (task[i], voter[j], label[k])
        for (i, j), k in conversion.votes.items() if i in task))
    put("voters.csv", ["voter", "kind", "model", "prompt", "family"],
        [(voter[j], *row) for j, row in conversion.voters.items()])
    put("classes.csv", ["label", "name"], enumerate(conversion.classes))
    if conversion.truth:
        put("truth.csv", ["task", *conversion.columns], sorted(
            (task[i], *row) for i, row in conversion.truth.items()))


def _numbers(names):
    return {name: i for i, name in enumerate(names)}
