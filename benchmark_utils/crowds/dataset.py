"""What every dataset shares."""
import zlib

import numpy as np
from benchopt import BaseDataset

from benchmark_utils.checks import ChecksParameters, accepted


class CrowdDataset(ChecksParameters, BaseDataset):
    """Base of the datasets. A child writes ``get_data``, which returns fields
    of `scoring.problem.Problem`, and says in ``accepts`` which values its
    parameters take. What ``benchopt prepare`` has to fetch is said by
    `recorded.RealCrowd`; a simulator fetches nothing."""
    def prepare(self):
        """Nothing to download."""

    @classmethod
    def get_all_parameter_values(cls, name):
        """What ``-d "Dataset[name=all]"`` stands for: the choices that
        ``accepts`` lists."""
        return getattr(accepted(cls).get(name), "keywords", {}).get("choices")

    def rng(self, stream=""):
        """The generator of this repetition: another one for every dataset
        and ``stream``, the same one for every value of its parameters, so
        that variants differ in what the parameter says only. (benchopt's own
        seed per dataset changes with any parameter.)"""
        seed = self.get_seed(use_repetition=True)
        return np.random.default_rng(
            [seed, zlib.crc32(f"{self.name} {stream}".encode())])
