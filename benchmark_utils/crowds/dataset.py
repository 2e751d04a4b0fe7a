"""What every dataset shares."""
from benchopt import BaseDataset

from benchmark_utils.checks import ChecksParameters


class CrowdDataset(ChecksParameters, BaseDataset):
    """Base of the datasets. A child writes ``get_data``, which returns fields
    of `scoring.problem.Problem`, and says in ``accepts`` which values its
    parameters take. What ``benchopt prepare`` has to fetch is said by
    `recorded.RealCrowd`; a simulator fetches nothing."""
    def prepare(self):
        """Nothing to download."""
