"""Recorded crowds: datasets that read files, and the replay of their votes."""
import numpy as np

from benchmark_utils.checks import check_choice
from benchmark_utils.crowds.dataset import CrowdDataset
from benchmark_utils.crowds.files import BadFile, check_files, fetch


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
            check_files(self.files(), self)
            return self.load()
        except BadFile as problem:
            return dict(missing=str(problem))

    # benchopt remembers what it prepared: not after a file went away.
    def _get_state(self):
        return {file.path: file.locate().is_file()
                for file in [*self.files(), *self.extra_files()]}

    def __setstate__(self, state):
        pass


def as_oracle(data, mode, dataset):
    """The data of a recorded crowd as they are (``mode`` = ``offline``), or
    with the votes for sale (``online``): an oracle replays the recorded
    pairs, with a budget for all of them.

    Raises
    ------
    ValueError
        For another mode, listing the two.
    """
    check_choice(dataset, "mode", mode, ["offline", "online"])
    if mode == "offline":
        return data
    votes = data["votes"]
    n_answers = len(np.unique(votes.task * votes.n_workers + votes.worker))
    return dict(data, votes=None, repetitions=3,
                oracle=dict(recorded=votes, budget=n_answers))
