"""Recorded votes: datasets that read files, and the replay of their votes."""
import uuid

import numpy as np

from benchmark_utils.checks import one_of
from benchmark_utils.crowds.dataset import (
    QUERIED,
    SUBSAMPLED,
    TRAINED,
    CrowdDataset,
)
from benchmark_utils.crowds.downloads import fetch
from benchmark_utils.crowds.simulation import (
    draw_votes_subset,
    votes_per_task_value,
)
from benchmark_utils.harness.cells import is_in_a_run
from benchmark_utils.reading.files import BadFile, check_files


class RealCrowd(CrowdDataset):
    """Base class of the datasets that read files.

    A subclass writes ``files()``, the DataFiles that its parameters need, and
    ``load()``, which runs when these files are present and right.
    ``extra_files()`` are downloaded too, but ``load`` must check whether they
    are present. ``benchopt run`` never downloads: with a missing or corrupt
    file it skips the dataset and prints one line.
    """
    prepare_cache_ignore = ("base_seed",)

    def files(self):
        return []

    def extra_files(self):
        return []

    def prepare(self):
        fetch([*self.files(), *self.extra_files()])

    def get_data(self):
        try:
            check_files(self.files(), self, self._where)
            return self.load()
        except BadFile as problem:
            return dict(missing=" ".join(str(problem).split()))

    def _where(self, file):
        """The place where a corrupt file cannot be read, such as
        ``: line 3: ...``."""
        path = str(file.locate())
        try:
            self.load()
        except BadFile as error:
            if str(error).startswith(path):
                return ": " + str(error).removeprefix(path).lstrip(",: ")
        except Exception:  # other errors say nothing about this file
            pass
        return ""

    # benchopt caches ``prepare`` by this: the files that were present before.
    def _get_state(self):
        try:
            state = {file.path: file.locate().is_file()
                     for file in [*self.files(), *self.extra_files()]}
        except (BadFile, OSError):
            return {}
        if not is_in_a_run(self) and not all(state.values()):
            state["attempt"] = uuid.uuid4().hex  # never done before
        return state

    def __setstate__(self, state):
        pass


class RecordedCrowd(RealCrowd):
    """Base class of the datasets of recorded votes. It implements two
    parameters, which a subclass lists among its own:

    ``votes_per_task``: ``every`` vote, at most this number of votes per task,
    or a range such as ``1to5``; the votes are drawn at random in each
    repetition. ``mode``: ``offline``, or ``online``, where solvers query the
    recorded votes one by one.
    """
    accepts = {"votes_per_task": votes_per_task_value,
               "mode": one_of("offline", "online")}

    def get_data(self):
        data = super().get_data()
        if "missing" in data:
            return data
        if self.votes_per_task != "every":
            rng = self.rng(f"{self.setting()} votes_per_task")
            votes = draw_votes_subset(rng, data["votes"], self.votes_per_task)
            # A point of a learning curve: predicting hidden votes would
            # measure their number rather than the labels, in five more fits.
            data.update(votes=votes, repetitions=SUBSAMPLED, hide_votes=False)
        if "X" in data:
            data.setdefault("repetitions", TRAINED)
        return as_oracle(data) if self.mode == "online" else data

    def setting(self):
        """The name of the crowd within its collection."""
        return ""


def as_oracle(data):
    """The same data with an oracle in place of the votes. It replays the
    recorded votes, and its budget covers all of them."""
    votes = data["votes"]
    n_answers = len(np.unique(votes.task * votes.n_workers + votes.worker))
    return dict(data, votes=None, repetitions=QUERIED,
                oracle=dict(recorded=votes, budget=n_answers))
