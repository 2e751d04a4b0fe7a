"""A store of published results with one file, for the tests of the store."""
import pytest
from results import published

from benchmark_utils.report.store import admission as checks
from benchmark_utils.report.store import store

MV = ("MV", "solvers/majority_vote.py")
GLAD = ("GLAD[max_iter=9]", "solvers/glad.py")
DS = ("DS[max_iter=1]", "solvers/dawid_skene.py")
WDS = ("WDS[max_iter=1]", "solvers/wds.py")
HAMMER = ("HammerSpammer[n_tasks=1]", "datasets/hammer_spammer.py")
DIGITS = ("Digits[n_tasks=2]", "datasets/digits.py")
MOONS = ("TwoMoons", "datasets/two_moons.py")


def result(solvers=(MV, GLAD), datasets=(HAMMER, DIGITS), n=3, **columns):
    return published(solvers, datasets, n, **columns)


class Shelf:
    """A store with one file, and functions that offer it another. Only
    commits that start with abcdef are of this repository."""
    first = {}  # the content of the store with one file, made once

    def __init__(self, tmp_path, monkeypatch):
        monkeypatch.setattr(checks, "_is_commit",
                            lambda commit: commit.startswith("abcdef"))
        monkeypatch.setattr(store, "all_commits_are_here", lambda: True)
        self.files, self.folder = tmp_path, tmp_path / "leaderboard"
        if not self.first:
            self.offer(result(), "first")
            self.first.update(self.content())
        self.folder.mkdir(exist_ok=True)
        for name, content in self.first.items():
            (self.folder / name).write_bytes(content)

    def save(self, rows, name):
        rows.to_parquet(self.files / f"{name}.parquet")
        return self.files / f"{name}.parquet"

    def offer(self, rows, name="new", **options):
        return store.add(self.save(rows, name), folder=self.folder, **options)

    def refused(self, rows, **options):
        before = self.content()
        with pytest.raises(store.Refused) as error:
            self.offer(rows, **options)
        assert self.content() == before
        return str(error.value)

    def content(self):
        return {path.name: path.read_bytes()
                for path in sorted(self.folder.iterdir())
                if path.name != ".lock"}

    def rows(self):
        return store.read_store(self.folder)

    def validate(self):
        return store.validate(self.folder)
