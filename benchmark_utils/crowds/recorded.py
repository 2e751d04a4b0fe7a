"""Recorded crowds: datasets that read files, and the replay of their votes."""
import uuid

import numpy as np

from benchmark_utils.checks import one_of
from benchmark_utils.crowds.dataset import (
    BOUGHT,
    THINNED,
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
    """Base of the datasets that read files.

    A child gives ``files()``, the DataFiles that its parameters need, and
    ``load()``, which may count on them; ``extra_files()`` are fetched too,
    but ``load`` looks itself whether they are there. ``benchopt run`` reads,
    never downloads; a missing or corrupt file skips the dataset with one
    line.
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
        """Where a corrupt file cannot be read, such as ``: line 3: ...``."""
        path = str(file.locate())
        try:
            self.load()
        except BadFile as error:
            if str(error).startswith(path):
                return ": " + str(error).removeprefix(path).lstrip(",: ")
        except Exception:  # what else is wrong is no news of this file
            pass
        return ""

    # benchopt remembers what it prepared, by this: what was there at first.
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
    """Base of the crowds whose votes were recorded; two parameters are read
    here, a child lists them among its own:

    ``votes_per_task``: ``every``, at most a number of a task's votes, or a
    range such as ``1to5``, drawn at random for each repetition. ``mode``:
    ``offline``, or ``online`` to buy the recorded votes one by one.
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
            # Points of a curve: to hide votes says more of how many there
            # are than of the labels, and takes five times as long.
            data.update(votes=votes, repetitions=THINNED, hide_votes=False)
        if "X" in data:
            data.setdefault("repetitions", TRAINED)
        return as_oracle(data) if self.mode == "online" else data

    def setting(self):
        """Which crowd of a collection this is."""
        return ""


def as_oracle(data):
    """The data of a recorded crowd with its votes for sale: an oracle replays
    the recorded pairs, with a budget for all of them."""
    votes = data["votes"]
    n_answers = len(np.unique(votes.task * votes.n_workers + votes.worker))
    return dict(data, votes=None, repetitions=BOUGHT,
                oracle=dict(recorded=votes, budget=n_answers))
