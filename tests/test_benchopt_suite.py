"""benchopt's own checks, the same as `benchopt test . --skip-install`."""
from benchopt.tests.test_benchmarks import *  # noqa: F401,F403
