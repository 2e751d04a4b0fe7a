"""The old name of the package, for one more release."""
import os
import subprocess
import sys

import pytest
from conftest import HANGS, ROOT

WARNING = "benchmark_utils.mine has been renamed to benchmark_utils.own_votes"


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [
    ["-c", "from benchmark_utils.mine import aggregate; "
     "print(aggregate.__module__)"],
    ["-m", "benchmark_utils.mine", "none.csv"]])
def test_the_old_name_works_and_warns_on_standard_error(arguments):
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True,
        text=True, timeout=HANGS, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert WARNING in done.stderr and WARNING not in done.stdout
    if arguments[0] == "-m":  # the command itself, whose file is missing
        assert done.returncode == 2
        assert done.stderr.endswith("none.csv is missing\n")
    else:
        assert done.stdout == "benchmark_utils.own_votes.analysis\n"
