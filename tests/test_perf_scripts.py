"""The scripts in perf/ can be started from any folder."""
import subprocess
import sys

import pytest
from conftest import ROOT

PERF = ROOT / "perf"
# Imports what `python perf/NAME.py` imports, without running it.
LOAD = ("import runpy, sys; sys.path[0] = sys.argv[1]; "
        "runpy.run_path(sys.argv[2], run_name='loaded')")


@pytest.mark.slow
@pytest.mark.parametrize("script", sorted(PERF.glob("*.py")),
                         ids=lambda script: script.name)
def test_a_script_finds_what_it_imports(script, tmp_path):
    subprocess.run([sys.executable, "-c", LOAD, str(PERF), str(script)],
                   cwd=tmp_path, check=True, timeout=120)
