"""What every dataset shares."""
import zlib
from functools import wraps

import numpy as np
from benchopt import BaseDataset

from benchmark_utils.harness.failures import refused
from benchmark_utils.harness.isolation import restore, snapshot
from benchmark_utils.harness.parameters import ChecksParameters

# Repetitions of a dataset in a run without -r, by what varies between
# repetitions. Few repetitions keep ``benchopt run .`` short; docs/datasets.md
# lists them. Published runs have more, set by the files in configs/.
DRAWN = 3  # the crowd is drawn, labels are scored
TRAINED = 1  # networks are trained, which takes longest
QUERIED = 1  # votes are queried one by one
SUBSAMPLED = 5  # some of the recorded votes are drawn


class CrowdDataset(ChecksParameters, BaseDataset):
    """Base class of the datasets.

    A subclass writes ``get_data``, which returns fields of
    `contract.problem.Problem`. Its ``accepts`` lists the valid values of each
    parameter, ``check_together`` refuses invalid combinations, and ``facts``
    describes the dataset (see `catalogue.dataset_facts`). A dataset that reads
    files derives from `recorded.RealCrowd`, which downloads them in
    ``benchopt prepare``. If ``get_data`` raises an error, this dataset is
    skipped, and the run ends with an error.
    """
    facts = {}
    # One worker who always votes for the truth: an upper bound, not ranked.
    facts_of = {"workers": {"truth": {"ranked": False}}}
    _loading = False

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if "get_data" in vars(cls):
            cls.get_data = _guarded(cls.get_data)

    def prepare(self):
        """Nothing to download."""

    def check_together(self):
        """Raise a ValueError if the values of several parameters, each valid
        by itself, do not fit together. Called before ``get_data``."""

    def rng(self, stream=""):
        """The random generator of this repetition.

        It differs between datasets and between values of ``stream``. It does
        not depend on the dataset's parameters, so that two variants differ
        only in what the parameter changes. (benchopt's own seed per dataset
        depends on every parameter.)"""
        seed = self.get_seed(use_repetition=True)
        return np.random.default_rng(
            [seed, zlib.crc32(f"{self.name} {stream}".encode())])


def _guarded(get_data):
    @wraps(get_data)
    def guarded(self):
        if self._loading:  # a subclass calls its base class
            return get_data(self)
        self._loading, before = True, snapshot()
        try:
            self.check_together()
            data = get_data(self)
            if not isinstance(data, dict):
                raise TypeError("get_data must return a dict; got "
                                f"{type(data).__name__}")
            # Predicting hidden votes scores labels without a truth. Simulated
            # crowds have a truth for every task, and the five extra fits of
            # each method would take most of the time.
            if (self.facts.get("kind") == "simulated"
                    and "missing" not in data):
                data.setdefault("hide_votes", False)
            return data
        except Exception as error:
            return dict(missing=refused(self, error))
        finally:
            self._loading = False
            restore(before, self.name)
    return guarded
