"""benchopt's own checks, the same as `benchopt test . --skip-install`."""
import pytest
from benchopt.tests.test_benchmarks import *  # noqa: F401,F403

# crowd-kit uses parts of pandas that are deprecated.
pytestmark = pytest.mark.filterwarnings("ignore")
