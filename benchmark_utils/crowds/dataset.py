"""What every dataset shares."""
import zlib
from functools import wraps

import numpy as np
from benchopt import BaseDataset

from benchmark_utils.harness.failures import refused
from benchmark_utils.harness.isolation import restore, snapshot
from benchmark_utils.harness.parameters import ChecksParameters

# How often a run without -r repeats a dataset, by what varies from one
# repetition to the next. With the datasets' default parameters this is all
# that a bare ``benchopt run .`` holds, and keeps it short; docs/datasets.md
# lists it. What is published has more repetitions, by the files in configs/.
DRAWN = 3    # the crowd is drawn, labels are scored
TRAINED = 1  # networks are trained, which takes longest
BOUGHT = 1   # votes are bought one by one
THINNED = 5  # some of the recorded votes are drawn


class CrowdDataset(ChecksParameters, BaseDataset):
    """Base of the datasets. A child writes ``get_data``, which returns fields
    of `contract.problem.Problem`, says in ``accepts`` which values each of its
    parameters takes, in ``check_together`` which do not fit together, and in
    ``facts`` what `catalogue.dataset_facts` tells of it. What ``benchopt
    prepare`` has to fetch is said by `recorded.RealCrowd`; a simulator
    fetches nothing. An error in ``get_data`` skips this dataset, and the run
    ends with an error.
    """
    facts = {}
    # One worker who always votes for the truth is an upper bound.
    facts_of = {"workers": {"truth": {"ranked": False}}}
    _loading = False

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if "get_data" in vars(cls):
            cls.get_data = _guarded(cls.get_data)

    def prepare(self):
        """Nothing to download."""

    def check_together(self):
        """Raise a ValueError if values of the parameters, each of them
        right, do not fit together; called before ``get_data``."""

    def rng(self, stream=""):
        """The generator of this repetition: another one for every dataset
        and ``stream``, the same one for every value of its parameters, so
        that variants differ in what the parameter says only. (benchopt's own
        seed per dataset changes with any parameter.)"""
        seed = self.get_seed(use_repetition=True)
        return np.random.default_rng(
            [seed, zlib.crc32(f"{self.name} {stream}".encode())])


def _guarded(get_data):
    @wraps(get_data)
    def guarded(self):
        if self._loading:  # a child's calls its base's
            return get_data(self)
        self._loading, before = True, snapshot()
        try:
            self.check_together()
            data = get_data(self)
            if not isinstance(data, dict):
                raise TypeError(f"get_data returned a {type(data).__name__}, "
                                "a dict is needed")
            # Hidden votes ask how good labels are where nobody knows; of a
            # simulated crowd all is known, and five more runs of every method
            # would be most of its time.
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
